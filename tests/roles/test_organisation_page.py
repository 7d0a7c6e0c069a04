from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.models import RoleCode
from roles.queries.organisation import DEMO_PASSWORD, demo_logins, organisation_tree
from tests.factories import UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db
# session, user, rights, units, their roles, own roles, own duties; and 5 for two savepoints and the session
QUERIES = 8 + 5


@pytest.mark.parametrize("teams", [1, 3])
def test_page_asks_the_same_number_of_questions(log_in, administrator, django_assert_num_queries, teams):
    for _ in range(teams):
        give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory())
    client = log_in(administrator)

    with django_assert_num_queries(QUERIES):
        response = client.get("/organisation/")

    assert response.content.decode().count("Sagsbehandler: 1") == teams


def test_tree_is_in_order_with_leaders_and_counts(team, leader, caseworker):
    rows = organisation_tree()

    assert [(row.unit.code, row.leaders, row.counts, row.people) for row in rows] == [
        ("FJO", [], [], []),
        ("FJO-SS", [], [], []),
        ("FJO-SS-VH", [], [], []),
        ("FJO-SS-VH-T1", ["Ib Lærkedal"], [("Teamledelse", 1), ("Sagsbehandler", 1)], []),
    ]


def test_a_search_shows_the_people_of_what_it_finds(team, leader, caseworker):
    [row] = organisation_tree(search="nord")

    assert [(role.code, [str(each.user) for each in held]) for role, held in row.people] == [
        ("teamledelse", ["Ib Lærkedal"]),
        ("sagsbehandler", ["Asta Bøgelund"]),
    ]


def test_a_search_that_finds_many_shows_the_first_and_says_so(log_in, administrator, monkeypatch):
    monkeypatch.setattr("roles.queries.organisation.MOST_PEOPLE", 2)
    for _ in range(3):
        give_role(UserFactory(name="Ea Holm"), RoleCode.CASEWORKER, UnitFactory())

    page = log_in(administrator).get("/organisation/", {"soeg": "sagsbehandler"}).content.decode()

    assert page.count("<li>Ea Holm") == 2
    assert "1 enhed har kun antal" in page


@pytest.mark.parametrize("teams", [1, 3])
def test_a_search_asks_the_same_number_of_questions(log_in, administrator, django_assert_num_queries, teams):
    for _ in range(teams):
        give_role(UserFactory(name="Ea Holm"), RoleCode.CASEWORKER, UnitFactory())
    client = log_in(administrator)

    with django_assert_num_queries(QUERIES + 1):
        response = client.get("/organisation/", {"soeg": "holm"})

    assert response.content.decode().count("<li>Ea Holm") == teams


def test_a_team_without_leader_is_a_vacancy(team, caseworker):
    lacking = [row.unit.code for row in organisation_tree() if row.lacks_leader]

    assert lacking == ["FJO-SS-VH-T1"]


def test_a_vacancy_is_said_in_words(log_in, administrator):
    page = log_in(administrator).get("/organisation/").content.decode()

    assert "Ingen leder" in page
    assert "1 uden teamleder" in page


@pytest.mark.parametrize(
    ("search", "found"),
    [("nord", ["Team Nord"]), ("asta", ["Team Nord"]), ("sagsbehandler nord", ["Team Nord"]), ("ukendt", [])],
)
def test_search_finds_units_and_people(caseworker, search, found):
    assert [row.unit.name for row in organisation_tree(search=search)] == found


def test_the_day_decides_who_is_shown(log_in, administrator, team):
    give_role(
        UserFactory(name="Dagny Dis"),
        RoleCode.TEAM_LEADER,
        team,
        DateRange(date(2020, 1, 1), date(2022, 1, 1)),
    )
    client = log_in(administrator)

    shown = [
        "Dagny Dis" in client.get("/organisation/", {"dato": day, "soeg": "nord"}).content.decode()
        for day in ("31-12-2021", "01-01-2022", "2021-12-31", "31-99-2021", "i går")
    ]

    assert shown == [True, False, True, False, False]


def test_demo_logins_are_one_per_role_among_those_who_can_log_in(team, leader):
    for email in ("a@fjordby.example", "b@fjordby.example", "c@andet.example"):
        user = UserFactory(email=email, name=email, password=make_password(DEMO_PASSWORD))
        give_role(user, RoleCode.CASEWORKER, team)

    assert demo_logins() == [("Sagsbehandler", "a@fjordby.example", "a@fjordby.example")]


def test_demo_logins_are_shown_only_in_the_demo(client, team, settings):
    give_role(UserFactory(password=make_password(DEMO_PASSWORD)), RoleCode.CASEWORKER, team)
    shown = []

    for demo in (False, True):
        settings.DEMO = demo
        shown.append(DEMO_PASSWORD in client.get("/login/").content.decode())

    assert shown == [False, True]
