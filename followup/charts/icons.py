"""Small signs beside their words: does a share move, and is a goal met? Shape first, then colour."""

from collections.abc import Iterator

from django.utils.safestring import SafeString

from roles.charts.drawing import CENTRE, INSIDE, MUTED, OUTSIDE, Canvas, corners, element, line, svg

CANVAS = Canvas(40, 40, 12)
QUIET, PAPER = "#f4f4f4", "#ffffff"
TONES = {"good": INSIDE, "bad": OUTSIDE, "": CENTRE}


def sign_icon(shape: str, *, tone: str, title: str, description: str, ident: str) -> SafeString:
    """Draw one sign. shape: steady, up, down, met, missed, varies or unknown. tone: good, bad or ""."""
    colour = MUTED if shape in ("steady", "unknown", "varies") else TONES[tone]
    parts = [_frame(shape, colour), *DRAWINGS[shape](colour)]
    return svg(CANVAS, parts, kind=f"sign sign-{shape}", ident=ident, title=title, description=description)


def _frame(shape: str, colour: str) -> str:
    """Movement stands in a rounded square, a goal in a circle."""
    is_goal = shape in ("met", "missed", "varies")
    fill = QUIET if shape in ("steady", "unknown", "varies") else PAPER
    if is_goal:
        return element("circle", cx=20, cy=20, r=18, fill=fill, stroke=colour, stroke_width=2)
    return element("rect", x=2, y=2, width=36, height=36, rx=8, fill=fill, stroke=colour, stroke_width=2)


def _steady(colour: str) -> Iterator[str]:
    """A line that swings about its middle, between two limits."""
    for y in (10, 30):
        yield line([(8, y), (32, y)], colour, 1.2, dash="3 2")
    yield line([(8, 21), (13, 16), (18, 23), (23, 17), (28, 23), (32, 18)], colour, 2.4)


def _up(colour: str) -> Iterator[str]:
    yield line([(8, 30), (17, 27), (22, 20), (28, 12)], colour, 3)
    yield element("polygon", points=corners([(33, 7), (31, 18), (23, 11)]), fill=colour)


def _down(colour: str) -> Iterator[str]:
    yield line([(8, 10), (17, 13), (22, 20), (28, 28)], colour, 3)
    yield element("polygon", points=corners([(33, 33), (23, 29), (31, 22)]), fill=colour)


def _met(colour: str) -> Iterator[str]:
    yield line([(11, 21), (18, 28), (30, 13)], colour, 4)


def _missed(colour: str) -> Iterator[str]:
    """What is reached stays below the line of the goal."""
    yield line([(8, 13), (32, 13)], colour, 3)
    for x in (13, 20, 27):
        yield line([(x, 30), (x, 21)], colour, 4)


def _varies(colour: str) -> Iterator[str]:
    """Some reach the line of the goal, some do not."""
    yield line([(8, 18), (32, 18)], colour, 3)
    for x, y in ((13, 24), (20, 12), (27, 24)):
        yield line([(x, 30), (x, y)], colour, 4)


def _unknown(colour: str) -> Iterator[str]:
    for x in (12, 20, 28):
        yield element("circle", cx=x, cy=20, r=2.4, fill=colour)


DRAWINGS = {
    "steady": _steady,
    "up": _up,
    "down": _down,
    "met": _met,
    "missed": _missed,
    "varies": _varies,
    "unknown": _unknown,
}
