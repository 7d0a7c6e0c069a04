"""A share month by month, with its limits, adoptions and the month it changed."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from followup.charts.drawing import (
    ADOPTED,
    BAND,
    CENTRE,
    EDGE,
    FLAG,
    GRID,
    INK,
    LETTER,
    Canvas,
    Point,
    corners,
    element,
    haloed_text,
    line,
    month_label,
    number,
    percent,
    shorten,
    svg,
    text,
)
from followup.drift.chart import Chart

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
"""What the marks of the share axis may be apart."""


@dataclass(frozen=True)
class Adoption:
    """A line on the chart: from this day something else was adopted."""

    on: date
    label: str


@dataclass(frozen=True)
class _Frame:
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


def control_chart(
    chart: Chart,
    *,
    title: str,
    ident: str,
    adoptions: Sequence[Adoption] = (),
    changed: date | None = None,
    compact: bool = False,
) -> SafeString:
    """Draw a chart of shares whose months are dates.

    ident: prefix of the ids, unique on the page. changed: month a drift most likely began in.
    Adoptions and changes outside the period are left out.
    """
    marks = _marks(chart, adoptions, changed)
    frame = _frame(chart, len(marks), compact=compact)
    parts = [
        *_scale(frame),
        *_month_axis(frame, chart.months),
        *_limits(frame, chart),
        *_mark_lines(frame, marks),
        *_share_line(frame, chart),
        *_line_labels(frame, chart),
    ]
    if not chart.months:
        parts = [text((frame.width / 2, frame.height / 2), "Ingen tal i perioden", anchor="middle")]
    kind = "chart chart-narrow" if compact else "chart chart-wide"
    return svg(
        frame.canvas, parts, kind=kind, ident=ident, title=title, description=_description(chart, marks)
    )


def chart_rows(chart: Chart) -> list[dict[str, str]]:
    """Return the numbers behind a chart of shares, one row per month, written in Danish."""
    return [
        {
            "month": month_label(month),
            "events": "–" if np.isnan(chart.events[i]) else number(chart.events[i], 0),
            "total": number(chart.totals[i], 0),
            "share": percent(chart.y[i]),
            "centre": percent(chart.centre[i]),
            "lower": percent(chart.lower[i]),
            "upper": percent(chart.upper[i]),
            "flag": _flag_text(chart, i),
        }
        for i, month in enumerate(chart.months)
    ]


@dataclass(frozen=True)
class _Mark:
    index: int
    words: str
    colour: str
    dash: str


def _marks(chart: Chart, adoptions: Iterable[Adoption], changed: date | None) -> list[_Mark]:
    wanted = [(each.on, f"{month_label(each.on)}: {each.label}", ADOPTED, "") for each in adoptions]
    if changed is not None:
        wanted.append((changed, f"Ændring {month_label(changed)}", FLAG, "2 3"))
    months = [(month.year, month.month) for month in chart.months]
    found = []
    for on, words, colour, dash in sorted(wanted, key=lambda mark: mark[0]):
        if months and months[0] <= (on.year, on.month) <= months[-1]:
            index = next(i for i, month in enumerate(months) if month >= (on.year, on.month))
            found.append(_Mark(index, words, colour, dash))
    return found


def _frame(chart: Chart, marks: int, *, compact: bool) -> _Frame:
    values = np.concatenate([chart.y, chart.upper, chart.centre])
    peak = float(np.nanmax(values, initial=0.05)) * 1.08
    step = _step(peak)
    highest = min(1.0, math.ceil(peak / step - 1e-9) * step)
    font = 12.0 if compact else 13.0
    top = 12 + marks * (font + 4)
    width, height, left, right, bottom = (360, 200, 44, 58, 26) if compact else (760, 300, 52, 66, 30)
    return _Frame(width, height + top, left, right, top, bottom, font, len(chart.months), highest)


def _step(highest: float) -> float:
    return next((step for step in STEPS if highest / step <= 5), STEPS[-1])


def _scale(frame: _Frame) -> Iterator[str]:
    step = _step(frame.highest)
    for i in range(int(frame.highest / step + 1e-9) + 1):
        y = frame.y(i * step)
        yield line([(frame.left, y), (frame.width - frame.right, y)], GRID, 1)
        yield text((frame.left - 6, y + frame.font / 3), percent(i * step), anchor="end", size=frame.font)


def _month_axis(frame: _Frame, months: Sequence[date]) -> Iterator[str]:
    room = frame.edge(1) - frame.edge(0)
    every = next((step for step in (1, 2, 3, 4, 6) if step * room >= 5 * frame.font), 12)
    below = frame.height - frame.bottom + frame.font + 6
    for i in range(0, len(months), every):
        yield text((frame.x(i), below), month_label(months[i]), anchor="middle", size=frame.font)


def _limits(frame: _Frame, chart: Chart) -> Iterator[str]:
    for months in _stretches(~np.isnan(chart.lower + chart.upper)):
        over, under = _steps(frame, chart.upper, months), _steps(frame, chart.lower, months)
        yield element("polygon", class_="chart-band", fill=BAND, points=corners([*over, *reversed(under)]))
        yield line(over, EDGE, 1, dash="4 3", kind="chart-limit")
        yield line(under, EDGE, 1, dash="4 3", kind="chart-limit")
    for months in _stretches(~np.isnan(chart.centre)):
        yield line(_steps(frame, chart.centre, months), CENTRE, 1.5, kind="chart-centre")


def _steps(frame: _Frame, values: NDArray[np.float64], months: Sequence[int]) -> list[Point]:
    return [(frame.edge(i + side), frame.y(values[i])) for i in months for side in (0, 1)]


def _stretches(present: NDArray[np.bool_]) -> Iterator[list[int]]:
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


def _mark_lines(frame: _Frame, marks: Sequence[_Mark]) -> Iterator[str]:
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


def _share_line(frame: _Frame, chart: Chart) -> Iterator[str]:
    present = ~np.isnan(chart.y)
    for months in _stretches(present):
        yield line([(frame.x(i), frame.y(chart.y[i])) for i in months], INK, 1.5, kind="chart-line")
    for i in np.flatnonzero(present).tolist():
        yield _point(frame, chart, i)


def _point(frame: _Frame, chart: Chart, i: int) -> str:
    """Draw a dot, or a diamond where the month is unusual."""
    x, y = frame.x(i), frame.y(chart.y[i])
    tip = element("title", escape(_point_text(chart, i)))
    if not chart.signal[i]:
        return element("circle", tip, class_="chart-point", cx=x, cy=y, r=frame.font / 4, fill=INK)
    reach = frame.font / 2
    points = corners([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)])
    return element("polygon", tip, class_="chart-flag", fill=FLAG, stroke="#ffffff", points=points)


def _line_labels(frame: _Frame, chart: Chart) -> Iterator[str]:
    """Label the centre line and the upper limit where they end; leave the limit out if they collide."""
    known = np.flatnonzero(~np.isnan(chart.centre))
    if not known.size:
        return
    last, x = known[-1], frame.width - frame.right + 5
    centre = chart.centre[last]
    at = min(max(frame.y(centre), frame.top + frame.font), frame.height - frame.bottom - frame.font - 2)
    yield from _two_lines(frame, x, at, "Middel", percent(centre), CENTRE)
    limited = np.flatnonzero(~np.isnan(chart.upper))
    if limited.size:
        upper = chart.upper[limited[-1]]
        if at - frame.y(upper) > 2.6 * frame.font:
            yield from _two_lines(frame, x, frame.y(upper), "Grænse", percent(upper), EDGE)


def _two_lines(frame: _Frame, x: float, y: float, word: str, value: str, colour: str) -> Iterator[str]:
    yield text((x, y), word, colour=colour, size=frame.font)
    yield text((x, y + frame.font + 1), value, colour=colour, size=frame.font)


def _description(chart: Chart, marks: Sequence[_Mark]) -> str:
    if not chart.months:
        return "Ingen tal i perioden."
    sentences = [
        f"{len(chart.months)} måneder fra {month_label(chart.months[0])} til {month_label(chart.months[-1])}."
    ]
    centres = chart.centre[~np.isnan(chart.centre)]
    if centres.size:
        sentences.append(f"Middel {percent(centres[-1])}.")
    flagged = [month_label(chart.months[i]) for i in np.flatnonzero(chart.signal)]
    sentences.append(f"Usædvanlige måneder: {', '.join(flagged) or 'ingen'}.")
    sentences += [f"{mark.words}." for mark in marks]
    return " ".join(sentences)


def _point_text(chart: Chart, i: int) -> str:
    events, total = number(chart.events[i], 0), number(chart.totals[i], 0)
    words = f"{month_label(chart.months[i])}: {percent(chart.y[i])} ({events} af {total})"
    flag = _flag_text(chart, i)
    return f"{words}. {flag}" if flag else words


def _flag_text(chart: Chart, i: int) -> str:
    if not chart.signal[i]:
        return ""
    return "Usædvanligt høj" if chart.y[i] > chart.centre[i] else "Usædvanligt lav"
