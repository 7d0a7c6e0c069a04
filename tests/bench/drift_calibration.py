"""What helps against levels that wander, as with a slowly moving, unmodelled mix of cases?

Run: python tests/bench/drift_calibration.py [--quick]
Each idea is judged at the threshold where the filter as it was has FA 1 on steady series of that size
(the e-detector at its own, guaranteed one). Still: nothing moves. Moving: levels wander by .2 on the
logit, correlated .95 from month to month, each by itself or half of it in common. FA: first false
flags per 100 series-years, goal 1.5. Delay: mean months to find doubled odds, cut at 120.
What an idea is told by the portfolio it learns from 36 months of series of all sizes.

a  levels that wander: the filter lets each level move a little every month; how much is learnt.
b  tempering: months count as much less as sums over 12 months scatter more than they should.
c  e-detector: multiplied likelihood ratios against every level within a band around the baseline; flags
   at 1200, so that without any model of months FA is at most 1 as long as the level stays in the band.
d  siblings: what all series that did not change do together in a month is taken off each.
Where half is in common, one path of it is drawn per size: its FA varies much from one to the next.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import betaincinv

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]

from drift_rules import HORIZON, OURS, both, delay, estimated, false_alarms, learnt, threshold_at
from simulator import BASELINE, SIZES, draw

from followup.drift.alarms import replay
from followup.drift.detect import judge_shares
from followup.drift.evidence import logit
from followup.drift.filter import filter_shares

WANDER, SUMMED, SURE = 0.2, 12, np.log(1200)
WORLDS = {"still": {}, "moving": {"wander": WANDER}, "half in common": {"wander": WANDER, "shared": 0.5}}


class Portfolio(NamedTuple):
    """Counts (series, months), and which series changed after the baseline."""

    x: Any
    n: Any
    turned: Any


@dataclass(frozen=True)
class Idea:
    """rule: (portfolio, what was learnt) to a statistic. teach: (x, n) of a portfolio to what is learnt."""

    name: str
    rule: Any
    teach: Any = lambda x, n: None
    guaranteed: bool = False


# The ideas


def as_it_was(data, _=None):
    return both(data.x, data.n)


def wandering(data, settings):
    return both(data.x, data.n, settings=settings)


def learn_wander(x, n):
    return learnt(x, n, hazard=OURS.hazard)


def tempered(data, excess):
    """Months scatter as if decisions were correlated so much that 12-month sums come out right."""
    prior = estimated(data.x, data.n)
    return both(data.x, data.n, prior=replace(prior, rho=max(prior.rho, excess)))


def learn_tempering(x, n):
    """The correlation within months that gives sums over a year the scatter they have.

    Differences between neighbouring years, standardised: 1 + rho (n - 1), fitted through the portfolio.
    """
    years = [np.stack([part[:, at : at + SUMMED].sum(axis=1) for at in (0, 12, 24)]) for part in (x, n)]
    events, totals = years[0].astype(float), np.maximum(years[1], 1).astype(float)
    level = (events.sum(axis=0) + 0.1) / (totals.sum(axis=0) + 1)
    noise = level * (1 - level) * (1 / totals[1:] + 1 / totals[:-1])
    scatter = np.diff(events / totals, axis=0) ** 2 / noise
    size = totals.mean(axis=0) / SUMMED - 1
    usual = np.minimum(scatter, np.quantile(scatter, 0.99))  # a few series that changed must not decide
    return float(np.clip(((usual.mean(axis=0) - 1) * size).sum() / (size**2).sum(), 0, 0.3))


def guarded(data, band):
    """Log of a Shiryaev-Roberts sum of e-values: either direction, three sizes of change."""
    x, n, _ = data
    prior = estimated(x, n)
    hits, total = x[:, :BASELINE].sum(axis=1), n[:, :BASELINE].sum(axis=1)
    a, b = prior.a + hits, prior.b + total - hits
    ways = []
    for sign, tail in ((1, 0.95), (-1, 0.05)):
        edge = logit(betaincinv(a, b, tail)) + sign * band
        ways += [_suspicion(x, n, edge, sign * np.log(odds)) for odds in OURS.odds]
    return np.logaddexp.reduce(ways, axis=0) - np.log(len(ways))


def _suspicion(x, n, edge, shift):
    """The sum over all months a change may have begun in, month by month: e(t) (1 + sum(t - 1))."""
    gain = x * shift - n * (np.logaddexp(0, edge + shift) - np.logaddexp(0, edge))[:, None]
    total, found = np.full(len(x), -np.inf), np.empty(gain[:, BASELINE:].shape)
    for month in range(found.shape[1]):
        total = np.logaddexp(0, total) + gain[:, BASELINE + month]
        found[:, month] = total
    return found


def less_the_common(data, settings):
    return both(data.x, data.n, offsets=common_movement(*data), settings=settings or OURS)


def learn_less_the_common(x, n):
    offsets = common_movement(x, n, np.full(len(x), False))
    return learnt(x, n, hazard=OURS.hazard, offsets=offsets)


def common_movement(x, n, turned):
    """(series, months): how far series that did not change are from their baselines, on the logit."""
    shape, x, n = x.shape, x[~turned], n[~turned]
    prior = estimated(x, n)
    hits, total = (part[:, :BASELINE].sum(axis=1) for part in (x, n))
    usual = ((hits + prior.a) / (total + prior.a + prior.b))[:, None]
    slope = (n * usual * (1 - usual)).sum(axis=0)
    moved = (x - n * usual).sum(axis=0) / np.maximum(slope, 1)
    return np.broadcast_to(moved - moved[:BASELINE].mean(), shape)


IDEAS = (
    Idea("the filter as it was", as_it_was),
    Idea("a levels wander, learnt", wandering, learn_wander),
    Idea("b tempered", tempered, learn_tempering),
    Idea("c e-detector, no band", lambda data, _: guarded(data, 0.0), guaranteed=True),
    Idea("c e-detector, band .25", lambda data, _: guarded(data, 0.25), guaranteed=True),
    Idea("d less the common", less_the_common),
    Idea("a and d", less_the_common, learn_less_the_common),
)


# The table


def measured(series):
    """FA and delay of every idea, by world and size."""
    taught = {
        world: draw(np.random.default_rng([11]), 4000, 36, **more)[:2] for world, more in WORLDS.items()
    }
    known = {(idea, world): idea.teach(*taught[world]) for idea in IDEAS for world in WORLDS}
    found = {}
    for size in SIZES:
        data = {world: two_portfolios(size, series, **more) for world, more in WORLDS.items()}
        usual = threshold_at(as_it_was(data["still"][0]))
        for idea, (world, (steady, risen)) in product(IDEAS, data.items()):
            at, told = SURE if idea.guaranteed else usual, known[idea, world]
            false = false_alarms(idea.rule(steady, told), at)
            found[idea, world, size] = false, delay(idea.rule(risen, told)[risen.turned], at)
        found["raised", size] = raised(*data["moving"])
    return found


def two_portfolios(size, series, **more):
    """One where nothing changes, and one where half of the series do."""
    months = BASELINE + HORIZON
    x, n, _, turn = draw(np.random.default_rng([12, size]), series, months, sizes=(size,), **more)
    steady = Portfolio(x, n, turn != 0)
    rises = {"drifted": 0.5, "turns": (1,), "sizes": (size,)}
    x, n, _, turn = draw(np.random.default_rng([13, size]), series, months, **rises, **more)
    return steady, Portfolio(x, n, turn != 0)


def raised(steady, risen):
    """Delay of the filter as it was, if its threshold could be raised to where FA is 1."""
    return delay(as_it_was(risen)[risen.turned], threshold_at(as_it_was(steady)))


def shares_of_false(series, runs):
    """Realised false share at q = .10 and share of changes found, levels not modelled and modelled."""
    print("\nFalse share of all flags of 24 months at q = .10, 5 % double or halve; changes found")
    print(f"  {'':16}{'taken as fixed':>22}{'levels wander':>22}")
    for world, more in WORLDS.items():
        rows = np.array([one_portfolio(series, run, more) for run in range(runs)]).sum(axis=0)
        text = "".join(
            f"{false / max(flags, 1):14.3f}{hits / turned:8.3f}" for flags, false, hits, turned in rows
        )
        print(f"  {world:16}{text}", flush=True)


def one_portfolio(series, run, more):
    rng = np.random.default_rng([14, run])
    start = rng.integers(BASELINE, 36, series)
    x, n, _, turn = draw(rng, series, 36, drifted=0.05, start=start, **more)
    start = np.where(turn != 0, start, 99)
    everyone = np.full(len(x), True)
    fixed = replace(OURS, hazard=judge_shares(x, n, leaf=everyone).hazard)
    return [
        judged(probability, start)
        for probability in (
            filter_shares(x, n, prior=estimated(x, n), settings=fixed).probability,
            filter_shares(x, n, prior=estimated(x, n), settings=learnt(x, n)).probability,
        )
    ]


def judged(probability, start, q=0.10):
    flags = np.stack([month.flagged for month in replay(probability, q)], axis=1)
    is_false = flags & (np.arange(flags.shape[1]) < start[:, None])
    hits = (flags & ~is_false).any(axis=1)[start < 36]
    return flags.sum(), is_false.sum(), hits.sum(), len(hits)


def show(found):
    for at, title in ((0, "FA (nominal 1, goal <= 1.5)"), (1, "mean months to find doubled odds")):
        print(f"\n{title}, n = {', '.join(map(str, SIZES))}")
        print("  " + " " * 24 + "".join(f"{world:>28}" for world in WORLDS))
        for idea in IDEAS:
            cells = ("".join(f"{found[idea, world, size][at]:7.1f}" for size in SIZES) for world in WORLDS)
            print(f"  {idea.name:24}" + "".join(cells))
    line = "".join(f"{found['raised', size]:7.1f}" for size in SIZES)
    print(f"  {'threshold raised to FA 1':24}{'':28}{line}   (nobody can know that threshold)")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer series")
    run(parser.parse_args().quick)


def run(is_quick):
    print(f"\n8 {__doc__[: __doc__.index('Run:')].strip()} Ideas a to d: see drift_calibration.py")
    show(measured(1000 if is_quick else 4000))
    shares_of_false(4000, 2 if is_quick else 10)


if __name__ == "__main__":
    main()
