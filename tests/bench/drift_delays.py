"""How soon is a change found, against the best that can be had?

Delays are mean months from a change right after the baseline, cut at 120 months, at the threshold
where the rule has FA 1 on steady series of that size.
"""

import numpy as np
from drift_charts import cusum
from drift_cusum import gains, mean_delay, run_length, threshold_of
from drift_rules import (
    HORIZON,
    ODDS,
    OURS,
    TRUE,
    all_knowing,
    delay,
    false_alarms,
    filtered,
    learnt,
    threshold_at,
)
from simulator import BASELINE, SIZES, draw

DECLARED = 0.10


def against_known_prior(series):
    """A level that has to be estimated; the limit is told the true prior and the size of the shift."""
    print("\n1 Mean delay at FA 1, level estimated from 12 months (goal: 1.05 x the limit)")
    settings = learnt(*draw(np.random.default_rng(10), 4000, 36)[:2], hazard=OURS.hazard)
    print(f"  limit: the filter that knows prior and shift; wander learnt: {settings.wander:.3f}")
    print("    n  OR | both ways: ours   goal  limit  ratio | rises: ours   goal  limit  ratio")
    ratios = []
    for size in SIZES:
        steady = draw(np.random.default_rng([1, size]), series, BASELINE + HORIZON, sizes=(size,))[:2]
        at = [threshold_at(one) for one in filtered(*steady, settings=settings)]
        for odds in ODDS:
            risen = risen_series(size, odds, series // 2)
            mine = [delay(*pair) for pair in zip(filtered(*risen, settings=settings), at, strict=True)]
            best = limits(steady, risen, odds)
            ratios.append(np.divide(mine, best))
            cells = " |".join(against(*pair) for pair in zip(mine, best, strict=True))
            print(f"  {size:3} {odds:3} |    {cells}", flush=True)
    print_ratios(ratios)


def risen_series(size, odds, series):
    rng = np.random.default_rng([1, size, int(10 * odds)])
    return draw(rng, series, BASELINE + HORIZON, sizes=(size,), drifted=1.0, turns=(1,), odds=odds)[:2]


def limits(steady, risen, odds):
    """Delays of the filter that knows, for both directions and for rises."""
    still, moved = (filtered(*data, **all_knowing(odds)) for data in (steady, risen))
    return [delay(one, threshold_at(other)) for one, other in zip(moved, still, strict=True)]


def against(mine, best):
    return f"{mine:11.2f}{1.05 * best:7.2f}{best:7.2f}{mine / best:7.2f}"


def print_ratios(ratios):
    median, worst = np.median(ratios, axis=0), np.max(ratios, axis=0)
    text = "; ".join(
        f"median {m:.2f}, worst {w:.2f}" for m, w in zip(np.ravel(median), np.ravel(worst), strict=True)
    )
    print(f"  ratio: {text}")


def against_exact_cusum(series):
    """A level that is declared; the limit is the CUSUM that knows the shift and its direction."""
    print(f"\n2 Mean delay at FA 1, declared level {DECLARED}, rises (goal: 1.05 x the exact CUSUM)")
    print("  CUSUM by Markov chain, cut at 120 months as ours, and its run lengths uncut")
    print("                |       ours   goal  CUSUM  ratio | CUSUM uncut: before  after")
    for fixed in (False, True):
        ratios = []
        for size in SIZES:
            for odds in ODDS:
                mine = declared_delay(size, odds, series, fixed)
                known = {"size": float(size), "level": DECLARED, "odds": odds, "fixed": fixed}
                at = threshold_of(**known)
                best, after = mean_delay(at, **known)
                before = run_length(at, *gains(**known, changed=False))
                ratios.append(mine / best)
                name = "fixed n " if fixed else "Poisson n"
                line = f"  {name:9} {size:3} {odds:3}|{against(mine, best)} | {before:18.0f}{after:7.1f}"
                print(line, flush=True)
        print_ratios(ratios)


def declared_delay(size, odds, series, fixed):
    rng = np.random.default_rng([2, size])
    n = np.full((2, series, HORIZON), size) if fixed else rng.poisson(size, (2, series, HORIZON))
    after = DECLARED * odds / (1 - DECLARED + DECLARED * odds)
    known = {"declared": np.full(series, DECLARED), "prior": TRUE}
    steady = filtered(rng.binomial(n[0], DECLARED), n[0], **known)[1]
    risen = filtered(rng.binomial(n[1], after), n[1], **known)[1]
    return delay(risen, threshold_at(steady))


def check_chain(series=20_000):
    """The chain against a simulation of the same CUSUM."""
    rng, at = np.random.default_rng(3), threshold_of(15.0, DECLARED, 2.0)
    n = rng.poisson(15, (series, HORIZON))
    seen = false_alarms(cusum(rng.binomial(n, DECLARED), n, np.full(series, DECLARED), 2.0), at)
    print(f"  the chain's own check, n = 15, OR 2: FA simulated at its threshold {seen:.2f} (1.00)")
