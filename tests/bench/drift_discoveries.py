"""How many of all flags are false, and how many of the changes are found?"""

from dataclasses import replace

import numpy as np
from drift_rules import OURS, estimated
from simulator import BASELINE, draw

from followup.drift.alarms import begin, follow
from followup.drift.detect import judge_shares
from followup.drift.filter import filter_shares

Q = (0.05, 0.10, 0.20)


def flags_of(probability, q, *, saves=True):
    """(series, months) new flags. saves: what a month leaves of its share goes on to the next."""
    signals, found = begin(len(probability)), []
    for month in probability.T:
        signals = follow(signals if saves else replace(signals, spare=0.0), month, q)
        found.append(signals.flagged)
    return np.stack(found, axis=1)


def tally(flags, start):
    """Flags, false ones among them, changes found, changes."""
    is_false = flags & (np.arange(flags.shape[1]) < start[:, None])
    hits = (flags & ~is_false).any(axis=1)[start < flags.shape[1]]
    return np.array([flags.sum(), is_false.sum(), hits.sum(), len(hits)])


def mixed_portfolio(series, changed, seed, **more):
    """Counts of 36 months, and the month each series changes in, 99 for never."""
    rng = np.random.default_rng([4, seed])
    start = rng.integers(BASELINE, 36, series)
    x, n, _, turn = draw(rng, series, 36, drifted=changed, start=start, **more)
    return x, n, np.where(turn != 0, start, 99)


def judged_ways(x, n):
    """Probabilities of the engine, and of a filter that takes the usual hazard for granted."""
    engine = judge_shares(x, n, leaf=np.full(len(x), True)).probability
    return engine, filter_shares(x, n, prior=estimated(x, n), settings=OURS).probability


def realised(series, runs):
    print("\n3 Realised false share of all flags of 24 months (goal .8-1.1 q), and changes found")
    print(
        "  series changed    q  .8 q  1.1 q |   ours: found | each month by itself | hazard .005 for granted"
    )
    for size, times in ((400, 6 * runs), (series, runs)):
        for changed in (0.02, 0.10, 0.30):
            counts = sum(one_portfolio(size, changed, seed) for seed in range(times))
            for at, q in enumerate(Q):
                cells = [
                    f"{false / max(flags, 1):7.3f}: {hits / turned:.3f}"
                    for flags, false, hits, turned in counts[at]
                ]
                goal = f"{0.8 * q:5.2f}{1.1 * q:6.2f}"
                line = f"  {size:6}{changed:8.2f}{q:6.2f} {goal}  |{cells[0]} |{cells[1]:>21} |{cells[2]:>17}"
                print(line, flush=True)


def one_portfolio(series, changed, seed):
    """(q, ways, 4) tallies."""
    x, n, start = mixed_portfolio(series, changed, seed)
    engine, usual = judged_ways(x, n)
    ways = ((engine, True), (engine, False), (usual, True))
    return np.array([[tally(flags_of(p, q, saves=saves), start) for p, saves in ways] for q in Q])
