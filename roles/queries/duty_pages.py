"""What the pages about duties ask beside the lists themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from roles.models import Duty, Phase, ResponsibilityPlan, RoleAssignment, Unit, User
from roles.models.duties import DutyQuerySet
from roles.queries.duties import SOON_DAYS, DutyCounts, MyDuties, duty_counts, escalated_to, shown

ON_THE_CARD = 3


@dataclass(frozen=True)
class DutyCard:
    counts: DutyCounts
    next_ones: list[Duty]
    soon_days: int = SOON_DAYS


def duty_card(user: User) -> DutyCard:
    """What stands on the first page of a role. Two queries."""
    mine = Duty.objects.of(user).open().select_related("responsibility", "unit")
    return DutyCard(duty_counts(user), list(mine.order_by("due_on", "pk")[:ON_THE_CARD]))


@dataclass(frozen=True)
class DutyLine:
    """A duty as one person sees it. stands_in_for: whose deputy the person is in it."""

    duty: Duty
    is_mine: bool
    stands_in_for: User | None


def duty_lines(duties: Iterable[Duty], held: list[RoleAssignment]) -> list[DutyLine]:
    """The duties as they look to the one who holds these roles today."""
    return [_duty_line(duty, held) for duty in duties]


def _duty_line(duty: Duty, held: list[RoleAssignment]) -> DutyLine:
    here = [each for each in held if (each.role_id, each.unit_id) == (duty.role_id, duty.seat_id)]
    fitting = [each for each in here if duty.holder_id in (None, each.user_id, each.deputy_of_id)]
    in_person = any(each.deputy_of is None and duty.holder_id in (None, each.user_id) for each in fitting)
    deputised = None if in_person else next((each.deputy_of for each in fitting), None)
    return DutyLine(duty, bool(fitting), deputised)


def duties_seen_by(user: User) -> DutyQuerySet:
    """The user's own, those done by or for the user, and those gone on to where the user leads."""
    own = Q(pk__in=Duty.objects.of(user).values("pk"))
    gone_on = Q(pk__in=escalated_to(user).values("pk"))
    return shown(Duty.objects.filter(own | gone_on | Q(done_by=user) | Q(done_for=user)))


def holders_of(duty: Duty) -> list[RoleAssignment]:
    """Those who hold the duty's role at its seat today, deputies included."""
    held = RoleAssignment.objects.current().filter(role=duty.role_id, unit=duty.seat_id)
    return list(held.select_related("user", "deputy_of").order_by("deputy_of", "valid", "pk"))


def only(duties: MyDuties, *, unit: str = "", phase: str = "") -> MyDuties:
    """Those of one unit (by its code) and one phase; an empty choice leaves all."""

    def kept(found: list[Duty]) -> list[Duty]:
        return [
            duty
            for duty in found
            if unit in ("", duty.unit.code) and phase in ("", duty.responsibility.phase)
        ]

    return MyDuties(**{name: kept(found) for name, found in vars(duties).items()})


def units_in(duties: MyDuties) -> list[Unit]:
    found = {duty.unit.pk: duty.unit for group in vars(duties).values() for duty in group}
    return sorted(found.values(), key=lambda unit: unit.path)


def phases_in(duties: MyDuties) -> list[Phase]:
    found = {duty.responsibility.phase for group in vars(duties).values() for duty in group}
    return [phase for phase in Phase if phase in found]


def open_duties_from(plan: ResponsibilityPlan) -> int:
    return Duty.objects.open().filter(responsibility__plan=plan).count()


def plans_in_force() -> list[ResponsibilityPlan]:
    return list(ResponsibilityPlan.objects.in_force().select_related("unit"))


def nearest_plan(
    plans: list[ResponsibilityPlan], assignments: list[RoleAssignment]
) -> ResponsibilityPlan | None:
    """The plan at or closest above one of the units where the person has a role; else the first."""
    places = [held.unit.path for held in assignments]
    near = [plan for plan in plans if any(place.startswith(plan.unit.path) for place in places)]
    return max(near, key=lambda plan: plan.unit.depth, default=plans[0] if plans else None)
