"""What all series of a measure together say about one: how far decisions spread, where means lie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.direct import between, by_group, groups, teachers
from followup.drift.portfolio import FEW_SERIES, between_groups, scatter

LEAST_SPREAD = 0.01
"""Prices that never differ are taken to: 1 %, or a hundredth of a level."""
LEAST_WITHIN = 0.02
"""Scatter of whole months that is always allowed for, in spreads."""
LEAST_BETWEEN, WEAK_BETWEEN = 0.05, 1.0
"""The least series are taken to differ, and how much when too few to tell; in spreads."""
WORTH = 5.0
"""Decisions the spread of the whole measure is worth to each group."""
ENOUGH_FREEDOM = 10
"""Decisions beyond the first of their month that tell the spread; with fewer the months must."""
TAILS = 4
"""Degrees of freedom of the level: a few series lie far from the others."""
ROUNDING = 1e-4
"""How much squares may fall short of what the sums demand, for each decision."""


@dataclass(frozen=True, eq=False)
class MeansPrior:
    """What is known of the series before their months are looked at one by one.

    centre: (series,) middle of each series' grid of levels, in the unit of the values. spread:
        (series,) standard deviation of single decisions, the same in a group.
    usual: (series,) where the group says the level lies, in spreads from the centre.
    between: standard deviation of levels within a group. within: of whole months around their
        level, apart from chance. Both in spreads.
    """

    centre: Floats
    spread: Floats
    usual: Floats
    between: float
    within: float

    def of(self, rows: Ints | Bools) -> "MeansPrior":
        """Return what is known of those series alone."""
        return MeansPrior(self.centre[rows], self.spread[rows], self.usual[rows], self.between, self.within)


def estimate_means_prior(  # noqa: PLR0913  each keyword is one plain question
    totals: ArrayLike,
    sums: ArrayLike,
    squares: ArrayLike,
    *,
    leaf: ArrayLike,
    baseline: ArrayLike | None = None,
    group: ArrayLike | None = None,
) -> MeansPrior:
    """Estimate the prior of one measure by moments.

    totals, sums, squares: (series, months) decisions, and sums of their values and squared values.
    leaf: (series,) False for sums of other series. baseline: (series, months) the months whose level
        is the usual one; None takes all. group: (series,) series whose values are comparable (the
        same intervention); None takes all as one group.
    Raises ValueError as ``filter_means`` does, and if squares are too small for their sums.
    Source: DerSimonian & Laird, Control Clin Trials 1986;7:177.

    >>> n, means = np.full((9, 24), 9), np.arange(9.0)[:, None] * np.ones(24)
    >>> prior = estimate_means_prior(n, n * means, n * (means**2 + 4), leaf=np.full(9, True))
    >>> prior.spread.round(2)[0].item(), prior.centre.round(1).tolist()[::4], round(prior.between, 1)
    (2.12, [0.0, 4.0, 8.0], 1.3)
    """
    n, values, around = checked_sums(totals, sums, squares)
    leaves = np.asarray(leaf, dtype=bool)
    numbers = groups(group, leaves)
    usual = (n > 0) & (True if baseline is None else np.asarray(baseline, dtype=bool))
    teaches = teachers(leaves, numbers, np.any(usual, axis=1))
    spread = _spread(n, values, around, numbers, teaches)
    means = np.divide(values, n, out=np.full(n.shape, np.nan), where=n > 0)
    within = _within(n[teaches], means[teaches] / spread[teaches, None])
    return _levels(np.where(usual, n, 0), np.where(usual, values, 0.0), spread, within, (numbers, teaches))


def checked_sums(totals: ArrayLike, sums: ArrayLike, squares: ArrayLike) -> tuple[Ints, Floats, Floats]:
    """Return totals, sums and squares around the month's own mean, or raise ValueError."""
    n, values = np.asarray(totals, dtype=float), np.asarray(sums, dtype=float)
    if n.shape != values.shape:
        raise ValueError(f"totals have shape {n.shape}, sums {values.shape}")
    if n.ndim != 2:
        raise ValueError("totals and sums must have shape (series, months)")
    if not np.isfinite(n).all() or (n % 1).any() or (n < 0).any():
        raise ValueError("a total must be a whole number, 0 or more")
    if not np.isfinite(values).all():
        raise ValueError("a sum must be a number")
    if values[n == 0].any():
        raise ValueError("a month without decisions cannot have a sum")
    return n.astype(np.int64), values, _around(n, values, np.asarray(squares, dtype=float))


