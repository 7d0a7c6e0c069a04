"""The p-chart: a share per month."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import (
    SURE_BASELINE,
    Lines,
    Plot,
    around,
    chance_error,
    known_totals,
    pooled_ratio,
)
from followup.drift.exact import rare_in_binomial
from followup.drift.months import checked_counts, checked_rates, sum_by_month
from followup.drift.phases import Phases

__all__ = ["SURE_BASELINE", "p_chart"]


def p_chart(
    events: ArrayLike,
    totals: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the share ``events / totals`` month by month.

    events, totals: (rows,) counts; rows of one month are summed. Missing (None, NaN) in either
        makes the row missing; a month without decisions is NaN and never signals.
    months: (rows,) sortable; None takes the rows as months in order.
    multiply: scale of shares, centre and limits (100 for percent).
    compat: flag as the R package qicharts2 does, strictly outside the 3-sigma limits, and let
        rounding error decide which side of the line a point is on. Otherwise a month is flagged
        by its exact mid-p binomial tail at the same level, and only with two baseline months.
    Raises ValueError if shapes differ, a count is negative or infinite, or events exceed totals (compat
        draws them).
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 7.3.

    >>> chart = p_chart([2, 3, 1, 12], [20, 20, 20, 20], phases=Phases(freeze=3))
    >>> chart.centre.tolist(), chart.signal.tolist()
    ([0.1, 0.1, 0.1, 0.1], [False, False, False, True])
    """
    monthly = sum_by_month(events, totals, months, check=checked_rates if compat else checked_counts)
    usable = known_totals(monthly)

    def lines(base: Bools) -> Lines:
        centre = pooled_ratio(monthly, base) if phases.centre is None else phases.centre
        return around(centre, chance_error(centre, usable), low=0, high=1)

    return Plot(monthly, monthly.ratio, phases, rests_on_centre=True).draw(
        lines,
        multiply=multiply,
        compat=compat,
        rare=lambda centre: rare_in_binomial(monthly.events, monthly.totals, centre),
    )
