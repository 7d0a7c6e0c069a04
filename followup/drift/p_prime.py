"""The p'-chart: a share per month where the months differ more than chance alone would make them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around, chance_error, known_totals, pooled_ratio
from followup.drift.exact import rare_in_binomial
from followup.drift.months import checked_counts, checked_rates, sum_by_month
from followup.drift.phases import Phases
from followup.drift.ranges import laney_sigma


def p_prime_chart(  # noqa: PLR0913  one option each, the same on every chart
    events: ArrayLike,
    totals: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    screened: bool = True,
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the share ``events / totals``, with limits as wide as the months really vary.

    events, totals, months, multiply: as for ``p_chart``.
    screened: leave outlying moving ranges out of the spread.
    compat: as the R package qicharts2 does, let limits be narrower than the p-chart's, flag strictly
        outside them, and let rounding decide which side of the line a point is on. Otherwise they
        are at least the p-chart's, and a flag must also be rare by its exact mid-p binomial tail.
    Raises ValueError if shapes differ, a count is negative or infinite, or events exceed totals (compat
        draws them).
    Source: Laney, Qual Eng 2002;14:531.

    >>> chart = p_prime_chart([300, 420, 350, 410], [1000, 1000, 1000, 1000])
    >>> chart.upper.round(3).tolist(), chart.signal.any().item()
    ([0.592, 0.592, 0.592, 0.592], False)
    """
    monthly = sum_by_month(events, totals, months, check=checked_rates if compat else checked_counts)
    share, usable = monthly.ratio, known_totals(monthly)

    def lines(base: Bools) -> Lines:
        centre = pooled_ratio(monthly, base) if phases.centre is None else phases.centre
        chance = chance_error(centre, usable)
        wider = laney_sigma((share - centre)[base], chance[base], screened=screened, compat=compat)
        return around(centre, chance * wider, low=0, high=1)

    chart = Plot(monthly, share, phases).draw(lines, multiply=multiply, compat=compat)
    if compat:
        return chart
    rare = rare_in_binomial(monthly.events, monthly.totals, chart.centre / multiply)
    return replace(chart, signal=chart.signal & rare)
