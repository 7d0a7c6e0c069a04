"""A share month by month, with its limits, adoptions and the month it changed."""

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from followup.charts.months import (
    Adoption,
    Mark,
    MonthFrame,
    mark_lines,
    marks_between,
    month_axis,
    month_frame,
    share_axis,
    stretches,
)
from followup.drift.chart import Chart
from roles.charts.drawing import (
    BAND,
    CENTRE,
    EDGE,
    FLAG,
    INK,
    Point,
    corners,
    element,
    line,
    month_label,
    number,
    percent,
    svg,
    text,
)


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
    marks = marks_between(chart.months, adoptions, changed)
    frame = month_frame(
        len(chart.months),
        np.concatenate([chart.y, chart.upper, chart.centre]),
        marks=len(marks),
        compact=compact,
    )
    parts = [
        *share_axis(frame),
        *month_axis(frame, chart.months),
        *_limits(frame, chart),
        *mark_lines(frame, marks),
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


def _limits(frame: MonthFrame, chart: Chart) -> Iterator[str]:
    for months in stretches(~np.isnan(chart.lower + chart.upper)):
        over, under = _steps(frame, chart.upper, months), _steps(frame, chart.lower, months)
        yield element("polygon", class_="chart-band", fill=BAND, points=corners([*over, *reversed(under)]))
        yield line(over, EDGE, 1, dash="4 3", kind="chart-limit")
        yield line(under, EDGE, 1, dash="4 3", kind="chart-limit")
    for months in stretches(~np.isnan(chart.centre)):
        yield line(_steps(frame, chart.centre, months), CENTRE, 1.5, kind="chart-centre")


def _steps(frame: MonthFrame, values: NDArray[np.float64], months: Sequence[int]) -> list[Point]:
    return [(frame.edge(i + side), frame.y(values[i])) for i in months for side in (0, 1)]


def _share_line(frame: MonthFrame, chart: Chart) -> Iterator[str]:
    present = ~np.isnan(chart.y)
    for months in stretches(present):
        yield line([(frame.x(i), frame.y(chart.y[i])) for i in months], INK, 1.5, kind="chart-line")
    for i in np.flatnonzero(present).tolist():
        yield _point(frame, chart, i)


def _point(frame: MonthFrame, chart: Chart, i: int) -> str:
    """Draw a dot, or a diamond where the month is unusual."""
    x, y = frame.x(i), frame.y(chart.y[i])
    tip = element("title", escape(_point_text(chart, i)))
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
    yield from _two_lines(frame, x, at, "Middel", percent(centre), CENTRE)
    limited = np.flatnonzero(~np.isnan(chart.upper))
    if limited.size:
        upper = chart.upper[limited[-1]]
        if at - frame.y(upper) > 2.6 * frame.font:
            yield from _two_lines(frame, x, frame.y(upper), "Grænse", percent(upper), EDGE)


def _two_lines(frame: MonthFrame, x: float, y: float, word: str, value: str, colour: str) -> Iterator[str]:
    yield text((x, y), word, colour=colour, size=frame.font)
    yield text((x, y + frame.font + 1), value, colour=colour, size=frame.font)


def _description(chart: Chart, marks: Sequence[Mark]) -> str:
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
