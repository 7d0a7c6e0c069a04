"""Closing a unit: what is refused, what moves, and what stays as it was."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions import assign_role
from roles.actions.closing import cancel_closing, close_unit, move_residents_of_closed_units
from roles.actions.duties import follow_plans
from roles.models import Duty, Permission, ResponsibilityPlan, RoleCode, RoleRequest, Unit
from roles.permissions import may
from serviceniveau.models import Case
from tests.factories import (
    CaseFactory,
    DutyFactory,
    PlanFactory,
    RegistrationFactory,
    ResponsibilityFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
    municipality,
)

pytestmark = pytest.mark.django_db
TODAY = localdate()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def heir(db) -> Unit:
    return UnitFactory(code="FJO-SS-VH-T2", name="Team Syd")


def close(unit, successor=None, on=TODAY, **options):
    return close_unit(unit=unit, on=on, successor=successor, **({"by": None} | options))


def refusal(unit, successor=None, on=TODAY):
    """The one message, and the field it belongs to."""
    with pytest.raises(ValidationError) as refused:
        close(unit, successor, on)
    unit.refresh_from_db()
    assert unit.closed_on is None
    fields = getattr(refused.value, "message_dict", {})
    return (next(iter(fields), ""), refused.value.messages[0])


def test_an_empty_unit_closes_without_a_successor(team):
    closing = close(team)

    team.refresh_from_db()
    assert (team.closed_on, team.successor, closing.moved) == (TODAY, None, [])


def test_open_cases_go_to_the_successor_and_closed_ones_stay(team, heir):
    CaseFactory.create_batch(2, unit=team)
    done = CaseFactory(unit=team, closed_on=date(2026, 1, 1))

    closing = close(team, heir)

    assert closing.moved == ["2 åbne sager"]
    assert list(Case.objects.filter(unit=team)) == [done]
    assert Case.objects.filter(unit=heir).count() == 2


def test_a_caseworker_keeps_the_cases_only_where_they_may_work(team, heir, caseworker):
    stays = give_role(give_role(UserFactory(), RoleCode.CASEWORKER, team), RoleCode.CASEWORKER, heir)
    kept, left = CaseFactory(unit=team, caseworker=stays), CaseFactory(unit=team, caseworker=caseworker)

    close(team, heir)

    assert Case.objects.get(pk=kept.pk).caseworker == stays
    assert Case.objects.get(pk=left.pk).caseworker is None


def test_roles_end_that_day_and_follow_when_asked(team, heir, caseworker, administrator):
    case = CaseFactory(unit=team, caseworker=caseworker)

    closing = close(team, heir, keep_roles=True, by=administrator)

    assert (closing.roles_ended, closing.roles_given, closing.roles_asked) == (1, 1, 0)
    assert not may(caseworker, Permission.REGISTER_DECISION, team)
    assert may(caseworker, Permission.REGISTER_DECISION, heir)
    assert caseworker.assignments.get(unit=heir).valid == DateRange(TODAY, None)
    assert Case.objects.get(pk=case.pk).caseworker == caseworker


def test_nobodys_own_role_follows_and_a_leader_waits_for_a_second_administrator(team, heir, leader):
    closer = give_role(UserFactory(), RoleCode.CASEWORKER, team)

    closing = close(team, heir, keep_roles=True, by=closer)

    assert (closing.roles_ended, closing.roles_given, closing.roles_asked) == (2, 0, 1)
    request = RoleRequest.objects.get()
    assert (request.user, request.unit, request.valid) == (leader, heir, DateRange(TODAY, None))
    assert not may(closer, Permission.REGISTER_DECISION)


def test_a_closing_taken_back_gives_the_roles_back(team, heir, caseworker, leader, administrator):
    until = DateRange(date(2020, 1, 1), TOMORROW)
    leaving = give_role(UserFactory(), RoleCode.CASEWORKER, team, until)  # ends that day anyway
    close(team, heir, on=TOMORROW, keep_roles=True, by=administrator)
    assert (heir.assignments.count(), RoleRequest.objects.count()) == (1, 1)

    cancel_closing(unit=team, by=administrator)

    assert [each.assignments.get().valid.upper for each in (caseworker, leader, leaving)] == [
        None,
        None,
        TOMORROW,
    ]
    assert (heir.assignments.count(), RoleRequest.objects.count()) == (0, 0)
    team.refresh_from_db()
    assert (team.closed_on, team.successor) == (None, None)


def test_a_deputys_role_ends_with_the_units(team, heir, leader):
    until = DateRange(TODAY - timedelta(days=9), TODAY + timedelta(days=9))
    deputy = UserFactory()
    assign_role(user=deputy, role=RoleCode.TEAM_LEADER, unit=team, valid=until, deputy_of=leader)

    close(team, heir)

    assert {role.valid.upper for role in team.assignments.all()} == {TODAY}


def test_a_planned_closing_moves_its_cases_on_the_day(team, heir, caseworker):
    CaseFactory(unit=team, caseworker=caseworker)

    closing = close(team, heir, on=TOMORROW)

    assert (closing.is_planned, closing.moved) == (True, [])
    assert move_residents_of_closed_units() == 0
    assert caseworker.assignments.get().valid.upper == TOMORROW
    Unit.objects.filter(pk=team.pk).update(closed_on=TODAY)  # the day has come
    assert [move_residents_of_closed_units() for _ in range(2)] == [1, 0]
    assert Case.objects.get().unit == heir


def test_cases_go_to_the_last_of_a_row_of_successors(team, heir):
    last = UnitFactory(name="Team Vest")
    close(team, heir)
    close(heir, last)
    CaseFactory(unit=team)  # arrived after the unit was closed

    assert move_residents_of_closed_units() == 1
    assert Case.objects.get().unit == last


def test_figures_stay_with_the_unit_of_their_time(team, heir):
    decision = RegistrationFactory(case=CaseFactory(unit=team))

    close(team, heir)

    decision.refresh_from_db()
    assert (decision.unit, decision.case.unit) == (team, heir)


def test_open_duties_follow_and_done_ones_stay(team, heir):
    plan = PlanFactory()
    later = ResponsibilityFactory(plan=plan, timing="aar", first_due_on=TODAY + timedelta(days=30))
    ResponsibilityPlan.objects.filter(pk=plan.pk).update(adopted_on=TODAY, body="Udvalget")
    follow_plans()
    done = DutyFactory(responsibility=later, unit=team, done_at="2026-10-01T12:00:00Z", done_by=UserFactory())
    before = Duty.objects.open().filter(unit=heir).count()

    closing = close(team, heir)

    assert (before > 0, len(closing.moved)) == (True, 1)
    assert closing.moved[0].endswith(("åben opgave", "åbne opgaver"))
    assert list(Duty.objects.filter(unit=team)) == [done]
    assert Duty.objects.open().filter(unit=heir).count() == before


def test_a_plan_in_force_stays_with_the_unit_it_was_adopted_for(team, heir):
    plan = PlanFactory(unit=team, adopted_on=date(2026, 1, 1), body="Udvalget")

    close(team, heir)

    plan.refresh_from_db()
    assert (plan.unit, plan.is_in_force) == (team, True)


def test_history_says_who_closed_the_unit_and_moved_its_cases(team, heir, administrator):
    case = CaseFactory(unit=team)

    close(team, heir, by=administrator)

    for row in (team.history.first(), case.history.first()):
        assert (row.history_user, row.history_change_reason) == (administrator, "Lukker FJO-SS-VH-T1")


@pytest.mark.parametrize(
    ("stand", "words"),
    [
        (lambda team: CaseFactory(unit=team), "1 åben sag"),
        (lambda team: DutyFactory(unit=team), "1 åben opgave"),
        (
            lambda team: PlanFactory(unit=team, adopted_on=date(2026, 1, 1), body="Udvalget"),
            "1 gældende ansvarsfordeling",
        ),
        (lambda team: give_role(UserFactory(), RoleCode.CASEWORKER, team), "1 rolle"),
    ],
)
def test_what_stands_there_needs_a_successor(team, stand, words):
    stand(team)

    assert refusal(team) == ("successor", f"I Team Nord er der {words}. Vælg den enhed, der overtager.")


def test_all_that_stands_there_is_told_at_once(team, caseworker):
    CaseFactory.create_batch(3, unit=team)
    DutyFactory(unit=team)

    assert refusal(team)[1].startswith("I Team Nord er der 3 åbne sager, 1 åben opgave og 1 rolle.")


def test_a_done_duty_and_a_draft_do_not_stand_in_the_way(team):
    DutyFactory(unit=team, done_at="2026-10-01T12:00:00Z", done_by=UserFactory())
    PlanFactory(unit=team)

    assert close(team).moved == []


def test_the_successor_must_be_fit(team, heir):
    other = Unit.objects.create(code="AND", name="Anden Kommune", kind="kommune", path="/AND/")
    abroad = UnitFactory(name="Team Langt Væk", parent=other)
    closed = UnitFactory(name="Team Lukket", closed_on=date(2026, 1, 1))
    coming = UnitFactory(name="Team Ny", opened_on=TOMORROW)
    below = UnitFactory(name="Team Under", parent=team)
    told = {unit: refusal(team, unit) for unit in (team, closed, coming, below, abroad, department())}

    assert told == {
        team: ("successor", "Team Nord kan ikke afløse sig selv. Vælg en anden enhed."),
        closed: ("successor", "Team Lukket er lukket fra 01-01-2026. Vælg en anden enhed."),
        coming: ("successor", f"Team Ny findes først fra {TOMORROW:%d-%m-%Y}. Vælg en anden enhed."),
        below: ("successor", "Team Under hører under Team Nord. Vælg en anden enhed."),
        abroad: ("successor", "Team Langt Væk hører til en anden kommune. Vælg en anden enhed."),
        department(): (
            "successor",
            "En enhed afløses af en af samme art: Team Nord er team, Afdeling FJO-SS-VH er afdeling."
            " Vælg en anden enhed.",
        ),
    }


def test_the_unit_must_be_ready_to_close(team):
    assert refusal(municipality())[1] == "Kommunen kan ikke lukkes. Luk de enheder, der hører under den."
    assert refusal(department())[1] == (
        "Under Afdeling FJO-SS-VH hører stadig Team Nord. Luk dem først, med hver sin afløser."
    )
    assert refusal(team, on=date(2007, 1, 1)) == (
        "closed_on",
        "Team Nord begyndte 01-01-2007. Vælg en senere dag at lukke den.",
    )


def test_a_closed_unit_closes_only_once(team):
    close(team)

    with pytest.raises(ValidationError, match="Team Nord er allerede lukket fra"):
        close(team)


def test_a_role_that_begins_later_stands_in_the_way(team, heir):
    give_role(UserFactory(name="Dis Dag"), RoleCode.CASEWORKER, team, DateRange(TOMORROW, None))

    field, message = refusal(team, heir)

    assert (field, message) == (
        "closed_on",
        f"Roller begynder efter lukningen: Dis Dag (Sagsbehandler, fra {TOMORROW:%d-%m-%Y})."
        " Luk senere, eller ret rollerne.",
    )
