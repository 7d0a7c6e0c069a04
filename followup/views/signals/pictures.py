"""The chart of a signal with its numbers, in both widths."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from followup.charts import Adoption, chart_rows, control_chart
from followup.drift.chart import Chart
from followup.models import Drift, DriftSignal, MeasureCode
from followup.queries.explanations import chart_meaning
from followup.queries.measures import MEASURES
from followup.queries.months import counted_revisions
from followup.queries.practice import PRACTICE, Practice, practice_of, share_chart, versions_by_standard
from serviceniveau.models import StandardVersion

HEADINGS = (
    "Måned",
    "Antal",
    "Af i alt",
    "Andel",
    "Niveau",
    "Nedre grænse",
    "Øvre grænse",
    "Bemærkning",
)


@dataclass(frozen=True)
class Figure:
    """both: the wide and the narrow drawing, of which the window shows one. wide: alone, for a file."""

    both: SafeString
    wide: SafeString
    caption: str
    meaning: str
    headings: tuple[str, ...]
    rows: list[list[str]]


def figure_of(drift: Drift, signal: DriftSignal, *, ident: str) -> Figure | None:
    if drift.standard_id is None:
        return None
    practice = practice_of(drift.unit, counted_revisions(month=signal.month, revision=signal.revision))
    versions = versions_by_standard({drift.standard_id}, until=signal.month)
    return share_figure(signal, practice, versions, ident=ident)


def share_figure(
    signal: DriftSignal, practice: Practice, versions: dict[int, list[StandardVersion]], *, ident: str
) -> Figure | None:
    """The chart of a share under a standard, from what is already read."""
    measure, standard = MEASURES[MeasureCode(signal.measure)], signal.standard_id
    if standard is None or measure.code not in PRACTICE:
        return None
    adoptions = [
        Adoption(each.valid.lower, f"version {each.number} gælder")
        for each in versions[standard]
        if each.valid and each.valid.lower
    ]
    shares = practice.series(measure.code, standard, signal.intervention_id)
    chart = share_chart(practice.months, shares, [each.on for each in adoptions])
    return drawn(chart, signal, adoptions, ident=ident)


def drawn(chart: Chart, signal: DriftSignal, adoptions: list[Adoption], *, ident: str) -> Figure:
    title = f"{signal.get_measure_display()}, {signal.standard or signal.intervention}, {signal.unit}"
    wide, narrow = (
        control_chart(
            chart,
            title=title,
            ident=f"{ident}-{'smal' if compact else 'bred'}",
            adoptions=adoptions,
            changed=signal.since,
            compact=compact,
        )
        for compact in (False, True)
    )
    return Figure(
        both=format_html('<div class="chart-pair">{}{}</div>', wide, narrow),
        wide=wide,
        caption=f"{signal.get_measure_display()}, {signal.unit}, måned for måned",
        meaning=chart_meaning(MEASURES[MeasureCode(signal.measure)]),
        headings=HEADINGS,
        rows=[list(row.values()) for row in reversed(chart_rows(chart))],
    )
