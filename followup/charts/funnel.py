"""Units side by side: a share against the decisions it rests on, with limits that narrow to the right."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from django.utils.safestring import SafeString

from followup.charts.axis import SHARE_STEPS
from followup.drift.chart import Floats
from followup.drift.funnel import Funnel, Limits
from roles.charts.drawing import (
    BAND,
    CENTRE,
    EDGE,
    FLAG,
    GRID,
    INK,
    LETTER,
    MUTED,
    Canvas,
    Point,
    corners,
    element,
    haloed_text,
    line,
    number,
    percent,
    shorten,
    svg,
    text,
)

PLACES = 60
"""Points that the curves are drawn through."""


@dataclass(frozen=True)
class Dot:
    """A unit on the chart. mark: "differs", "within" or "few". words: what it says when pointed at."""

    name: str
    size: float
    share: float
    mark: str
    words: str


@dataclass(frozen=True)
class Frame:
    width: float
    height: float
    left: float
    right: float
    font: float
    widest: float
    highest: float
    top: float = 14
    bottom: float = 46

    def x(self, size: float) -> float:
        return self.left + (self.width - self.left - self.right) * size / self.widest

    def y(self, share: float) -> float:
        return self.top + (self.height - self.top - self.bottom) * (
            1 - min(share, self.highest) / self.highest
        )


def funnel_chart(
    found: Funnel, dots: Sequence[Dot], *, title: str, ident: str, compact: bool = False
) -> SafeString:
    """Draw the dots over the limits of 95 % and 99.8 %. ident: prefix of the ids, unique on the page.

    Shares above 1, which standardisation can give, are drawn at the upper edge.
    """
    kind = "chart chart-narrow" if compact else "chart chart-wide"
    sizes = np.unique(np.linspace(1, max((dot.size for dot in dots), default=1) * 1.08, PLACES).round())
    frame = _frame(found, dots, float(sizes[-1]), compact=compact)
    canvas = Canvas(frame.width, frame.height, frame.font)
    if not dots:
        nothing = text((frame.width / 2, frame.height / 2), "Ingen tal i perioden", anchor="middle")
        return svg(
            canvas, [nothing], kind=kind, ident=ident, title=title, description="Ingen tal i perioden."
        )
    limits = found.curves(sizes)
    parts = [
        *_share_axis(frame),
        *_size_axis(frame),
        *_limits(frame, sizes, limits),
        *_centre(frame, found.centre),
        *(_dot(frame, dot) for dot in dots),
        *_names(frame, dots),
    ]
    return svg(canvas, parts, kind=kind, ident=ident, title=title, description=_told(found, dots))


def _frame(found: Funnel, dots: Sequence[Dot], widest: float, *, compact: bool) -> Frame:
    smallest = min((dot.size for dot in dots), default=1.0)
    reach = found.curves([math.ceil(max(smallest, 1.0))]).upper_95[0] if dots else 0.1
    peak = max([*(dot.share for dot in dots), float(reach), 0.05]) * 1.08
    step = _step(peak)
    highest = min(1.0, math.ceil(peak / step - 1e-9) * step)
    width, height, left, right, font = (360, 270, 44, 12, 12.0) if compact else (760, 380, 52, 16, 13.0)
    return Frame(width, height, left, right, font, widest, highest)


def _step(highest: float) -> float:
    return next((step for step in SHARE_STEPS if highest / step <= 5), SHARE_STEPS[-1])


def _share_axis(frame: Frame) -> Iterator[str]:
    step = _step(frame.highest)
    for place in range(int(frame.highest / step + 1e-9) + 1):
        y = frame.y(place * step)
        yield line([(frame.left, y), (frame.width - frame.right, y)], GRID, 1)
        label = percent(place * step, 0)
        yield text((frame.left - 6, y + frame.font / 3), label, anchor="end", size=frame.font)


def _size_axis(frame: Frame) -> Iterator[str]:
    step = 10 ** math.floor(math.log10(max(frame.widest, 10)))
    step = next(each for each in (step / 5, step / 2, step, step * 2) if frame.widest / each <= 6)
    below = frame.height - frame.bottom
    for place in range(int(frame.widest / step) + 1):
        at = (frame.x(place * step), below + frame.font + 6)
        yield text(at, number(place * step, 0), anchor="middle", size=frame.font)
    words = "Afgørelser, omregnet til gennemsnitlige sager"
    yield text(((frame.left + frame.width) / 2, frame.height - 8), words, anchor="middle", size=frame.font)


def _limits(frame: Frame, sizes: Floats, limits: Limits) -> Iterator[str]:
    over, under = _curve(frame, sizes, limits.upper_998), _curve(frame, sizes, limits.lower_998)
    yield element("polygon", class_="chart-band", fill=BAND, points=corners([*over, *reversed(under)]))
    for curve in (over, under):
        yield line(curve, EDGE, 1.2, kind="chart-limit")
    for values in (limits.upper_95, limits.lower_95):
        yield line(_curve(frame, sizes, values), EDGE, 1, dash="4 3", kind="chart-limit")


def _curve(frame: Frame, sizes: Floats, values: Floats) -> list[Point]:
    return [(frame.x(n), frame.y(share)) for n, share in zip(sizes.tolist(), values.tolist(), strict=True)]


def _centre(frame: Frame, centre: float) -> Iterator[str]:
    y = frame.y(centre)
    yield line([(frame.left, y), (frame.width - frame.right, y)], CENTRE, 1.5, kind="chart-centre")
    at = (frame.width - frame.right - 2, y - 5)
    yield haloed_text(at, f"Samlet {percent(centre)}", anchor="end", colour=CENTRE, size=frame.font)


def _dot(frame: Frame, dot: Dot) -> str:
    """A diamond where the unit differs, a ring where it has too few, else a dot."""
    x, y = frame.x(dot.size), frame.y(dot.share)
    tip = element("title", escape(dot.words))
    reach = frame.font / 2
    if dot.mark == "differs":
        points = corners([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)])
        return element("polygon", tip, class_="chart-flag", fill=FLAG, stroke="#ffffff", points=points)
    if dot.mark == "few":
        return element(
            "circle", tip, class_="chart-few", cx=x, cy=y, r=frame.font / 3, fill="#ffffff", stroke=MUTED
        )
    return element("circle", tip, class_="chart-point", cx=x, cy=y, r=frame.font / 3, fill=INK)


def _names(frame: Frame, dots: Sequence[Dot]) -> Iterator[str]:
    """Name those that differ, and a single one; a name that would lie across another is left out."""
    taken: list[Point] = []
    for dot in sorted(dots, key=lambda each: -each.size):
        if dot.mark != "differs" and len(dots) > 1:
            continue
        x, y = frame.x(dot.size), frame.y(dot.share) + frame.font / 3
        if any(abs(y - row) < frame.font and abs(x - at) < 12 * frame.font for at, row in taken):
            continue
        taken.append((x, y))
        is_left = x < frame.width / 2
        room = (frame.width - frame.right - x if is_left else x - frame.left) - 12
        words = shorten(dot.name, int(room / (LETTER * frame.font)))
        at, anchor = ((x + 10, y), "start") if is_left else ((x - 10, y), "end")
        yield haloed_text(at, words, anchor=anchor, colour=INK, size=frame.font)


def _told(found: Funnel, dots: Sequence[Dot]) -> str:
    differing = [dot for dot in dots if dot.mark == "differs"]
    few = sum(dot.mark == "few" for dot in dots)
    many = "1 punkt" if len(dots) == 1 else f"{len(dots)} punkter"
    sentences = [f"{many}. Samlet andel {percent(found.centre)}."]
    named = "; ".join(f"{dot.name} {percent(dot.share)}" for dot in differing)
    sentences.append(f"Uden for grænserne: {named or 'ingen'}.")
    if few:
        sentences.append(f"For få afgørelser til at vurdere: {few}.")
    return " ".join(sentences)
