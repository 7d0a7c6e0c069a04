"""The MR-chart: how much each value differs from the one before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, mean_of
from followup.drift.months import plot_by_month
from followup.drift.phases import Phases
from followup.drift.ranges import HIGHEST_RANGE


def mr_chart(
    values: ArrayLike,
    totals: ArrayLike | None = None,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the moving range: the absolute difference from the month before.

    values, totals, months, multiply: as for ``i_chart``. The first month, and those where either
        value is missing, have no range (NaN). Phases do not break the ranges. Ranges next to each
        other share a value, so their runs are counted but never a signal.
    compat: as the R package qicharts2 does, flag also on a single baseline range and leave points
        that rounding puts beside the line there. Otherwise ranges that are all 0 give no limits.
    Raises ValueError if shapes differ, a value is infinite or a total negative.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 6.4.

    >>> mr_chart([4, 6, 5, 7]).y.tolist()
    [nan, 2.0, 1.0, 2.0]
    """
    monthly, y = plot_by_month(values, totals, months)
    ranges = np.abs(np.diff(y, prepend=np.nan))

    def lines(base: Bools) -> Lines:
        mean = mean_of(ranges[base])
        limit = HIGHEST_RANGE * (mean if compat or mean > 0 else np.nan)
        flat = np.ones(len(y))
        low = flat * (limit * 0)
        centre = mean if phases.centre is None else phases.centre
        return Lines(flat * centre, low, flat * limit, low, flat * limit * 2 / 3)

    chart = Plot(monthly, ranges, phases).draw(lines, multiply=multiply, compat=compat)
    return replace(chart, runs=tuple(replace(runs, signal=False) for runs in chart.runs))
