"""Means and spreads of several measurements a month, for the xbar- and s-charts."""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from followup.drift.chart import Bools, Floats
from followup.drift.control import mean_of
from followup.drift.months import Measured


def c4(sizes: ArrayLike) -> Floats:
    """Return the mean standard deviation of ``sizes`` normal values, in true ones; NaN below two.

    Source: Montgomery, Introduction to Statistical Quality Control (2009), appendix VI.

    >>> c4([2, 10]).round(4).tolist()
    [0.7979, 0.9727]
    """
    k = np.asarray(sizes, dtype=float)
    k = np.where(k >= 2, k, np.nan)
    return np.asarray(np.sqrt(2 / (k - 1)) * np.exp(gammaln(k / 2) - gammaln((k - 1) / 2)))


def pooled_mean(measured: Measured, base: Bools) -> float:
    """Return the mean of all measurements in the months ``base``, NaN without any."""
    usable = base & (measured.sizes > 0)
    count = math.fsum(measured.sizes[usable])
    return math.fsum(measured.events[usable]) / count if count else math.nan


def pooled_deviation(measured: Measured, base: Bools, *, compat: bool = False) -> float:
    """Return the spread within the months ``base``, NaN when none has two measurements.

    The mean of the standard deviations if the months are equally large, else weighed by their size.
    compat: count an empty month as one degree of freedom less, as the R package qicharts2 does.

    >>> from followup.drift.months import measure_by_month
    >>> some = measure_by_month([1, 3, 2, 4, None], [1, 1, 2, 2, 3])
    >>> base = np.full(3, True)
    >>> round(pooled_deviation(some, base), 4), round(pooled_deviation(some, base, compat=True), 4)
    (1.4142, 2.0)
    """
    known = base & (measured.sizes >= 2)
    counted = base if compat else known
    if not known.any():
        return math.nan
    if len(set(measured.sizes[counted])) == 1:
        return mean_of(measured.deviations[known])
    squares = math.fsum((measured.sizes[known] - 1) * measured.deviations[known] ** 2)
    freedom = math.fsum(measured.sizes[counted] - 1)
    return math.sqrt(squares / freedom) if freedom > 0 else math.nan
