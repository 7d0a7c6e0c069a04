"""Reading signals: the list, one signal's page, and a fragment for the page of a standard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from followup.models import Drift, DriftSignal, MeasureCode
from followup.queries.driving import Cell, driving_cells
from followup.queries.explanations import heading, how_sure, next_step
from followup.queries.ledger import (
    Event,
    Standing,
    drifts_visible,
    signal_list,
    standing,
    standings,
    timeline,
)
from followup.queries.months import latest_closed, month_plus
from followup.queries.sentences import period_name, signal_sentence
from followup.queries.signal_facts import signal_facts
from followup.queries.signals import signals_of_standard
from followup.queries.team import report_of, units_with_signals
from followup.views.signals.pictures import figure_of
from roles.models import Permission, Unit
from roles.permissions import Request, access, may, units_with
from roles.templatetags.danish import amount
from roles.views.page import render_page
from serviceniveau.queries.standards import visible_standards

LATELY_MONTHS = 6
"""How long a signal that is over stays on the list."""
SHOWN_EVENTS = 12
"""Lines of the history that are not folded away."""
SHOWN_CELLS = 8
STATES = {"aaben": "Åbne", "accepteret": "Accepterede", "afsluttet": "Afsluttede og trukket tilbage"}


@dataclass(frozen=True)
class Listed:
    """A signal on the list: loud, quiet or over."""

    standing: Standing
    heading: str
    state: str


@dataclass(frozen=True)
class Line:
    """A line of the history with what the month said. first: of months in a row that changed nothing."""

    event: Event
    sentence: str
    first: date

    @property
    def months(self) -> str:
        return period_name(self.first, self.event.on)


@dataclass(frozen=True)
class Chosen:
    """What the address asks for; "" for everything."""

    unit: Unit | None
    measure: str
    state: str


@access(Permission.VIEW_SIGNALS)
def signal_list_page(request: Request) -> HttpResponse:
    units = units_with_signals(request.user)
    chosen = chosen_in_address(request, units)
    every = listed_for(request, chosen.unit)
    shown = only(every, chosen)
    context = {
        "units": units,
        "measures": sorted({MeasureCode(each.standing.drift.measure) for each in every}, key=_label),
        "states": STATES.items(),
        "chosen": chosen,
        "groups": {state: [each for each in shown if each.state == state] for state in STATES},
        "has_any": bool(every),
        "months": LATELY_MONTHS,
        "newest": latest_closed(),
        "kept": request.GET.urlencode(),
    }
    return render_page(request, "followup/signal_list.html", context, partial="groups")


def chosen_in_address(request: Request, units: list[Unit]) -> Chosen:
    code, measure = request.GET.get("enhed", ""), request.GET.get("noegletal", "")
    state = request.GET.get("tilstand", "")
    unit = next((each for each in units if each.code == code), None)
    if (code and unit is None) or measure not in ("", *MeasureCode.values) or state not in ("", *STATES):
        raise Http404
    return Chosen(unit, measure, state)


def listed_for(request: Request, unit: Unit | None) -> list[Listed]:
    """The reader's signals, without those that have been over for long."""
    oldest = month_plus(localdate().replace(day=1), -LATELY_MONTHS)
    found = signal_list(request.user, unit=unit)
    return [
        Listed(each, title_of(each), _state(each))
        for each in found
        if each.is_open or (each.drift.closed_in or oldest) >= oldest
    ]


def only(every: list[Listed], chosen: Chosen) -> list[Listed]:
    return [
        each
        for each in every
        if chosen.measure in ("", each.standing.drift.measure) and chosen.state in ("", each.state)
    ]


def title_of(each: Standing) -> str:
    return heading(each.signal) if each.signal else str(each.drift.get_measure_display())


def _state(each: Standing) -> str:
    if not each.is_open:
        return "afsluttet"
    return "accepteret" if each.is_quiet else "aaben"


def _label(measure: MeasureCode) -> str:
    return str(measure.label)


