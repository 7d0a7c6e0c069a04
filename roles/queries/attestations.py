"""Who confirms whose roles: the leader; for the leader the one above; an administrator where nobody is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from roles.models import Attestation, AttestationItem, Permission, UnitPermission, User
from roles.models.organisation import paths_above
from roles.permissions import held, units_with
from roles.queries.deputised import acted_for


@dataclass
class Confirmers:
    """Everybody who may confirm roles today, by the path of the unit where they hold the right."""

    by_path: dict[str, list[tuple[int, int | None]]] = field(default_factory=lambda: defaultdict(list))

    def others_than(self, person: int, path: str) -> set[int]:
        """Those above the unit or in it, without the person and those who only stand in for the person."""
        return {user for above in paths_above(path) for user in self._at(above, person)}

    def nearest(self, person: int, path: str) -> set[int]:
        """Those of the others on whom it waits: the leader, or for the leader's own role the one above."""
        return next((found for above in paths_above(path) if (found := self._at(above, person))), set())

    def _at(self, path: str, person: int) -> set[int]:
        held = self.by_path.get(path, ())
        return {user for user, deputy_of in held if user != person and deputy_of != person}


def confirmers() -> Confirmers:
    rows = UnitPermission.objects.filter(
        permission__codename=Permission.CONFIRM_ROLES,
        assignment__valid__contains=localdate(),
        user__is_active=True,
    )
    found = Confirmers()
    for path, user, deputy_of in rows.values_list(
        "content_object__path", "user_id", "assignment__deputy_of_id"
    ):
        found.by_path[path].append((user, deputy_of))
    return found


@dataclass(frozen=True)
class Mine:
    """Unanswered lines: those the user may answer, and among them those that wait for nobody nearer."""

    may_answer: set[int]
    waiting: set[int]


def mine_among(user: User, items: QuerySet[AttestationItem]) -> Mine:
    """Two queries besides the user's rights."""
    administered = [path for right, path in held(user) if right is Permission.MANAGE_ORGANISATION]
    leaders, mine = confirmers(), Mine(set(), set())
    rows = items.filter(answer="").exclude(assignment__user=user)
    for pk, path, person in rows.values_list("pk", "attestation__unit__path", "assignment__user_id"):
        others = leaders.others_than(person, path)
        is_orphan = not others and path.startswith(tuple(administered))
        if is_orphan or user.pk in others:
            mine.may_answer.add(pk)
        if is_orphan or user.pk in leaders.nearest(person, path):
            mine.waiting.add(pk)
    return mine


def attestations_visible_to(user: User) -> QuerySet[Attestation]:
    """Those of the units where the user confirms roles or administers them; those under way first."""
    units = units_with(user, Permission.CONFIRM_ROLES) | units_with(user, Permission.MANAGE_ORGANISATION)
    unanswered = AttestationItem.objects.filter(attestation=OuterRef("pk"), answer="")
    visible = Attestation.objects.filter(unit__in=units).annotate(is_open=Exists(unanswered))
    return visible.select_related("unit").order_by("-is_open", "-as_of", "unit__path")


@dataclass(frozen=True)
class AttestationRow:
    attestation: Attestation
    lines: int
    answered: int
    mine: int

    @property
    def is_done(self) -> bool:
        return self.answered == self.lines


def attestation_rows(user: User, attestations: QuerySet[Attestation]) -> list[AttestationRow]:
    """The attestations with how far they are, and how many lines wait for the user."""
    counted = attestations.annotate(
        lines=Count("items"), answered=Count("items", filter=~Q(items__answer=""))
    )
    listed = list(counted)
    items = AttestationItem.objects.filter(attestation__in=[each.pk for each in listed])
    mine: dict[int, int] = defaultdict(int)
    waiting = mine_among(user, items).waiting
    for of in items.filter(pk__in=waiting).values_list("attestation_id", flat=True):
        mine[of] += 1
    return [AttestationRow(each, each.lines, each.answered, mine[each.pk]) for each in listed]


@dataclass
class Line:
    """One role to be confirmed as the user sees it, with what was typed so far."""

    item: AttestationItem
    may_answer: bool
    waits: bool
    is_own: bool
    acted_for: str
    chosen: str = ""
    remark: str = ""

    @property
    def ended_on(self) -> date | None:
        """The first day without the role, when it has ended since."""
        end: date | None = self.item.assignment.valid.upper
        return end if end and end <= localdate() else None


def attestation_lines(user: User, attestation: Attestation) -> list[Line]:
    items = AttestationItem.objects.filter(attestation=attestation)
    mine = mine_among(user, items)
    listed = list(items.select_related("assignment", "answered_by").order_by("pk"))
    stood_in = acted_for(AttestationItem, [item.pk for item in listed if item.answer])
    return [
        Line(
            item=item,
            may_answer=item.pk in mine.may_answer,
            waits=item.pk in mine.waiting,
            is_own=item.assignment.user_id == user.pk,
            acted_for=stood_in.get(item.pk, ""),
        )
        for item in listed
    ]


def roles_to_end(user: User) -> QuerySet[AttestationItem]:
    """Roles that a leader has answered shall end, and that still last: the administrator ends them."""
    today = localdate()
    return (
        AttestationItem.objects.filter(
            Q(assignment__valid__upper_inf=True) | Q(assignment__valid__endswith__gt=today),
            answer=AttestationItem.Answer.END,
            attestation__unit__in=units_with(user, Permission.MANAGE_ORGANISATION),
        )
        .select_related("assignment__user", "assignment__role", "assignment__unit", "answered_by")
        .order_by("answered_at", "pk")
    )
