"""The p-chart: a share per month."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, ndtr

from followup.drift.chart import Bools, Chart, Floats
from followup.drift.months import Monthly, sum_by_month
from followup.drift.phases import Layout, Phases, lay_out
from followup.drift.runs import anhoej

SURE_BASELINE = 12
"""Baseline months from which limits are no longer provisional."""
LEAST_BASELINE = 2
"""Baseline months below which nothing is flagged."""


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
    Raises ValueError if shapes differ, a count is negative or infinite, or events exceed totals.
    Source: Montgomery, Introduction to Statistical Quality Control (2009), 7.3.

    >>> chart = p_chart([2, 3, 1, 12], [20, 20, 20, 20], phases=Phases(freeze=3))
    >>> chart.centre.tolist(), chart.signal.tolist()
    ([0.1, 0.1, 0.1, 0.1], [False, False, False, True])
    """
    monthly = sum_by_month(events, totals, months)
    layout = lay_out(phases, monthly.first_rows)
    share = _share(monthly)
    centre = _centres(monthly, layout, phases.centre)
    lower, upper = _limits(share, monthly.totals, centre, sigmas=3)
    lower_2s, upper_2s = _limits(share, monthly.totals, centre, sigmas=2)
    sizes = _baseline_sizes(layout, share, is_fixed=phases.centre is not None)
    may_signal = np.array([size >= LEAST_BASELINE for size in sizes], dtype=bool)[layout.phase - 1]
    return Chart(
        months=monthly.months,
        y=share * multiply,
        events=monthly.events,
        totals=monthly.totals,
        centre=centre * multiply,
        lower=lower * multiply,
        upper=upper * multiply,
        lower_2s=lower_2s * multiply,
        upper_2s=upper_2s * multiply,
        phase=layout.phase,
        baseline=layout.baseline,
        included=layout.included,
        signal=(share < lower) | (share > upper) if compat else _exact_signal(monthly, centre) & may_signal,
        runs=tuple(
            anhoej(share[chosen], centre[chosen], snap=not compat)
            for chosen in (member & layout.included for member in layout.members)
        ),
        provisional=tuple(size < SURE_BASELINE for size in sizes),
    )


def _share(monthly: Monthly) -> Floats:
    share = np.full(len(monthly.totals), np.nan)
    np.divide(monthly.events, monthly.totals, out=share, where=monthly.totals > 0)
    return share


def _baseline_sizes(layout: Layout, share: Floats, *, is_fixed: bool) -> list[float]:
    """Return per phase how many months its centre rests on; a centre that is given needs none."""
    if is_fixed:
        return [math.inf] * len(layout.members)
    rests = layout.baseline & layout.included & ~np.isnan(share)
    return [float((member & rests).sum()) for member in layout.members]


def _centres(monthly: Monthly, layout: Layout, fixed: float | None) -> Floats:
    centre = np.full(len(monthly.totals), np.nan)
    if fixed is not None:
        centre[:] = fixed
        return centre
    usable = layout.baseline & layout.included & ~np.isnan(monthly.events)
    for member in layout.members:
        total = math.fsum(monthly.totals[member & usable])
        if total > 0:
            centre[member] = math.fsum(monthly.events[member & usable]) / total
    return centre


def _limits(share: Floats, totals: Floats, centre: Floats, *, sigmas: int) -> tuple[Floats, Floats]:
    usable = np.where(np.isnan(share), np.nan, totals)
    reach = sigmas * np.sqrt(centre * (1 - centre) / usable)
    return np.maximum(centre - reach, 0), np.minimum(centre + reach, 1)


def _exact_signal(monthly: Monthly, centre: Floats) -> Bools:
    """Flag months whose mid-p binomial tail is below that of 3 sigma in a normal curve."""
    x, n = monthly.events, monthly.totals
    upper = (_at_least(x, n, centre) + _at_least(x + 1, n, centre)) / 2
    rare = ndtr(-3.0)
    return np.asarray((n > 0) & ((upper < rare) | (1 - upper < rare)))


def _at_least(x: Floats, n: Floats, p: Floats) -> Floats:
    """Return P(X >= x) for X ~ Bin(n, p), also where x is 0 or n + 1."""
    inside = (x > 0) & (x <= n)
    tail = betainc(np.where(inside, x, 1.0), np.where(inside, n - x + 1, 1.0), p)
    return np.where(np.isnan(x), np.nan, np.where(inside, tail, np.where(x <= 0, 1.0, 0.0)))
