"""The chart of a signal with its numbers, in both widths."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from followup.charts import Adoption, chart_headings, chart_rows, control_chart, runs_words
from followup.drift.chart import Chart
from followup.models import Drift, DriftSignal
from followup.queries.explanations import chart_meaning
from followup.queries.levels import measure_of
from followup.queries.months import counted_revisions
from followup.queries.practice import PRACTICE, Practice, share_chart
from followup.queries.signal_chart import adoptions_of, axis_of, signal_chart
from serviceniveau.models import StandardVersion


@dataclass(frozen=True)
class Figure:
    """both: the wide and the narrow drawing, of which the window shows one. wide: alone, for a file."""

    both: SafeString
    wide: SafeString
    caption: str
    meaning: str
    headings: list[str]
    rows: list[list[str]]


def figure_of(drift: Drift, signal: DriftSignal, *, ident: str) -> Figure:
    """The chart of any measure, up to the month that the signal is of."""
    revisions = counted_revisions(month=signal.month, revision=signal.revision)
    chart, adoptions = signal_chart(drift, month=signal.month, revisions=revisions)
    return drawn(chart, signal, adoptions, ident=ident)


def share_figure(
    signal: DriftSignal, practice: Practice, versions: dict[int, list[StandardVersion]], *, ident: str
) -> Figure | None:
    """The chart of a share under a standard, from what is already read; None of anything else."""
    measure, standard = measure_of(signal), signal.standard_id
    if standard is None or measure.code not in PRACTICE:
        return None
    adoptions = adoptions_of(versions[standard])
    shares = practice.series(measure.code, standard, signal.intervention_id)
    chart = share_chart(practice.months, shares, [each.on for each in adoptions])
    return drawn(chart, signal, adoptions, ident=ident)


def drawn(chart: Chart, signal: DriftSignal, adoptions: list[Adoption], *, ident: str) -> Figure:
    measure = measure_of(signal)
    axis = axis_of(measure)
    has_month = measure.detector == "filter"  # the others look at the whole period at once
    first, last = signal.since_first, signal.since_last
    wide, narrow = (
        control_chart(
            chart,
            title=f"{measure.name}, {signal.standard or signal.intervention}, {signal.unit}",
            ident=f"{ident}-{'smal' if compact else 'bred'}",
            axis=axis,
            adoptions=adoptions,
            changed=signal.since if has_month else None,
            between=(first, last) if has_month and first and last else None,
            compact=compact,
        )
        for compact in (False, True)
    )
    return Figure(
        both=format_html('<div class="chart-pair">{}{}</div>', wide, narrow),
        wide=wide,
        caption=f"{measure.name}, {signal.unit}, måned for måned",
        meaning=f"{chart_meaning(measure)} {runs_words(chart)}".strip(),
        headings=chart_headings(axis),
        rows=[list(row.values()) for row in reversed(chart_rows(chart, axis))],
    )
