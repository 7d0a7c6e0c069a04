"""The adopted frame as a small scale with the typed amount on it: a pure function, SVG out."""

from collections.abc import Iterator
from decimal import Decimal
from html import escape
from typing import Protocol

from django.utils.safestring import SafeString

from roles.templatetags.danish import amount as number

WIDTH, HEIGHT, MARGIN, FONT = 340, 92, 16, 13
INK, MUTED, BAND, EDGE, CENTRE = "#1b1b1b", "#454545", "#dbe7f2", "#4d6f91", "#1b4b72"
INSIDE, OUTSIDE = "#0f5c3a", "#8a4b00"
LETTER = 0.56  # width of an average letter, in font sizes
Bound = Decimal | None


class Frame(Protocol):
    kind: str
    minimum: Bound
    typical: Bound
    maximum: Bound


def frame_scale(frame: Frame, amount: Bound, *, unit: str, ident: str) -> SafeString:
    """Draw the frame as a band with the amount as a marker; None means not typed yet."""
    low, high = _bounds(frame)
    top = max(value for value in (low, high, frame.typical, amount, Decimal(0)) if value is not None)
    parts = [
        _line(MARGIN, 46, WIDTH - MARGIN, 46, EDGE),
        *_band(low, high, top),
        *_typical(frame, (low, high), top),
    ]
    if amount is not None:
        parts += _marker(amount, top, _relation(low, high, amount), unit)
    named = f'aria-labelledby="{ident}-title {ident}-desc"'
    title = f'<title id="{ident}-title">Det vedtagne niveau</title>'
    told = f'<desc id="{ident}-desc">{escape(_description(frame, amount, unit, (low, high)))}</desc>'
    return SafeString(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="scale" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' {named} font-size="{FONT}">{title}{told}{"".join(parts)}</svg>'
    )


def _bounds(frame: Frame) -> tuple[Bound, Bound]:
    if frame.kind == "minimum":
        return next(
            value for value in (frame.minimum, frame.typical, frame.maximum) if value is not None
        ), None
    if frame.minimum is None and frame.maximum is None:
        return frame.typical, frame.typical
    return frame.minimum, frame.maximum


def _place(value: Decimal, top: Decimal) -> float:
    """The largest value stands at five sixths of the width."""
    return MARGIN + (WIDTH - 2 * MARGIN) * (float(value / top) / 1.2 if top else 0)


def _relation(low: Bound, high: Bound, amount: Decimal) -> str:
    if low is not None and amount < low:
        return "under rammen"
    return "over rammen" if high is not None and amount > high else "inden for rammen"


def _band(low: Bound, high: Bound, top: Decimal) -> Iterator[str]:
    """An open end goes to the edge of the picture; ends that stand close share a label."""
    start = MARGIN if low is None else _place(low, top)
    end = WIDTH - MARGIN if high is None else _place(high, top)
    width = max(end - start, 4)
    yield f'<rect x="{start:.1f}" y="36" width="{width:.1f}" height="20" fill="{BAND}" stroke="{EDGE}"/>'
    if low is not None and high is not None and end - start < 48:
        yield _text(
            (start + end) / 2, 72, number(low) if low == high else f"{number(low)}–{number(high)}", MUTED
        )
        return
    for x, value in ((start, low), (end, high)):
        if value is not None:
            yield _text(x, 72, number(value), MUTED)


def _typical(frame: Frame, bounds: tuple[Bound, Bound], top: Decimal) -> Iterator[str]:
    if frame.typical is None or frame.typical in bounds:
        return
    x = _place(frame.typical, top)
    yield _line(x, 36, x, 56, CENTRE)
    yield _text(x, 88, f"Typisk {number(frame.typical)}", CENTRE)


def _marker(amount: Decimal, top: Decimal, relation: str, unit: str) -> Iterator[str]:
    x, colour = _place(amount, top), INSIDE if relation == "inden for rammen" else OUTSIDE
    yield _text(x, 14, f"{number(amount)} {unit}: {relation}", colour)
    yield f'<polygon points="{x - 7:.1f},21 {x + 7:.1f},21 {x:.1f},34" fill="{colour}"/>'
    yield _line(x, 34, x, 56, colour)


def _description(frame: Frame, amount: Bound, unit: str, bounds: tuple[Bound, Bound]) -> str:
    named = (
        ("Mindst", frame.minimum),
        ("Typisk", frame.typical),
        ("Højst", frame.maximum),
        ("Indtastet", amount),
    )
    told = [f"{word} {number(value)} {unit}." for word, value in named if value is not None]
    return " ".join(told if amount is None else [*told, f"{_relation(*bounds, amount).capitalize()}."])


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}" stroke="{colour}" stroke-width="2"/>'


def _text(x: float, y: float, words: str, colour: str) -> str:
    """Centred on x, moved as far as it takes to stay in the picture."""
    half = len(words) * LETTER * FONT / 2
    middle = min(max(x, half + 2), max(WIDTH - half - 2, WIDTH / 2))
    return f'<text x="{middle:.1f}" y="{y}" text-anchor="middle" fill="{colour}">{escape(words)}</text>'