@access(Permission.VIEW_SIGNALS)
def signal_detail(request: Request, pk: int) -> HttpResponse:
    drift = get_object_or_404(drifts_visible(request.user), pk=pk)
    context = ledger(request, drift)
    signal = chosen_signal(request.GET.get("maaned", ""), context["signals"])
    context["title"] = heading(signal) if signal else drift.get_measure_display()
    if signal:
        context |= said_by(request, drift, signal)
    return render_page(request, "followup/signal_detail.html", context)


def chosen_signal(text: str, signals: list[DriftSignal]) -> DriftSignal | None:
    """What the month in the address said, or the newest; a month without the signal does not exist."""
    if not text:
        return signals[0] if signals else None
    found = next((each for each in signals if f"{each.month:%Y-%m}" == text), None)
    if found is None:
        raise Http404
    return found


def ledger(request: Request, drift: Drift) -> dict[str, Any]:
    """How the signal stands, its history, and what the reader may do about it."""
    events, now = timeline(drift), standing(drift)
    lines = lines_of(events)
    return {
        "drift": drift,
        "standing": now,
        "signals": [each.signal for each in events if each.signal],
        "lines": lines[:SHOWN_EVENTS],
        "older": lines[SHOWN_EVENTS:],
        "next_step": next_step(now.signal) if now.signal else "",
        "undone": {note.pk for note in now.actions},
        "may_handle": may(request.user, Permission.HANDLE_SIGNAL, drift.unit),
        "may_see_cases": may(request.user, Permission.VIEW_CASE, drift.unit),
    }


def lines_of(events: list[Event]) -> list[Line]:
    """Months in a row that changed nothing are told by the newest of them."""
    lines: list[Line] = []
    for event in events:
        if lines and _changes_nothing(event) and _changes_nothing(lines[-1].event):
            lines[-1] = replace(lines[-1], first=event.on)
        else:
            lines.append(Line(event, signal_sentence(event.signal) if event.signal else "", event.on))
    return lines


def _changes_nothing(event: Event) -> bool:
    return event.signal is not None and event.signal.change == DriftSignal.Change.UNCHANGED


def said_by(request: Request, drift: Drift, signal: DriftSignal) -> dict[str, Any]:
    """What one month says: in words, in figures and as a chart."""
    report = report_of(drift.unit, month=signal.month, revision=signal.revision)
    return {
        "signal": signal,
        "sentence": signal_sentence(signal),
        "facts": signal_facts(signal),
        "sure": how_sure(signal.probability),
        "cells": [(each, excess_words(each)) for each in driving_cells(drift, signal)[:SHOWN_CELLS]],
        "figure": figure_of(drift, signal, ident="signal"),
        **folded_places(units_with(request.user, Permission.VIEW_SIGNALS), drift.unit, signal),
        "also": [MeasureCode(each).label for each in signal.also],
        "updated": report.frozen_at if report else None,
        "revision": signal.revision,
    }


def folded_places(seen: QuerySet[Unit], unit: Unit, signal: DriftSignal) -> dict[str, list[Unit]]:
    """Where else the reader can see the change: in units beneath, and in those that the unit is a part of."""
    places = seen.filter(pk__in=signal.folded_units).exclude(pk=unit.pk).order_by("path")
    beneath = [each for each in places if each.path.startswith(unit.path)]
    return {"folded": beneath, "above": [each for each in places if each not in beneath]}


def excess_words(cell: Cell) -> str:
    """How many more, or fewer, than at the rate before."""
    size = abs(cell.excess)
    return "under 1" if size < 0.5 else amount(round(size))


@access(Permission.VIEW_SIGNALS)
def standard_signals(request: Request, pk: int) -> HttpResponse:
    """A fragment for the page of a standard: does practice match it, in the units the reader answers for?"""
    standard = get_object_or_404(visible_standards(request.user), pk=pk)
    signals = list(signals_of_standard(request.user, standard).select_related("drift"))
    kept = {each.drift.pk: each for each in standings(filter(None, (each.drift for each in signals)))}
    newest = latest_closed()
    context = {
        "standard": standard,
        "signals": [(each, signal_sentence(each), kept.get(each.drift_id or 0)) for each in signals],
        "month": newest[0] if newest else None,
    }
    return render_page(request, "followup/standard_signals.html", context, partial="signals")
