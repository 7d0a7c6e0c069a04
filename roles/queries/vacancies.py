"""Responsibilities that are adopted, and that nobody is there to take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from roles.models import Permission, Responsibility, ResponsibilityPlan, Role, Unit, User
from roles.permissions import units_with
from roles.queries.responsibilities import binding, places_of_plans
from roles.queries.seats import held_seats


@dataclass(frozen=True)
class Vacancy:
    """A responsibility whose role has no holder for the unit."""

    plan: ResponsibilityPlan
    responsibility: Responsibility
    unit: Unit
    role: Role


@dataclass(frozen=True)
class VacantRole:
    """A role without a holder for a unit, and what it leaves undone."""

    unit: Unit
    role: Role
    responsibilities: list[Responsibility]


def vacancies(*, on: date | None = None, among: set[int] | None = None) -> list[Vacancy]:
    """Plan by plan; `among` are the keys of the units that are asked about. Six queries."""
    empty = _vacant_units(on, among)
    lines = binding().filter(plan__in={plan for plan, _ in empty}, role__in={role for _, role in empty})
    ordered = lines.select_related("plan__unit", "role").order_by(
        "plan__unit__path", "plan", "role__position", "phase", "position"
    )
    return [
        Vacancy(line.plan, line, concerned, line.role)
        for line in ordered
        for concerned in empty.get((line.plan_id, line.role_id), [])
    ]


def vacancies_for(user: User, *, on: date | None = None) -> list[Vacancy]:
    """Those in the units that the user administers or leads."""
    allowed = units_with(user, Permission.MANAGE_ORGANISATION) | units_with(user, Permission.CONFIRM_ROLES)
    units = set(allowed.values_list("pk", flat=True))
    return vacancies(on=on, among=units) if units else []


def vacant_roles(found: list[Vacancy]) -> list[VacantRole]:
    """Unit by unit, in the order of the tree."""
    rows: dict[tuple[str, int, int], VacantRole] = {}
    for each in found:
        key = (each.unit.path, each.role.position, each.role.pk)
        row = rows.setdefault(key, VacantRole(each.unit, each.role, []))
        row.responsibilities.append(each.responsibility)
    return [rows[key] for key in sorted(rows)]


def _vacant_units(on: date | None, among: set[int] | None) -> dict[tuple[int, int], list[Unit]]:
    """By plan and role: the units that the role concerns and that have nobody for it."""
    today = held_seats(on=on)
    acts_for, roles = places_of_plans(today), Role.objects.in_bulk()
    found = {}
    for plan, role in binding().order_by().values_list("plan", "role").distinct():
        places = today.concerned(roles[role], acts_for[plan]) if plan in acts_for else []
        asked = [place for place in places if among is None or place.pk in among]
        if vacant := [place for place in asked if today.seat(roles[role], place) is None]:
            found[plan, role] = vacant
    return found
