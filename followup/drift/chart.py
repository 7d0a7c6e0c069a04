"""What every control chart returns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from followup.drift.runs import Runs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Chart:
    """One indicator month by month; every array has shape (months,), oldest first.

    months: what was charted, sorted and without repeats.
    y: the plotted value, NaN where missing.
    events, totals: numerator (NaN where missing) and denominator (0 where missing). A chart without
        denominators has the sum of the month's values as events, and NaN as totals.
    centre, lower, upper: centre line and 3-sigma limits, NaN where there is no value to compare.
    lower_2s, upper_2s: the same at 2 sigma.
    phase: number of the phase, from 1. baseline, included: which months the limits may rest on.
    signal: the point says by itself that something has changed.
    runs: Anhøj's rules, one per phase. provisional: one per phase, True below 12 baseline months.
    """

    months: tuple[Any, ...]
    y: Floats
    events: Floats
    totals: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    lower_2s: Floats
    upper_2s: Floats
    phase: Ints
    baseline: Bools
    included: Bools
    signal: Bools
    runs: tuple[Runs, ...]
    provisional: tuple[bool, ...]
