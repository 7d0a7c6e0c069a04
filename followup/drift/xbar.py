"""The xbar-chart: the mean of several measurements a month."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around
from followup.drift.months import measure_by_month
from followup.drift.phases import Phases
from followup.drift.subgroups import c4, pooled_deviation, pooled_mean


def xbar_chart(
    values: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the mean of each month's measurements.

    values: (rows,) in any unit, several rows a month; missing (None, NaN) ones are left out. A month
        with a single measurement has no limits and never signals.
    months: (rows,) sortable; None takes the rows as months in order.
    multiply: scale of means, centre and limits.
    compat: as the R package qicharts2 does, flag also on a single baseline month, flag every month
        off the line if there is no spread within months, let an empty month widen the limits, and
        let rounding decide which side of the line a point is on. Otherwise no spread, no limits.
    Raises ValueError if shapes differ or a value is infinite.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 6.3.

    >>> chart = xbar_chart([4, 6, 5, 7, 20, 22], months=[1, 1, 2, 2, 3, 3], phases=Phases(freeze=2))
    >>> chart.centre[0].item(), chart.signal.tolist()
    (5.5, [False, False, True])
    """
    monthly = measure_by_month(values, months)

    def lines(base: Bools) -> Lines:
        centre = pooled_mean(monthly, base) if phases.centre is None else phases.centre
        deviation = pooled_deviation(monthly, base, compat=compat)
        spread = deviation if compat or deviation > 0 else np.nan
        return around(centre, spread / (c4(monthly.sizes) * np.sqrt(monthly.sizes)))

    return Plot(monthly, monthly.means, phases).draw(lines, multiply=multiply, compat=compat)
