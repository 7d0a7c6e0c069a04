"""A few shares month by month as plain lines, each named where it ends: for readers without statistics."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import ArrayLike, NDArray

from followup.charts.months import (
    Adoption,
    MonthFrame,
    mark_lines,
    marks_between,
    month_axis,
    month_frame,
    stretches,
    value_axis,
)
from roles.charts.drawing import CENTRE, OUTSIDE, element, line, month_label, percent, svg, text

STYLES = ((OUTSIDE, ""), (CENTRE, "7 4"))
"""Colour and dash of the first and the second line: never colour alone."""


def share_lines(
    months: Sequence[date],
    shares: Mapping[str, ArrayLike],
    *,
    title: str,
    ident: str,
    adoptions: Sequence[Adoption] = (),
    compact: bool = False,
) -> SafeString:
    """Draw at most two lines.

    shares: name of the line → (months,) shares, NaN where there is none.
    ident: prefix of the ids, unique on the page. Adoptions outside the period are left out.
    """
    lines = {name: np.asarray(values, dtype=np.float64) for name, values in shares.items()}
    marks = marks_between(months, adoptions)
    frame = month_frame(len(months), np.concatenate([*lines.values()]), marks=len(marks), compact=compact)
    parts = [*value_axis(frame), *month_axis(frame, months), *mark_lines(frame, marks)]
    for (colour, dash), values in zip(STYLES, lines.values(), strict=False):
        parts += _line(frame, values, colour, dash)
    parts += _names(frame, lines)
    if not months:
        parts = [text((frame.width / 2, frame.height / 2), "Ingen tal i perioden", anchor="middle")]
    kind = "chart chart-narrow" if compact else "chart chart-wide"
    told = " ".join([_told(months, lines), *(f"{mark.words}." for mark in marks)])
    return svg(frame.canvas, parts, kind=kind, ident=ident, title=title, description=told)


def _line(frame: MonthFrame, values: NDArray[np.float64], colour: str, dash: str) -> Iterator[str]:
    for months in stretches(~np.isnan(values)):
        points = [(frame.x(i), frame.y(values[i])) for i in months]
        yield line(points, colour, 2.5, dash=dash, kind="chart-line")
        x, y = points[-1]
        yield element("circle", class_="chart-point", cx=x, cy=y, r=frame.font / 3, fill=colour)


def _names(frame: MonthFrame, lines: Mapping[str, NDArray[np.float64]]) -> Iterator[str]:
    """Name the lines at the right, the upper one first, two rows of text each and never across each other."""
    ends = [
        (frame.y(values[known[-1]]), name, percent(values[known[-1]], 0), colour)
        for (colour, _), (name, values) in zip(STYLES, lines.items(), strict=False)
        if (known := np.flatnonzero(~np.isnan(values))).size
    ]
    x, room = frame.width - frame.right + 6, 2 * frame.font + 6
    lowest = frame.height - frame.bottom - room * len(ends) + frame.font
    free = frame.top
    for number, (y, name, value, colour) in enumerate(sorted(ends)):
        at = max(min(y, lowest + room * number), free)
        free = at + room
        yield text((x, at), name, colour=colour, size=frame.font)
        yield text((x, at + frame.font + 1), value, colour=colour, size=frame.font)


def _told(months: Sequence[date], lines: Mapping[str, NDArray[np.float64]]) -> str:
    if not months:
        return "Ingen tal i perioden."
    sentences = [f"{len(months)} måneder fra {month_label(months[0])} til {month_label(months[-1])}."]
    for name, values in lines.items():
        known = values[~np.isnan(values)]
        if known.size:
            sentences.append(f"{name}: fra {percent(known[0], 0)} til {percent(known[-1], 0)}.")
    return " ".join(sentences)
