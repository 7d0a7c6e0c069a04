"""Whose caseloads a leader may hand over, which cases they hold, and who may receive them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from roles.models import Permission, Unit, UnitPermission, User
from roles.models.organisation import paths_above
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

    @property
    def key(self) -> str:
        """As it stands in the address."""
        return str(self.giver.pk) if self.giver else "ingen"


def rights_to_register(*units: Unit) -> QuerySet[UnitPermission]:
    """Who may register decisions in the cases of any of the units today, through a role there or above."""
    return UnitPermission.objects.filter(
        permission__codename=Permission.REGISTER_DECISION,
        content_object__path__in={path for unit in units for path in paths_above(unit.path)},
        assignment__valid__contains=localdate(),
    )


def caseworkers_at(unit: Unit) -> QuerySet[User]:
    rights = rights_to_register(unit).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(rights), is_active=True).order_by(Danish("name"), "pk")


def loads_of(leader: User) -> list[Load]:
    """Every caseload in the leader's units, and those cases that nobody has; four queries."""
    units = {unit.pk: unit for unit in units_with(leader, Permission.APPROVE_DECISION)}
    cases = Case.objects.filter(unit__in=units, closed_on=None)
    rows = list(cases.order_by().values_list("unit", "caseworker").annotate(Count("pk")))
    people = User.objects.in_bulk([giver for _, giver, _ in rows if giver])
    rights = rights_to_register(*units.values()).values_list("user", "content_object__path")
    at_work = {
        (unit.pk, user) for user, path in rights for unit in units.values() if unit.path.startswith(path)
    }
    loads = [
        Load(units[unit], people[giver] if giver else None, count, (unit, giver) in at_work)
        for unit, giver, count in rows
    ]
    return sorted(loads, key=_most_pressing_first)


def _most_pressing_first(load: Load) -> tuple[str, bool, str]:
    return load.unit.path, load.may_work, load.giver.name if load.giver else ""


def givers_at(unit: Unit) -> QuerySet[User]:
    """Those who have open cases in the unit."""
    held = Case.objects.filter(unit=unit, closed_on=None)
    return User.objects.filter(pk__in=held.values("caseworker"))


def cases_of(giver: User | None, unit: Unit) -> QuerySet[Case]:
    cases = Case.objects.filter(unit=unit, caseworker=giver, closed_on=None)
    return cases.select_related("target_group").order_by("number")
