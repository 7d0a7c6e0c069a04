"""How long does it take? Processor time, so that others on the machine do not count."""

import time
from dataclasses import replace

import numpy as np
from drift_rules import OURS, TRUE
from simulator import draw

from followup.drift.detect import judge_shares
from followup.drift.filter import advance, filter_shares
from followup.drift.making_data_count import making_data_count
from followup.drift.p import p_chart
from followup.drift.p_prime import p_prime_chart
from followup.drift.phases import Phases
from followup.drift.run import run_chart

CHARTED = 300


def seconds(job, times=3):
    """The least processor time of a few tries, and what the job gave."""
    taken = []
    for _ in range(times):
        before = time.process_time()
        result = job()
        taken.append(time.process_time() - before)
    return min(taken), result


def measured(series):
    """100,000 series are the goal; fewer are counted up."""
    up = 100_000 / series
    x, n, *_ = draw(np.random.default_rng(9), series, 36)
    print("\n6 Speed, 100,000 series, processor time of one core")
    print(f"  {'':44}{'ours':>9}{'goal':>9}{'prototype':>11}")
    filtering, found = seconds(lambda: filter_shares(x, n, prior=TRUE))
    moving, _ = seconds(lambda: filter_shares(x, n, prior=TRUE, settings=replace(OURS, wander=0.05)), 1)
    month, _ = seconds(lambda: advance(found.state, x[:, 0], n[:, 0]))
    judging, _ = seconds(lambda: judge_shares(x, n, leaf=np.full(len(x), True)), 1)
    line("filter, 36 months, both directions", f"{filtering * up:.2f} s", "1.5 s", "1.04 s")
    line("  the same where levels wander", f"{moving * up:.2f} s")
    line("  prior, wander and hazard learnt first", f"{judging + (filtering * (up - 1)):.2f} s")
    line("one new month", f"{month * up * 1000:.0f} ms", "60 ms")
    charts(x, n, up * series / CHARTED)


def charts(x, n, up):
    """Charts are drawn one at a time, for the series that somebody looks at."""
    first, some = Phases(freeze=12), range(CHARTED)
    share = x / np.maximum(n, 1)
    for name, job in (
        ("p", lambda at: p_chart(x[at], n[at], phases=first)),
        ("p'", lambda at: p_prime_chart(x[at], n[at], phases=first)),
        ("run", lambda at: run_chart(share[at], phases=first)),
        ("NHS XmR", lambda at: making_data_count(share[at], fix_after=12)),
    ):
        taken, _ = seconds(lambda job=job: [job(at) for at in some], 1)
        line(f"{name}-chart, {taken / CHARTED * 1000:.2f} ms each, one at a time", f"{taken * up:.0f} s")


def line(name, ours, goal="", prototype=""):
    print(f"  {name:44}{ours:>9}{goal:>9}{prototype:>11}", flush=True)
