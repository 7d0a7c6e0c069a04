"""The duties of a calendar year, counted and listed: one entry per responsibility and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Max, Min, Q

from roles.models import Duty, Phase, Responsibility, ResponsibilityPlan, Role, Unit, User
from roles.models.duties import DutyQuerySet


@dataclass(frozen=True)
class YearChoice:
    """Which duties of which year. user: only those of that person."""

    year: int
    plan: ResponsibilityPlan | None = None
    unit: Unit | None = None
    role: Role | None = None
    phase: str = ""
    user: User | None = None

    def duties(self, month: int | None = None) -> DutyQuerySet:
        duties = Duty.objects.of(self.user) if self.user else Duty.objects.all()
        first, last = date(self.year, month or 1, 1), date(self.year, month or 12, 1)
        duties = duties.filter(due_on__gte=first, due_on__lt=last + relativedelta(months=1))
        if self.plan:
            duties = duties.filter(responsibility__plan=self.plan)
        if self.unit:
            duties = duties.filter(unit__path__startswith=self.unit.path)
        if self.role:
            duties = duties.filter(role=self.role)
        if self.phase:
            duties = duties.filter(responsibility__phase=self.phase)
        return duties.order_by()


@dataclass(frozen=True)
class YearEntry:
    """One responsibility on one day, however many units and people it concerns.

    unit: the one it concerns; None where they are more. vacant: how many of the duties have nobody.
    """

    due_on: date
    responsibility: Responsibility
    duties: int
    done: int
    vacant: int
    unit: Unit | None

    @property
    def is_done(self) -> bool:
        return self.done == self.duties


def year_counts(choice: YearChoice) -> dict[Phase, Counter[int]]:
    """How many entries each phase has in each month. Two queries."""
    days = list(choice.duties().values_list("responsibility", "due_on").distinct())
    lines = Responsibility.objects.filter(pk__in={responsibility for responsibility, _ in days})
    phases = dict(lines.values_list("pk", "phase"))
    found: dict[Phase, Counter[int]] = {phase: Counter() for phase in Phase}
    for responsibility, due_on in days:
        found[Phase(phases[responsibility])][due_on.month] += 1
    return found


def year_entries(choice: YearChoice, *, month: int | None = None) -> list[YearEntry]:
    """The entries in order, of one month or all. Three queries."""
    rows = (
        choice.duties(month)
        .values("responsibility", "due_on")
        .annotate(
            duties=Count("pk"),
            done=Count("done_at"),
            vacant=Count("pk", filter=Q(seat=None, done_at=None)),
            first_unit=Min("unit"),
            last_unit=Max("unit"),
        )
    )
    found = list(rows)
    lines = Responsibility.objects.select_related("role", "plan__unit")
    responsibilities = lines.in_bulk({row["responsibility"] for row in found})
    units = Unit.objects.in_bulk({row["first_unit"] for row in found})
    return sorted((_entry(row, responsibilities, units) for row in found), key=_in_order)


def _entry(
    row: dict[str, Any], responsibilities: Mapping[int, Responsibility], units: Mapping[int, Unit]
) -> YearEntry:
    return YearEntry(
        due_on=row["due_on"],
        responsibility=responsibilities[row["responsibility"]],
        duties=row["duties"],
        done=row["done"],
        vacant=row["vacant"],
        unit=units[row["first_unit"]] if row["first_unit"] == row["last_unit"] else None,
    )


def _in_order(entry: YearEntry) -> tuple[date, int, int]:
    return entry.due_on, entry.responsibility.role.position, entry.responsibility.pk
