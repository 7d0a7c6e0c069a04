"""Phases: which months a chart's limits rest on, and where they start afresh."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Phases:
    """How one series is cut up. Months are numbered from 1 in time order.

    part: number of the last month of each phase, or one label per row of the input. A number
        that is no inner month (0, negative, repeated, past the end) is ignored.
    freeze: the limits rest on the first ``freeze`` months and hold for all. Ignored with ``part``.
    exclude: months that are plotted and tested, but count in neither centre, limits nor runs.
    centre: a fixed centre line instead of an estimate.
    """

    part: Sequence[int] | Sequence[str] | None = None
    freeze: int | None = None
    exclude: Collection[int] = ()
    centre: float | None = None


@dataclass(frozen=True, eq=False)
class Layout:
    """Phases laid out on the months of one series; arrays of shape (months,)."""

    phase: NDArray[np.int64]
    baseline: NDArray[np.bool_]
    included: NDArray[np.bool_]

    @property
    def members(self) -> list[NDArray[np.bool_]]:
        """Return one mask per phase, in order."""
        return [self.phase == number for number in range(1, int(self.phase.max(initial=0)) + 1)]


def lay_out(phases: Phases, first_rows: NDArray[np.int64]) -> Layout:
    """Lay ``phases`` on months; ``first_rows`` (months,) is the row each month first stands in.

    Raises ValueError when labels are given and a row has none.
    """
    number = np.arange(1, len(first_rows) + 1)
    baseline = np.full(len(number), True)
    if phases.freeze is not None and phases.part is None:
        baseline = number <= phases.freeze
    included = ~np.isin(number, list(phases.exclude))
    return Layout(_phase_numbers(phases.part, first_rows), baseline, included)


def _phase_numbers(
    part: Sequence[int] | Sequence[str] | None, first_rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    months = len(first_rows)
    if part is None or len(part) == 0:
        return np.ones(months, dtype=np.int64)
    if isinstance(part[0], str):
        return _label_numbers([str(label) for label in part], first_rows)
    ends = sorted({int(end) for end in part if 0 < int(end) < months})
    return np.searchsorted(ends, np.arange(1, months + 1)).astype(np.int64) + 1


def _label_numbers(labels: list[str], first_rows: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(first_rows) and len(labels) <= first_rows.max():
        raise ValueError("part needs one label for each row")
    order: dict[str, int] = {}
    numbers = [order.setdefault(labels[row], len(order) + 1) for row in first_rows]
    return np.array(numbers, dtype=np.int64)
