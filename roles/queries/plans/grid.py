"""A plan as it is shown: roles down, phases across, the lines of each cell in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

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
from roles.models.plans import PlanQuerySet
from roles.permissions import units_with


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
    """Five queries whatever the size: unit, rows, lines, those who hold the roles, teams."""
    rows = list(plan.rows.select_related("role").order_by("position", "pk"))
    lines: dict[tuple[int, str], list[Responsibility]] = defaultdict(list)
    roles = {row.role_id: row.role for row in rows}
    for line in plan.responsibilities.order_by("position", "pk"):
        line.plan, line.role = plan, roles.get(line.role_id) or line.role
        lines[line.role_id, line.phase].append(line)
    seats = Seats(plan.unit, list(roles.values()))
    return Grid(plan, list(Phase), [_row(row, lines, seats) for row in rows])


def _row(row: PlanRole, lines: dict[tuple[int, str], list[Responsibility]], seats: Seats) -> GridRow:
    cells = [Cell(row.role, phase, lines[row.role_id, phase.value]) for phase in Phase]
    holders, vacant = seats.of(row.role)
    return GridRow(row, row.role, cells, holders, vacant)


class Seats:
    """Who holds the roles of a plan today, read at once.

    A role of the teams is held in each open team of the plan's unit. Any other is held at the unit, else
    at the nearest unit above where somebody holds it, else anywhere below.
    """

    def __init__(self, unit: Unit, roles: list[Role]) -> None:
        self.unit = unit
        above = [unit.path[: place + 1] for place, sign in enumerate(unit.path) if sign == "/"]
        near = Q(unit__path__startswith=unit.path) | Q(unit__path__in=above)
        held = RoleAssignment.objects.current().filter(near, role__in=roles, user__is_active=True)
        self.people: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for role, path, user in held.values_list("role_id", "unit__path", "user_id"):
            self.people[role][path].add(user)
        self.below = list(Unit.objects.open(on=localdate()).below(unit))

    def of(self, role: Role) -> tuple[int, list[Unit]]:
        if not role.is_staffed:
            return 0, []
        held = self.people[role.pk]
        if role.held_at:
            places = [unit for unit in self.below if unit.kind == role.held_at] or [self.unit]
            people = set().union(*(held.get(unit.path, set()) for unit in places))
            return len(people), [unit for unit in places if not held.get(unit.path)]
        people = self._nearest(held)
        return len(people), [] if people else [self.unit]

    def _nearest(self, held: dict[str, set[int]]) -> set[int]:
        upwards = sorted((path for path in held if self.unit.path.startswith(path)), key=len, reverse=True)
        if upwards:
            return held[upwards[0]]
        return set().union(*held.values())
