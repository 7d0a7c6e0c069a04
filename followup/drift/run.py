"""The run chart: values around their median, read by Anhøj's rules alone."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart, Floats
from followup.drift.control import Lines, Plot, around, mean_of
from followup.drift.months import plot_by_month
from followup.drift.phases import Phases

MOST_ON_LINE = 0.25
"""Share of points on the median above which it is no line to count runs from."""


def run_chart(  # noqa: PLR0913  one option each, the same on every chart
    values: ArrayLike,
    totals: ArrayLike | None = None,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    gather: Literal["mean", "median"] = "mean",
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart values, or ``values / totals``, around their median. There are no limits and no flags.

    values: (rows,) in any unit; missing (None, NaN) ones are left out.
    totals: (rows,) denominators; rows of one month are then summed, a month with total 0 is NaN.
    months: (rows,) sortable; None takes the rows as months in order.
    gather: how rows of one month become one value when there are no totals.
    multiply: scale of values and centre.
    compat: keep the median even if many points lie on it, as the R package qicharts2 does.
        Otherwise the mean takes its place when more than a quarter of the points do.
    Raises ValueError if shapes differ, a value is infinite or a total negative.
    Source: Anhøj & Olesen, PLoS ONE 2014;9:e113825.

    >>> chart = run_chart([4, 6, 5, 7, 9])
    >>> chart.centre.tolist(), chart.runs[0].crossings
    ([6.0, 6.0, 6.0, 6.0, 6.0], 1)
    """
    monthly, y = plot_by_month(values, totals, months, gather=gather)

    def lines(base: Bools) -> Lines:
        centre = _middle(y[base], compat=compat) if phases.centre is None else phases.centre
        return around(centre, np.full(len(y), np.nan))

    return Plot(monthly, y, phases, rests_on_centre=True).draw(lines, multiply=multiply, compat=compat)


def _middle(y: Floats, *, compat: bool) -> float:
    known = y[~np.isnan(y)]
    if not len(known):
        return float("nan")
    median = float(np.median(known))
    is_on_line = float((known == median).mean()) > MOST_ON_LINE
    return mean_of(known) if is_on_line and not compat else median
