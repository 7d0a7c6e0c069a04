"""A leader's month: which unit and month, what has changed there, and what waits for the team today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.utils.timezone import localdate

from followup.models import DriftSignal, MonthlyReport
from followup.queries.counting import counted_relation
from followup.queries.measures import NEW_AND_CHANGED
from followup.queries.signals import signals_beneath
from roles.models import Permission, Unit, User
from roles.models.sorting import Danish
from roles.permissions import held, may, units_with
from serviceniveau.models import Application, Registration, Relation
from serviceniveau.queries.caseload import DEADLINE_DAYS, Concern, Need

SHOWN_DEADLINES = 40


def units_with_signals(user: User) -> list[Unit]:
    """The units whose figures the user may see, in tree order."""
    return list(units_with(user, Permission.VIEW_SIGNALS).order_by("path"))


def own_unit(user: User, units: list[Unit]) -> Unit | None:
    """The unit of the user's own role: the one they lead before others, then the topmost."""
    paths = {right: {path for each, path in held(user) if each is right} for right, _ in held(user)}
    figures = paths.get(Permission.VIEW_SIGNALS, set())
    led = figures & paths.get(Permission.VIEW_CASEWORKER_FIGURES, set())
    return next((unit for unit in units if unit.path in (led or figures)), None)


@dataclass(frozen=True)
class UnitSignals:
    own: list[DriftSignal]
    beneath: list[tuple[Unit, list[DriftSignal]]]


def unit_signals(unit: Unit, *, month: date, revision: int) -> UnitSignals:
    """The unit's own signals, what is new first, and those beneath it in tree order. One query."""
    found = sorted(signals_beneath(unit, month=month, revision=revision), key=_newest_first)
    below = sorted((each for each in found if each.unit_id != unit.pk), key=lambda each: each.unit.path)
    grouped = groupby(below, key=lambda each: each.unit)
    return UnitSignals(
        own=[each for each in found if each.unit_id == unit.pk],
        beneath=[(place, list(signals)) for place, signals in grouped],
    )


def _newest_first(signal: DriftSignal) -> tuple[bool, float]:
    return signal.change == DriftSignal.Change.UNCHANGED, -signal.probability


def report_of(unit: Unit, *, month: date, revision: int) -> MonthlyReport | None:
    return MonthlyReport.objects.filter(unit=unit, month=month, revision=revision).first()


def leads(user: User, unit: Unit) -> bool:
    """Whether the user is the immediate leader: single caseworkers' rows are for nobody else."""
    return may(user, Permission.VIEW_CASEWORKER_FIGURES, unit)


@dataclass(frozen=True)
class Unexplained:
    """One caseworker's deviations of the month that have no reason yet. name: "" if nobody is on the case."""

    name: str
    registrations: list[Registration]


def unexplained_deviations(user: User, unit: Unit, *, month: date) -> list[Unexplained]:
    """As they are now, by caseworker in order of name. One query."""
    found = _deviating(user, unit, month).filter(deviation_reason=None)
    by_name = Danish("caseworker__name").asc(nulls_last=True)
    ordered = found.order_by(by_name, "caseworker_id", "decided_on", "pk")
    listed = ordered.select_related("case", "caseworker", "intervention")
    return [
        Unexplained(caseworker.name if caseworker else "", list(registrations))
        for caseworker, registrations in groupby(listed, key=lambda each: each.caseworker)
    ]


def _deviating(user: User, unit: Unit, month: date) -> QuerySet[Registration]:
    """The decisions that the month's figures count as deviating."""
    decided = (
        Registration.objects.visible_to(user)
        .decided()
        .filter(unit=unit, month=month, kind__in=NEW_AND_CHANGED)
    )
    related = decided.annotate(relation=counted_relation())
    return related.filter(relation__in=(Relation.ABOVE, Relation.BELOW))


@dataclass(frozen=True)
class Deadline:
    application: Application
    words: str


@dataclass(frozen=True)
class Deadlines:
    """in_all: how many there are; listed: the most pressing of them."""

    in_all: int
    listed: list[Deadline]


def pressing_deadlines(user: User, unit: Unit) -> Deadlines:
    """Undecided applications in the team's cases near or past their deadline today. One query."""
    today = localdate()
    pressing = Application.objects.visible_to(user).undecided()
    pressing = pressing.filter(
        case__unit=unit, case__closed_on=None, deadline_on__lte=today + timedelta(days=DEADLINE_DAYS)
    )
    ordered = pressing.order_by("deadline_on", "case__number").select_related(
        "case__caseworker", "intervention"
    )
    found = list(ordered)  # finding them costs far more than reading those that are not shown
    listed = [Deadline(each, _words(each, today)) for each in found[:SHOWN_DEADLINES]]
    return Deadlines(len(found), listed)


def _words(application: Application, today: date) -> str:
    on = application.deadline_on or today
    name = application.intervention.name
    need = Need(application.case_id, Concern.DEADLINE, on, application.notice_sent_on, application.pk, name)
    return need.words(today)
