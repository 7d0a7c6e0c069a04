"""One unit: what it was called, who and what stands there, and who may take over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, localtime

from roles.models import Duty, ResponsibilityPlan, Role, RoleAssignment, Unit
from roles.models.organisation import paths_above
from roles.models.sorting import Danish
from roles.residents import Residents, registered


@dataclass(frozen=True)
class FormerName:
    """What the unit was called, and the last day it was."""

    name: str
    until: date


def former_names(unit: Unit) -> list[FormerName]:
    """Newest first. A name that was mended the day it was given was never in use."""
    rows = list(unit.history.order_by("history_date", "history_id").values_list("name", "history_date"))
    named: list[FormerName] = []
    for (name, given), (following, taken) in zip(rows, rows[1:], strict=False):
        if name != following and localtime(given).date() < localtime(taken).date():
            named.append(FormerName(name, localtime(taken).date()))
    return list(reversed(named))


@dataclass(frozen=True)
class UnitFile:
    """All that the unit's own page shows."""

    former_names: list[FormerName]
    above: list[Unit]
    children: list[Unit]
    predecessors: list[Unit]
    heir: Unit | None
    standing: Standing

    @property
    def holders(self) -> list[tuple[Role, list[RoleAssignment]]]:
        return [(role, list(held)) for role, held in groupby(self.standing.roles, key=lambda each: each.role)]


def unit_file(unit: Unit) -> UnitFile:
    """The same number of queries whatever the unit holds."""
    return UnitFile(
        former_names=former_names(unit),
        above=list(Unit.objects.filter(path__in=paths_above(unit.path)[1:]).order_by("path")),
        children=list(unit.children.order_by("path")),
        predecessors=list(unit.predecessors.order_by("closed_on")),
        heir=final_successor(unit),
        standing=standing_at(unit),
    )


@dataclass(frozen=True)
class Standing:
    """All that a unit leaves behind when it closes on a day."""

    residents: list[tuple[Residents, int]]
    duties: int
    plans: list[ResponsibilityPlan]
    roles: list[RoleAssignment]
    children: list[Unit]

    @property
    def moving(self) -> list[str]:
        """In words what a successor takes over."""
        words = [kind.counted(count) for kind, count in self.residents if count]
        if self.duties:
            words.append(duties_counted(self.duties))
        return words

    @property
    def words(self) -> list[str]:
        plans, roles = len(self.plans), len(self.roles)
        words = list(self.moving)
        if plans:
            words.append(
                "1 gældende ansvarsfordeling" if plans == 1 else f"{plans} gældende ansvarsfordelinger"
            )
        if roles:
            words.append("1 rolle" if roles == 1 else f"{roles} roller")
        return words

    @property
    def sentence(self) -> str:
        return listed(self.words)


def listed(names: list[str], *, most: int = 4) -> str:
    """a, b og c; those after the fourth as a number."""
    shown = names if len(names) <= most else [*names[:most], f"{len(names) - most} til"]
    return "".join(shown) if len(shown) < 2 else f"{', '.join(shown[:-1])} og {shown[-1]}"


def duties_counted(count: int) -> str:
    return "1 åben opgave" if count == 1 else f"{count} åbne opgaver"


def standing_at(unit: Unit, *, on: date | None = None) -> Standing:
    """Four queries, and one for each kind of resident."""
    day = on or localdate()
    return Standing(
        residents=[(kind, kind.count_at(unit)) for kind in registered()],
        duties=open_duties(unit).count(),
        plans=list(ResponsibilityPlan.objects.in_force().filter(unit=unit)),
        roles=list(roles_after(unit, day)),
        children=list(unit.children.filter(Q(closed_on=None) | Q(closed_on__gt=day))),
    )


def open_duties(unit: Unit) -> QuerySet[Duty]:
    """What is to be done for the unit, or by those who hold a role there."""
    return Duty.objects.open().filter(Q(unit=unit) | Q(seat=unit))


def roles_after(unit: Unit, day: date) -> QuerySet[RoleAssignment]:
    """Roles held on the day or later."""
    ending = Q(valid__endswith__gt=day) | Q(valid__upper_inf=True)
    roles = unit.assignments.filter(ending).select_related("user", "role", "deputy_of", "unit")
    return roles.order_by("role__position", Danish("user__name"))


def possible_successors(unit: Unit, among: QuerySet[Unit], *, on: date | None = None) -> QuerySet[Unit]:
    """Open units of the same kind in the same municipality that do not lie below it."""
    root = unit.path.split("/")[1]
    units = among.open(on=on).filter(kind=unit.kind, path__startswith=f"/{root}/")  # type: ignore[attr-defined]
    return units.exclude(path__startswith=unit.path)  # type: ignore[no-any-return]


def final_successor(unit: Unit, *, on: date | None = None) -> Unit | None:
    """Who has taken over by now: successors may have closed in their turn."""
    day, heir = on or localdate(), unit.successor
    while heir and heir.closed_on and heir.closed_on <= day and heir.successor:
        heir = heir.successor
    return heir
