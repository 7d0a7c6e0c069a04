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
from followup.queries.measures import MEASURES
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

SHOWN_CARDS = 4
"""Signals of the unit that are shown with all their figures; the others are folded."""
SHOWN_UNITS = 8


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
    kept = standings_of([*signals.own, *(each for _, found in signals.beneath for each in found)])
    report = report_of(unit, month=month, revision=revision)
    return {
        "revision": revision,
        "report": report.content if report else None,
        "updated": report.frozen_at if report else None,
        "practice": practice,
        "measures": len(MEASURES),
        **sorted_cards(signal_cards(signals.own, practice, kept, until=month)),
        **folded_units(signals.beneath, kept),
        "year": [(each, year_bar(each)) for each in year_by_standard(practice)],
    }


def standings_of(signals: list[DriftSignal]) -> dict[int, Standing]:
    """How each signal's drift stands today, by its key. Five queries at most."""
    drifts = Drift.objects.filter(pk__in={each.drift_id for each in signals})
    return {each.drift.pk: each for each in standings(drifts)}


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
    def is_quiet(self) -> bool:
        return self.standing is not None and self.standing.is_quiet


def signal_cards(
    signals: list[DriftSignal], practice: Practice, kept: dict[int, Standing], *, until: date
) -> list[SignalCard]:
    """kept: how the drifts stand, by key. One query, however many signals."""
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


def sorted_cards(cards: list[SignalCard]) -> dict[str, Any]:
    """Those that ask for attention, some of them whole and the others in few words, and the accepted."""
    loud = [each for each in cards if not each.is_quiet]
    return {
        "in_all": len(loud),
        "cards": loud[:SHOWN_CARDS],
        "more": loud[SHOWN_CARDS:],
        "quiet": [each for each in cards if each.is_quiet],
    }


@dataclass(frozen=True)
class PlaceBeneath:
    """A unit beneath with the signals that ask for attention there: each with its heading and sentence."""

    unit: Unit
    lines: list[tuple[DriftSignal, str, str]]


def folded_units(
    beneath: list[tuple[Unit, list[DriftSignal]]], kept: dict[int, Standing]
) -> dict[str, list[PlaceBeneath]]:
    """The units beneath where something asks for attention, the first of them unfolded."""
    places = []
    for unit, signals in beneath:
        loud = [each for each in signals if not _is_quiet(each, kept)]
        if loud:
            places.append(PlaceBeneath(unit, [(each, heading(each), signal_sentence(each)) for each in loud]))
    return {"beneath": places[:SHOWN_UNITS], "beneath_more": places[SHOWN_UNITS:]}


def _is_quiet(signal: DriftSignal, kept: dict[int, Standing]) -> bool:
    standing = kept.get(signal.drift_id or 0)
    return standing is not None and standing.is_quiet


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
