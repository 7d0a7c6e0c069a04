"""What every chart of shares month by month has: an axis of months, one of shares, and marked days."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from roles.charts.drawing import (
    ADOPTED,
    FLAG,
    GRID,
    LETTER,
    Canvas,
    haloed_text,
    line,
    month_label,
    percent,
    shorten,
    text,
)

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
"""What the marks of the share axis may be apart."""


@dataclass(frozen=True)
class Adoption:
    """A line on the chart: from this day something else was adopted."""

    on: date
    label: str


@dataclass(frozen=True)
class MonthFrame:
    """Where in the picture a month and a share are drawn."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    font: float
    months: int
    highest: float

    @property
    def canvas(self) -> Canvas:
        return Canvas(self.width, self.height, self.font)

    def edge(self, index: float) -> float:
        """Return the left edge of a month's column."""
        return self.left + (self.width - self.left - self.right) * index / max(self.months, 1)

    def x(self, index: float) -> float:
        return self.edge(index + 0.5)

    def y(self, share: float) -> float:
        return self.top + (self.height - self.top - self.bottom) * (1 - share / self.highest)


@dataclass(frozen=True)
class Mark:
    """A labelled line at the beginning of a month."""

    index: int
    words: str
    colour: str
    dash: str


def marks_between(
    months: Sequence[date], adoptions: Iterable[Adoption], changed: date | None = None
) -> list[Mark]:
    """Return the days that lie in the months, oldest first."""
    wanted = [(each.on, f"{month_label(each.on)}: {each.label}", ADOPTED, "") for each in adoptions]
    if changed is not None:
        wanted.append((changed, f"Ændring {month_label(changed)}", FLAG, "2 3"))
    places = [(month.year, month.month) for month in months]
    found = []
    for on, words, colour, dash in sorted(wanted, key=lambda mark: mark[0]):
        if places and places[0] <= (on.year, on.month) <= places[-1]:
            index = next(i for i, place in enumerate(places) if place >= (on.year, on.month))
            found.append(Mark(index, words, colour, dash))
    return found


def month_frame(months: int, values: NDArray[np.float64], *, marks: int, compact: bool) -> MonthFrame:
    """Return a frame that holds all the shares in ``values`` and has a line of text for each mark."""
    peak = float(np.nanmax(values, initial=0.05)) * 1.08
    step = _step(peak)
    highest = min(1.0, math.ceil(peak / step - 1e-9) * step)
    font = 12.0 if compact else 13.0
    top = 12 + marks * (font + 4)
    width, height, left, right, bottom = (360, 200, 44, 58, 26) if compact else (760, 300, 52, 66, 30)
    return MonthFrame(width, height + top, left, right, top, bottom, font, months, highest)


def _step(highest: float) -> float:
    return next((step for step in STEPS if highest / step <= 5), STEPS[-1])


def share_axis(frame: MonthFrame) -> Iterator[str]:
    step = _step(frame.highest)
    for i in range(int(frame.highest / step + 1e-9) + 1):
        y = frame.y(i * step)
        yield line([(frame.left, y), (frame.width - frame.right, y)], GRID, 1)
        yield text((frame.left - 6, y + frame.font / 3), percent(i * step), anchor="end", size=frame.font)


def month_axis(frame: MonthFrame, months: Sequence[date]) -> Iterator[str]:
    room = frame.edge(1) - frame.edge(0)
    every = next((step for step in (1, 2, 3, 4, 6) if step * room >= 5 * frame.font), 12)
    below = frame.height - frame.bottom + frame.font + 6
    for i in range(0, len(months), every):
        yield text((frame.x(i), below), month_label(months[i]), anchor="middle", size=frame.font)


def mark_lines(frame: MonthFrame, marks: Sequence[Mark]) -> Iterator[str]:
    """Draw all lines before all labels, so that no label is crossed."""
    rows = [(mark, frame.edge(mark.index), (row + 1) * (frame.font + 4)) for row, mark in enumerate(marks)]
    for mark, x, y in rows:
        points = [(x, y - frame.font), (x, frame.height - frame.bottom)]
        yield line(points, mark.colour, 1.5, dash=mark.dash, kind="chart-mark")
    for mark, x, y in rows:
        is_left = x < frame.width / 2
        letters = int(((frame.width - x if is_left else x) - 8) / (LETTER * frame.font))
        at, anchor = ((x + 5, y), "start") if is_left else ((x - 5, y), "end")
        words = shorten(mark.words, letters)
        yield haloed_text(at, words, anchor=anchor, colour=mark.colour, size=frame.font)


def stretches(present: NDArray[np.bool_]) -> Iterator[list[int]]:
    """Yield the unbroken runs of months that are present."""
    months: list[int] = []
    for i, here in enumerate(present):
        if here:
            months.append(i)
        elif months:
            yield months
            months = []
    if months:
        yield months
