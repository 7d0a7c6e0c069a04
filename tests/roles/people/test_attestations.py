"""Twice a year: frozen lines, answered by the nearest leader, never for oneself."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.timezone import localdate

from roles.actions import assign_role
from roles.actions.attestations import answer_items, open_attestations
from roles.models import Attestation, AttestationItem, RoleCode, User
from roles.queries.attestations import attestation_rows, attestations_visible_to, mine_among, roles_to_end
from tests.factories import UnitFactory, UserFactory, department, give_role

pytestmark = pytest.mark.django_db
TODAY = localdate()
KEEP, END = AttestationItem.Answer.KEEP, AttestationItem.Answer.END


@pytest.fixture
def opened(team, caseworker, leader):
    """Team Nord with a leader and a caseworker."""
    open_attestations(as_of=TODAY)
    return Attestation.objects.get(unit=team)


def line_of(user: User) -> AttestationItem:
    return AttestationItem.objects.get(assignment__user=user)


def answer(person: User, given: str, remark: str = "", *, by: User) -> None:
    answer_items(answers={line_of(person).pk: (given, remark)}, by=by)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def waits_for(user: User) -> list[str]:
    waiting = mine_among(again(user), AttestationItem.objects.all()).waiting
    return list(AttestationItem.objects.filter(pk__in=waiting).values_list("person", flat=True))


def test_the_roles_are_frozen_as_they_stand(opened, caseworker):
    caseworker.name = "Nyt Navn"
    caseworker.save()

    lines = opened.items.values_list("person", "role_name", "since", "until", "answer")
    assert list(lines) == [
        ("Ib Lærkedal", "Teamledelse", date(2020, 1, 1), None, ""),
        ("Asta Bøgelund", "Sagsbehandler", date(2020, 1, 1), None, ""),
    ]
    assert opened.deadline_on == TODAY + timedelta(days=30)


def test_starting_again_changes_nothing(opened):
    assert open_attestations(as_of=TODAY) == []
    assert AttestationItem.objects.count() == 2


def test_a_unit_with_one_under_way_gets_no_second(opened):
    assert open_attestations(as_of=TODAY - timedelta(days=1)) == []


def test_a_finished_one_makes_room_for_the_next(opened, leader, administrator):
    opened.items.update(answer=KEEP, answered_by=administrator, answered_at=opened.created_at)

    again = open_attestations(as_of=TODAY - timedelta(days=1))

    assert "Team Nord" in [each.unit.name for each in again]


def test_an_administrator_starts_only_in_the_own_units(team, leader):
    local = give_role(UserFactory(), RoleCode.ADMINISTRATOR, team.parent)
    give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory(parent=department("X")))

    opened = open_attestations(as_of=TODAY, by=local)

    assert [each.unit for each in opened] == [team.parent, team]


def test_the_leader_answers_for_all_but_oneself(opened, leader, caseworker):
    assert waits_for(leader) == ["Asta Bøgelund"]

    answer(caseworker, KEEP, by=leader)
    with pytest.raises(PermissionDenied):
        answer(leader, KEEP, by=leader)

    assert (line_of(caseworker).answer, line_of(caseworker).answered_by) == (KEEP, leader)


def test_the_leaders_line_waits_for_the_one_above(opened, team, leader):
    above = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)
    top = give_role(UserFactory(), RoleCode.EXECUTIVE, team.parent.parent)

    assert (waits_for(above), waits_for(top)) == (["Ib Lærkedal"], [])
    answer(leader, KEEP, by=top)  # may, though it waits for one nearer


def test_an_administrator_answers_where_nobody_is_above(opened, leader, administrator):
    assert waits_for(administrator) == ["Ib Lærkedal"]

    answer(leader, KEEP, by=administrator)


def test_a_leaders_deputy_does_not_confirm_the_leader(opened, team, leader):
    deputy = UserFactory()
    role = leader.assignments.get().role
    valid = DateRange(TODAY, TODAY + timedelta(days=9))
    assign_role(user=deputy, role=role, unit=team, valid=valid, deputy_of=leader)

    assert waits_for(deputy) == ["Asta Bøgelund"]
    with pytest.raises(PermissionDenied):
        answer(leader, KEEP, by=again(deputy))


def test_an_answer_by_a_deputy_shows_both_names(log_in, opened, team, leader):
    deputy = UserFactory(name="Bo Vikar")
    role = leader.assignments.get().role
    valid = DateRange(TODAY, TODAY + timedelta(days=9))
    assign_role(user=deputy, role=role, unit=team, valid=valid, deputy_of=leader)
    client = log_in(deputy)

    client.post(reverse("attestation-answer", args=[opened.pk]), {"handling": "alle"})

    page = client.get(reverse("attestation-detail", args=[opened.pk])).content.decode()
    assert "Bo Vikar som stedfortræder for Ib Lærkedal" in page


def test_an_answer_is_given_once(opened, team, caseworker, leader):
    answer(caseworker, KEEP, by=leader)

    with pytest.raises(ValidationError, match="Ib Lærkedal har allerede svaret for Asta Bøgelund"):
        answer(caseworker, END, by=leader)


def test_all_or_none_are_answered(opened, leader, caseworker):
    with pytest.raises(PermissionDenied):
        answer_items(answers={line_of(caseworker).pk: (KEEP, ""), line_of(leader).pk: (KEEP, "")}, by=leader)

    assert set(opened.items.values_list("answer", flat=True)) == {""}


def test_a_remark_holds_no_cpr_number(opened, leader, caseworker):
    with pytest.raises(ValidationError, match="CPR-nummer"):
        answer(caseworker, END, "010190-1234", by=leader)


def test_what_shall_end_comes_to_the_administrator_until_it_has(
    log_in, opened, leader, caseworker, administrator
):
    answer(caseworker, END, "Er stoppet", by=leader)
    client = log_in(administrator)
    held = caseworker.assignments.get()

    page = client.get(reverse("request-list")).content.decode()
    client.post(reverse("assignment-end", args=[held.pk]), {"handling": "straks"})

    assert "Er stoppet" in page
    assert not roles_to_end(administrator).exists()


def test_progress_is_counted(opened, leader, caseworker):
    rows = attestation_rows(leader, attestations_visible_to(leader))
    assert [(row.lines, row.answered, row.mine, row.is_done) for row in rows] == [(2, 0, 1, False)]

    answer(caseworker, KEEP, by=leader)

    rows = attestation_rows(leader, attestations_visible_to(leader))
    assert [(row.lines, row.answered, row.mine, row.is_done) for row in rows] == [(2, 1, 0, False)]


def test_one_button_answers_what_waits_and_never_the_own(log_in, opened, leader, caseworker):
    address = reverse("attestation-answer", args=[opened.pk])

    log_in(leader).post(address, {"handling": "alle"})

    assert (line_of(caseworker).answer, line_of(leader).answer) == (KEEP, "")


def test_lines_are_answered_one_by_one(log_in, opened, leader, caseworker):
    client, address = log_in(leader), reverse("attestation-answer", args=[opened.pk])
    line, own = line_of(caseworker), line_of(leader)

    nothing = client.post(address, {"handling": "gem"})
    sent = {f"svar-{line.pk}": END, f"bemaerkning-{line.pk}": "Er stoppet", f"svar-{own.pk}": KEEP}
    client.post(address, {"handling": "gem"} | sent)

    assert nothing.status_code == 422
    assert [(each.answer, each.remark) for each in (line_of(caseworker), line_of(leader))] == [
        (END, "Er stoppet"),
        ("", ""),
    ]


def test_the_button_starts_it(log_in, administrator, leader):
    log_in(administrator).post(reverse("attestation-open"))

    assert Attestation.objects.filter(as_of=TODAY).count() == 2


@pytest.mark.parametrize("teams", [1, 3])
def test_the_list_asks_the_same_number_of_questions(log_in, administrator, django_assert_num_queries, teams):
    for _ in range(teams):
        give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory())
    open_attestations(as_of=TODAY)
    client = log_in(administrator)

    with django_assert_num_queries(4 + 5 + 6):  # the frame; count, page, rows, leaders, lines, mine
        assert client.get(reverse("attestation-list")).status_code == 200


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_the_same_number_of_questions(log_in, leader, team, django_assert_num_queries, people):
    for _ in range(people):
        give_role(UserFactory(), RoleCode.CASEWORKER, team)
    open_attestations(as_of=TODAY)
    opened = Attestation.objects.get(unit=team)
    client = log_in(leader)

    # the frame; which, leaders, what waits, lines
    with django_assert_num_queries(4 + 5 + 4):
        page = client.get(reverse("attestation-detail", args=[opened.pk])).content.decode()

    assert page.count("Skal afsluttes<") == people
