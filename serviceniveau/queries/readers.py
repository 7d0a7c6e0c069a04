"""Who has seen a case: the read log, read from the side of the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from roles.models import Permission, ReadLog, RoleAssignment, User
from roles.permissions import units_with
from serviceniveau.models import Application, Case, Grant, Registration

PER_PAGE, MOST_FOUND = 50, 20
LOGGED_CASE, LOGGED_READERS = "sag", "læselog"


@dataclass(frozen=True)
class Look:
    """One reading, with the roles that the reader held on that day."""

    read: ReadLog
    roles: list[RoleAssignment]


@dataclass(frozen=True)
class Readers:
    looks: list[Look]
    page: Page[ReadLog]


def cases_with_readers(user: User | AnonymousUser) -> QuerySet[Case]:
    """The cases of which the user may see who has read them."""
    return Case.objects.filter(unit__in=units_with(user, Permission.VIEW_READ_LOG))


def cases_numbered(user: User, number: str) -> list[Case]:
    """More than one when two systems use the same number."""
    if not number:
        return []
    found = cases_with_readers(user).filter(number__iexact=number)
    return list(found.select_related("unit").order_by("source")[:MOST_FOUND])


def reads_of(case: Case) -> QuerySet[ReadLog]:
    """Every reading of the case itself, or of a decision, application or grant in it."""
    named: list[tuple[str, list[int]]] = [
        (LOGGED_CASE, [case.pk]),
        (LOGGED_READERS, [case.pk]),
        ("afgørelse", list(Registration.objects.filter(case=case).values_list("pk", flat=True))),
        ("ansøgning", list(Application.objects.filter(case=case).values_list("pk", flat=True))),
        ("bevilling", list(Grant.objects.filter(case=case).values_list("pk", flat=True))),
    ]
    condition = Q()
    for subject, keys in named:
        for key in keys:
            condition |= Q(subject=subject, keys__contains=[key])
    return ReadLog.objects.filter(condition).select_related("user").order_by("-at", "-pk")


def readers_of(case: Case, *, page: int | str = 1) -> Readers:
    shown = Paginator(reads_of(case), PER_PAGE).get_page(page)
    reads = list(shown.object_list)
    return Readers([Look(read, roles) for read, roles in with_roles(reads)], shown)


def with_roles(reads: Sequence[ReadLog]) -> list[tuple[ReadLog, list[RoleAssignment]]]:
    """Each reading with the reader's roles of its day; one query however many."""
    if not reads:
        return []
    days = [localdate(read.at) for read in reads]
    held = RoleAssignment.objects.filter(
        user__in={read.user_id for read in reads}, valid__overlap=_span(days)
    ).select_related("role", "unit", "deputy_of")
    assignments = list(held)
    return [
        (read, [each for each in assignments if each.user_id == read.user_id and day in each.valid])
        for read, day in zip(reads, days, strict=True)
    ]


def _span(days: Sequence[date]) -> DateRange:
    return DateRange(min(days), max(days) + timedelta(days=1))
