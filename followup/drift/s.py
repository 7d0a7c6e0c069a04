"""The s-chart: how much the measurements of a month differ from each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around
from followup.drift.months import measure_by_month
from followup.drift.phases import Phases
from followup.drift.subgroups import c4, pooled_deviation


def s_chart(
    values: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the standard deviation of each month's measurements.

    values, months, multiply: as for ``xbar_chart``. A month with fewer than two measurements is NaN.
    compat: as the R package qicharts2 does, flag also on a single baseline month, flag every month
        with a spread if the baseline has none, let an empty month widen the limits, and let rounding
        decide which side of the line a point is on. Otherwise no spread, no limits.
    Raises ValueError if shapes differ or a value is infinite.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 6.3.

    >>> chart = s_chart([4, 6, 5, 7, 2, 22], months=[1, 1, 2, 2, 3, 3], phases=Phases(freeze=2))
    >>> chart.centre.round(3)[0].item(), chart.signal.tolist()
    (1.414, [False, False, True])
    """
    monthly = measure_by_month(values, months)
    shrinkage = c4(monthly.sizes)

    def lines(base: Bools) -> Lines:
        centre = pooled_deviation(monthly, base, compat=compat) if phases.centre is None else phases.centre
        spread = centre if compat or centre > 0 else np.nan
        return around(centre, spread * np.sqrt(1 - shrinkage**2) / shrinkage, low=0)

    return Plot(monthly, monthly.deviations, phases).draw(lines, multiply=multiply, compat=compat)
