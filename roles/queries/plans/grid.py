"""A plan as it is shown: roles down, phases across, the lines of each cell in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils.timezone import localdate

from roles.models import (
    Permission,
    Phase,
    PlanRole,
    Responsibility,
    ResponsibilityPlan,
    Role,
    RoleAssignment,
    Unit,
    User,
)
from roles.models.organisation import paths_above
from roles.models.plans import PlanQuerySet
from roles.permissions import units_with
from roles.queries.seats import Seat, Seats


@dataclass(frozen=True)
class Cell:
    role: Role
    phase: Phase
    responsibilities: list[Responsibility]


@dataclass(frozen=True)
class GridRow:
    row: PlanRole
    role: Role
    cells: list[Cell]
    holders: int  # people who hold the role today where the plan's duties would land
    vacant_in: list[Unit]  # where somebody ought to hold it and nobody does

    @property
    def is_vacant(self) -> bool:
        return bool(self.vacant_in)


@dataclass(frozen=True)
class Grid:
    plan: ResponsibilityPlan
    phases: list[Phase]
    rows: list[GridRow]

    @property
    def shown(self) -> list[GridRow]:
        return [row for row in self.rows if not row.row.is_hidden]


def plans_visible(user: User) -> PlanQuerySet:
    """Adopted plans are for everybody; drafts for those who may edit plans at the unit."""
    mine = Q(unit__in=units_with(user, Permission.EDIT_PLAN))
    return ResponsibilityPlan.objects.filter(Q(adopted_on__isnull=False) | mine).select_related("unit")


def grid(plan: ResponsibilityPlan) -> Grid:
    """Five queries whatever the size: the plan's unit, rows, lines, the units around it, their people."""
    rows = list(plan.rows.select_related("role").order_by("position", "pk"))
    lines: dict[tuple[int, str], list[Responsibility]] = defaultdict(list)
    roles = {row.role_id: row.role for row in rows}
    for line in plan.responsibilities.order_by("position", "pk"):
        line.plan, line.role = plan, roles.get(line.role_id) or line.role
        lines[line.role_id, line.phase].append(line)
    people = People.near(plan.unit, list(roles.values()))
    return Grid(plan, list(Phase), [_row(row, lines, people) for row in rows])


def _row(row: PlanRole, lines: dict[tuple[int, str], list[Responsibility]], people: People) -> GridRow:
    cells = [Cell(row.role, phase, lines[row.role_id, phase.value]) for phase in Phase]
    holders, vacant = people.of(row.role)
    return GridRow(row, row.role, cells, holders, vacant)


@dataclass(frozen=True)
class People:
    """Who holds the roles of a plan today, read from the units above and below its own."""

    unit: Unit
    seats: Seats
    held: dict[Seat, set[int]]

    @classmethod
    def near(cls, unit: Unit, roles: list[Role]) -> People:
        units = Unit.objects.open().filter(Q(path__startswith=unit.path) | Q(path__in=paths_above(unit.path)))
        open_units = {each.pk: each for each in units}
        current = RoleAssignment.objects.current().filter(
            unit__in=units, role__in=roles, user__is_active=True
        )
        seated = current.order_by().values_list("role", "unit").annotate(users=ArrayAgg("user"))
        held = {(role, place): set(users) for role, place, users in seated}
        return cls(unit, Seats(localdate(), open_units, {}, held=set(held)), held)

    def of(self, role: Role) -> tuple[int, list[Unit]]:
        """How many hold the role where the plan's duties land, and the units that have nobody."""
        places = self.seats.concerned(role, self.unit)
        found = {place: self.seats.seat(role, place) for place in places}
        people = {user for seat in found.values() if seat for user in self.held[role.pk, seat]}
        return len(people), [place for place, seat in found.items() if seat is None]
