"""A leader's page: what has changed in the unit, what waits for the team, and the last twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.safestring import SafeString

from followup.charts import Part, parts_bar
from followup.models import Drift, DriftSignal
from followup.queries.explanations import heading, how_sure, next_step
from followup.queries.ledger import Standing, standings
from followup.queries.months import closed_revisions, counted_revisions
from followup.queries.practice import (
    Practice,
    StandardYear,
    practice_of,
    versions_by_standard,
    year_by_standard,
)
from followup.queries.sentences import signal_sentence
from followup.queries.signal_facts import signal_facts
from followup.queries.team import (
    leads,
    own_unit,
    pressing_deadlines,
    report_of,
    unexplained_deviations,
    unit_signals,
    units_with_signals,
)
from followup.views.signals.pictures import Figure, share_figure
from roles.actions import log_read
from roles.models import Permission, Unit
from roles.permissions import Request, access, may
from roles.views.page import render_page


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
    cards = signal_cards(signals.own, practice, until=month)
    report = report_of(unit, month=month, revision=revision)
    return {
        "revision": revision,
        "report": report.content if report else None,
        "updated": report.frozen_at if report else None,
        "practice": practice,
        **sorted_cards(cards),
        "beneath": [(place, [signal_sentence(each) for each in found]) for place, found in signals.beneath],
        "year": [(each, year_bar(each)) for each in year_by_standard(practice)],
    }


@dataclass(frozen=True)
class SignalCard:
    """A signal of the unit. standing: how it stands today. figure: None where its own page has the chart."""

    signal: DriftSignal
    heading: str
    sentence: str
    sure: str
    facts: list[tuple[str, str]]
    next_step: str
    standing: Standing | None
    figure: Figure | None

    @property
    def is_over(self) -> bool:
        return self.signal.change in (DriftSignal.Change.CLOSED, DriftSignal.Change.WITHDRAWN)

    @property
    def is_quiet(self) -> bool:
        return self.standing is not None and self.standing.is_quiet


def signal_cards(signals: list[DriftSignal], practice: Practice, *, until: date) -> list[SignalCard]:
    """Five queries, however many signals."""
    drifts = Drift.objects.filter(pk__in={each.drift_id for each in signals})
    kept = {each.drift.pk: each for each in standings(drifts)}
    versions = versions_by_standard({each.standard_id for each in signals if each.standard_id}, until=until)
    return [
        SignalCard(
            signal=each,
            heading=heading(each),
            sentence=signal_sentence(each),
            sure=how_sure(each.probability),
            facts=signal_facts(each),
            next_step=next_step(each),
            standing=kept.get(each.drift_id or 0),
            figure=share_figure(each, practice, versions, ident=f"signal-{number}"),
        )
        for number, each in enumerate(signals, 1)
    ]


def sorted_cards(cards: list[SignalCard]) -> dict[str, list[SignalCard]]:
    """Those that ask for attention, those accepted for a time, and those that are over."""
    going_on = [each for each in cards if not each.is_over]
    return {
        "cards": [each for each in going_on if not each.is_quiet],
        "quiet": [each for each in going_on if each.is_quiet],
        "over": [each for each in cards if each.is_over],
    }


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
