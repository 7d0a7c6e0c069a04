from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate, timedelta

from roles.models import Permission, RoleCode
from roles.permissions import ROLE_PERMISSIONS
from roles.queries.access import GROUPS, PAGE_TITLES, person_rights, role_rights
from tests.factories import UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db


def test_every_right_stands_in_one_group():
    listed = [right for _, rights in GROUPS for right in rights]

    assert sorted(listed) == sorted(Permission)


def test_role_rights_say_all_that_a_role_has_and_lacks():
    told = {
        each.role: ({right for _, rights in each.groups for right in rights}, set(each.lacks))
        for each in role_rights()
    }

    assert told == {role: (set(held), set(Permission) - held) for role, held in ROLE_PERMISSIONS.items()}


def test_pages_of_a_role_are_those_its_rights_open():
    opened = {each.role: each.pages for each in role_rights()}

    assert opened[RoleCode.POLITICIAN] == ["Overblik"]
    assert "Min sagsstamme" not in opened[RoleCode.CONTROLLER]
    assert {title for titles in opened.values() for title in titles} <= set(PAGE_TITLES.values())


def test_page_says_that_the_administrator_sees_no_cases(log_in, administrator):
    page = log_in(administrator).get("/adgang/roller/").content.decode()

    section = page.split('id="rolle-administrator"')[1]
    assert "<strong>Ingen adgang til sager</strong>" in section
    assert page.count("Ingen adgang til sager") == 3  # politician, executive, administrator


def test_person_reads_why(log_in, team, caseworker):
    page = log_in(caseworker).get(f"/adgang/personer/{caseworker.pk}/").content.decode()

    assert "Registrere og rette afgørelser" in page
    assert "Sagsbehandler i Team Nord" in page
    assert "Fordi du har haft rollen siden 01-01-2020, kan du i Team Nord:" in page


def test_reason_names_whom_a_deputy_stands_in_for(log_in, team, leader):
    today = localdate()
    deputy = give_role(UserFactory(), RoleCode.TEAM_LEADER, team, DateRange(today, today + timedelta(days=8)))
    deputy.assignments.update(deputy_of=leader)

    page = log_in(deputy).get(f"/adgang/personer/{deputy.pk}/").content.decode()

    span = f"fra {today:%d-%m-%Y} til {today + timedelta(days=7):%d-%m-%Y}"
    assert f"Fordi du er stedfortræder for Ib Lærkedal {span}, kan du i Team Nord:" in page


def test_each_role_names_its_own_rights(team, caseworker):
    other = UnitFactory(code="FJO-SS-VH-T2", name="Team Syd")
    give_role(caseworker, RoleCode.TEAM_LEADER, other)

    found = {str(each.assignment.unit): set(each.rights) for each in person_rights(caseworker).now}

    assert found == {
        "Team Nord": ROLE_PERMISSIONS[RoleCode.CASEWORKER],
        "Team Syd": ROLE_PERMISSIONS[RoleCode.TEAM_LEADER],
    }


def test_past_and_coming_roles_stand_apart(team):
    today, person = localdate(), UserFactory()
    give_role(person, RoleCode.TEAM_LEADER, team, DateRange(date(2020, 1, 1), today))
    give_role(person, RoleCode.CASEWORKER, team, DateRange(today + timedelta(days=1), None))

    rights = person_rights(person)

    assert rights.now == []
    assert [each.role.code for each in rights.past] == [RoleCode.TEAM_LEADER]
    assert [each.role.code for each in rights.coming] == [RoleCode.CASEWORKER]


def test_closed_user_has_no_rights_left(team, caseworker):
    caseworker.is_active = False

    assert person_rights(caseworker).now == []


def test_others_rights_are_for_the_administrator_of_their_units(
    log_in, team, caseworker, leader, administrator
):
    elsewhere = give_role(UserFactory(), RoleCode.ADMINISTRATOR, UnitFactory(code="X"))
    address = f"/adgang/personer/{caseworker.pk}/"

    codes = [log_in(user).get(address).status_code for user in (caseworker, administrator, leader, elsewhere)]

    assert codes == [200, 200, 404, 404]


@pytest.mark.parametrize("roles", [1, 3])
def test_page_asks_the_same_number_of_questions(log_in, team, caseworker, django_assert_num_queries, roles):
    for _ in range(roles - 1):
        give_role(caseworker, RoleCode.CASEWORKER, UnitFactory())
    client = log_in(caseworker)

    with django_assert_num_queries(7 + 5):
        client.get(f"/adgang/personer/{caseworker.pk}/")
