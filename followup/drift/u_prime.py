"""The u'-chart: a rate per month where the months differ more than chance alone would make them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around, known_totals, pooled_ratio
from followup.drift.exact import rare_in_poisson
from followup.drift.months import checked_rates, sum_by_month
from followup.drift.phases import Phases
from followup.drift.ranges import laney_sigma


def u_prime_chart(  # noqa: PLR0913  one option each, the same on every chart
    events: ArrayLike,
    exposures: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    screened: bool = True,
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the rate ``events / exposures``, with limits as wide as the months really vary.

    events, exposures, months, multiply: as for ``u_chart``.
    screened: leave outlying moving ranges out of the spread.
    compat: as the R package qicharts2 does, let limits be narrower than the u-chart's, flag strictly
        outside them, and let rounding decide which side of the line a point is on. Otherwise they
        are at least the u-chart's, and a flag must also be rare by its exact mid-p Poisson tail.
    Raises ValueError if shapes differ, or a number is negative or infinite.
    Source: Laney, Qual Eng 2002;14:531.

    >>> chart = u_prime_chart([30, 42, 35, 41], [10, 10, 10, 10])
    >>> chart.upper.round(3).tolist(), chart.signal.any().item()
    ([5.916, 5.916, 5.916, 5.916], False)
    """
    monthly = sum_by_month(events, exposures, months, check=checked_rates)
    rate, usable = monthly.ratio, known_totals(monthly)

    def lines(base: Bools) -> Lines:
        centre = pooled_ratio(monthly, base) if phases.centre is None else phases.centre
        chance = np.sqrt(centre / usable)
        wider = laney_sigma((rate - centre)[base], chance[base], screened=screened, compat=compat)
        return around(centre, chance * wider, low=0)

    chart = Plot(monthly, rate, phases).draw(lines, multiply=multiply, compat=compat)
    if compat:
        return chart
    rare = rare_in_poisson(monthly.events, chart.centre / multiply * usable)
    return replace(chart, signal=chart.signal & rare)
