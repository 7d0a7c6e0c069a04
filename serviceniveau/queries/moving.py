"""Whose caseloads a leader may hand over, which cases they hold, and who may receive them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from roles.models import Permission, Unit, UnitPermission, User
from roles.models.sorting import Danish
from roles.permissions import units_with
from serviceniveau.models import Case


@dataclass(frozen=True)
class Load:
    """How many open cases one caseworker has in one unit; giver None: cases that nobody has."""

    unit: Unit
    giver: User | None
    cases: int
    may_work: bool


def rights_to_register(unit: Unit) -> QuerySet[UnitPermission]:
    """Who may register decisions in the unit's cases today, through a role there or above."""
    codes = unit.path.strip("/").split("/")
    above = [f"/{'/'.join(codes[: depth + 1])}/" for depth in range(len(codes))]
    return UnitPermission.objects.filter(
        permission__codename=Permission.REGISTER_DECISION,
        content_object__path__in=above,
        assignment__valid__contains=localdate(),
    )


def caseworkers_at(unit: Unit) -> QuerySet[User]:
    rights = rights_to_register(unit).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(rights), is_active=True).order_by(Danish("name"), "pk")


def loads_of(leader: User) -> list[Load]:
    """Every caseload in the leader's units, and those cases that nobody has; three queries and the rights."""
    units = {unit.pk: unit for unit in units_with(leader, Permission.APPROVE_DECISION)}
    cases = Case.objects.filter(unit__in=units, closed_on=None)
    rows = list(cases.values_list("unit", "caseworker").annotate(count=Count("pk")).order_by("unit"))
    people = User.objects.in_bulk([giver for _, giver, _ in rows if giver])
    at_work = {unit: set(_at_work(units[unit])) for unit in {row[0] for row in rows}}
    loads = [
        Load(units[unit], people[giver] if giver else None, count, giver in at_work[unit])
        for unit, giver, count in rows
    ]
    return sorted(
        loads, key=lambda load: (load.unit.path, load.may_work, load.giver.name if load.giver else "")
    )


def _at_work(unit: Unit) -> QuerySet[User, int]:
    return caseworkers_at(unit).values_list("pk", flat=True)


def cases_of(giver: User | None, unit: Unit) -> QuerySet[Case]:
    cases = Case.objects.filter(unit=unit, caseworker=giver, closed_on=None)
    return cases.select_related("target_group").order_by("number")
