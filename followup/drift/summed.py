"""Charts of means from sums: what is left when single measurements are not kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart
from followup.drift.control import Lines, Plot, around
from followup.drift.i import i_chart
from followup.drift.months import Measured, checked_values
from followup.drift.phases import Phases
from followup.drift.subgroups import c4, pooled_deviation, pooled_mean

MOST_SINGLE = 0.25
"""Share of the months with a single measurement above which the spread within months says too little."""


def mean_chart(
    totals: ArrayLike,
    sums: ArrayLike,
    squares: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    phases: Phases = Phases(),  # noqa: B008  frozen
) -> Chart:
    """Chart monthly means: the xbar-chart, or the I-chart where many months have a single measurement.

    totals, sums, squares: (months,) number of measurements, their sum and the sum of their squares,
        oldest month first. A month without measurements is NaN and never signals.
    months: (months,) labels. The chart has no events; its totals are the numbers of measurements.
    Raises ValueError if shapes differ, a total is negative or a number is infinite.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 6.3 and 6.4.

    >>> chart = mean_chart([2, 2, 2], [10, 12, 42], [52, 74, 884], phases=Phases(freeze=2))
    >>> chart.y.tolist(), chart.centre[0].item(), chart.signal.tolist()
    ([5.0, 6.0, 21.0], 5.5, [False, False, True])
    """
    monthly = _measured(totals, sums, squares, months)
    counted = monthly.sizes[monthly.sizes > 0]
    if counted.size and (counted < 2).mean() > MOST_SINGLE:
        chart = i_chart(monthly.means, months=list(monthly.months), phases=phases)
    else:
        chart = Plot(monthly, monthly.means, phases).draw(lambda base: _lines(monthly, base, phases))
    return Chart(**{**vars(chart), "events": np.full(len(monthly.sizes), np.nan), "totals": monthly.sizes})


def _lines(monthly: Measured, base: Bools, phases: Phases) -> Lines:
    centre = pooled_mean(monthly, base) if phases.centre is None else phases.centre
    deviation = pooled_deviation(monthly, base)
    spread = deviation if deviation > 0 else np.nan
    sizes = np.where(monthly.sizes > 0, monthly.sizes, np.nan)
    return around(centre, spread / (c4(sizes) * np.sqrt(sizes)))


def _measured(
    totals: ArrayLike, sums: ArrayLike, squares: ArrayLike, months: Sequence[Any] | None
) -> Measured:
    total, size = checked_values(sums, totals)
    square, _ = checked_values(squares, totals)
    if size.ndim != 1:
        raise ValueError("totals, sums and squares must be flat")
    means = np.divide(total, size, out=np.full(len(size), np.nan), where=size > 0)
    freedom = np.where(size >= 2, size - 1, np.nan)
    deviations = np.sqrt(np.maximum(square - total * np.nan_to_num(means), 0) / freedom)
    labels = range(1, len(size) + 1) if months is None else months
    return Measured(
        months=tuple(labels),
        events=np.where(size > 0, total, np.nan),
        totals=np.full(len(size), np.nan),
        first_rows=np.arange(len(size), dtype=np.int64),
        sizes=size,
        means=means,
        medians=means,
        deviations=deviations,
    )
