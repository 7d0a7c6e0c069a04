"""What the field uses, on the same data as ours.

FA: flags per 100 series-years that were none the month before; of rules with a threshold, first flags.
The case: 15 decisions a month,
5 to 15 % outside the frame, a doubling of the odds after 12 months.
"""

import numpy as np
from drift_charts import CHARTS, cusum
from drift_discoveries import flags_of, mixed_portfolio, tally
from drift_rules import HORIZON, OURS, both, false_alarms, filtered, first_flag, threshold_at
from drift_unmodelled import new_flags
from first_alarm import scan
from simulator import BASELINE

from followup.drift.detect import judge_shares

WATCHED = 36


def the_case(series, odds=1.0):
    rng = np.random.default_rng([8, int(10 * odds)])
    level, n = rng.uniform(0.05, 0.15, series), rng.poisson(15, (series, BASELINE + HORIZON))
    after = level * odds / (1 - level + level * odds)
    share = np.where(np.arange(n.shape[1]) < BASELINE, level[:, None], after[:, None])
    return rng.binomial(n, share), n, level


def compared(series, portfolios):
    print("\n7 What the field uses on the same data")
    print(f"  {'':28}{'FA':>6}{'median months':>15}{'share of flags false':>22}{'changes found':>15}")
    steady, risen = the_case(series), the_case(series // 2, 2.0)
    mixed = [mixed_portfolio(5000, 0.05, 100 + seed) for seed in range(portfolios)]
    for name, rule in CHARTS.items():
        counts = sum(tally_months(rule(x, n), start) for x, n, start in mixed)
        row(name, new_flags(rule(*steady[:2])[:, :WATCHED]), rule(*risen[:2]), counts)
    row("first alarm (scan), q .04", None, None, sum(scanned(*one) for one in mixed))
    at_nominal_one(steady, risen)
    judged = [judge_shares(x, n, leaf=np.full(len(x), True)).probability for x, n, _ in mixed]
    for q in (0.05, 0.10, 0.20):
        counts = sum(tally(flags_of(p, q), start) for p, (_, _, start) in zip(judged, mixed, strict=True))
        row(f"ours, q {q:.2f}", None, None, counts)


def at_nominal_one(steady, risen):
    """Ours, told the level or not, and the limit, each at FA 1."""
    known = (cusum(*data[:2], data[2], 2.0)[:, BASELINE:] for data in (steady, risen))
    at_once = (
        filtered(data[0][:, BASELINE:], data[1][:, BASELINE:], declared=data[2])[0]
        for data in (steady, risen)
    )
    learning = (both(*data[:2], settings=OURS) for data in (steady, risen))
    for name, (before, after) in (
        ("ours at FA 1", learning),
        ("ours at FA 1, level declared", at_once),
        ("limit: CUSUM that knows", known),
    ):
        at = threshold_at(before)
        row(name, false_alarms(before, at), after > at, None)


def row(name, rate, found, counts):
    cells = "" if rate is None else f"{rate:6.1f}"
    months = "" if found is None else f"{np.median(first_flag(found, 0.5)[0]):.0f}"
    false = "" if counts is None else f"{counts[1] / max(counts[0], 1):.2f}"
    hits = "" if counts is None else f"{counts[2] / counts[3]:.2f}"
    print(f"  {name:28}{cells:>6}{months:>15}{false:>22}{hits:>15}", flush=True)


def tally_months(flags, start):
    """A new flag of watched months counts as one, as an opened signal does."""
    fresh = flags & ~np.hstack([np.zeros((len(flags), 1), dtype=bool), flags[:, :-1]])
    return tally(np.hstack([np.zeros((len(flags), BASELINE), dtype=bool), fresh]), start)


def scanned(x, n, start):
    months = range(BASELINE + 1, x.shape[1] + 1)
    return tally_months(np.stack([scan(x[:, :m], n[:, :m], q=0.04) for m in months], axis=1), start)
