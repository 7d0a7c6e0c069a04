"""One caseworker's own cases: what needs attention, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.utils.timezone import localdate

from roles.models import User
from serviceniveau.models import Application, Case, Grant, Judgement, Registration, Relation
from serviceniveau.queries.wording import amount_words

DEADLINE_DAYS, FOLLOW_UP_DAYS, ENDING_DAYS, REASON_DAYS = 10, 14, 60, 730
PER_PAGE = 25


class Concern(models.TextChoices):
    """The four counters, most pressing first."""

    DEADLINE = "frist", "Frist i fare"
    FOLLOW_UP = "opfoelgning", "Opfølgning nu"
    REASON = "begrundelse", "Mangler begrundelse"
    ENDING = "udloeb", "Bevilling udløber"


class Need(NamedTuple):
    case_id: int
    concern: str
    on: date
    notice_sent_on: date | None
    subject_id: int
    intervention: str

    def words(self, today: date) -> str:
        day = f"{self.on:%d-%m-%Y}"
        if self.concern == Concern.DEADLINE:
            return f"{_deadline_words(day, (self.on - today).days)} {_notice_words(self.notice_sent_on)}"
        if self.concern == Concern.FOLLOW_UP:
            return f"Opfølgning skulle være sket {day}." if self.on < today else f"Opfølgning senest {day}."
        if self.concern == Concern.ENDING:
            return f"Bevillingen udløber {day}."
        return f"Afgørelsen {day} mangler en begrundelse for afvigelsen."


def _deadline_words(day: str, days_left: int) -> str:
    if days_left < 0:
        return f"Fristen {day} er overskredet med {_days(-days_left)}."
    return f"Fristen er i dag ({day})." if days_left == 0 else f"Fristen er {day}, om {_days(days_left)}."


def _days(count: int) -> str:
    return "1 dag" if count == 1 else f"{count} dage"


def _notice_words(sent_on: date | None) -> str:
    return f"Besked er sendt {sent_on:%d-%m-%Y}." if sent_on else "Besked er ikke sendt."


@dataclass(frozen=True)
class CaseRow:
    case: Case
    needs: list[tuple[Need, str]]
    grants: list[str]


@dataclass(frozen=True)
class Counter:
    concern: Concern
    cases: int


@dataclass(frozen=True)
class Caseload:
    counters: list[Counter]
    rows: list[CaseRow]
    page: Page[int]


def caseload_of(user: User, *, concern: str = "", search: str = "", page: int | str = 1) -> Caseload:
    """Four queries, however many cases. Every query starts from the caseworker."""
    today = localdate()
    needs = _needs(user, today)
    ids = _ordered_ids(user, needs, concern=concern, search=search)
    shown = Paginator(ids, PER_PAGE).get_page(page)
    counters = [Counter(each, len({n.case_id for n in needs if n.concern == each})) for each in Concern]
    return Caseload(counters, _rows(list(shown), needs, today), shown)


def _own(user: User) -> QuerySet[Case]:
    return Case.objects.visible_to(user).filter(caseworker=user, closed_on=None)


def _ordered_ids(user: User, needs: list[Need], *, concern: str, search: str) -> list[int]:
    cases = _own(user).filter(number__icontains=search) if search else _own(user)
    own = list(cases.order_by("number").values_list("pk", flat=True))
    wanted = [need.case_id for need in needs if concern in ("", need.concern)]
    pressing = [pk for pk in dict.fromkeys(wanted) if pk in set(own)]
    return pressing if concern else [*pressing, *(pk for pk in own if pk not in set(pressing))]


def _needs(user: User, today: date) -> list[Need]:
    """Everything that asks for attention, most pressing first; one query."""
    branches = [
        _branch(_deadlines(today), Concern.DEADLINE, "deadline_on", user, notice=F("notice_sent_on")),
        _branch(_follow_ups(today), Concern.FOLLOW_UP, "follow_up_on", user),
        _branch(_unexplained(user, today), Concern.REASON, "decided_on", user),
        _branch(_ending(today), Concern.ENDING, "ends_on", user),
    ]
    found = [Need(*row) for row in branches[0].union(*branches[1:], all=True)]
    rank = {concern.value: position for position, concern in enumerate(Concern)}
    return sorted(found, key=lambda need: (rank[need.concern], need.on, need.case_id))


def _branch(rows: Any, concern: Concern, day: str, user: User, notice: Any = None) -> QuerySet[Any, Any]:
    own = rows.visible_to(user).filter(case__caseworker=user, case__closed_on=None).order_by()
    return own.values_list(  # type: ignore[no-any-return]
        "case_id",
        Value(concern.value, output_field=models.CharField()),
        F(day),
        notice or Value(None, output_field=models.DateField()),
        "pk",
        "intervention__name",
    )


def _deadlines(today: date) -> Any:
    return Application.objects.undecided().filter(deadline_on__lte=today + timedelta(days=DEADLINE_DAYS))


def _follow_ups(today: date) -> Any:
    return Grant.objects.running(on=today).filter(follow_up_on__lte=today + timedelta(days=FOLLOW_UP_DAYS))


def _ending(today: date) -> Any:
    return Grant.objects.running(on=today).filter(ends_on__lte=today + timedelta(days=ENDING_DAYS))


def _unexplained(user: User, today: date) -> Any:
    deviating = Judgement.objects.filter(
        registration=OuterRef("pk"), relation__in=(Relation.ABOVE, Relation.BELOW)
    )
    decided = Registration.objects.decided().filter(
        caseworker=user, decided_on__gte=today - timedelta(days=REASON_DAYS), deviation_reason=None
    )
    return decided.filter(Exists(deviating))


def _rows(ids: list[int], needs: list[Need], today: date) -> list[CaseRow]:
    cases = Case.objects.select_related("target_group").in_bulk(ids)
    told: dict[int, list[tuple[Need, str]]] = defaultdict(list)
    for need in needs:
        told[need.case_id].append((need, need.words(today)))
    granted = running_grants_in_words(ids, today)
    return [CaseRow(cases[pk], told[pk], granted[pk]) for pk in ids]


def running_grants_in_words(case_ids: list[int], today: date) -> dict[int, list[str]]:
    """What each case receives today: the newest decision of each running grant."""
    running = Grant.objects.running(on=today).filter(case__in=case_ids)
    newest = (
        Registration.objects.decided().filter(grant__in=running).order_by("grant_id", "-decided_on", "-pk")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for decision in newest.distinct("grant_id").select_related("intervention"):
        extent = "" if decision.amount is None else f", {amount_words(decision.amount, decision.amount_unit)}"
        found[decision.case_id].append(f"{decision.intervention}{extent}")
    return found
