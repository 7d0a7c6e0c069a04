"""Rows into months: grouped, sorted, checked."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Check = Callable[[ArrayLike, ArrayLike], tuple[Floats, Floats]]


@dataclass(frozen=True, eq=False)
class Monthly:
    """Events and totals summed per month; arrays of shape (months,), oldest first.

    events: NaN where no row of the month is complete. totals: 0 there.
    first_rows: the row each month first stands in.
    """

    months: tuple[Any, ...]
    events: Floats
    totals: Floats
    first_rows: NDArray[np.int64]

    @property
    def ratio(self) -> Floats:
        """Return events / totals (months,), NaN where the total is 0."""
        ratio = np.full(len(self.totals), np.nan)
        np.divide(self.events, self.totals, out=ratio, where=self.totals > 0)
        return ratio


@dataclass(frozen=True, eq=False)
class Measured(Monthly):
    """Measurements gathered per month; ``events`` are their sums, ``totals`` NaN (there are none).

    sizes: measurements that are not missing. means, medians: NaN without any.
    deviations: their standard deviation, NaN below two.
    """

    sizes: Floats
    means: Floats
    medians: Floats
    deviations: Floats


def sum_by_month(
    events: ArrayLike, totals: ArrayLike, months: Sequence[Any] | None, *, check: Check | None = None
) -> Monthly:
    """Sum rows that share a month; sort by month.

    events, totals: (rows,) counts. A row with either missing (None, NaN) counts as both missing.
    months: (rows,) anything that sorts (dates, numbers, ISO text); a row without one is dropped.
        None takes the rows as months in order.
    check: what the numbers must be; None is ``checked_counts``.
    Raises ValueError on different shapes, infinities, negative counts, or events above the total.

    >>> sum_by_month([1, 2, 3], [10, 10, 10], ["b", "a", "b"]).events.tolist()
    [2.0, 4.0]
    """
    x, n = (check or checked_counts)(events, totals)
    rows = _rows_by_month(x, months)
    sums = [_sum_rows(x, n, of_month) for of_month in rows.values()]
    return Monthly(
        months=tuple(rows),
        events=np.array([event for event, _ in sums], dtype=float),
        totals=np.array([total for _, total in sums], dtype=float),
        first_rows=np.array([of_month[0] for of_month in rows.values()], dtype=np.int64),
    )


def measure_by_month(values: ArrayLike, months: Sequence[Any] | None) -> Measured:
    """Gather measurements that share a month; sort by month.

    values: (rows,) measurements in any unit, missing (None, NaN) ones left out.
    months: as in ``sum_by_month``.
    Raises ValueError on infinities or if the shapes differ.

    >>> measure_by_month([1, 2, 6], ["b", "a", "b"]).means.tolist()
    [2.0, 3.5]
    """
    x, _ = checked_values(values, np.zeros(np.shape(values)))
    rows = _rows_by_month(x, months)
    found = [[value for value in x[of_month] if not np.isnan(value)] for of_month in rows.values()]
    means = [math.fsum(some) / len(some) if some else math.nan for some in found]
    return Measured(
        months=tuple(rows),
        events=np.array([math.fsum(some) if some else math.nan for some in found], dtype=float),
        totals=np.full(len(rows), np.nan),
        first_rows=np.array([of_month[0] for of_month in rows.values()], dtype=np.int64),
        sizes=np.array([len(some) for some in found], dtype=float),
        means=np.array(means, dtype=float),
        medians=np.array([np.median(some) if some else math.nan for some in found], dtype=float),
        deviations=np.array([_deviation(some) for some in found], dtype=float),
    )


def count_by_month(events: ArrayLike, months: Sequence[Any] | None) -> Measured:
    """Sum counts that share a month; sort by month. As ``measure_by_month``, but nothing negative.

    >>> count_by_month([1, 2, 6], ["b", "a", "b"]).events.tolist()
    [2.0, 7.0]
    """
    x, _ = checked_rates(events, np.zeros(np.shape(events)))
    return measure_by_month(x, months)


def plot_by_month(
    values: ArrayLike,
    totals: ArrayLike | None,
    months: Sequence[Any] | None,
    *,
    gather: Literal["mean", "median"] = "mean",
) -> tuple[Monthly, Floats]:
    """Return the months and one value for each: Σ values / Σ totals, or the rows' mean or median.

    values, totals: (rows,). months and missing ones: as in ``sum_by_month``.
    Raises ValueError on different shapes, infinities or negative totals.

    >>> plot_by_month([1, 2, 6], None, ["b", "a", "b"])[1].tolist()
    [2.0, 3.5]
    """
    if totals is not None:
        monthly = sum_by_month(values, totals, months, check=checked_values)
        return monthly, monthly.ratio
    measured = measure_by_month(values, months)
    return measured, measured.medians if gather == "median" else measured.means


def checked_counts(events: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float arrays, or raise ValueError if they cannot be counts."""
    x, n = checked_rates(events, totals)
    if (x > n).any():
        raise ValueError("events exceed the total")
    return x, n


def checked_rates(events: ArrayLike, exposures: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float arrays, or raise ValueError if they cannot be counts per exposure."""
    x, n = checked_values(events, exposures)
    if (x < 0).any():
        raise ValueError("a count cannot be negative")
    return x, n


def checked_values(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float arrays, or raise ValueError if the one is no measurement per the other."""
    x, n = np.array(values, dtype=float), np.array(weights, dtype=float)
    if x.shape != n.shape:
        raise ValueError(f"events have shape {x.shape}, totals {n.shape}")
    if np.isinf(x).any() or np.isinf(n).any():
        raise ValueError("a count cannot be infinite")
    if (n < 0).any():
        raise ValueError("a count cannot be negative")
    return x, n


def _rows_by_month(x: Floats, months: Sequence[Any] | None) -> dict[Any, list[int]]:
    """Return the rows of each month, sorted by month."""
    labels = list(range(1, len(x) + 1)) if months is None else list(months)
    if x.ndim != 1 or len(labels) != len(x):
        raise ValueError("events, totals and months must be flat and of one length")
    rows: dict[Any, list[int]] = {}
    for row, label in enumerate(labels):
        if not _is_missing(label):
            rows.setdefault(label, []).append(row)
    return {month: rows[month] for month in sorted(rows)}


def _is_missing(label: Any) -> bool:
    return label is None or label != label  # noqa: PLR0124  NaN and NaT differ from themselves


def _sum_rows(x: Floats, n: Floats, rows: list[int]) -> tuple[float, float]:
    complete = [row for row in rows if not np.isnan(x[row] + n[row])]
    if not complete:
        return math.nan, 0.0
    return math.fsum(x[complete]), math.fsum(n[complete])


def _deviation(some: list[float]) -> float:
    return statistics.stdev(some) if len(some) > 1 else math.nan
