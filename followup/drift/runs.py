"""Anhøj's rules: unusually long runs and unusually few crossings of the centre line."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

SNAP = 1e-12
"""A value this close to the line, relative to the larger of the two, lies on it."""


@dataclass(frozen=True)
class Runs:
    """What Anhøj's rules say of one phase. All None when no point is off the centre line.

    observed: months in the phase, missing ones too. useful: those not missing and not on the line.
    """

    signal: bool
    longest: int | None
    longest_max: int | None
    crossings: int | None
    crossings_min: int | None
    useful: int
    observed: int


def longest_run_limit(useful: int) -> int:
    """Return the longest run that is still usual among ``useful`` points (at least 1).

    Source: Anhøj & Olesen, PLoS ONE 2014;9:e113825.

    >>> longest_run_limit(24)
    8
    """
    return round(math.log2(useful)) + 3


@cache
def crossings_limit(useful: int) -> int:
    """Return the fewest crossings still usual: the 5 % quantile of Bin(useful - 1, 1/2).

    Counted in whole numbers, so no rounding is involved.
    Source: Anhøj, PLoS ONE 2015;10:e0121349.

    >>> crossings_limit(24)
    8
    """
    trials = useful - 1
    ways = fewest = 0
    while (ways := ways + math.comb(trials, fewest)) * 20 < 2**trials:
        fewest += 1
    return fewest


def anhoej(y: ArrayLike, centre: ArrayLike, *, snap: bool = True) -> Runs:
    """Apply Anhøj's rules to the points of one phase.

    y: (months,) values, NaN where missing. centre: scalar or (months,), NaN means no line.
    snap: count points within rounding error of the line as lying on it.

    >>> anhoej([1, 2, 1, 2], 1.5).crossings
    3
    """
    side = sides(np.asarray(y, float), np.asarray(centre, float), snap=snap)
    side = side[~np.isnan(side) & (side != 0)]
    observed, useful = np.size(y), len(side)
    if useful == 0:
        return Runs(False, None, None, None, None, 0, observed)
    turns = np.flatnonzero(np.diff(side))
    longest = int(np.diff(turns, prepend=-1, append=useful - 1).max())
    longest_max, crossings_min = longest_run_limit(useful), crossings_limit(useful)
    signal = longest > longest_max or len(turns) < crossings_min
    return Runs(signal, longest, longest_max, len(turns), crossings_min, useful, observed)


def sides(y: NDArray[np.float64], centre: NDArray[np.float64], *, snap: bool) -> NDArray[np.float64]:
    """Return the side of the line each value (months,) is on: 1, -1, 0 on it, NaN where missing.

    snap: count values within rounding error of the line as lying on it.

    >>> sides(np.array([1.0, 3.0, np.nan]), np.array(2.0), snap=True).tolist()
    [-1.0, 1.0, nan]
    """
    distance = y - centre
    if snap:
        distance[np.abs(distance) <= SNAP * np.maximum(np.abs(y), np.abs(centre))] = 0
    return np.asarray(np.sign(distance), dtype=float)
