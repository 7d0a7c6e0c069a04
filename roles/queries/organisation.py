from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, groupby

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils.timezone import localdate

from roles.models import Role, RoleAssignment, RoleCode, Unit, User
from roles.models.sorting import Danish

DEMO_PASSWORD = "fjordby-demo-2026"
LONGEST_SEARCH, MOST_WORDS, MOST_PEOPLE = 200, 10, 500


def current_assignments(user: User, *, on: date | None = None) -> list[RoleAssignment]:
    """The user's roles on a day, with role and unit."""
    held = RoleAssignment.objects.current(on=on).filter(user=user)
    return list(held.select_related("role", "unit", "deputy_of").order_by("role__position", "unit__path"))


@dataclass(frozen=True)
class UnitRow:
    """An open unit with its leaders and how many hold each role there on the day."""

    unit: Unit
    leaders: list[str]
    counts: list[tuple[str, int]]
    people: list[tuple[Role, list[RoleAssignment]]]
    """Those who hold the roles, one entry per role; only where they are asked for by a search."""

    @property
    def lacks_leader(self) -> bool:
        return self.unit.kind == Unit.Kind.TEAM and not self.leaders

    @property
    def counted(self) -> str:
        return " · ".join(f"{role}: {count}" for role, count in self.counts)

    @property
    def holders(self) -> int:
        return sum(count for _, count in self.counts)


def organisation_tree(*, on: date | None = None, search: str = "") -> list[UnitRow]:
    """The units open on a day in tree order; with a search those whose name, place or people match.

    Two queries, and a third with a search: the people of the first units, `MOST_PEOPLE` in all.
    """
    day = on or localdate()
    held = RoleAssignment.objects.current(on=day)
    units = Unit.objects.open(on=day)
    for word in search_words(search):
        units = units.filter(_unit_matches(word, held))
    counted = _counted(held.filter(unit__in=units))
    rows = [_unit_row(unit, counted[unit.pk]) for unit in units.select_related("parent")]
    return _with_people(rows, held) if search else rows


RoleCount = tuple[str, int, list[str]]


def _counted(held: QuerySet[RoleAssignment]) -> dict[int, list[RoleCount]]:
    """By unit: its roles in order, with how many hold each, and who they are when they lead."""
    leaders = ArrayAgg(
        "user__name",
        filter=Q(role__code=RoleCode.TEAM_LEADER),
        order_by=Danish("user__name"),  # type: ignore[arg-type]  # the stubs know names of fields only
        default=Value([]),
    )
    roles = held.values("unit", "role__name").annotate(count=Count("pk"), leaders=leaders)
    found: dict[int, list[RoleCount]] = defaultdict(list)
    for row in roles.order_by("role__position"):
        found[row["unit"]].append((row["role__name"], row["count"], row["leaders"]))
    return found


def _unit_row(unit: Unit, counted: list[RoleCount]) -> UnitRow:
    leaders = [name for _, _, names in counted for name in names]
    return UnitRow(unit, leaders, [(role, count) for role, count, _ in counted], [])


def _with_people(rows: list[UnitRow], held: QuerySet[RoleAssignment]) -> list[UnitRow]:
    """The rows from the top with their people, until these are too many to read."""
    total = accumulate(row.holders for row in rows)
    shown = {row.unit.pk for row, so_far in zip(rows, total, strict=True) if so_far <= MOST_PEOPLE}
    people: dict[int, list[RoleAssignment]] = defaultdict(list)
    there = held.filter(unit__in=shown).select_related("user", "role", "deputy_of")
    for each in there.order_by("role__position", Danish("user__name")):
        people[each.unit_id].append(each)
    return [replace(row, people=_by_role(people[row.unit.pk])) for row in rows]


def _by_role(held: list[RoleAssignment]) -> list[tuple[Role, list[RoleAssignment]]]:
    return [(role, list(holders)) for role, holders in groupby(held, key=lambda each: each.role)]


def _unit_matches(word: str, held: QuerySet[RoleAssignment]) -> Q:
    person = Q(user__name__icontains=word) | Q(user__email__icontains=word) | Q(role__name__icontains=word)
    place = Q(name__icontains=word) | Q(code__icontains=word) | Q(district__icontains=word)
    return place | Q(Exists(held.filter(person, unit=OuterRef("pk"))))


def demo_logins() -> list[tuple[str, str, str]]:
    """Role, name and e-mail of one person per role who can log in to the demo municipality today."""
    held = RoleAssignment.objects.current().filter(
        user__email__endswith="@fjordby.example", user__is_active=True, deputy_of=None
    )
    with_password = held.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    first = with_password.order_by("role__position", "unit__path", "user__name", "pk").distinct(
        "role__position"
    )
    return list(first.values_list("role__name", "user__name", "user__email"))


def search_words(text: str) -> list[str]:
    """What is searched for, word by word: as many as a person types, for every word costs a scan."""
    return text[:LONGEST_SEARCH].split()[:MOST_WORDS]
