"""What all series of a measure together say about one: its likely level, and how months scatter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from followup.drift.chart import Bools, Floats, Ints

FEW_SERIES = 8
"""Fewer series than this cannot show how levels spread between them."""
WEAK_PRIOR = 10.0
"""Decisions the prior is worth when there are too few series to estimate that."""
LARGEST_RHO = 0.3


CLIP = 9.0
"""A squared difference counts as at most so many times what is expected: three standard errors."""
ROUNDS = 30
"""Times the scatter and what it makes of the differences are worked out in turn."""


@dataclass(frozen=True)
class Prior:
    """Levels of the series as Beta(a, b); rho is the correlation of decisions within a month."""

    a: float
    b: float
    rho: float


def estimate_prior(events: Floats, totals: Floats, baseline: Bools) -> Prior:
    """Estimate the prior of one measure by moments.

    events, totals: (series, months) counts of leaf units only, else parents count twice.
    baseline: (series, months), the months whose level is the usual one. rho uses all months.

    The worth a + b is at least 2 and at most the number of decisions it was learnt from.
    Source: DerSimonian & Laird, Control Clin Trials 1986;7:177, on shares.
    """
    rho = estimate_rho(events, totals)
    n = np.where(baseline, totals, 0)
    sums, squares = n.sum(axis=1), (n**2).sum(axis=1)
    used = sums > 0
    hits, sums, squares = np.where(baseline, events, 0).sum(axis=1)[used], sums[used], squares[used]
    mean = (hits.sum() + 0.5) / (sums.sum() + 1)
    if len(sums) < FEW_SERIES:
        return Prior(WEAK_PRIOR * mean, WEAK_PRIOR * (1 - mean), rho)
    noise = mean * (1 - mean) / sums * design_effect(sums, squares, rho)
    worth = _worth(hits / sums, noise, mean, most=sums.sum())
    return Prior(mean * worth, (1 - mean) * worth, rho)


def estimate_rho(events: Floats, totals: Floats) -> float:
    """Return the correlation of decisions within a month, 0 to 0.3, from successive differences.

    events, totals: (series, months) counts. Differences between neighbours forgive a level that
    shifts: it costs one difference, not the whole series. Each difference counts by its precision.

    >>> steady = np.tile([3.0, 3.0, 3.0, 3.0], (10, 1))
    >>> estimate_rho(steady, steady * 10)
    0.0
    """
    n = np.where(totals > 0, totals, np.nan)
    level = events.sum(axis=1) / np.maximum(totals.sum(axis=1), 1)
    spread = (level * (1 - level))[:, None]
    inverse = 1 / n[:, 1:] + 1 / n[:, :-1]
    weight = inverse**-2  # the variance of a squared difference: months of one decision must not rule
    excess = np.nansum(weight * (np.diff(events / n, axis=1) ** 2 - spread * inverse))
    scale = np.nansum(weight * spread * (2 - inverse))
    return float(np.clip(excess / scale, 0, LARGEST_RHO)) if scale > 0 else 0.0


def design_effect(sums: Floats, squares: Floats, rho: float | Floats) -> Floats:
    """Return how many times the variance of a binomial count grows by correlation within months.

    sums, squares: total of the months' sizes and of their squares; 1 where there is nothing.
    """
    months = np.divide(squares, sums, out=np.ones_like(sums), where=sums > 0)
    return np.asarray(1 + rho * (months - 1), dtype=float)


def _worth(shares: Floats, noise: Floats, mean: float, most: float) -> float:
    between = _between_variance(shares, noise)
    if between <= 0:
        return most
    return float(np.clip(mean * (1 - mean) / between - 1, 2, max(most, 2)))


def _between_variance(shares: NDArray[np.float64], noise: NDArray[np.float64]) -> float:
    return between_groups(shares, noise, np.zeros(len(shares), dtype=np.int64))


def between_groups(values: Floats, noise: Floats, group: Ints) -> float:
    """Return the variance of the series' true levels around the mean of their group.

    values, noise: (series,) what was found and its variance. group: (series,) numbers from 0.
    Source: DerSimonian & Laird, Control Clin Trials 1986;7:177, on several groups at once.

    >>> between_groups(np.array([1.0, 3.0, 11.0, 13.0]), np.full(4, 0.5), np.array([0, 0, 1, 1]))
    1.5
    """
    weight = 1 / noise
    sums, squares = np.bincount(group, weight), np.bincount(group, weight**2)
    pooled = np.bincount(group, weight * values)[group] / sums[group]
    heterogeneity = (weight * (values - pooled) ** 2).sum()
    used = sums > 0
    scale = (sums[used] - squares[used] / sums[used]).sum()
    freedom = len(values) - used.sum()
    return float(max(0.0, (heterogeneity - freedom) / scale)) if scale > 1e-12 * sums.sum() else 0.0


def scatter(differences: Floats, noise: Floats, slope: Floats) -> float:
    """Return the excess v >= 0 such that squared differences are about noise + v * slope.

    differences: of neighbouring months, any shape; those that are not finite are left out. noise:
        their variance without any excess, > 0. slope: how the excess adds to it, > 0.
    Each counts by its precision and as at most CLIP times what is expected of it, so that a
    level that shifts, or one odd month, costs little.

    >>> rng = np.random.default_rng(1)
    >>> found = scatter(np.append(rng.normal(0, 2, 9999), 1e6), np.ones(10_000), np.full(10_000, 2.0))
    >>> round(found, 1)
    1.5
    """
    known = np.isfinite(differences) & (noise > 0) & (slope > 0)
    squared, chance, grows = differences[known] ** 2, noise[known], slope[known]
    if not len(squared):
        return 0.0
    excess = 0.0
    for _ in range(ROUNDS):
        usual = chance + excess * grows
        surplus = np.minimum(squared, CLIP * usual) - chance
        excess = max(0.0, float((surplus / usual**2 * grows).sum() / (grows**2 / usual**2).sum()))
    return excess
