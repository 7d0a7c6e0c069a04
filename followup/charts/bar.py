"""One whole cut into parts, side by side: the picture of numbers that stand as text beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from roles.charts.drawing import CENTRE, OUTSIDE, Canvas, element, line, number, svg

CANVAS = Canvas(320, 18, 12)
FILLS = {"inside": "#d3e0ec", "above": OUTSIDE, "below": CENTRE, "incomplete": "#f4f4f4"}
"""Fill per part; every part also has an edge, and its number as text beside the bar."""
EDGES = "#454545"


@dataclass(frozen=True)
class Part:
    """kind: one of FILLS."""

    kind: str
    name: str
    count: int


def parts_bar(parts: Sequence[Part], *, title: str, ident: str) -> SafeString:
    """Draw the parts in the order given, each as long as its share of the whole."""
    total = sum(part.count for part in parts)
    drawn, left = [], 1.0
    for part in parts:
        width = (CANVAS.width - 2) * part.count / total if total else 0
        if width:
            drawn.append(
                element(
                    "rect",
                    class_=f"bar-{part.kind}",
                    x=left,
                    y=1,
                    width=width,
                    height=CANVAS.height - 2,
                    fill=FILLS[part.kind],
                    stroke=EDGES,
                )
            )
        if part.kind == "below":
            drawn += _hatching(left, width)
        left += width
    told = ", ".join(f"{part.name.lower()} {number(part.count, 0)}" for part in parts)
    return svg(CANVAS, drawn, kind="bar", ident=ident, title=title, description=f"{told}.")


def _hatching(left: float, width: float) -> list[str]:
    """Strokes that tell this part from its neighbours without colour."""
    starts = range(int(left) + 5, int(left + width) - 7, 8)
    return [line([(x, CANVAS.height - 2), (x + 6, 2)], "#ffffff", 1.5) for x in starts]
