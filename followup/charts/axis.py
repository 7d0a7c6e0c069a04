"""What the values of a chart are, and how they are written at its axis, its points and in its table."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roles.charts.drawing import number, percent

SHARE_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
"""What the marks of an axis of shares may be apart."""
STEPS = (1, 2, 2.5, 5, 10)
"""The same of other axes, times a power of ten."""
MARKS = 5
"""About how many marks an axis has."""
FROM_ZERO = 0.4
"""Values whose lowest is below this part of their highest begin at 0."""

LEAST_ROOM = 0.02
"""Part of the highest value that an axis has above and below what it shows."""


@dataclass(frozen=True)
class Axis:
    """short: writes a value. column: what the values are called in a table.

    events, totals: headings of the counts behind a value, "" where there is nothing to count.
    basis: says what a point rests on, from both. highest: what no value exceeds.
    steps: what its marks may be apart, where that is not any round number; such an axis begins at 0.
    """

    short: Callable[[float], str]
    column: str
    events: str = ""
    totals: str = ""
    basis: Callable[[float, float], str] = lambda events, totals: ""
    highest: float = math.inf
    steps: tuple[float, ...] = ()

    def span(self, values: NDArray[np.float64], least: float = 0.0) -> tuple[float, float, float]:
        """Return the ends of an axis that holds the values, and how far its marks are apart.

        least: what the axis reaches up to at least.
        """
        known = values[np.isfinite(values)]
        peak = max(float(known.max(initial=least)), least) or 1.0
        floor = float(known.min()) if known.size else 0.0
        if self.steps or floor <= FROM_ZERO * peak:
            low, peak = 0.0, 1.08 * peak
        else:
            room = max(0.08 * (peak - floor), LEAST_ROOM * peak)
            low, peak = floor - room, peak + room
        step = self._step(peak - low)
        first = math.floor(low / step + 1e-9) * step
        return first, min(self.highest, math.ceil(peak / step - 1e-9) * step), step

    def _step(self, length: float) -> float:
        if self.steps:
            return next((step for step in self.steps if length / step <= MARKS), self.steps[-1])
        power = 10.0 ** math.floor(math.log10(length / MARKS))
        return float(next(step * power for step in STEPS if length / (step * power) <= MARKS))


def _of_total(events: float, total: float) -> str:
    return f"{number(events, 0)} af {number(total, 0)}"


SHARES = Axis(
    short=percent,
    column="Andel",
    events="Antal",
    totals="Af i alt",
    basis=_of_total,
    highest=1.0,
    steps=SHARE_STEPS,
)


def means_axis(short: Callable[[float], str], column: str) -> Axis:
    return Axis(
        short=short,
        column=column,
        totals="Afgørelser",
        basis=lambda events, totals: f"{number(totals, 0)} {'afgørelse' if totals == 1 else 'afgørelser'}",
    )


def counts_axis(short: Callable[[float], str], column: str) -> Axis:
    return Axis(
        short=short, column=column, events="Antal", basis=lambda events, _: f"{number(events, 0)} i alt"
    )
