"""The c-chart: a count per month, where every month offers the same chance of events."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around, mean_of
from followup.drift.exact import rare_in_poisson
from followup.drift.months import count_by_month
from followup.drift.phases import Phases


def c_chart(
    events: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the number of events month by month.

    events: (rows,) counts; rows of one month are summed. A month where all are missing (None, NaN)
        is NaN and never signals.
    months: (rows,) sortable; None takes the rows as months in order.
    multiply: scale of counts, centre and limits.
    compat: flag as the R package qicharts2 does, strictly outside the 3-sigma limits, and let
        rounding error decide which side of the line a point is on. Otherwise a month is flagged
        by its exact mid-p Poisson tail at the same level, and only with two baseline months.
    Raises ValueError if a count is negative or infinite.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 7.4.

    >>> chart = c_chart([4, 3, 5, 4, 14], phases=Phases(freeze=4))
    >>> chart.upper[0].item(), chart.signal.tolist()
    (10.0, [False, False, False, False, True])
    """
    monthly = count_by_month(events, months)
    counts = monthly.events

    def lines(base: Bools) -> Lines:
        centre = mean_of(counts[base]) if phases.centre is None else phases.centre
        return around(centre, np.full(len(counts), np.sqrt(centre)), low=0)

    return Plot(monthly, counts, phases, rests_on_centre=True).draw(
        lines,
        multiply=multiply,
        compat=compat,
        rare=lambda centre: rare_in_poisson(counts, centre),
    )
