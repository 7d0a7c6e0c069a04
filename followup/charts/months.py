"""What every chart month by month has: an axis of months, one of values, and marked days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from followup.charts.axis import SHARES, Axis
from roles.charts.drawing import (
    ADOPTED,
    FLAG,
    GRID,
    LETTER,
    Canvas,
    haloed_text,
    line,
    month_label,
    shorten,
    text,
)

LEAST_SHARE = 0.05
"""An axis of shares reaches at least so far: what hardly ever happens looks rare."""


@dataclass(frozen=True)
class Adoption:
    """A line on the chart: from this day something else was adopted."""

    on: date
    label: str


@dataclass(frozen=True)
class MonthFrame:
    """Where in the picture a month and a value are drawn. step: how far the marks of its axis are apart."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    font: float
    months: int
    lowest: float
    highest: float
    step: float
    axis: Axis

    @property
    def canvas(self) -> Canvas:
        return Canvas(self.width, self.height, self.font)

    def edge(self, index: float) -> float:
        """Return the left edge of a month's column."""
        return self.left + (self.width - self.left - self.right) * index / max(self.months, 1)

    def x(self, index: float) -> float:
        return self.edge(index + 0.5)

    def y(self, value: float) -> float:
        place = (value - self.lowest) / (self.highest - self.lowest)
        return self.top + (self.height - self.top - self.bottom) * (1 - place)

    @property
    def floor(self) -> float:
        """Return where the axis of months lies."""
        return self.height - self.bottom


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


def month_frame(
    months: int, values: NDArray[np.float64], *, marks: int, compact: bool, axis: Axis = SHARES
) -> MonthFrame:
    """Return a frame that holds all the ``values`` and has a line of text for each mark."""
    lowest, highest, step = axis.span(values, LEAST_SHARE if axis is SHARES else 0.0)
    font = 12.0 if compact else 13.0
    top = 12 + marks * (font + 4)
    width, height, bottom = (360, 200, 26) if compact else (760, 300, 30)
    longest = max(len(axis.short(value)) for value in (lowest, highest, lowest + step))
    words = longest * 1.1 * LETTER * font
    left, right = max(44 if compact else 52, words + 10), max(58 if compact else 66, words + 14)
    return MonthFrame(
        width, height + top, left, right, top, bottom, font, months, lowest, highest, step, axis
    )


def value_axis(frame: MonthFrame) -> Iterator[str]:
    for i in range(int((frame.highest - frame.lowest) / frame.step + 1e-9) + 1):
        value = frame.lowest + i * frame.step
        y, words = frame.y(value), frame.axis.short(value)
        yield line([(frame.left, y), (frame.width - frame.right, y)], GRID, 1)
        yield text((frame.left - 6, y + frame.font / 3), words, anchor="end", size=frame.font)


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
