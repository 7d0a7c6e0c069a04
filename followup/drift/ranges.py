"""Moving ranges: the spread between one month and the next."""

import numpy as np

from followup.drift.chart import Floats
from followup.drift.control import mean_of

SIGMA_OF_RANGE = 1.128
"""Mean range of two normal values, in standard deviations (d2)."""
HIGHEST_RANGE = 3.267
"""Upper limit of such ranges, in mean ranges (D4)."""


def mean_of_ranges(ranges: Floats, *, screened: bool = True, compat: bool = False) -> float:
    """Return the mean of moving ranges, NaN without any.

    ranges: (months - 1,) not negative, NaN left out.
    screened: average once more without those that are at least 3.267 times their mean.
    compat: screen also where nothing but zeros is left. That makes every value an outlier, so
        otherwise the unscreened mean stands then; a mean range of 0 is no spread at all and NaN.
    Source: Nelson, J Qual Technol 1982;14:172 (screening).

    >>> mean_of_ranges(np.array([2.0, 1.0, 2.0, 16.0, 1.0, 2.0, 1.0, 2.0]))
    1.5714285714285714
    """
    mean = mean_of(ranges)
    if screened:
        kept = mean_of(ranges[ranges < HIGHEST_RANGE * mean])
        mean = kept if compat or kept > 0 else mean
    return mean if compat or mean > 0 else float("nan")


def range_sigma(y: Floats, *, screened: bool = True, compat: bool = False) -> float:
    """Return the standard deviation that the differences of consecutive values speak of.

    y: (months,) in time order; a missing value (NaN) leaves out the two differences it takes part in.
    screened, compat: as in ``mean_of_ranges``.

    >>> round(range_sigma(np.array([1.0, 3.0, 2.0, 4.0])), 6)
    1.477541
    """
    return mean_of_ranges(np.abs(np.diff(y)), screened=screened, compat=compat) / SIGMA_OF_RANGE


def laney_sigma(off: Floats, chance: Floats, *, screened: bool = True, compat: bool = False) -> float:
    """Return how many times more the months vary than chance: the sigma of z = off / chance.

    off, chance: (months,) distance from the centre and standard error by chance alone. NaN when there
        is no chance variation or no range.
    compat: let it be below 1. Otherwise it is at least 1: months are not more alike than chance.
    Source: Laney, Qual Eng 2002;14:531.

    >>> round(laney_sigma(np.array([0.1, -0.1, 0.3]), np.array([0.1, 0.1, 0.1])), 3)
    2.66
    """
    z = np.full(len(off), np.nan)
    np.divide(off, chance, out=z, where=chance > 0)
    sigma = range_sigma(z, screened=screened, compat=compat)
    return sigma if compat else float(np.fmax(sigma, 1.0))
