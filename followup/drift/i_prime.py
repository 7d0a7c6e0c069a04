"""The I'-chart: one value per month, where months with more behind them vary less."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around, known_totals, pooled_ratio
from followup.drift.months import checked_values, sum_by_month
from followup.drift.phases import Phases
from followup.drift.ranges import mean_of_ranges


def i_prime_chart(  # noqa: PLR0913  one option each, the same on every chart
    values: ArrayLike,
    totals: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    screened: bool = True,
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart ``values / totals`` with limits that narrow as the square root of the total.

    values: (rows,) sums in any unit, also negative. totals: (rows,) what they are sums over. Rows of
        one month are summed; missing (None, NaN) in either makes the row missing; a month with
        total 0 is NaN and never signals.
    months: (rows,) sortable; None takes the rows as months in order.
    screened: leave outlying moving ranges out of the spread.
    multiply: scale of values, centre and limits.
    compat: as for ``i_chart``.
    Raises ValueError if shapes differ, a value is infinite or a total negative.
    Source: Taylor, Normalized Individuals (I_N) Control Chart, 2017 (variation.com).

    >>> chart = i_prime_chart([40, 66, 50, 77, 200], [10, 11, 10, 11, 10], phases=Phases(freeze=4))
    >>> chart.upper.round(2).tolist()[:2], chart.signal.tolist()[-2:]
    ([10.08, 9.87], [False, True])
    """
    monthly = sum_by_month(values, totals, months, check=checked_values)
    y, usable = monthly.ratio, known_totals(monthly)

    def lines(base: Bools) -> Lines:
        centre = pooled_ratio(monthly, base) if phases.centre is None else phases.centre
        steps = np.diff(y[base]) / np.sqrt(1 / usable[base][1:] + 1 / usable[base][:-1])
        # A step of variance 1 is on average sqrt(2 / pi) long.
        sigma = mean_of_ranges(np.abs(steps), screened=screened, compat=compat) * np.sqrt(np.pi / 2)
        return around(centre, sigma / np.sqrt(usable))

    return Plot(monthly, y, phases).draw(lines, multiply=multiply, compat=compat)
