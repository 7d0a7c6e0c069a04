"""The g-chart: how many cases go by between rare events."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr

from followup.drift.chart import Bools, Chart, Floats
from followup.drift.control import Lines, Plot, around, mean_of
from followup.drift.months import count_by_month
from followup.drift.phases import Phases


def g_chart(
    between: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
    multiply: float = 1.0,
    compat: bool = False,
) -> Chart:
    """Chart the number of cases without the event from one event to the next.

    between: (rows,) counts, one per event; missing (None, NaN) ones are left out.
    months: (rows,) when it happened, anything sortable and different for each event; None takes them
        in order.
    multiply: scale of counts, centre and limits. The centre is the median, the limits go by the mean.
    compat: as the R package qicharts2 does, put the limits 3 standard deviations from the mean (about
        18 in 1,000 are outside by chance) and let rounding decide which side of the line a point is
        on. Otherwise they cut off the same tails of the geometric distribution as 3 sigma of a normal.
    Raises ValueError if shapes differ, or a count is negative or infinite.
    Source: Benneyan, Int J Prod Res 2001;39:1909; Woodall, J Qual Technol 2006;38:89.

    >>> chart = g_chart([9, 11, 8, 14, 10, 90], phases=Phases(freeze=5))
    >>> chart.centre[0].item(), chart.upper.round(1)[0].item(), chart.signal.tolist()[-2:]
    (10.0, 72.0, [False, True])
    """
    monthly = count_by_month(between, months)
    counts = monthly.events
    flat = np.ones(len(counts))

    def lines(base: Bools) -> Lines:
        mean = mean_of(counts[base]) if phases.centre is None else phases.centre
        drawn = around(mean, flat * np.sqrt(mean * (mean + 1)), low=0) if compat else _exact(mean, flat)
        centre = _median(counts[base]) if phases.centre is None else phases.centre
        return Lines(flat * centre, drawn.lower, drawn.upper, drawn.lower_2s, drawn.upper_2s)

    return Plot(monthly, counts, phases, rests_on_centre=True).draw(lines, multiply=multiply, compat=compat)


def _median(counts: Floats) -> float:
    known = counts[~np.isnan(counts)]
    return float(np.median(known)) if len(known) else float("nan")


def _exact(mean: float, flat: Floats) -> Lines:
    """Return limits that a geometric count with this mean passes as seldom as a normal one does."""
    rate = np.log1p(-1 / (mean + 1)) if mean > 0 else np.nan
    lower, upper = ([log_ndtr(side * sigmas) / rate for sigmas in (3, 2)] for side in (1, -1))
    lows = [max(limit - 1, 0.0) for limit in lower]
    return Lines(flat * mean, flat * lows[0], flat * upper[0], flat * lows[1], flat * upper[1])
