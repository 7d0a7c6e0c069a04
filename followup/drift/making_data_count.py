"""The XmR-chart as the NHS reads it: what kind of variation, and will the target be met?"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from followup.drift.chart import Bools, Chart, Floats, Ints
from followup.drift.control import Lines, Plot, around, mean_of
from followup.drift.months import plot_by_month
from followup.drift.phases import Layout, Phases
from followup.drift.ranges import mean_of_ranges
from followup.drift.runs import sides

RANGES_TO_LIMIT = 2.66
"""Mean moving ranges from the mean to either limit (3 / d2)."""
IN_A_ROW = 7
"""Points on one side, or rising or falling, that are no longer chance."""
FEWEST_POINTS = 13
"""Points below which the limits of a group are provisional."""

Direction = Literal["increase", "decrease", "neutral"]
Texts = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Practice:
    """What the chart says; arrays of shape (months,), oldest first.

    chart: limits at 3 sigma, near-limits at 2; ``signal`` marks every special cause; one phase per group.
    cause: which test marks the point: above, below, rising, falling, near_above, near_below, run_above,
        run_below, or "".
    kind: common_cause, special_cause_improvement, special_cause_concern, special_cause_neutral_high or
        special_cause_neutral_low.
    variation: the kind of the last point; "" without points.
    assurance: consistent_pass, consistent_fail or inconsistent; None without a target, direction or limit.
    """

    chart: Chart
    cause: Texts
    kind: Texts
    variation: str
    assurance: str | None


def making_data_count(  # noqa: PLR0913  one option each
    values: ArrayLike,
    *,
    months: Sequence[Any] | None = None,
    improvement: Direction = "increase",
    target: float | None = None,
    rebase: Sequence[Any] = (),
    fix_after: int | None = None,
    screened: bool = True,
    compat: bool = False,
) -> Practice:
    """Chart single values with the NHS tests for special causes.

    values: (rows,) in any unit; rows of one month are averaged. A month without a value (None, NaN)
        stays as a gap: no moving range crosses it, the tests read on past it. (The R package stops.)
    months: (rows,) sortable; None takes the rows as months in order.
    improvement: the direction that is better. target: in the unit of the values.
    rebase: months from which, or from the first after which, limits and tests start afresh.
    fix_after: the limits of each group rest on its first so many points.
    screened: leave outlying moving ranges out of the spread.
    compat: as the R package NHSRplotthedots does, mark every point off the mean when the (screened)
        ranges are all 0, let rounding decide which side of the mean a point is on, call the target
        inconsistent without limits, and start afresh only at months that are in the series. Otherwise
        the unscreened ranges stand in, and no spread gives no limits and no assurance.
    Raises ValueError if shapes differ or a value is infinite.
    Source: NHS England, Making Data Count; Nelson, J Qual Technol 1982;14:172.

    >>> values = [5, 6, 5, 7, 6, 5, 6, 7, 5, 6, 7, 6, 15]
    >>> found = making_data_count(values, improvement="decrease", fix_after=12)
    >>> found.variation, found.cause[-1].item()
    ('special_cause_concern', 'above')
    """
    monthly, y = plot_by_month(values, None, months)
    starts = [month for month in rebase if not compat or month in monthly.months]
    layout = _lay_out(monthly.months, starts, fix_after)

    def lines(base: Bools) -> Lines:
        return _limits(y, base, screened=screened, compat=compat)

    chart = Plot(monthly, y, Phases()).draw_on(layout, lines, multiply=1.0, compat=compat, rare=None)
    return _read(chart, layout, target, improvement, compat=compat)


def _read(
    chart: Chart, layout: Layout, target: float | None, improvement: Direction, *, compat: bool
) -> Practice:
    cause = np.full(len(chart.y), "", dtype="<U10")
    for member in layout.members:
        chosen = member & ~np.isnan(chart.y)
        cause[chosen] = _causes(chart, chosen, snap=not compat)
    kind = np.array([_kind(name, improvement) for name in cause], dtype="<U26")
    return Practice(
        chart=_marked(chart, cause, layout),
        cause=cause,
        kind=kind,
        variation=str(kind[-1]) if len(kind) else "",
        assurance=_assurance(chart, target, improvement, compat=compat),
    )


def _lay_out(months: tuple[Any, ...], rebase: Sequence[Any], fix_after: int | None) -> Layout:
    starts = sorted({bisect_left(months, month) for month in rebase} - {0, len(months)})
    phase = np.searchsorted(starts, np.arange(len(months)), side="right").astype(np.int64) + 1
    place = np.arange(len(months)) - np.array([0, *starts])[phase - 1]
    everything = np.full(len(months), True)
    return Layout(phase, everything if fix_after is None else place < fix_after, everything)


def _limits(y: Floats, base: Bools, *, screened: bool, compat: bool) -> Lines:
    mean_range = mean_of_ranges(np.abs(np.diff(y[base])), screened=screened, compat=compat)
    return around(mean_of(y[base]), np.full(len(y), RANGES_TO_LIMIT * mean_range / 3))


def _causes(chart: Chart, chosen: Bools, *, snap: bool) -> Texts:
    """Name the first test that marks each of the ``chosen`` points; they are read as neighbours."""
    y, above, below = chart.y[chosen], chart.upper[chosen], chart.lower[chosen]
    side = sides(y, chart.centre[chosen], snap=snap)
    outside = (y > above) | (y < below)
    near = ((y > chart.upper_2s[chosen]) | (y < chart.lower_2s[chosen])) & ~outside
    tests = [
        np.where(outside, np.sign(y - chart.centre[chosen]), 0),
        _trends(y),
        _two_of_three(side, near),
        _one_sided(side),
    ]
    names = [
        ("above", "below"),
        ("rising", "falling"),
        ("near_above", "near_below"),
        ("run_above", "run_below"),
    ]
    marked = [found == sign for found in tests for sign in (1, -1)]
    return np.select(marked, [name for pair in names for name in pair], default="")


def _trends(y: Floats) -> Ints:
    """Mark 1 or -1 on all values that take part in seven rising or falling ones."""
    step, found = np.sign(np.diff(y)), np.zeros(len(y), dtype=np.int64)
    for start in range(len(y) - IN_A_ROW + 1):
        steps = set(step[start : start + IN_A_ROW - 1])
        if steps in ({1.0}, {-1.0}):
            found[start : start + IN_A_ROW] = steps.pop()
    return found


def _one_sided(side: Floats) -> Ints:
    """Mark 1 or -1 on all points that take part in seven on one side of the mean."""
    found = np.zeros(len(side), dtype=np.int64)
    for start in range(len(side) - IN_A_ROW + 1):
        window = set(side[start : start + IN_A_ROW])
        if window in ({1.0}, {-1.0}):
            found[start : start + IN_A_ROW] = window.pop()
    return found


def _two_of_three(side: Floats, near: Bools) -> Ints:
    """Mark 1 or -1 on the points near a limit, two of three on one side."""
    found = np.zeros(len(side), dtype=np.int64)
    for start in range(len(side) - 2):
        window = slice(start, start + 3)
        if abs(side[window].sum()) == 3 and near[window].sum() >= 2:
            found[window] = np.where(near[window], side[window], found[window])
    return found


def _kind(cause: str, improvement: Direction) -> str:
    if not cause:
        return "common_cause"
    is_high = cause in ("above", "rising", "near_above", "run_above")
    if improvement == "neutral":
        return "special_cause_neutral_high" if is_high else "special_cause_neutral_low"
    is_better = is_high == (improvement == "increase")
    return "special_cause_improvement" if is_better else "special_cause_concern"


def _assurance(chart: Chart, target: float | None, improvement: Direction, *, compat: bool) -> str | None:
    if target is None or improvement == "neutral" or not len(chart.y):
        return None
    if np.isnan(chart.upper[-1]):
        return "inconsistent" if compat else None
    if chart.lower[-1] <= target <= chart.upper[-1]:
        return "inconsistent"
    is_out_of_reach = (target > chart.upper[-1]) == (improvement == "increase")
    return "consistent_fail" if is_out_of_reach else "consistent_pass"


def _marked(chart: Chart, cause: Texts, layout: Layout) -> Chart:
    sizes = [int(member.sum()) for member in layout.members]
    return replace(
        chart, signal=np.asarray(cause != ""), provisional=tuple(size < FEWEST_POINTS for size in sizes)
    )
