"""Rows into months: grouped, sorted, checked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Monthly:
    """Events and totals summed per month; arrays of shape (months,), oldest first.

    events: NaN where no row of the month is complete. totals: 0 there.
    first_rows: the row each month first stands in.
    """

    months: tuple[Any, ...]
    events: NDArray[np.float64]
    totals: NDArray[np.float64]
    first_rows: NDArray[np.int64]


def sum_by_month(events: ArrayLike, totals: ArrayLike, months: Sequence[Any] | None) -> Monthly:
    """Sum rows that share a month; sort by month.

    events, totals: (rows,) counts. A row with either missing (None, NaN) counts as both missing.
    months: (rows,) anything that sorts (dates, numbers, ISO text); a row without one is dropped.
        None takes the rows as months in order.
    Raises ValueError on different shapes, infinities, negative counts, or events above the total.

    >>> sum_by_month([1, 2, 3], [10, 10, 10], ["b", "a", "b"]).events.tolist()
    [2.0, 4.0]
    """
    x, n = checked_counts(events, totals)
    labels = list(range(1, len(x) + 1)) if months is None else list(months)
    if x.ndim != 1 or len(labels) != len(x):
        raise ValueError("events, totals and months must be flat and of one length")
    rows: dict[Any, list[int]] = {}
    for row, label in enumerate(labels):
        if not _is_missing(label):
            rows.setdefault(label, []).append(row)
    ordered = sorted(rows)
    sums = [_sum_rows(x, n, rows[month]) for month in ordered]
    return Monthly(
        months=tuple(ordered),
        events=np.array([event for event, _ in sums], dtype=float),
        totals=np.array([total for _, total in sums], dtype=float),
        first_rows=np.array([rows[month][0] for month in ordered], dtype=np.int64),
    )


def checked_counts(events: ArrayLike, totals: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as float arrays, or raise ValueError if they cannot be counts."""
    x, n = np.array(events, dtype=float), np.array(totals, dtype=float)
    if x.shape != n.shape:
        raise ValueError(f"events have shape {x.shape}, totals {n.shape}")
    if np.isinf(x).any() or np.isinf(n).any():
        raise ValueError("a count cannot be infinite")
    if (x < 0).any() or (n < 0).any():
        raise ValueError("a count cannot be negative")
    if (x > n).any():
        raise ValueError("events exceed the total")
    return x, n


def _is_missing(label: Any) -> bool:
    return label is None or label != label  # noqa: PLR0124  NaN and NaT differ from themselves


def _sum_rows(x: NDArray[np.float64], n: NDArray[np.float64], rows: list[int]) -> tuple[float, float]:
    complete = [row for row in rows if not np.isnan(x[row] + n[row])]
    if not complete:
        return math.nan, 0.0
    return math.fsum(x[complete]), math.fsum(n[complete])
