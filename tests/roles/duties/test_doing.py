from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import localdate, now

from roles.actions.duties import do_duty, reopen_duty
from roles.models import Duty, RoleCode
from roles.queries.duties import DutyCounts, duty_counts, my_duties
from roles.queries.duty_year import YearChoice, year_counts, year_entries
from tests.factories import (
    DutyFactory,
    PlanFactory,
    ResponsibilityFactory,
    UnitFactory,
    UserFactory,
    give_role,
)
from tests.roles.duties.people import deputise, role

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def duty(team):
    return DutyFactory(unit=team, due_on=TODAY)


def test_a_leader_does_a_duty(duty, leader):
    done = do_duty(duty=duty, by=leader, note="Drøftet på teammødet")

    assert (done.done_by, done.done_for, done.note) == (leader, None, "Drøftet på teammødet")
    assert done.history.first().history_change_reason == "Melder en opgave udført"


def test_a_deputy_acts_for_the_leader(duty, leader, team):
    deputy = deputise(leader, RoleCode.TEAM_LEADER, team)

    done = do_duty(duty=duty, by=deputy)

    assert (done.done_by, done.done_for) == (deputy, leader)


def test_who_holds_the_role_too_acts_for_nobody(duty, leader, team):
    other = UserFactory()
    other_team = UnitFactory()
    deputise(leader, RoleCode.TEAM_LEADER, other_team, deputy=other)
    give_role(other, RoleCode.TEAM_LEADER, team)

    assert do_duty(duty=duty, by=other).done_for is None


def test_one_persons_duty_is_for_that_person_or_the_deputy(team, caseworker):
    own = DutyFactory(unit=team, role=role(RoleCode.CASEWORKER), holder=caseworker)
    colleague = give_role(UserFactory(), RoleCode.CASEWORKER, team)
    deputy = deputise(caseworker, RoleCode.CASEWORKER, team)

    with pytest.raises(PermissionDenied):
        do_duty(duty=own, by=colleague)

    assert do_duty(duty=own, by=deputy).done_for == caseworker


def test_who_does_not_hold_the_role_is_refused(duty, caseworker):
    with pytest.raises(PermissionDenied):
        do_duty(duty=duty, by=caseworker)

    duty.refresh_from_db()
    assert not duty.is_done


@pytest.mark.parametrize(
    ("note", "evidence", "said"),
    [
        ("", "", "Skriv, hvor dokumentationen findes: Referat"),
        ("Borgeren 010190-1234", "Referat", "CPR-nummer"),
        ("", "Sag om 0101901234", "CPR-nummer"),
        ("n" * 2001, "Referat", "2000"),
    ],
)
def test_refused_in_danish_and_nothing_changes(team, leader, note, evidence, said):
    duty = DutyFactory(unit=team, responsibility=ResponsibilityFactory(evidence="Referat"))

    with pytest.raises(ValidationError, match=said):
        do_duty(duty=duty, by=leader, note=note, evidence=evidence)

    assert Duty.objects.values_list("done_at", "note", "evidence").get() == (None, "", "")


def test_done_twice_is_refused(duty, leader):
    do_duty(duty=duty, by=leader)

    with pytest.raises(ValidationError, match="allerede meldt udført"):
        do_duty(duty=duty, by=leader)


def test_taken_up_again_by_the_same_or_another_with_the_role(duty, leader, team):
    do_duty(duty=duty, by=leader, note="Set")
    second = give_role(UserFactory(), RoleCode.TEAM_LEADER, team)

    again = reopen_duty(duty=duty, by=second)

    assert (again.done_at, again.done_by, again.note) == (None, None, "Set")


def test_others_may_not_take_it_up_again(duty, leader, caseworker):
    do_duty(duty=duty, by=leader)

    with pytest.raises(PermissionDenied):
        reopen_duty(duty=duty, by=caseworker)


