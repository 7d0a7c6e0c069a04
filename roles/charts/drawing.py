"""Pieces of SVG, and numbers written as Danes do."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString

INK, MUTED, GRID = "#1b1b1b", "#454545", "#dcdcdc"
BAND, EDGE, CENTRE = "#e3ecf5", "#4d6f91", "#1b4b72"
FLAG, ADOPTED, INSIDE, OUTSIDE = "#a8071a", "#5b3a8c", "#0f5c3a", "#8a4b00"
FONT = "IBM Plex Sans, DejaVu Sans, Arial, sans-serif"
LETTER = 0.56
"""Width of an average letter, in font sizes."""
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")

Point = tuple[float, float]


@dataclass(frozen=True)
class Canvas:
    width: float
    height: float
    font: float


def number(value: Decimal | float, decimals: int = 1) -> str:
    """Write a number as Danes do, without trailing zeros.

    >>> number(1234.5), number(6)
    ('1.234,5', '6')
    """
    written = f"{value:,.{decimals}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(str.maketrans(",.-", ".,−"))


def percent(share: float, decimals: int = 1) -> str:
    """Write a share in percent; a dash where there is none."""
    return "–" if math.isnan(share) else f"{number(share * 100, decimals)}\N{NO-BREAK SPACE}%"


def month_label(month: date) -> str:
    return f"{MONTHS[month.month - 1]} {month:%y}"


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """Write one element. ``stroke_width`` becomes stroke-width, ``class_`` class; "" is left out.

    content: already SVG or escaped text.
    """
    written = [
        f' {key.rstrip("_").replace("_", "-")}="{escape(_attribute(value))}"'
        for key, value in attributes.items()
        if value != ""
    ]
    return f"<{name}{''.join(written)}>{content}</{name}>"


def svg(
    canvas: Canvas, parts: Iterable[str], *, kind: str, ident: str, title: str, description: str
) -> SafeString:
    """Put the parts into a picture with a name and a description; its ids start with ``ident``."""
    named = element("title", escape(title), id=f"{ident}-title")
    described = element("desc", escape(description), id=f"{ident}-desc")
    picture = element(
        "svg",
        f"{named}{described}{''.join(parts)}",
        xmlns="http://www.w3.org/2000/svg",
        class_=kind,
        viewBox=f"0 0 {_attribute(canvas.width)} {_attribute(canvas.height)}",
        width="100%",
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
        font_family=FONT,
        font_size=canvas.font,
    )
    return SafeString(picture)


def text(at: Point, words: str, *, anchor: str = "start", colour: str = MUTED, size: float = 12) -> str:
    x, y = at
    return element("text", escape(words), x=x, y=y, text_anchor=anchor, fill=colour, font_size=size)


def haloed_text(at: Point, words: str, *, anchor: str, colour: str, size: float) -> str:
    """Write a text with a white edge that keeps it readable across lines."""
    x, y = at
    edge: dict[str, str | float] = {"stroke": "#ffffff", "stroke_width": 4, "paint_order": "stroke"}
    return element("text", escape(words), x=x, y=y, text_anchor=anchor, fill=colour, font_size=size, **edge)


def shorten(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[: max(letters - 1, 1)].rstrip()}…"


def line(points: Iterable[Point], colour: str, width: float, *, dash: str = "", kind: str = "") -> str:
    return element(
        "polyline",
        class_=kind,
        fill="none",
        stroke=colour,
        stroke_width=width,
        stroke_dasharray=dash,
        points=corners(points),
    )


def corners(points: Iterable[Point]) -> str:
    """Write points as the attribute of a polyline or polygon."""
    return " ".join(f"{_attribute(x)},{_attribute(y)}" for x, y in points)


def _attribute(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