def level_weights(prior: MeansPrior, levels: Floats) -> Floats:
    """Return (series, levels) how likely each level of the grid is, before any month is looked at."""
    edges = (between(levels) - prior.usual[:, None]) / prior.between
    weights = np.diff(t.cdf(edges, TAILS), axis=1, prepend=0, append=1)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=float)


def _around(n: Floats, sums: Floats, found: Floats) -> Floats:
    if found.shape != n.shape:
        raise ValueError(f"squares have shape {found.shape}, totals {n.shape}")
    if not np.isfinite(found).all():
        raise ValueError("a square must be a number")
    around = found - sums**2 / np.maximum(n, 1)
    if (around < -ROUNDING * (n + np.abs(found))).any():
        raise ValueError("squares are too small for their sums")
    return np.maximum(around, 0)


def _spread(n: Ints, sums: Floats, around: Floats, group: Ints, teaches: Bools) -> Floats:
    """Return (series,) the standard deviation of single decisions, pooled within months and groups."""
    squares = by_group(group, np.where(teaches, around.sum(axis=1), 0))
    freedom = by_group(group, np.where(teaches, np.maximum(n - 1, 0).sum(axis=1), 0))
    if freedom.sum() >= ENOUGH_FREEDOM:
        overall = squares.sum() / freedom.sum()
    else:
        overall = _from_differences(n[teaches], sums[teaches])
    pooled = (squares + WORTH * overall) / (freedom + WORTH)
    return np.asarray(np.maximum(np.sqrt(pooled), LEAST_SPREAD)[group], dtype=float)


def _from_differences(n: Ints, sums: Floats) -> float:
    """Return the variance of single decisions, from months of one decision each; 1 if nothing is known."""
    means = np.divide(sums, n, out=np.full(n.shape, np.nan), where=n > 0)
    squared, inverse = np.diff(means, axis=1) ** 2, _inverse(n)
    known = np.isfinite(squared)
    return float((squared / inverse)[known].mean()) if known.any() else 1.0


def _within(n: Ints, means: Floats) -> float:
    """Return the standard deviation of whole months around their level. means: in spreads."""
    inverse = _inverse(n)
    return max(
        float(np.sqrt(scatter(np.diff(means, axis=1), inverse, np.full(inverse.shape, 2.0)))), LEAST_WITHIN
    )


def _inverse(n: Ints) -> Floats:
    """Return (series, months - 1) variances of a difference between neighbours, in squared spreads."""
    some = np.where(n > 0, n, np.nan)
    return np.asarray(1 / some[:, 1:] + 1 / some[:, :-1], dtype=float)


def _levels(n: Ints, sums: Floats, spread: Floats, within: float, learnt: tuple[Ints, Bools]) -> MeansPrior:
    """Return where the levels of the baseline lie. n, sums: 0 outside it. learnt: group, and from whom."""
    group, teaches = learnt
    size = n.sum(axis=1)
    known = size > 0
    some = np.maximum(size, 1)
    found = sums.sum(axis=1) / some / spread
    noise = np.where(known, 1 / some + within**2 * (n**2).sum(axis=1) / some**2, np.inf)
    apart = _apart(found[teaches], noise[teaches], group[teaches])
    weight = np.where(teaches, 1 / (noise + apart**2), 0)
    centre = _mean_of_groups(weight, found, group)
    trust = np.where(known, apart**2 / (apart**2 + noise), 0)
    at = centre + trust * (found - centre)
    return MeansPrior(at * spread, spread, centre - at, apart, within)


def _apart(found: Floats, noise: Floats, group: Ints) -> float:
    if len(found) - len(np.unique(group)) < FEW_SERIES - 1:
        return WEAK_BETWEEN
    return max(float(np.sqrt(between_groups(found, noise, group))), LEAST_BETWEEN)


def _mean_of_groups(weight: Floats, found: Floats, group: Ints) -> Floats:
    """Return (series,) the mean of each one's group; that of all where the group has nothing."""
    whole = float((weight * found).sum() / weight.sum()) if weight.any() else 0.0
    sums = by_group(group, weight)
    means = np.divide(by_group(group, weight * found), sums, out=np.full(len(sums), whole), where=sums > 0)
    return np.asarray(means[group], dtype=float)
