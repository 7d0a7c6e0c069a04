from datetime import date

import pytest
from django.urls import reverse

from roles.models import RoleCode
from tests.factories import (
    PlanFactory,
    PlanRoleFactory,
    ResponsibilityFactory,
    UnitFactory,
    UserFactory,
    give_role,
)
from tests.roles.duties.people import role

pytestmark = pytest.mark.django_db
# session, user, rights, own units, five of the vacancies and two of the seats, own roles; 5 for savepoints
QUERIES = 11 + 5


@pytest.fixture
def plan(team):
    """Adopted: the team leader and the controller have one responsibility each; nobody is controller."""
    plan = PlanFactory(unit=team.parent)
    for code in (RoleCode.TEAM_LEADER, RoleCode.CONTROLLER):
        PlanRoleFactory(plan=plan, role=role(code))
        ResponsibilityFactory(plan=plan, role=role(code), text=f"Det, som {code} gør")
    plan.adopted_on, plan.body = date(2026, 1, 1), "Socialudvalget"
    plan.save()
    return plan


def rows(response) -> list[tuple[str, str, list[str]]]:
    return [
        (unit.name, vacant.role.code, [each.text for each in vacant.responsibilities])
        for unit, found in response.context["units"]
        for vacant in found
    ]


def test_page_tells_who_is_missing_and_where_to_give_the_role(log_in, administrator, leader, plan):
    answer = log_in(administrator).get(reverse("vacancy-list"))

    assert rows(answer) == [(plan.unit.name, "controller", ["Det, som controller gør"])]
    controller = role(RoleCode.CONTROLLER)
    wanted = f"{reverse('assignment-new')}?unit={plan.unit.pk}&amp;role={controller.pk}"
    assert wanted in answer.content.decode()


def test_leader_sees_own_units_and_asks_an_administrator(log_in, leader, plan, team):
    leader.assignments.update(role=role(RoleCode.PROFESSIONAL_LEAD), unit=team)
    head = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team)

    answer = log_in(head).get(reverse("vacancy-list"))

    assert rows(answer) == [("Team Nord", "teamledelse", ["Det, som teamledelse gør"])]
    assert "Bed en administrator" in answer.content.decode()


def test_page_is_empty_when_everybody_is_there(log_in, administrator, leader, controller, plan):
    assert "Alle vedtagne ansvar har en person." in (
        log_in(administrator).get(reverse("vacancy-list")).content.decode()
    )


def test_alarm_on_other_pages_is_asked_for_by_those_who_can_act(log_in, administrator, caseworker, plan):
    asks = f'hx-get="{reverse("vacancy-list")}"'

    assert asks in log_in(administrator).get(reverse("organisation")).content.decode()
    assert asks not in log_in(caseworker).get(reverse("standard-list")).content.decode()


def test_alarm_says_how_many(log_in, administrator, leader, plan):
    answer = log_in(administrator).get(reverse("vacancy-list"), headers={"HX-Request": "true"})

    assert "1 vedtaget ansvar er ubesat<" in answer.content.decode()


@pytest.mark.parametrize("teams", [1, 3])
def test_page_asks_the_same_number_of_questions(
    log_in, administrator, plan, django_assert_num_queries, teams
):
    for _ in range(teams):
        UnitFactory()
    client = log_in(administrator)

    with django_assert_num_queries(QUERIES):
        answer = client.get(reverse("vacancy-list"))

    assert len(rows(answer)) == teams + 2  # Team Nord, and the controller
