"""What the plans in force ask for: every duty that is to be, by the key that makes it one.

A responsibility asks once for each unit it concerns (see roles.queries.seats), or once for each person who
holds the role there if everybody does it alone. It asks for nothing due before the plan was adopted, before
the unit opened or, for one person, before that person had the role; and for nothing after next year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.utils.timezone import localdate

from roles.models import Event, EventKind, Responsibility, Timing, Unit
from roles.queries.responsibilities import acting, places_of_plans
from roles.queries.seats import Seats, seats
from roles.recurrence import due_after, due_dates


class Key(NamedTuple):
    """What makes a duty one: `duty_once` in the database."""

    lineage: UUID
    unit: int
    due_on: date
    holder: int | None


class WantedDuty(NamedTuple):
    responsibility: int
    role: int
    seat: int | None
    event: int | None


DueDay = tuple[date, int | None]  # with the event it follows


@dataclass(frozen=True)
class Wanted:
    duties: dict[Key, WantedDuty]
    lines: dict[UUID, Responsibility]
    """The responsibilities that make duties, by lineage: what an older version left follows these."""
    seats: Seats


def horizon(on: date) -> date:
    return date(on.year + 1, 12, 31)


def plan_units(units: list[Unit] | None) -> list[int] | None:
    """The units whose plans touch the given ones: at them, above or below. None is every unit."""
    if units is None:
        return None
    rows = Unit.objects.values_list("pk", "path")
    return [
        pk
        for pk, path in rows
        if any(path.startswith(unit.path) or unit.path.startswith(path) for unit in units)
    ]


def wanted_duties(*, on: date | None = None, owners: list[int] | None = None) -> Wanted:
    """Five queries. owners: the units whose plans are asked; None is all."""
    day = on or localdate()
    lines = acting().select_related("plan", "role").order_by("pk")
    if owners is not None:
        lines = lines.filter(plan__unit__in=owners)
    wanted, calendar = Wanted({}, {}, seats(on=day)), Calendar(day)
    acts_for = places_of_plans(wanted.seats)
    for line in lines:
        if line.plan_id in acts_for:
            wanted.lines.setdefault(line.lineage, line)
            places = wanted.seats.concerned(line.role, acts_for[line.plan_id])
            for key, duty in _of(line, places, wanted.seats, calendar):
                wanted.duties.setdefault(key, duty)
    return wanted


def _of(
    line: Responsibility, places: list[Unit], found: Seats, calendar: Calendar
) -> Iterator[tuple[Key, WantedDuty]]:
    for place in places:
        seat = found.seat(line.role, place)
        days = calendar.days(line, place)
        for holder, since in _persons(line, seat, found):
            for due_on, event in days:
                if due_on >= since:
                    yield (
                        Key(line.lineage, place.pk, due_on, holder),
                        WantedDuty(line.pk, line.role_id, seat, event),
                    )


def _persons(line: Responsibility, seat: int | None, found: Seats) -> list[tuple[int | None, date]]:
    """Each one who does it alone, and since when; or nobody in particular."""
    alone = found.holders.get((line.role_id, seat)) if line.is_individual and seat else None
    return sorted(alone.items()) if alone else [(None, date.min)]


class Calendar:
    """The days on which responsibilities fall due, until the end of next year."""

    def __init__(self, on: date) -> None:
        self.last = horizon(on)
        self.events: dict[str, list[tuple[str, date, int]]] = defaultdict(list)
        for kind, path, day, pk in Event.objects.order_by("pk").values_list("kind", "unit__path", "on", "pk"):
            self.events[kind].append((path, day, pk))
        self._returning: dict[tuple[date, int, date], list[date]] = {}

    def days(self, line: Responsibility, place: Unit) -> list[DueDay]:
        first = max(line.plan.adopted_on or date.max, place.opened_on)
        if line.timing != Timing.RELATIVE:
            return [(day, None) for day in self._return(line, first)]
        found: dict[date, int | None] = {}
        for day, event in self._happens(line, place):
            for due_on in due_after(
                days=[day], offset_days=line.offset_days or 0, first=first, last=self.last
            ):
                found.setdefault(due_on, event)
        return sorted(found.items())

    def _return(self, line: Responsibility, first: date) -> list[date]:
        if line.first_due_on is None:
            return []
        key = (line.first_due_on, Timing(line.timing).months, first)
        if key not in self._returning:
            anchor, months, first = key
            self._returning[key] = due_dates(anchor=anchor, months=months, first=first, last=self.last)
        return self._returning[key]

    def _happens(self, line: Responsibility, place: Unit) -> Iterator[DueDay]:
        """The event's days at the unit or above it; a plan's own adoption needs no event."""
        if line.event == EventKind.PLAN_ADOPTED and line.plan.adopted_on:
            yield line.plan.adopted_on, None
        for path, day, pk in self.events[line.event]:
            if line.event != EventKind.PLAN_ADOPTED and place.path.startswith(path):
                yield day, pk
