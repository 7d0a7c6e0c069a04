"""Who does what in the made-up municipality: adopted two months ago, and most of it done since."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from followup.queries.months import month_plus
from roles.actions.duties import do_duty, follow_plans
from roles.actions.events import record_event
from roles.actions.plans import adopt_plan, copy_plan
from roles.actions.plans.template import starting_content
from roles.actions.plans.versions import new_plan, put_content
from roles.models import (
    Duty,
    EventKind,
    Responsibility,
    ResponsibilityPlan,
    RoleAssignment,
    RoleCode,
    Unit,
    User,
)

# unit -> subject and the committee that adopted it
PLANS = {
    "FJO-SS-VH": ("Støtte til voksne med handicap", "Social- og Sundhedsudvalget"),
    "FJO-SS-VI": ("Hjælp og pleje i hjemmet", "Social- og Sundhedsudvalget"),
    "FJO-UN-BH": ("Børn med handicap", "Børne- og Ungeudvalget"),
}
# How the starting content says that a line is for some plans alone, and the plan that has such paragraphs
ONLY_WHEN = " Gælder, når planen omfatter "
COVERED = {"FJO-SS-VI": "SEL §§ 83, 83 a og 86."}
MONTHS_OF_MEETINGS = range(-3, 15)
LEFT_UNDONE = 7  # every seventh
EVIDENCE = "Referatet ligger på teamets mødesag"
WEDNESDAY = 2


@transaction.atomic
def seed_plans(*, until: date) -> int:
    """Plans for three departments from the starting content; tells how many duties. Again: no change."""
    administrator = User.objects.filter(assignments__role__code=RoleCode.ADMINISTRATOR).first()
    if administrator is None or ResponsibilityPlan.objects.exists():
        return 0
    adopted_on = first_wednesday(month_plus(until, -1))
    _hold_meetings(until, by=administrator)
    plans = [_adopt(code, adopted_on, by=administrator) for code in PLANS]
    follow_plans()
    _do_most()
    copy_plan(plan=plans[0], by=administrator)
    return Duty.objects.count()


def first_wednesday(month: date) -> date:
    return month + timedelta(days=(WEDNESDAY - month.weekday()) % 7)


def _hold_meetings(until: date, *, by: User) -> None:
    root = Unit.objects.get(parent=None)
    for step in MONTHS_OF_MEETINGS:
        month = month_plus(until, step)
        if month.month != 7:  # the summer holiday
            meeting = first_wednesday(month)
            record_event(kind=EventKind.COMMITTEE_MEETING, unit=root, on=meeting, by=by)
            council = meeting + timedelta(weeks=3)
            record_event(kind=EventKind.COUNCIL_MEETING, unit=root, on=council, by=by)


def _adopt(code: str, adopted_on: date, *, by: User) -> ResponsibilityPlan:
    subject, body = PLANS[code]
    plan = new_plan(unit=Unit.objects.get(code=code), subject=subject, by=by)
    rows, lines = starting_content(on=adopted_on)
    put_content(plan, rows, [line for line in lines if _fits(line, code)])
    return adopt_plan(plan=plan, body=body, adopted_on=adopted_on, case_number="", link="", by=by)


def _fits(line: Responsibility, code: str) -> bool:
    """Whether the line is for the unit's plan; the words that ask it are then taken away."""
    line.text, _, paragraphs = line.text.partition(ONLY_WHEN)
    return not paragraphs or paragraphs == COVERED.get(code)


def _do_most() -> None:
    overdue = Duty.objects.overdue().exclude(seat=None).select_related("responsibility")
    for number, duty in enumerate(overdue, start=1):
        holder = duty.holder or _holder(duty)
        if holder and number % LEFT_UNDONE:
            do_duty(duty=duty, by=holder, evidence=EVIDENCE if duty.responsibility.evidence else "")


def _holder(duty: Duty) -> User | None:
    held = RoleAssignment.objects.current().filter(role=duty.role, unit=duty.seat).select_related("user")
    first = held.order_by("valid", "pk").first()
    return first.user if first else None
