"""Units made, named and shown; the two answers before one closes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from roles.actions import create_unit
from roles.actions.closing import close_unit
from roles.actions.organisation import change_district, rename_unit
from roles.models import RoleCode, RoleRequest, Unit
from roles.queries.units import FormerName, former_names
from serviceniveau.models import Case
from tests.factories import (
    CaseFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
    municipality,
)

pytestmark = pytest.mark.django_db
YESTERDAY = localdate() - timedelta(days=1)
NEW = {
    "kind": "team",
    "name": "Team Vest",
    "code": "FJO-SS-VH-T9",
    "district": "Vestbyen",
    "opened_on": "01-01-2026",
}


def url(unit, tail=""):
    return f"/organisation/enheder/{unit.pk}/{tail}"


def given(page):
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize("people", [1, 3])
def test_page_asks_the_same_number_of_questions(
    log_in, administrator, team, django_assert_num_queries, people
):
    for _ in range(people):
        give_role(UserFactory(), RoleCode.CASEWORKER, team)
        PlanFactory(unit=team, adopted_on=date(2026, 1, 1), body="Udvalget")
    client = log_in(administrator)

    with django_assert_num_queries(19):
        response = client.get(url(team))

    assert given(response).count("/organisation/personer/") >= people


def test_a_unit_is_made_under_another(log_in, administrator, team):
    client = log_in(administrator)

    response = client.post("/organisation/enheder/ny/", NEW | {"parent": team.parent.pk})

    unit = Unit.objects.get(code="FJO-SS-VH-T9")
    assert response["Location"] == url(unit)
    assert (unit.path, unit.district) == (f"{team.parent.path}FJO-SS-VH-T9/", "Vestbyen")
    assert unit.history.get().history_user == administrator


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "FJO-SS-VH-T1"}, "Team Nord har allerede koden FJO-SS-VH-T1. Vælg en anden."),
        ({"code": "T 9"}, "Brug kun bogstaver, tal, punktum, bindestreg og understreg."),
        (
            {"kind": "forvaltning"},
            "Afdeling FJO-SS-VH er en afdeling og kan ikke have en forvaltning under sig.",
        ),
        ({"name": "Team 010190-1234"}, "CPR"),
        ({"opened_on": "i går"}, "Skriv datoen som dag-måned-år"),
        ({"parent": "999999999"}, "Vælg en enhed på listen."),
    ],
)
def test_a_wrong_unit_is_refused_with_what_to_do(log_in, administrator, team, change, message):
    before = Unit.objects.count()

    response = log_in(administrator).post(
        "/organisation/enheder/ny/", NEW | {"parent": team.parent.pk} | change
    )

    assert (response.status_code, Unit.objects.count()) == (422, before)
    assert message in given(response)


def test_a_closed_unit_gets_no_children():
    closed = UnitFactory(kind="afdeling", parent=department().parent, closed_on=date(2026, 1, 1))

    with pytest.raises(ValidationError, match="er lukket fra 01-01-2026. Vælg en åben enhed."):
        create_unit(code="NY", name="Ny", kind="team", parent=closed, opened_on=date(2026, 1, 1))


def test_history_keeps_the_old_name(log_in, administrator, team):
    response = log_in(administrator).post(url(team, "ret/"), {"name": "Team Nordvest", "district": "Ådalen"})

    team.refresh_from_db()
    assert (response.status_code, team.name, team.district) == (302, "Team Nordvest", "Ådalen")
    reasons = team.history.order_by("history_id").values_list("name", "history_change_reason")
    assert list(reasons)[-2:] == [
        ("Team Nordvest", "Omdøber FJO-SS-VH-T1"),
        ("Team Nordvest", "Ændrer bydel for FJO-SS-VH-T1"),
    ]


def test_former_names_are_those_that_were_used_for_a_day(team, administrator):
    rename_unit(unit=team, name="Team Nrod", by=administrator)
    rename_unit(unit=team, name="Team Nordvest", by=administrator)

    assert former_names(team) == []  # all of it today
    older = team.history.model(
        **{field.attname: getattr(team, field.attname) for field in Unit._meta.concrete_fields}
        | {"name": "Team Gammel", "history_date": "2025-01-01T12:00:00Z", "history_type": "+"}
    )
    older.save()
    assert former_names(team) == [FormerName("Team Gammel", localdate())]


def test_a_closed_unit_keeps_its_name(administrator):
    closed = UnitFactory(closed_on=date(2026, 1, 1))

    for act, value in ((rename_unit, {"name": "Ny"}), (change_district, {"district": "Ny"})):
        with pytest.raises(ValidationError, match="En lukket enhed beholder det, den hed."):
            act(unit=closed, by=administrator, **value)


@pytest.fixture
def closing(team):
    heir = UnitFactory(name="Team Syd")
    return {"last_day": f"{YESTERDAY:%d-%m-%Y}", "successor": heir.pk, "keep_roles": "on"}


def test_the_first_answer_tells_and_changes_nothing(log_in, administrator, team, leader, caseworker, closing):
    CaseFactory.create_batch(2, unit=team)

    page = given(log_in(administrator).post(url(team, "luk/"), closing))

    assert "2 åbne sager går til Team Syd" in page
    assert (
        "2 roller slutter. 1 fortsætter i Team Syd. 1 kræver, at en anden administrator godkender den dér."
        in page
    )
    team.refresh_from_db()
    assert (team.closed_on, RoleRequest.objects.count(), Case.objects.filter(unit=team).count()) == (
        None,
        0,
        2,
    )


def test_the_second_answer_closes(log_in, administrator, team, leader, closing):
    CaseFactory.create_batch(2, unit=team)
    client = log_in(administrator)
    seen = client.post(url(team, "luk/"), closing).context["form"].choice

    response = client.post(url(team, "luk/"), closing | {"confirmed": seen}, follow=True)

    team.refresh_from_db()
    assert (team.closed_on, team.successor.name) == (localdate(), "Team Syd")
    assert "Team Nord er lukket. 2 åbne sager er gået over til Team Syd." in given(response)
    assert f"Lukket fra {localdate():%d-%m-%Y}" in given(response)


def test_a_yes_counts_only_for_what_was_seen(log_in, administrator, team, closing):
    client = log_in(administrator)
    seen = client.post(url(team, "luk/"), closing).context["form"].choice

    page = given(client.post(url(team, "luk/"), closing | {"confirmed": seen, "last_day": "31-12-2025"}))

    team.refresh_from_db()
    assert (team.closed_on, 'findes ikke mere fra <span class="nowrap">01-01-2026' in page) == (None, True)


def test_a_refused_closing_says_what_to_do(log_in, administrator, team):
    CaseFactory(unit=team)

    response = log_in(administrator).post(url(team, "luk/"), {"last_day": "31-12-2025", "confirmed": "1"})

    assert response.status_code == 422
    assert "I Team Nord er der 1 åben sag. Vælg den enhed, der overtager." in given(response)


def test_the_municipality_is_not_closed(log_in, administrator):
    response = log_in(administrator).post(url(municipality(), "luk/"), {"last_day": "31-12-2025"})

    assert "Kommunen kan ikke lukkes." in given(response)


def test_a_planned_closing_can_be_taken_back_until_its_day(log_in, administrator, team):
    client, tomorrow = log_in(administrator), localdate() + timedelta(days=1)
    close_unit(unit=team, on=tomorrow, successor=None, by=administrator)

    told = [given(client.post(url(team, "behold/"), follow=True)) for _ in range(2)]

    team.refresh_from_db()
    assert (team.closed_on, "Team Nord lukker ikke. Rollerne gælder som før." in told[0]) == (None, True)
    Unit.objects.filter(pk=team.pk).update(closed_on=localdate())
    assert "Opret en ny enhed i stedet." in given(client.post(url(team, "behold/"), follow=True))


def test_the_plan_of_a_closed_unit_can_be_copied_to_the_successor(log_in, administrator, team):
    plan = PlanFactory(unit=team, adopted_on=date(2026, 1, 1), body="Udvalget")
    Unit.objects.filter(pk=team.pk).update(closed_on=localdate(), successor=UnitFactory(name="Team Syd"))

    page = given(log_in(administrator).get(url(team)))

    assert f'<a href="/ansvar/{plan.pk}/kopi/">Kopiér den til Team Syd</a>' in page


def test_the_tree_links_to_the_units_one_manages(log_in, team):
    local = give_role(UserFactory(), RoleCode.ADMINISTRATOR, team)

    page = given(log_in(local).get("/organisation/"))

    assert [url(team) in page, url(team.parent) in page] == [True, False]
