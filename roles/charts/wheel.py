"""The year as a wheel: a sector per month, a ring per phase, and in each the number of things due."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from roles.charts.drawing import (
    ADOPTED,
    CENTRE,
    FLAG,
    GRID,
    INK,
    MONTHS,
    MUTED,
    OUTSIDE,
    Canvas,
    Point,
    corners,
    element,
    line,
    svg,
    text,
)
from roles.dates import MONTH_NAMES

CANVAS = Canvas(600, 716, 20)
MIDDLE: Point = (300, 310)
RIM, HUB = 262.0, 76.0
EDGES = "#8e8e8e"
STYLES = ((CENTRE, "circle"), (ADOPTED, "square"), (OUTSIDE, "diamond"))
"""Colour and shape of the outer, middle and inner ring: never colour alone."""


@dataclass(frozen=True)
class Ring:
    """counts: month 1-12 → how many things are due."""

    name: str
    counts: Mapping[int, int]


def year_wheel(
    year: int, rings: Sequence[Ring], *, title: str, ident: str, today: date | None = None
) -> SafeString:
    """Draw at most three rings, the first one outermost, January at the top and on clockwise.

    today: marked when it lies in the year. ident: prefix of the ids, unique on the page.
    """
    total = sum(sum(ring.counts.values()) for ring in rings)
    shown = today if today is not None and today.year == year else None
    parts = [*_frame(len(rings), shown), *_months(), *_hub(year, total)]
    parts += _today(shown) if shown else []
    for number, (ring, (colour, shape)) in enumerate(zip(rings, STYLES, strict=False)):
        radius = RIM - _width(len(rings)) * (number + 0.5)
        for month, count in sorted(ring.counts.items()):
            parts += _mark(_at(month - 0.5, radius), shape, colour, count)
        parts += _key(number, ring, shape, colour)
    return svg(
        CANVAS,
        parts,
        kind="chart wheel",
        ident=ident,
        title=title,
        description=_told(year, rings, total, shown),
    )


def _width(rings: int) -> float:
    return (RIM - HUB) / max(rings, 1)


def _at(months: float, radius: float) -> Point:
    """The point at a time of the year, in months since it began, and a distance from the middle."""
    angle = math.tau * months / 12
    return MIDDLE[0] + radius * math.sin(angle), MIDDLE[1] - radius * math.cos(angle)


def _frame(rings: int, today: date | None) -> Iterator[str]:
    x, y = MIDDLE
    yield element("circle", cx=x, cy=y, r=RIM, fill="#f5f7fa")
    if today is not None:
        start, end = _at(today.month - 1, RIM), _at(today.month, RIM)
        path = f"M{x} {y} L{start[0]:.1f} {start[1]:.1f} A{RIM} {RIM} 0 0 1 {end[0]:.1f} {end[1]:.1f} Z"
        yield element("path", d=path, fill="#ffffff", class_="wheel-month")
    for month in range(12):
        yield line([_at(month, HUB), _at(month, RIM)], GRID, 1.5)
    for number in range(1, rings):
        yield element(
            "circle", cx=x, cy=y, r=RIM - number * _width(rings), fill="none", stroke=GRID, stroke_width=1.5
        )
    yield element("circle", cx=x, cy=y, r=RIM, fill="none", stroke=EDGES, stroke_width=1.5)
    yield element("circle", cx=x, cy=y, r=HUB, fill="#ffffff", stroke=EDGES, stroke_width=1.5)


def _months() -> Iterator[str]:
    for number, name in enumerate(MONTHS):
        x, y = _at(number + 0.5, RIM + 24)
        yield text((x, y + 7), name, anchor="middle", colour=INK, size=CANVAS.font)


def _hub(year: int, total: int) -> Iterator[str]:
    x, y = MIDDLE
    yield text((x, y - 4), str(year), anchor="middle", colour=INK, size=34)
    yield text((x, y + 26), _things(total), anchor="middle", colour=MUTED, size=CANVAS.font)


def _mark(at: Point, shape: str, colour: str, count: int) -> Iterator[str]:
    if count:
        size = CANVAS.font * (1 if count < 100 else 0.8 if count < 1000 else 0.65)
        yield _shape(at, shape, colour, 19)
        yield text(
            (at[0], at[1] + size * 0.36), str(count), anchor="middle", colour="#ffffff", size=round(size, 1)
        )


def _shape(at: Point, shape: str, colour: str, size: float) -> str:
    x, y = at
    if shape == "circle":
        return element("circle", class_="wheel-circle", cx=x, cy=y, r=size, fill=colour)
    if shape == "square":
        half = size * 0.9
        return element(
            "rect",
            class_="wheel-square",
            x=x - half,
            y=y - half,
            width=half * 2,
            height=half * 2,
            fill=colour,
        )
    reach = size * 1.3
    points = corners([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)])
    return element("polygon", class_="wheel-diamond", points=points, fill=colour)


def _key(number: int, ring: Ring, shape: str, colour: str) -> Iterator[str]:
    """The rings by name below the wheel, the outermost first."""
    y = 630 + 32 * number
    yield _shape((110, y), shape, colour, 11)
    words = f"{ring.name}: {sum(ring.counts.values())}"
    yield text((134, y + 7), words, colour=INK, size=CANVAS.font)


def _today(today: date) -> Iterator[str]:
    """A hand at the day, below the marks, with an arrow on the rim."""
    months = today.month - 1 + (today.day - 1) / 31
    yield line([_at(months, HUB), _at(months, RIM)], FLAG, 2.5, dash="7 4", kind="wheel-today")
    tip, left, right = _at(months, RIM - 13), _at(months - 0.07, RIM), _at(months + 0.07, RIM)
    yield element("polygon", points=corners([tip, left, right]), fill=FLAG)
    below = (MIDDLE[0], MIDDLE[1] + 52)
    yield text(below, f"i dag {today:%d-%m}", anchor="middle", colour=FLAG, size=CANVAS.font - 2)


def _things(count: int) -> str:
    return "1 opgave" if count == 1 else f"{count} opgaver"


def _told(year: int, rings: Sequence[Ring], total: int, shown: date | None) -> str:
    if not total:
        return f"Ingen opgaver i {year}."
    sentences = [f"{_things(total)} i {year}."]
    for ring in rings:
        months = [
            f"{MONTH_NAMES[month - 1]} {count}" for month, count in sorted(ring.counts.items()) if count
        ]
        sentences.append(f"{ring.name}: {', '.join(months) or 'ingen'}.")
    if shown is not None:
        sentences.append(f"I dag er {shown:%d-%m-%Y}.")
    return " ".join(sentences)
