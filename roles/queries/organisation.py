from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from roles.models import Role, RoleAssignment, RoleCode, Unit, User
from roles.models.sorting import Danish

DEMO_PASSWORD = "fjordby-demo-2026"
LONGEST_SEARCH, MOST_WORDS = 200, 10


def current_assignments(user: User, *, on: date | None = None) -> list[RoleAssignment]:
    """The user's roles on a day, with role and unit."""
    held = RoleAssignment.objects.current(on=on).filter(user=user)
    return list(held.select_related("role", "unit", "deputy_of").order_by("role__position", "unit__path"))


@dataclass(frozen=True)
class UnitRow:
    """An open unit with those who hold a role there on the day, one entry per role."""

    unit: Unit
    roles: list[tuple[Role, list[RoleAssignment]]]

    @property
    def leaders(self) -> list[RoleAssignment]:
        return next((held for role, held in self.roles if role.code == RoleCode.TEAM_LEADER), [])

    @property
    def lacks_leader(self) -> bool:
        return self.unit.kind == Unit.Kind.TEAM and not self.leaders


def organisation_tree(*, on: date | None = None, search: str = "") -> list[UnitRow]:
    """The units open on a day in tree order; with a search those whose name, place or people match."""
    day = on or localdate()
    held = RoleAssignment.objects.current(on=day).select_related("user", "role", "deputy_of")
    units = Unit.objects.open(on=day).select_related("parent")
    for word in search_words(search):
        units = units.filter(_unit_matches(word, held))
    ordered = held.order_by("role__position", Danish("user__name"))
    return [
        _unit_row(unit) for unit in units.prefetch_related(Prefetch("assignments", ordered, to_attr="held"))
    ]


def _unit_matches(word: str, held: QuerySet[RoleAssignment]) -> Q:
    person = Q(user__name__icontains=word) | Q(user__email__icontains=word) | Q(role__name__icontains=word)
    place = Q(name__icontains=word) | Q(code__icontains=word) | Q(district__icontains=word)
    return place | Q(Exists(held.filter(person, unit=OuterRef("pk"))))


def _unit_row(unit: Unit) -> UnitRow:
    held: list[RoleAssignment] = unit.held  # type: ignore[attr-defined]  # from the prefetch above
    return UnitRow(
        unit, [(role, list(holders)) for role, holders in groupby(held, key=lambda each: each.role)]
    )


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
