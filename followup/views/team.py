"""A leader's page: what has changed in the unit, what waits for the team, and the last twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from followup.charts import Adoption, Part, chart_rows, control_chart, parts_bar
from followup.drift.chart import Chart
from followup.models import DriftSignal, MeasureCode
from followup.queries.explanations import chart_meaning, heading, how_sure, next_step
from followup.queries.measures import MEASURES
from followup.queries.months import closed_revisions, counted_revisions
from followup.queries.practice import (
    Practice,
    StandardYear,
    practice_of,
    share_chart,
    versions_by_standard,
    year_by_standard,
)
from followup.queries.sentences import signal_sentence
from followup.queries.team import (
    leads,
    own_unit,
    pressing_deadlines,
    report_of,
    unexplained_deviations,
    unit_signals,
    units_with_signals,
)
from roles.actions import log_read
from roles.models import Permission, Unit
from roles.permissions import Request, access, may
from roles.views.page import render_page
from serviceniveau.models import StandardVersion

CHART_HEADINGS = (
    "Måned",
    "Antal",
    "Af i alt",
    "Andel",
    "Niveau",
    "Nedre grænse",
    "Øvre grænse",
    "Bemærkning",
)


@access(Permission.VIEW_SIGNALS)
def team_month(request: Request) -> HttpResponse:
    units = units_with_signals(request.user)
    unit = chosen_unit(request, units)
    closed = closed_revisions()
    month = chosen_month(request.GET.get("maaned", ""), closed)
    context: dict[str, Any] = {"units": units, "unit": unit, "month": month, "months": list(reversed(closed))}
    if month:
        context |= figures(unit, month=month, revision=closed[month])
    if leads(request.user, unit):
        context |= waiting(request, unit, month)
    return render_page(request, "followup/team_month.html", context)


def chosen_unit(request: Request, units: list[Unit]) -> Unit:
    """The unit in the address, or the user's own. A unit the user may not see does not exist."""
    code = request.GET.get("enhed", "")
    unit = (
        next((each for each in units if each.code == code), None) if code else own_unit(request.user, units)
    )
    if unit is None:
        raise Http404
    return unit


def chosen_month(text: str, closed: dict[date, int]) -> date | None:
    """The month in the address, or the newest closed one; None while nothing is closed."""
    if not text:
        return max(closed, default=None)
    month = next((each for each in closed if f"{each:%Y-%m}" == text), None)
    if month is None:
        raise Http404
    return month


def figures(unit: Unit, *, month: date, revision: int) -> dict[str, Any]:
    signals = unit_signals(unit, month=month, revision=revision)
    practice = practice_of(unit, counted_revisions(month=month, revision=revision))
    versions = versions_by_standard({each.standard_id for each in signals.own}, until=month)
    report = report_of(unit, month=month, revision=revision)
    return {
        "revision": revision,
        "report": report.content if report else None,
        "updated": report.frozen_at if report else None,
        "practice": practice,
        "cards": [
            signal_card(each, practice, versions[each.standard_id], number)
            for number, each in enumerate(signals.own, 1)
        ],
        "beneath": [(place, [signal_sentence(each) for each in found]) for place, found in signals.beneath],
        "year": [(each, year_bar(each)) for each in year_by_standard(practice)],
    }


@dataclass(frozen=True)
class SignalCard:
    signal: DriftSignal
    heading: str
    sentence: str
    sure: str
    next_step: str
    meaning: str
    caption: str
    chart: SafeString
    headings: tuple[str, ...]
    rows: list[list[str]]

    @property
    def share(self) -> float:
        return self.signal.observed / self.signal.n

    @property
    def expected_share(self) -> float:
        return self.signal.expected / self.signal.n


def signal_card(
    signal: DriftSignal, practice: Practice, versions: list[StandardVersion], number: int
) -> SignalCard:
    measure = MeasureCode(signal.measure)
    shares = practice.series(measure, signal.standard_id, signal.intervention_id)
    adoptions = [
        Adoption(each.valid.lower, f"version {each.number} gælder")
        for each in versions
        if each.valid and each.valid.lower
    ]
    chart = share_chart(practice.months, shares, [each.on for each in adoptions])
    return SignalCard(
        signal=signal,
        heading=heading(signal),
        sentence=signal_sentence(signal),
        sure=how_sure(signal.probability),
        next_step=next_step(signal),
        meaning=chart_meaning(MEASURES[measure]),
        caption=f"{signal.get_measure_display()}, {signal.unit}, måned for måned",
        chart=both_widths(chart, signal, adoptions, ident=f"signal-{number}"),
        headings=CHART_HEADINGS,
        rows=[list(row.values()) for row in reversed(chart_rows(chart))],
    )


def both_widths(chart: Chart, signal: DriftSignal, adoptions: list[Adoption], *, ident: str) -> SafeString:
    title = f"{signal.get_measure_display()}, {signal.standard}, {signal.unit}"
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
    return format_html('<div class="chart-pair">{}{}</div>', wide, narrow)


def year_bar(year: StandardYear) -> SafeString:
    parts = [
        Part("inside", "Inden for", year.inside),
        Part("above", "Over", year.above),
        Part("below", "Under", year.below),
        Part("incomplete", "Mangler oplysninger", year.incomplete),
    ]
    return parts_bar(parts, title=f"Fordeling, {year.standard}", ident=f"aar-{year.standard.pk}")


def waiting(request: Request, unit: Unit, month: date | None) -> dict[str, Any]:
    """What the immediate leader follows up, person by person; who looked is written down."""
    unexplained = unexplained_deviations(request.user, unit, month=month) if month else []
    deadlines = pressing_deadlines(request.user, unit)
    cases = {each.case_id for person in unexplained for each in person.registrations}
    cases |= {each.application.case_id for each in deadlines.listed}
    log_read(by=request.user, act="åbnet", subject="sag", keys=sorted(cases), purpose="Mit team denne måned")
    return {
        "leads": True,
        "unexplained": unexplained,
        "deadlines": deadlines,
        "may_approve": may(request.user, Permission.APPROVE_DECISION, unit),
    }
