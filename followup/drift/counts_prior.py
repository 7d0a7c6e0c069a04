"""What all series of a measure together say about one: how often something happens, how months scatter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.direct import between, by_group, groups, teachers
from followup.drift.portfolio import FEW_SERIES, between_groups, scatter

LEAST_DISPERSION, MOST_DISPERSION = 0.0004, 2.0
"""Squared scatter of a month's rate beyond chance, relative to the rate: from 2 % to 140 %."""
WEAK_SHAPE = 0.5
"""Events the portfolio is worth to a series where it cannot tell, and to sums of other series."""
MOST_SHAPE = 400.0
"""Series are never taken to be more alike than 5 %."""


@dataclass(frozen=True, eq=False)
class CountsPrior:
    """What is known of the series before their months are looked at one by one.

    centre: (series,) middle of each series' grid, events per unit of exposure. usual: (series,) rate
        the group says it has. shape: (series,) of the gamma distribution around it, whose relative
        variance is 1 / shape. dispersion: relative variance of a month's rate beyond chance.
    """

    centre: Floats
    usual: Floats
    shape: Floats
    dispersion: float

    def of(self, rows: Ints | Bools) -> "CountsPrior":
        """Return what is known of those series alone."""
        return CountsPrior(self.centre[rows], self.usual[rows], self.shape[rows], self.dispersion)


def estimate_counts_prior(
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    leaf: ArrayLike,
    baseline: ArrayLike | None = None,
    group: ArrayLike | None = None,
) -> CountsPrior:
    """Estimate the prior of one measure by moments.

    counts, exposure: (series, months) events, and days (or any unit) in which they could happen.
    leaf: (series,) False for sums of other series: they teach nothing, and are expected to lie at
        their own baseline, for a sum of teams counts more than a team.
    baseline, group: as for ``estimate_means_prior``.
    Raises ValueError as ``filter_counts`` does.
    Source: DerSimonian & Laird, Control Clin Trials 1986;7:177, on rates.

    >>> days = np.full((9, 24), 30.0)
    >>> counts = np.tile([5, 7], (9, 12)) * np.arange(1, 10)[:, None]
    >>> prior = estimate_counts_prior(counts, days, leaf=np.full(9, True))
    >>> prior.usual.round(1)[0].item(), prior.shape.round(1)[0].item(), round(prior.dispersion, 3)
    (1.0, 3.4, 0.025)
    """
    x, days = checked_events(counts, exposure)
    leaves = np.asarray(leaf, dtype=bool)
    numbers = groups(group, leaves)
    usual = (days > 0) & (True if baseline is None else np.asarray(baseline, dtype=bool))
    teaches = teachers(leaves, numbers, np.any(usual, axis=1))
    dispersion = _dispersion(x[teaches], days[teaches])
    return _rates(np.where(usual, x, 0), np.where(usual, days, 0.0), numbers, teaches & leaves, dispersion)


def checked_events(counts: ArrayLike, exposure: ArrayLike) -> tuple[Ints, Floats]:
    """Return both as (series, months), or raise ValueError."""
    x, days = np.asarray(counts, dtype=float), np.asarray(exposure, dtype=float)
    if x.shape != days.shape:
        raise ValueError(f"counts have shape {x.shape}, exposure {days.shape}")
    if x.ndim != 2:
        raise ValueError("counts and exposure must have shape (series, months)")
    if not np.isfinite(x).all() or (x % 1).any() or (x < 0).any():
        raise ValueError("a count must be a whole number, 0 or more")
    if not np.isfinite(days).all() or (days < 0).any():
        raise ValueError("exposure must be a number, 0 or more")
    if x[days == 0].any():
        raise ValueError("nothing can be counted without exposure")
    return x.astype(np.int64), days


def level_weights(prior: CountsPrior, levels: Floats) -> Floats:
    """Return (series, levels) how likely each level of the grid is. levels: logarithms, from the centre."""
    relative = np.exp(between(levels)) * (prior.centre / prior.usual)[:, None]
    below = gammainc(prior.shape[:, None], prior.shape[:, None] * relative)
    weights = np.diff(below, axis=1, prepend=0, append=1) + np.finfo(float).tiny
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=float)


def effective(counts: Floats, days: Floats, squares: Floats, dispersion: float) -> Floats:
    """Return how many times the variance of a count grows by scatter between months.

    counts, days, squares: sums over months of the events, of their exposure and of its square.
    """
    rate = np.divide(counts, days, out=np.zeros(counts.shape), where=days > 0)
    size = np.divide(squares, days, out=np.zeros(counts.shape), where=days > 0)
    return np.asarray(1 + dispersion * rate * size, dtype=float)


def _dispersion(x: Ints, days: Floats) -> float:
    some = np.where(days > 0, days, np.nan)
    total = days.sum(axis=1, keepdims=True)
    rate = np.divide(x.sum(axis=1, keepdims=True), total, out=np.zeros(total.shape), where=total > 0)
    noise = rate * (1 / some[:, 1:] + 1 / some[:, :-1])
    found = scatter(np.diff(x / some, axis=1), noise, np.broadcast_to(2 * rate**2, noise.shape))
    return float(np.clip(found, LEAST_DISPERSION, MOST_DISPERSION))


def _rates(x: Ints, days: Floats, group: Ints, teaches: Bools, dispersion: float) -> CountsPrior:
    """Return where the rates of the baseline lie. x, days: 0 outside it."""
    events, size = x.sum(axis=1).astype(float), days.sum(axis=1)
    usual = _usual(events, size, group, teaches)
    effect = effective(events, size, (days**2).sum(axis=1), dispersion)
    expected = np.where(size > 0, usual * size, np.nan)
    spread = np.where(expected > 0, effect / expected, np.nan)
    learnt = teaches & np.isfinite(spread)
    shape = _shape((events / expected)[learnt], spread[learnt], group[learnt])
    shapes = np.where(teaches, shape, WEAK_SHAPE)
    centre = usual * (shapes + events / effect) / (shapes + usual * size / effect)
    return CountsPrior(centre, usual, shapes, dispersion)


def _usual(events: Floats, size: Floats, group: Ints, teaches: Bools) -> Floats:
    """Return (series,) the rate of each one's group; its own where it is not one of those learnt from."""
    hits, days = (by_group(group, np.where(teaches, part, 0)) for part in (events, size))
    rates = np.divide(hits + 0.5, days, out=np.ones(len(hits)), where=days > 0)
    own = np.divide(events + 0.5, size, out=rates[group].copy(), where=size > 0)
    return np.asarray(np.where(teaches, rates[group], own), dtype=float)


def _shape(relative: Floats, noise: Floats, group: Ints) -> float:
    if len(relative) - len(np.unique(group)) < FEW_SERIES - 1:
        return WEAK_SHAPE
    return float(np.clip(1 / max(between_groups(relative, noise, group), 1e-9), WEAK_SHAPE, MOST_SHAPE))
