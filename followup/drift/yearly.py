"""What all prices do at the turn of the year: the step that a portfolio takes together.

Prices are regulated once a year. That nearly every unit pays some percent more from January on is
no change of anybody's practice; one that rises more than the others is.
"""

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Floats
from followup.drift.portfolio import FEW_SERIES

DOUBT = 10.0
"""Weight, in decisions, with which a step is taken to be none until the new year has shown it."""


def yearly_offsets(totals: ArrayLike, sums: ArrayLike, *, leaf: ArrayLike, year: ArrayLike) -> Floats:
    """Return (months,) by how much the usual level of each month's year lies above that of the first.

    totals, sums: (series, months) number and sum of (logarithms of) values. leaf: (series,) bools, the
        series to learn from. year: (months,) ascending.

    A step is the weighted median of what the series' own means do from one year to the next, so that
    the few that drift do not move it. It is 0 where fewer than FEW_SERIES have both years.

    >>> prices = np.log([100.0] * 12 + [103.0] * 12)
    >>> moved = yearly_offsets(np.full((9, 24), 50), np.tile(50 * prices, (9, 1)), leaf=[True] * 9,
    ...     year=[2025] * 12 + [2026] * 12)
    >>> float(np.exp(moved[0])), round(float(np.exp(moved[-1])), 2)
    (1.0, 1.03)
    """
    is_leaf, of_year = np.asarray(leaf, dtype=bool), np.asarray(year)
    years, place = np.unique(of_year, return_inverse=True)
    in_year = np.eye(len(years))[place]
    n = np.asarray(totals, dtype=float)[is_leaf] @ in_year
    mean = np.divide(np.asarray(sums, dtype=float)[is_leaf] @ in_year, n, out=np.zeros_like(n), where=n > 0)
    size = np.divide(
        n[:, 1:] * n[:, :-1], n[:, 1:] + n[:, :-1], out=np.zeros_like(n[:, 1:]), where=n[:, 1:] > 0
    )
    steps = [_step(change, weight) for change, weight in zip(np.diff(mean).T, size.T, strict=True)]
    return np.asarray(np.concatenate([[0.0], np.cumsum(steps)])[place])


def _step(change: Floats, weight: Floats) -> float:
    """The weighted median of (series,) changes, as far as their weight goes beyond doubt."""
    known = weight > 0
    if known.sum() < FEW_SERIES:
        return 0.0
    order = np.argsort(change[known])
    through = np.cumsum(weight[known][order])
    median = change[known][order][np.searchsorted(through, through[-1] / 2)]
    return float(median * through[-1] / (through[-1] + DOUBT))
