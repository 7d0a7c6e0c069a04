"""Where a role of a plan is held: one rule for duties, for vacancies and for the grid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.timezone import localdate

from roles.models import Role, RoleAssignment, Unit
from roles.models.organisation import paths_above

Seat = tuple[int, int]  # role and unit


@dataclass
class Seats:
    """Who holds what on one day. Two queries, then no more whatever is asked."""

    on: date
    units: dict[int, Unit]
    replaced_by: dict[int, int]
    held: set[Seat] = field(default_factory=set)
    holders: dict[Seat, dict[int, date]] = field(default_factory=lambda: defaultdict(dict))
    """Those who hold the role in person, and since when; deputies keep a seat, but are no holders."""

    def __post_init__(self) -> None:
        self._by_path = {unit.path: unit for unit in self.units.values()}
        self._ordered = sorted(self.units.values(), key=lambda unit: (unit.path.count("/"), unit.path))
        self._below: dict[str, list[Unit]] = {}
        self._found: dict[Seat, int | None] = {}

    def open_unit(self, unit_id: int) -> Unit | None:
        """The unit, or the one that took over from it when it closed."""
        asked: set[int] = set()
        while unit_id not in self.units and unit_id in self.replaced_by and unit_id not in asked:
            asked.add(unit_id)
            unit_id = self.replaced_by[unit_id]
        return self.units.get(unit_id)

    def concerned(self, role: Role, unit: Unit) -> list[Unit]:
        """The units that a responsibility of the role concerns: every team below, or the unit itself."""
        if not role.is_staffed:
            return []
        return [place for place in self.below(unit) if place.kind == role.held_at] if role.held_at else [unit]

    def seat(self, role: Role, unit: Unit) -> int | None:
        """The unit where the role is held for this unit; None is vacant.

        A role of every team is held in the team or not at all. Another is held at the unit, else at the
        nearest above that has somebody, else at the nearest below.
        """
        key = (role.pk, unit.pk)
        if key not in self._found:
            self._found[key] = self._find(role, unit)
        return self._found[key]

    def below(self, unit: Unit) -> list[Unit]:
        """The unit itself and all open beneath it, nearest first."""
        if unit.path not in self._below:
            self._below[unit.path] = [place for place in self._ordered if place.path.startswith(unit.path)]
        return self._below[unit.path]

    def _find(self, role: Role, unit: Unit) -> int | None:
        near = [unit] if role.held_at == unit.kind else [*self.upwards(unit), *self.below(unit)]
        return next((place.pk for place in near if (role.pk, place.pk) in self.held), None)

    def upwards(self, unit: Unit) -> list[Unit]:
        """The unit itself and all open above it, nearest first."""
        return [self._by_path[path] for path in paths_above(unit.path) if path in self._by_path]


def seats(*, on: date | None = None) -> Seats:
    """The seats of a day with those who hold them, read in two queries."""
    found = _empty_seats(on or localdate())
    rows = _held_on(found.on).values_list("role", "unit", "user", "valid", "deputy_of")
    for role, unit_id, user, valid, deputy_of in rows:
        found.held.add((role, unit_id))
        if deputy_of is None:
            found.holders[role, unit_id][user] = valid.lower
    return found


def held_seats(*, on: date | None = None) -> Seats:
    """The same without the holders: enough to say what is vacant, and a tenth of the rows."""
    found = _empty_seats(on or localdate())
    found.held.update(_held_on(found.on).order_by().values_list("role", "unit").distinct())
    return found


def _empty_seats(day: date) -> Seats:
    open_units, replaced_by = {}, {}
    for unit in Unit.objects.all():
        if unit.opened_on <= day and (unit.closed_on is None or unit.closed_on > day):
            open_units[unit.pk] = unit
        elif unit.successor_id:
            replaced_by[unit.pk] = unit.successor_id
    return Seats(day, open_units, replaced_by)


def _held_on(day: date) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.current(on=day).filter(user__is_active=True)
