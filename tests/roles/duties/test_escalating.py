from datetime import date, timedelta

import pytest

from roles.actions.duties import do_duty, escalate, follow_plans, move_duties
from roles.models import Duty, RoleCode, Unit
from roles.queries.duties import my_duties
from tests.factories import (
    DutyFactory,
    PlanFactory,
    ResponsibilityFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
    municipality,
)
from tests.roles.duties.people import adopt, deputise, role

pytestmark = pytest.mark.django_db

DUE = date(2026, 10, 1)
TODAY = date(2026, 10, 20)


@pytest.fixture
def late(team, leader):
    """A duty of Team Nord's leader, 19 days overdue; it goes on after 14."""
    return DutyFactory(unit=team, due_on=DUE)


@pytest.fixture
def lead(team):
    return give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, department())


def test_goes_on_to_the_nearest_leader_above_and_stays_with_the_holder(late, lead, leader):
    deputy = deputise(lead, RoleCode.PROFESSIONAL_LEAD, department())
    give_role(UserFactory(), RoleCode.EXECUTIVE, municipality())

    assert escalate(on=TODAY) == 1

    late.refresh_from_db()
    assert late.escalated_to == department()
    assert my_duties(lead, on=TODAY).escalated_to_me == [late]
    assert my_duties(deputy, on=TODAY).escalated_to_me == [late]
    assert my_duties(leader, on=TODAY).overdue == [late]


def test_once_for_each_duty(late, lead):
    escalate(on=TODAY)
    before = Duty.history.count()

    assert (escalate(on=TODAY), escalate(on=TODAY + timedelta(days=30))) == (0, 0)
    assert Duty.history.count() == before


@pytest.mark.parametrize(("days", "count"), [(14, 0), (15, 1)])
def test_not_before_the_plans_days_have_passed(late, lead, days, count):
    assert escalate(on=DUE + timedelta(days=days)) == count


def test_what_is_done_goes_nowhere(late, lead, leader):
    do_duty(duty=late, by=leader)

    assert escalate(on=TODAY) == 0


def test_passes_by_the_unit_where_it_already_is(lead):
    executive = give_role(UserFactory(), RoleCode.EXECUTIVE, municipality())
    team = UnitFactory(kind=Unit.Kind.DEPARTMENT, parent=department())
    late = DutyFactory(unit=team, seat=department(), role=role(RoleCode.PROFESSIONAL_LEAD), due_on=DUE)

    escalate(on=TODAY)

    assert my_duties(executive, on=TODAY).escalated_to_me == [late]


def test_waits_where_nobody_leads(late):
    assert escalate(on=TODAY) == 0

    give_role(UserFactory(), RoleCode.EXECUTIVE, municipality())
    assert escalate(on=TODAY) == 1


def test_a_vacant_duty_goes_on_too(team, lead):
    DutyFactory(unit=team, seat=None, due_on=DUE)

    assert escalate(on=TODAY) == 1


def test_the_successor_takes_over_what_is_open_and_does_it_once(team, leader):
    heir, line = UnitFactory(parent=team.parent), ResponsibilityFactory(plan=PlanFactory(unit=team.parent))
    give_role(leader, RoleCode.TEAM_LEADER, heir)
    adopt(line.plan, date(2026, 9, 1))
    follow_plans(on=TODAY)
    done = do_duty(duty=Duty.objects.get(unit=team, due_on=date(2026, 9, 15)), by=leader)
    Duty.objects.filter(unit=heir, due_on__lt=TODAY).delete()
    Unit.objects.filter(pk=team.pk).update(closed_on=TODAY, successor=heir)

    move_duties(unit=team, successor=heir, on=TODAY)

    done.refresh_from_db()
    assert done.unit == team
    opened = Duty.objects.open().order_by("due_on").values_list("unit", "seat", "due_on")
    assert list(opened)[:2] == [(heir.pk, heir.pk, date(2026, 9, 15)), (heir.pk, heir.pk, date(2026, 10, 15))]
    assert (len(opened), len(set(opened))) == (16, 16)
