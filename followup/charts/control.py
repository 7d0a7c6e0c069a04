"""A measure month by month, with its limits, adoptions and the month it changed."""

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from followup.charts.axis import SHARES, Axis
from followup.charts.months import (
    Adoption,
    Mark,
    MonthFrame,
    mark_lines,
    marks_between,
    month_axis,
    month_frame,
    stretches,
    value_axis,
)
from followup.charts.serial import runs_words
from followup.drift.chart import Chart
from roles.charts.drawing import (
    BAND,
    CENTRE,
    EDGE,
    FLAG,
    INK,
    MUTED,
    Point,
    corners,
    element,
    haloed_text,
    line,
    month_label,
    number,
    svg,
    text,
)

SPAN = "#f7e4e6"
"""Fill of the months that the change may lie in."""


def control_chart(  # noqa: PLR0913  each keyword is one plain question
    chart: Chart,
    *,
    title: str,
    ident: str,
    axis: Axis = SHARES,
    adoptions: Sequence[Adoption] = (),
    changed: date | None = None,
    between: tuple[date, date] | None = None,
    compact: bool = False,
) -> SafeString:
    """Draw a chart whose months are dates.

    ident: prefix of the ids, unique on the page. axis: what its values are. changed: month a drift most
    likely began in. between: first and last month that it may well have begun in.
    Adoptions and changes outside the period are left out.
    """
    marks = marks_between(chart.months, adoptions, changed)
    values = np.concatenate([chart.y, chart.upper, chart.lower, chart.centre])
    frame = month_frame(len(chart.months), values, marks=len(marks), compact=compact, axis=axis)
    parts = [
        *_change_span(frame, chart, between),
        *value_axis(frame),
        *month_axis(frame, chart.months),
        *_limits(frame, chart),
        *_baseline(frame, chart),
        *mark_lines(frame, marks),
        *_value_line(frame, chart),
        *_line_labels(frame, chart),
    ]
    if not chart.months:
        parts = [text((frame.width / 2, frame.height / 2), "Ingen tal i perioden", anchor="middle")]
    return svg(
        frame.canvas,
        parts,
        kind="chart chart-narrow" if compact else "chart chart-wide",
        ident=ident,
        title=title,
        description=_description(chart, axis, marks, between),
    )


def chart_headings(axis: Axis = SHARES) -> list[str]:
    """Return the headings of the columns that `chart_rows` fills."""
    counts = [heading for heading in (axis.events, axis.totals) if heading]
    return ["Måned", *counts, axis.column, "Niveau", "Nedre grænse", "Øvre grænse", "Bemærkning"]


def chart_rows(chart: Chart, axis: Axis = SHARES) -> list[dict[str, str]]:
    """Return the numbers behind a chart, one row per month, written in Danish."""
    return [_row(chart, axis, i) for i in range(len(chart.months))]


def _row(chart: Chart, axis: Axis, i: int) -> dict[str, str]:
    counts = {"events": chart.events[i]} if axis.events else {}
    counts |= {"total": chart.totals[i]} if axis.totals else {}
    return {
        "month": month_label(chart.months[i]),
        **{name: "–" if np.isnan(count) else number(count, 0) for name, count in counts.items()},
        "share" if axis is SHARES else "value": _written(axis, chart.y[i]),
        "centre": _written(axis, chart.centre[i]),
        "lower": _written(axis, chart.lower[i]),
        "upper": _written(axis, chart.upper[i]),
        "flag": _flag_text(chart, i),
    }


def _written(axis: Axis, value: float) -> str:
    return "–" if np.isnan(value) else axis.short(value)


def _change_span(frame: MonthFrame, chart: Chart, between: tuple[date, date] | None) -> Iterator[str]:
    """Shade the months that the change may lie in."""
    if between is None:
        return
    inside = [i for i, month in enumerate(chart.months) if between[0] <= month <= between[1]]
    if inside:
        left, right = frame.edge(inside[0]), frame.edge(inside[-1] + 1)
        places = [(left, frame.top), (right, frame.top), (right, frame.floor), (left, frame.floor)]
        yield element("polygon", class_="chart-span", fill=SPAN, points=corners(places))


def _limits(frame: MonthFrame, chart: Chart) -> Iterator[str]:
    for months in stretches(~np.isnan(chart.lower + chart.upper)):
        over, under = _steps(frame, chart.upper, months), _steps(frame, chart.lower, months)
        places = corners([*over, *reversed(under)])
        yield element("polygon", class_="chart-band", fill=BAND, fill_opacity=0.8, points=places)
        yield line(over, EDGE, 1, dash="4 3", kind="chart-limit")
        yield line(under, EDGE, 1, dash="4 3", kind="chart-limit")
    for months in stretches(~np.isnan(chart.centre)):
        yield line(_steps(frame, chart.centre, months), CENTRE, 1.5, kind="chart-centre")


