"""A leader moves a caseload: all or nothing, spread evenly, with the reason in every case's history."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from roles.models import ReadLog, RoleCode
from roles.residents import standing_with
from serviceniveau.actions.moving import MovedMeanwhile, move_caseload
from serviceniveau.models import Case
from serviceniveau.queries.moving import loads_of
from tests.factories import CaseFactory, RegistrationFactory, UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db
LIST = "/sager/flyt/"


@pytest.fixture
def colleagues(team):
    return [give_role(UserFactory(name=name), RoleCode.CASEWORKER, team) for name in ("Bo Dam", "Carl Eg")]


@pytest.fixture
def cases(team, caseworker):
    return [CaseFactory(unit=team, caseworker=caseworker) for _ in range(5)]


def url(team, giver):
    return f"{LIST}{team.pk}/{giver.pk if giver else 'ingen'}/"


def move(team, giver, cases, receivers, by, reason="Fratræder"):
    return move_caseload(
        unit=team, giver=giver, cases=[case.pk for case in cases], receivers=receivers, reason=reason, by=by
    )


def holders():
    return list(Case.objects.order_by("number").values_list("caseworker__name", flat=True))


def test_cases_are_spread_evenly(team, caseworker, colleagues, cases, leader):
    handover = move(team, caseworker, cases, colleagues, leader)

    assert [(str(person), count) for person, count in handover.shares] == [("Bo Dam", 3), ("Carl Eg", 2)]
    assert holders() == ["Bo Dam", "Carl Eg", "Bo Dam", "Carl Eg", "Bo Dam"]


def test_history_says_who_moved_them_and_why(team, caseworker, colleagues, cases, leader):
    move(team, caseworker, cases[:1], colleagues[:1], leader)

    row = cases[0].history.first()
    assert (row.history_user, row.history_change_reason) == (
        leader,
        "Sager overdraget fra Asta Bøgelund: Fratræder",
    )
    assert cases[1].history.count() == 1


def test_decisions_stay_with_the_one_who_made_them(team, caseworker, colleagues, cases, leader):
    decision = RegistrationFactory(case=cases[0])

    move(team, caseworker, cases, colleagues, leader)

    decision.refresh_from_db()
    assert decision.caseworker == caseworker


def test_cases_that_nobody_has_can_be_given_out(team, colleagues, leader):
    CaseFactory(unit=team)

    move(team, None, Case.objects.all(), colleagues[:1], leader)

    assert holders() == ["Bo Dam"]


@pytest.mark.parametrize("change", [{"caseworker": None}, {"closed_on": "2026-01-01"}])
def test_nothing_moves_when_a_case_has_changed_meanwhile(team, caseworker, colleagues, cases, leader, change):
    Case.objects.filter(pk=cases[0].pk).update(**change)

    with pytest.raises(MovedMeanwhile, match="1 af sagerne er afsluttet eller har fået en anden"):
        move(team, caseworker, cases, colleagues, leader)

    assert "Bo Dam" not in holders()


def test_a_receiver_must_be_able_to_work_there(team, caseworker, cases, leader):
    stranger = give_role(UserFactory(name="Dis Fjern"), RoleCode.CASEWORKER, UnitFactory())
    refused = {}

    for name, receivers, reason in (
        ("stranger", [stranger], "Fratræder"),
        ("oneself", [caseworker], "Fratræder"),
        ("nobody", [], "Fratræder"),
        ("silent", [leader], "  "),
        ("person", [leader], "Borger 010190-1234"),
    ):
        with pytest.raises(ValidationError) as refusal:
            move(team, caseworker, cases, receivers, leader, reason)
        refused[name] = list(refusal.value.message_dict)

    assert refused == {
        "stranger": ["receivers"],
        "oneself": ["receivers"],
        "nobody": ["receivers"],
        "silent": ["reason"],
        "person": ["reason"],
    }
    assert set(holders()) == {"Asta Bøgelund"}


def test_the_list_shows_whose_cases_and_who_has_left(team, caseworker, leader, cases):
    gone = UserFactory(name="Ea Gone")
    CaseFactory(unit=team, caseworker=gone)
    CaseFactory(unit=team)
    CaseFactory(caseworker=gone)  # in another team

    loads = [(str(load.giver), load.cases, load.may_work) for load in loads_of(leader)]

    assert loads == [("None", 1, False), ("Ea Gone", 1, False), ("Asta Bøgelund", 5, True)]


@pytest.mark.parametrize("people", [1, 3])
def test_pages_ask_the_same_number_of_questions(log_in, leader, team, django_assert_num_queries, people):
    for _ in range(people):
        other = UnitFactory()
        give_role(leader, RoleCode.TEAM_LEADER, other)
        CaseFactory(unit=other)
        giver = give_role(UserFactory(), RoleCode.CASEWORKER, team)
        CaseFactory.create_batch(people, unit=team, caseworker=giver)
    client = log_in(leader)

    with django_assert_num_queries(13):
        client.get(LIST)
    with django_assert_num_queries(14):
        client.get(url(team, giver))


def test_reading_the_cases_is_logged(log_in, leader, team, caseworker, cases):
    log_in(leader).get(url(team, caseworker))

    log = ReadLog.objects.get()
    assert (log.user, log.purpose, sorted(log.keys)) == (
        leader,
        "Flytning af sager",
        sorted(case.pk for case in cases),
    )


def test_the_page_moves_the_chosen_cases(log_in, leader, team, caseworker, colleagues, cases):
    chosen = [case.pk for case in cases[:2]]
    typed = {"cases": chosen, "receivers": [colleagues[0].pk], "reason": "Fratræder"}

    response = log_in(leader).post(url(team, caseworker), typed, follow=True)

    assert "2 sager er flyttet fra Asta Bøgelund: 2 til Bo Dam." in response.content.decode()
    assert Case.objects.filter(caseworker=caseworker).count() == 3


def test_a_conflict_keeps_what_is_typed_and_shows_the_new_list(
    log_in, leader, team, caseworker, colleagues, cases
):
    Case.objects.filter(pk=cases[0].pk).update(caseworker=colleagues[1])
    typed = {
        "cases": [case.pk for case in cases],
        "receivers": [colleagues[0].pk],
        "reason": "Skal på barsel",
    }

    response = log_in(leader).post(url(team, caseworker), typed)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Ingen sager er flyttet" in " ".join(page.split())
    assert "Skal på barsel" in page
    assert [case.number in page for case in cases] == [False, True, True, True, True]


def test_a_case_of_another_unit_cannot_be_moved(log_in, leader, team, caseworker, colleagues, cases):
    foreign = CaseFactory(caseworker=caseworker)
    typed = {"cases": [foreign.pk], "receivers": [colleagues[0].pk], "reason": "Prøver"}

    response = log_in(leader).post(url(team, caseworker), typed)

    assert response.status_code == 422
    foreign.refresh_from_db()
    assert foreign.caseworker == caseworker


def test_leavers_are_told_with_what_they_have_in_hand(team, caseworker, cases):
    CaseFactory(unit=team, caseworker=caseworker, closed_on=localdate())

    assert standing_with([caseworker, UserFactory()]) == {caseworker.pk: "5 åbne sager"}
