"""What changes duties changes them at once: an adoption, an event, a role given or ended, a unit closed."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from roles.actions.assignments import end_assignment
from roles.actions.closing import close_unit
from roles.actions.duties import follow_plans, reseat
from roles.actions.events import record_event, remove_event
from roles.actions.plans import adopt_plan
from roles.models import Duty, EventKind, RoleCode, Timing
from roles.queries.vacancies import vacancies, vacancies_for
from tests.factories import (
    PlanRoleFactory,
    ResponsibilityFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
    municipality,
)
from tests.roles.duties.people import adopt, deputise, role

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def line(team):
    """The team leader's line, in a plan adopted a month ago. Nobody leads the team."""
    line = ResponsibilityFactory()
    adopt(line.plan, TODAY - timedelta(days=31))
    return line


def test_adoption_makes_the_duties(team, leader, administrator):
    plan = ResponsibilityFactory().plan
    PlanRoleFactory(plan=plan)

    adopt_plan(plan=plan, body="Socialudvalget", adopted_on=TODAY, case_number="", link="", by=administrator)

    assert Duty.objects.of(leader).count() >= 12
    assert Duty.history.first().history_user == administrator


def test_an_event_makes_them_and_takes_them_back(team, leader, administrator):
    line = ResponsibilityFactory(
        timing=Timing.RELATIVE, first_due_on=None, event=EventKind.COMMITTEE_MEETING, offset_days=7
    )
    adopt(line.plan, TODAY)

    event = record_event(
        kind=EventKind.COMMITTEE_MEETING, unit=municipality(), on=TODAY, title="", by=administrator
    )
    assert list(Duty.objects.values_list("due_on", "event")) == [(TODAY + timedelta(days=7), event.pk)]

    remove_event(event=event, by=administrator)
    assert Duty.objects.count() == 0


def test_a_role_given_or_ended_seats_the_duties(line, team):
    follow_plans()
    leader = UserFactory()

    give_role(leader, RoleCode.TEAM_LEADER, team)
    assert Duty.objects.of(leader).count() == Duty.objects.count() > 0

    end_assignment(assignment=leader.assignments.get(), on=TODAY, by=None)
    assert set(Duty.objects.values_list("seat", flat=True)) == {None}


def test_a_role_above_is_seated_where_it_is_nearest(team):
    adopt(ResponsibilityFactory(role=role(RoleCode.CONTROLLER)).plan, TODAY - timedelta(days=31))
    follow_plans()

    seats = []
    for unit in (municipality(), department()):
        give_role(UserFactory(), RoleCode.CONTROLLER, unit)
        seats.append(set(Duty.objects.values_list("seat", flat=True)))

    assert seats == [{municipality().pk}, {department().pk}]


def test_giving_a_role_without_duties_costs_one_question(team, django_assert_num_queries):
    caseworker = role(RoleCode.CASEWORKER)

    with django_assert_num_queries(1):
        assert reseat(role=caseworker, unit=team) == 0


def test_closing_a_unit_hands_its_duties_over(line, team, administrator):
    heir = UnitFactory(parent=team.parent, opened_on=date(2026, 1, 1))
    follow_plans()
    before = Duty.objects.filter(unit=heir).count()

    closing = close_unit(unit=team, on=TODAY, successor=heir, by=administrator)

    assert Duty.objects.filter(unit=team).count() == 0
    assert Duty.objects.filter(unit=heir).count() == before
    assert "åbne opgaver" in " ".join(closing.moved)


def test_vacancies_name_plan_line_unit_and_role(line, team, administrator):
    found = vacancies()

    assert [(each.plan, each.responsibility, each.unit, each.role) for each in found] == [
        (line.plan, line, team, line.role)
    ]
    assert vacancies_for(administrator) == found


def test_a_deputy_fills_a_vacancy(line, team):
    deputise(UserFactory(), RoleCode.TEAM_LEADER, team)

    assert vacancies() == []


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"involvement": "informeres"}, 0),
        ({"involvement": "hoeres", "timing": "", "first_due_on": None}, 0),
        ({"involvement": "hoeres"}, 1),
        ({"involvement": "udfoerer", "timing": "", "first_due_on": None}, 1),
    ],
)
def test_what_binds_somebody_can_be_vacant(team, values, count):
    adopt(ResponsibilityFactory(**values).plan, TODAY)

    assert len(vacancies()) == count


def test_leaders_see_the_vacancies_of_their_units_only(line, team):
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, department("ANDEN"))

    assert vacancies_for(lead) == []
    assert vacancies_for(UserFactory()) == []


def test_vacancies_are_asked_for_in_as_many_questions_whatever_their_number(
    line, team, django_assert_num_queries
):
    for _ in range(3):
        UnitFactory()
        adopt(ResponsibilityFactory().plan, TODAY)

    with django_assert_num_queries(6):
        assert len(vacancies()) == 16