def _steps(frame: MonthFrame, values: NDArray[np.float64], months: Sequence[int]) -> list[Point]:
    return [(frame.edge(i + side), frame.y(values[i])) for i in months for side in (0, 1)]


def baseline_months(chart: Chart) -> list[int]:
    """Return the months that the newest level was learnt from."""
    newest = chart.phase == chart.phase.max(initial=0)
    found: list[int] = np.flatnonzero(newest & chart.baseline & chart.included & ~np.isnan(chart.y)).tolist()
    return found


def _baseline(frame: MonthFrame, chart: Chart) -> Iterator[str]:
    """Underline the months that the level was learnt from, where later months are compared with them."""
    months = baseline_months(chart)
    if not months or months[-1] == len(chart.months) - 1:
        return
    left, right, y = frame.edge(months[0]), frame.edge(months[-1] + 1), frame.floor - 2
    yield line([(left + 1, y), (right - 1, y)], CENTRE, 4, kind="chart-baseline")
    words = "Udgangspunkt"
    if right - left > len(words) * 0.6 * frame.font:
        yield haloed_text((left + 4, y - 6), words, anchor="start", colour=MUTED, size=frame.font)


def _value_line(frame: MonthFrame, chart: Chart) -> Iterator[str]:
    present = ~np.isnan(chart.y)
    for months in stretches(present):
        yield line([(frame.x(i), frame.y(chart.y[i])) for i in months], INK, 1.5, kind="chart-line")
    for i in np.flatnonzero(present).tolist():
        yield _point(frame, chart, i)


def _point(frame: MonthFrame, chart: Chart, i: int) -> str:
    """Draw a dot, or a diamond where the month is unusual."""
    x, y = frame.x(i), frame.y(chart.y[i])
    tip = element("title", escape(_point_text(frame.axis, chart, i)))
    if not chart.signal[i]:
        return element("circle", tip, class_="chart-point", cx=x, cy=y, r=frame.font / 4, fill=INK)
    reach = frame.font / 2
    points = corners([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)])
    return element("polygon", tip, class_="chart-flag", fill=FLAG, stroke="#ffffff", points=points)


def _line_labels(frame: MonthFrame, chart: Chart) -> Iterator[str]:
    """Label the centre line and the upper limit where they end; leave the limit out if they collide."""
    known = np.flatnonzero(~np.isnan(chart.centre))
    if not known.size:
        return
    last, x = known[-1], frame.width - frame.right + 5
    centre = chart.centre[last]
    at = min(max(frame.y(centre), frame.top + frame.font), frame.height - frame.bottom - frame.font - 2)
    yield from _two_lines(frame, x, at, "Middel", centre, CENTRE)
    limited = np.flatnonzero(~np.isnan(chart.upper))
    if limited.size:
        upper = chart.upper[limited[-1]]
        if at - frame.y(upper) > 2.6 * frame.font:
            yield from _two_lines(frame, x, frame.y(upper), "Grænse", upper, EDGE)


def _two_lines(frame: MonthFrame, x: float, y: float, word: str, value: float, colour: str) -> Iterator[str]:
    yield text((x, y), word, colour=colour, size=frame.font)
    yield text((x, y + frame.font + 1), frame.axis.short(value), colour=colour, size=frame.font)


def _description(chart: Chart, axis: Axis, marks: Sequence[Mark], between: tuple[date, date] | None) -> str:
    if not chart.months:
        return "Ingen tal i perioden."
    sentences = [f"{len(chart.months)} måneder fra {_period(chart.months[0], chart.months[-1])}."]
    centres = chart.centre[~np.isnan(chart.centre)]
    if centres.size:
        sentences.append(f"Middel {axis.short(centres[-1]).removesuffix('.')}.")
    rests = baseline_months(chart)
    if rests and rests[-1] < len(chart.months) - 1:
        sentences.append(f"Udgangspunkt {_period(chart.months[rests[0]], chart.months[rests[-1]])}.")
    flagged = [month_label(chart.months[i]) for i in np.flatnonzero(chart.signal)]
    sentences.append(f"Usædvanlige måneder: {', '.join(flagged) or 'ingen'}.")
    sentences += [f"{mark.words}." for mark in marks]
    if between and between[0] < between[1]:
        sentences.append(f"Ændringen kan ligge fra {_period(*between)}.")
    return " ".join([*sentences, runs_words(chart)]).rstrip()


def _period(first: date, last: date) -> str:
    return f"{month_label(first)} til {month_label(last)}"


def _point_text(axis: Axis, chart: Chart, i: int) -> str:
    basis = axis.basis(chart.events[i], chart.totals[i])
    words = f"{month_label(chart.months[i])}: {axis.short(chart.y[i])} ({basis})"
    flag = _flag_text(chart, i)
    return f"{words}. {flag}" if flag else words


def _flag_text(chart: Chart, i: int) -> str:
    if not chart.signal[i]:
        return ""
    return "Usædvanligt høj" if chart.y[i] > chart.centre[i] else "Usædvanligt lav"
