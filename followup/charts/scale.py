"""The adopted frame as a small scale with the typed amount on it."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.safestring import SafeString

from followup.charts.drawing import (
    BAND,
    CENTRE,
    EDGE,
    INSIDE,
    MUTED,
    OUTSIDE,
    Canvas,
    corners,
    element,
    line,
    number,
    svg,
    text_inside,
)

CANVAS = Canvas(340, 92, 12)
MARGIN = 16
Bound = Decimal | None


def frame_scale(  # noqa: PLR0913  a frame is four numbers and a unit
    minimum: Bound,
    typical: Bound,
    maximum: Bound,
    amount: Bound,
    unit: str,
    *,
    ident: str = "ramme",
) -> SafeString:
    """Draw the adopted frame as a band with the typed amount on it; None means not set.

    With neither minimum nor maximum the typical amount is the frame by itself.
    """
    low, high = _bounds(minimum, typical, maximum)
    top = max((value for value in (typical, low, high, amount) if value is not None), default=Decimal(0))
    parts = [
        line([(MARGIN, 46), (CANVAS.width - MARGIN, 46)], EDGE, 2),
        *_band(low, high, top),
        *_typical_mark(typical, (low, high), top),
    ]
    if amount is not None:
        words, colour = _relation(low, high, amount)
        parts += _amount_marker(_place(amount, top), f"{number(amount, 2)} {unit}: {words}", colour)
    named = (("Mindst", minimum), ("Typisk", typical), ("Højst", maximum), ("Indtastet", amount))
    told = [f"{word} {number(value, 2)} {unit}." for word, value in named if value is not None]
    if amount is not None:
        told.append(f"{words[0].upper()}{words[1:]}.")
    description = " ".join(told) or "Der er ingen ramme."
    return svg(CANVAS, parts, kind="scale", ident=ident, title="Det vedtagne niveau", description=description)


def _bounds(minimum: Bound, typical: Bound, maximum: Bound) -> tuple[Bound, Bound]:
    return (typical, typical) if minimum is None and maximum is None else (minimum, maximum)


def _place(value: Decimal, top: Decimal) -> float:
    """Return where a value stands when the largest one stands at five sixths of the width."""
    return MARGIN + (CANVAS.width - 2 * MARGIN) * (float(value / top) / 1.2 if top else 0)


def _relation(low: Bound, high: Bound, amount: Decimal) -> tuple[str, str]:
    """Return what the amount is to the frame, and its colour."""
    if low is None and high is None:
        return "ingen ramme", MUTED
    if low is not None and amount < low:
        return f"{number(low - amount, 2)} under rammen", OUTSIDE
    if high is not None and amount > high:
        return f"{number(amount - high, 2)} over rammen", OUTSIDE
    return "inden for rammen", INSIDE


def _band(low: Bound, high: Bound, top: Decimal) -> Iterator[str]:
    """Draw the frame; an open end goes to the edge of the picture. Its ends share a label if close."""
    if low is None and high is None:
        return
    start = MARGIN if low is None else _place(low, top)
    end = CANVAS.width - MARGIN if high is None else _place(high, top)
    width = max(end - start, 4)
    yield element("rect", class_="scale-frame", x=start, y=36, width=width, height=20, fill=BAND, stroke=EDGE)
    if low is not None and high is not None and end - start < 48:
        label = number(low, 2) if low == high else f"{number(low, 2)}–{number(high, 2)}"
        yield text_inside(((start + end) / 2, 71), label, CANVAS, colour=MUTED)
        return
    for at, value in ((start, low), (end, high)):
        if value is not None:
            yield text_inside((at, 71), number(value, 2), CANVAS, colour=MUTED)


def _typical_mark(typical: Bound, bounds: tuple[Bound, Bound], top: Decimal) -> Iterator[str]:
    if typical is None or typical in bounds:
        return
    x = _place(typical, top)
    yield line([(x, 36), (x, 56)], CENTRE, 2)
    yield text_inside((x, 86), f"Typisk {number(typical, 2)}", CANVAS, colour=CENTRE)


def _amount_marker(x: float, words: str, colour: str) -> Iterator[str]:
    yield text_inside((x, 14), words, CANVAS, colour=colour)
    points = corners([(x - 7, 21), (x + 7, 21), (x, 34)])
    yield element("polygon", class_="scale-amount", fill=colour, points=points)
    yield line([(x, 34), (x, 56)], colour, 2)
