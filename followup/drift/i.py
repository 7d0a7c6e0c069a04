"""The I-chart: one value per month, limits from the moving ranges."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around, mean_of
from followup.drift.months import plot_by_month
from followup.drift.phases import Phases
from followup.drift.ranges import range_sigma


def i_chart(  # noqa: PLR0913  one option each, the same on every chart
    values: ArrayLike,
    totals: ArrayLike | None = None,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    screened: bool = True,
    may_be_negative: bool = True,
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart single values, or ``values / totals``, month by month.

    values: (rows,) in any unit; missing (None, NaN) ones are left out, rows of one month averaged.
    totals: (rows,) denominators; rows of one month are then summed, a month with total 0 is NaN.
    months: (rows,) sortable; None takes the rows as months in order.
    screened: leave outlying moving ranges out of the spread.
    may_be_negative: False cuts the lower limits at 0, unless a value is below.
    multiply: scale of values, centre and limits.
    compat: as the R package qicharts2 does, flag every point off the line when the (screened) ranges
        are all 0, flag also on a single baseline month, and let rounding decide which side of the
        line a point is on. Otherwise the unscreened ranges stand in, and no spread gives no limits.
    Raises ValueError if shapes differ, a value is infinite or a total negative.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 6.4.

    >>> chart = i_chart([4, 6, 5, 7, 5, 6, 4, 6, 20], phases=Phases(freeze=8))
    >>> chart.upper.round(2)[0].item(), chart.signal.tolist()[-2:]
    (9.93, [False, True])
    """
    monthly, y = plot_by_month(values, totals, months)
    low = -np.inf if may_be_negative or (y < 0).any() else 0.0

    def lines(base: Bools) -> Lines:
        centre = mean_of(y[base]) if phases.centre is None else phases.centre
        sigma = range_sigma(y[base], screened=screened, compat=compat)
        return around(centre, np.full(len(y), sigma), low=low)

    return Plot(monthly, y, phases).draw(lines, multiply=multiply, compat=compat)
