"""The u-chart: events per unit of exposure (a hundred places, a thousand days) each month."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around, known_totals, pooled_ratio
from followup.drift.exact import rare_in_poisson
from followup.drift.months import checked_rates, sum_by_month
from followup.drift.phases import Phases


def u_chart(
    events: ArrayLike,
    exposures: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the rate ``events / exposures`` month by month.

    events: (rows,) counts. exposures: (rows,) in any unit, above or below the events. Rows of one
        month are summed; missing (None, NaN) in either makes the row missing; a month without
        exposure is NaN and never signals.
    months: (rows,) sortable; None takes the rows as months in order.
    multiply: scale of rates, centre and limits (1000 for rates per thousand).
    compat: flag as the R package qicharts2 does, strictly outside the 3-sigma limits, and let
        rounding error decide which side of the line a point is on. Otherwise a month is flagged
        by its exact mid-p Poisson tail at the same level, and only with two baseline months.
    Raises ValueError if shapes differ, or a number is negative or infinite.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 7.4.

    >>> chart = u_chart([4, 3, 5, 14], [40, 30, 50, 40], phases=Phases(freeze=3))
    >>> chart.centre[0].item(), chart.signal.tolist()
    (0.1, [False, False, False, True])
    """
    monthly = sum_by_month(events, exposures, months, check=checked_rates)
    usable = known_totals(monthly)

    def lines(base: Bools) -> Lines:
        centre = pooled_ratio(monthly, base) if phases.centre is None else phases.centre
        return around(centre, np.sqrt(centre / usable), low=0)

    return Plot(monthly, monthly.ratio, phases, rests_on_centre=True).draw(
        lines,
        multiply=multiply,
        compat=compat,
        rare=lambda centre: rare_in_poisson(monthly.events, centre * usable),
    )
