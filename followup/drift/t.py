"""The t-chart: how long it takes from one rare event to the next."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart, Floats
from followup.drift.control import Lines, Plot, around, mean_of
from followup.drift.months import checked_rates, measure_by_month
from followup.drift.phases import Phases
from followup.drift.ranges import range_sigma

POWER = 3.6
"""The root that makes exponential waiting times nearly normal."""


def t_chart(  # noqa: PLR0913  one option each, the same on every chart
    between: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    screened: bool = True,
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the time from one event to the next.

    between: (rows,) times in any unit, above 0, one per event; missing (None, NaN) ones are left out.
    months: (rows,) when it happened, anything sortable and different for each event; None takes them
        in order.
    screened: leave outlying moving ranges (of the roots) out of the spread.
    multiply: scale of times, centre and limits. All are those of an I-chart of the 3.6th roots.
    compat: as for ``i_chart``, and the lower 3-sigma limit is 0 where there is none.
    Raises ValueError if shapes differ, or a time is negative or infinite.
    Source: Nelson, J Qual Technol 1994;26:239.

    >>> chart = t_chart([12, 30, 9, 21, 15, 400], phases=Phases(freeze=5))
    >>> chart.centre.round(1)[0].item(), chart.signal.tolist()[-2:]
    (16.3, [False, True])
    """
    times, _ = checked_rates(between, np.zeros(np.shape(between)))
    monthly = measure_by_month(times, months)
    roots = monthly.means ** (1 / POWER)
    y = roots**POWER if compat else monthly.means  # theirs goes through the root and back

    def lines(base: Bools) -> Lines:
        centre = mean_of(roots[base]) if phases.centre is None else phases.centre ** (1 / POWER)
        sigma = range_sigma(roots[base], screened=screened, compat=compat)
        return _powers(around(centre, np.full(len(roots), sigma), low=0), fill=compat)

    return Plot(monthly, y, phases).draw(lines, multiply=multiply, compat=compat)


def _powers(lines: Lines, *, fill: bool) -> Lines:
    """Return the lines in the unit of the times; ``fill`` puts 0 where there is no lower limit."""
    lowest = 0.0 if fill else np.nan

    def power(line: Floats, missing: float = np.nan) -> Floats:
        return np.where(np.isnan(line), missing, line**POWER)

    return Lines(
        power(lines.centre),
        power(lines.lower, lowest),
        power(lines.upper),
        power(lines.lower_2s),
        power(lines.upper_2s),
    )
