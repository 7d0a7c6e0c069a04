"""People as an administrator looks for them: who holds what, who holds nothing, who has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate, now

from roles.models import Permission, Role, RoleAssignment, RoleRequest, Unit, User
from roles.models.sorting import Danish
from roles.permissions import units_with
from roles.queries.organisation import search_words

IDLE_DAYS = 90
MOST_OPTIONS = 10


def lasting_assignments() -> QuerySet[RoleAssignment]:
    """Those held today and those to come."""
    return RoleAssignment.objects.filter(Q(valid__upper_inf=True) | Q(valid__endswith__gt=localdate()))


def people_visible_to(user: User) -> QuerySet[User]:
    """Everybody with a role, or with none left, in the units that the user administers."""
    units = units_with(user, Permission.MANAGE_ORGANISATION)
    if units.filter(parent=None).exists():
        return User.objects.all()
    if not units.exists():
        return User.objects.none()
    own = Exists(RoleAssignment.objects.filter(user=OuterRef("pk"), unit__in=units))
    return User.objects.filter(own | ~Exists(lasting_assignments().filter(user=OuterRef("pk"))))


def administers_wholly(user: User, person: User) -> bool:
    """Whether all that the person holds lies where the user administers: else it takes one from above."""
    units = units_with(user, Permission.MANAGE_ORGANISATION)
    return not lasting_assignments().filter(user=person).exclude(unit__in=units).exists()


def people_rows(
    people: QuerySet[User], *, search: str = "", unit: Unit | None = None, role: Role | None = None
) -> QuerySet[User]:
    """In Danish order with what each holds today and later as ``held``."""
    for word in search_words(search):
        people = people.filter(
            Q(name__icontains=word) | Q(email__icontains=word) | Q(staff_code__icontains=word)
        )
    if unit is not None or role is not None:
        wanted = lasting_assignments().filter(user=OuterRef("pk"))
        wanted = wanted.filter(unit__path__startswith=unit.path) if unit else wanted
        people = people.filter(Exists(wanted.filter(role=role) if role else wanted))
    return with_roles(people).order_by(Danish("name"), "pk")


def with_roles(people: QuerySet[User]) -> QuerySet[User]:
    held = lasting_assignments().select_related("role", "unit", "deputy_of")
    ordered = held.order_by("valid", "role__position", "unit__path")
    return people.prefetch_related(Prefetch("assignments", ordered, to_attr="held_roles"))


def without_role(people: QuerySet[User]) -> QuerySet[User]:
    return people.filter(~Exists(lasting_assignments().filter(user=OuterRef("pk"))), is_active=True)


def leavers(people: QuerySet[User]) -> QuerySet[User]:
    """Active people without a role now or later, or who have not logged in for 90 days."""
    no_role = ~Exists(lasting_assignments().filter(user=OuterRef("pk")))
    seen = people.annotate(seen_at=Coalesce(F("last_login"), F("joined_at")), lacks_role=no_role)
    idle = Q(seen_at__lt=now() - timedelta(days=IDLE_DAYS))
    return with_roles(seen.filter(idle | Q(lacks_role=True), is_active=True)).order_by("seen_at", "pk")


def is_idle(person: User) -> bool:
    return (person.last_login or person.joined_at) < now() - timedelta(days=IDLE_DAYS)


def matching_people(search: str) -> list[User]:
    """A few active people for a type-ahead."""
    words = search_words(search)
    if len("".join(words)) < 2:
        return []
    people = User.objects.filter(is_active=True)
    for word in words:
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return list(people.order_by(Danish("name"), "pk")[:MOST_OPTIONS])


@dataclass(frozen=True)
class PersonFile:
    """What is known of one person: roles, requests and deputies."""

    now: list[RoleAssignment]
    coming: list[RoleAssignment]
    earlier: list[RoleAssignment]
    requests: list[RoleRequest]
    deputies: list[RoleAssignment]


def person_file(person: User) -> PersonFile:
    """Three queries."""
    today = localdate()
    related = ("role", "unit", "deputy_of")
    roles = list(person.assignments.select_related(*related).order_by("-valid", "role__position"))
    begun = [each for each in roles if each.valid.lower <= today]
    waiting = RoleRequest.objects.filter(user=person).select_related(*related, "requested_by", "decided_by")
    deputies = lasting_assignments().filter(deputy_of=person).select_related("user", "role", "unit")
    return PersonFile(
        now=[each for each in begun if _lasts(each)],
        coming=[each for each in roles if each.valid.lower > today],
        earlier=[each for each in begun if not _lasts(each)],
        requests=list(waiting),
        deputies=list(deputies.order_by("valid", "pk")),
    )


def _lasts(assignment: RoleAssignment) -> bool:
    return assignment.valid.upper is None or assignment.valid.upper > localdate()


def requests_to_decide(user: User) -> QuerySet[RoleRequest]:
    """Waiting in the units that the user administers, the oldest first."""
    related = ("user", "role", "unit", "deputy_of", "requested_by")
    waiting = requests_visible_to(user).filter(decided_at=None)
    return waiting.select_related(*related).order_by("requested_at", "pk")


def requests_visible_to(user: User) -> QuerySet[RoleRequest]:
    return RoleRequest.objects.filter(unit__in=units_with(user, Permission.MANAGE_ORGANISATION))


def decided_lately(user: User) -> QuerySet[RoleRequest]:
    related = ("user", "role", "unit", "deputy_of", "requested_by", "decided_by")
    decided = requests_visible_to(user).exclude(decided_at=None).select_related(*related)
    return decided.order_by("-decided_at", "-pk")[:20]