def test_not_taken_up_again_when_open_or_long_done(duty, leader):
    with pytest.raises(ValidationError, match="åben i forvejen"):
        reopen_duty(duty=duty, by=leader)
    Duty.objects.update(done_at=now() - timedelta(days=31), done_by=leader)

    with pytest.raises(ValidationError, match="30 dage"):
        reopen_duty(duty=duty, by=leader)


def test_my_duties_in_their_places(team, leader, django_assert_num_queries):
    monthly, done = ResponsibilityFactory(), ResponsibilityFactory(text="Andet")
    days = {name: TODAY + timedelta(days=days) for name, days in DAYS.items()}
    made = {name: DutyFactory(unit=team, responsibility=monthly, due_on=day) for name, day in days.items()}
    finished = do_duty(duty=DutyFactory(unit=team, responsibility=done), by=leader)
    DutyFactory(due_on=TODAY)  # of another team

    with django_assert_num_queries(6):
        mine = my_duties(leader)

    assert mine.overdue == [made["late"]]
    assert mine.soon == [made["today"], made["soon"]]
    assert mine.later == [made["next"]]
    assert (mine.escalated_to_me, mine.done_lately) == ([], [finished])


DAYS = {"late": -1, "today": 0, "soon": 14, "next": 15, "after": 45}


def test_counts_in_one_query(team, leader, django_assert_num_queries):
    above = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)
    for days in DAYS.values():
        DutyFactory(unit=team, due_on=TODAY + timedelta(days=days))
    Duty.objects.filter(due_on__lt=TODAY).update(escalated_at=now(), escalated_to=team.parent)

    with django_assert_num_queries(1):
        counts = duty_counts(leader)

    assert counts == DutyCounts(overdue=1, soon=2, escalated_to_me=0)
    assert duty_counts(above) == DutyCounts(overdue=0, soon=0, escalated_to_me=1)
    assert duty_counts(UserFactory()) == DutyCounts(overdue=0, soon=0, escalated_to_me=0)


def test_the_year_counts_units_and_what_is_done(team, leader, django_assert_num_queries):
    monthly = ResponsibilityFactory()
    first, second = DutyFactory(unit=team, responsibility=monthly), DutyFactory(responsibility=monthly)
    DutyFactory(unit=team, responsibility=monthly, due_on=date(2026, 11, 15), seat=None)
    DutyFactory(unit=team, responsibility=monthly, due_on=date(2027, 1, 15))
    do_duty(duty=first, by=leader)

    with django_assert_num_queries(3):
        october, november = year_entries(YearChoice(2026))
    with django_assert_num_queries(2):
        counts = year_counts(YearChoice(2026))

    assert (october.due_on, october.duties, october.done, october.unit) == (date(2026, 10, 15), 2, 1, None)
    assert (november.duties, november.vacant, november.unit) == (1, 1, team)
    assert counts == {"udvikling": {}, "implementering": {}, "opfoelgning": {10: 1, 11: 1}}
    assert [entry.unit for entry in year_entries(YearChoice(2026, unit=second.unit))] == [second.unit]
    assert year_entries(YearChoice(2026, user=leader)) == [replace(october, duties=1, unit=team)]
    assert year_entries(YearChoice(2026), month=11) == [november]
    for nothing in ({"phase": "udvikling"}, {"role": role(RoleCode.CONTROLLER)}, {"plan": PlanFactory()}):
        assert year_entries(YearChoice(2026, **nothing)) == []


def test_a_deputy_sees_the_duties_while_it_lasts(team, leader):
    duty = DutyFactory(unit=team, due_on=TODAY)
    deputy = deputise(leader, RoleCode.TEAM_LEADER, team, last=TODAY)

    assert my_duties(deputy).soon == [duty]
    assert my_duties(deputy, on=TODAY + timedelta(days=1)).overdue == []


def test_a_duty_that_is_gone_is_told_of(duty, caseworker):
    Duty.objects.filter(pk=duty.pk).delete()

    with pytest.raises(ValidationError, match="Planen beder ikke længere om opgaven"):
        do_duty(duty=duty, by=caseworker)
