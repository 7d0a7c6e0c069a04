"""Deputies: who may be named, by whom, and both names on what they do."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.timezone import localdate

from roles.actions.assignments import assign_role, end_assignment
from roles.actions.deputies import end_deputy, name_deputy
from roles.actions.requests import decide_request
from roles.models import Permission, RoleAssignment, RoleCode, RoleRequest, User
from roles.permissions import may, standing_in
from serviceniveau.models import Registration
from serviceniveau.queries.changes import changes_of
from tests.factories import CaseFactory, RegistrationFactory, UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db
TODAY = localdate()
DAY = timedelta(days=1)
FORTNIGHT = {"first_day": TODAY, "last_day": TODAY + 13 * DAY}


@pytest.fixture
def colleague(team):
    return give_role(UserFactory(name="Bo Kollega"), RoleCode.CASEWORKER, team)


def deputy_for(holder: User, deputy: User) -> RoleAssignment:
    held = holder.assignments.get()
    valid = DateRange(TODAY - 3 * DAY, TODAY + 10 * DAY)
    return RoleAssignment.objects.get(
        pk=_assigned(user=deputy, role=held.role, unit=held.unit, valid=valid, deputy_of=holder)
    )


def _assigned(**values) -> int:
    return assign_role(**values).pk


def test_a_caseworker_names_a_colleague_at_once(caseworker, leader):
    named = name_deputy(assignment=caseworker.assignments.get(), deputy=leader, **FORTNIGHT, by=caseworker)

    assert (named.deputy_of, named.role.code, named.valid) == (
        caseworker,
        "sagsbehandler",
        DateRange(TODAY, TODAY + 14 * DAY),
    )


def test_one_from_outside_the_unit_waits_for_an_administrator(caseworker, administrator):
    outsider = give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory())

    asked = name_deputy(assignment=caseworker.assignments.get(), deputy=outsider, **FORTNIGHT, by=caseworker)
    decide_request(request=asked, is_granted=True, by=administrator)

    assert outsider.assignments.get(deputy_of=caseworker).unit == caseworker.assignments.get().unit


def test_a_leaders_deputy_takes_the_leader_and_an_administrator(leader, colleague, administrator):
    asked = name_deputy(assignment=leader.assignments.get(), deputy=colleague, **FORTNIGHT, by=leader)
    assert isinstance(asked, RoleRequest)

    decide_request(request=asked, is_granted=True, by=administrator)

    assert may(User.objects.get(pk=colleague.pk), Permission.APPROVE_DECISION, asked.unit)


def test_the_role_must_still_be_held_when_the_deputy_is_granted(leader, colleague, administrator):
    asked = name_deputy(assignment=leader.assignments.get(), deputy=colleague, **FORTNIGHT, by=leader)
    end_assignment(assignment=leader.assignments.get(), on=TODAY, by=None)

    with pytest.raises(ValidationError, match="har ikke længere rollen i hele perioden"):
        decide_request(request=asked, is_granted=True, by=administrator)


@pytest.mark.parametrize(
    ("first", "last", "field", "told"),
    [
        (TODAY, TODAY - DAY, "last_day", "Sidste dag skal være samme dag som den første eller senere."),
        (TODAY - 9 * DAY, TODAY - DAY, "last_day", "Perioden er forbi. Skriv en dag, som ikke er passeret."),
        (
            TODAY,
            TODAY + 367 * DAY,
            "last_day",
            "En stedfortræder kan højst udpeges for 12 måneder ad gangen.",
        ),
        (TODAY - 9 * DAY, TODAY + DAY, "first_day", f"Asta har først rollen fra {TODAY - 5 * DAY:%d-%m-%Y}."),
        (TODAY, TODAY + 30 * DAY, "last_day", f"Asta har kun rollen til {TODAY + 19 * DAY:%d-%m-%Y}."),
    ],
)
def test_the_period_lies_within_the_role(team, colleague, first, last, field, told):
    asta = give_role(
        UserFactory(name="Asta"),
        RoleCode.CASEWORKER,
        team,
        DateRange(TODAY - 5 * DAY, TODAY + 20 * DAY),
    )

    with pytest.raises(ValidationError) as refusal:
        name_deputy(
            assignment=asta.assignments.get(), deputy=colleague, first_day=first, last_day=last, by=asta
        )

    assert refusal.value.message_dict == {field: [told]}


def test_nobody_stands_in_for_oneself_or_passes_it_on(caseworker, leader, colleague):
    own = caseworker.assignments.get()
    with pytest.raises(ValidationError, match="en anden end den, der har rollen"):
        name_deputy(assignment=own, deputy=caseworker, **FORTNIGHT, by=caseworker)

    named = name_deputy(assignment=own, deputy=leader, **FORTNIGHT, by=caseworker)
    with pytest.raises(ValidationError, match="kan ikke selv udpege"):
        name_deputy(assignment=named, deputy=colleague, **FORTNIGHT, by=leader)


def test_only_the_holder_or_an_administrator_names(caseworker, leader, colleague):
    with pytest.raises(PermissionDenied):
        name_deputy(assignment=caseworker.assignments.get(), deputy=colleague, **FORTNIGHT, by=leader)


def test_either_of_the_two_ends_it(leader, colleague, caseworker):
    for by in (leader, colleague):
        deputy = deputy_for(leader, colleague)
        end_deputy(assignment=deputy, by=by)
        deputy.refresh_from_db()
        assert deputy.valid.upper == TODAY
        RoleAssignment.objects.filter(pk=deputy.pk).delete()

    with pytest.raises(PermissionDenied):
        end_deputy(assignment=deputy_for(leader, colleague), by=caseworker)


def test_a_deputy_goes_when_the_role_is_no_longer_held(leader, colleague):
    deputy = deputy_for(leader, colleague)

    end_assignment(assignment=leader.assignments.get(), on=TODAY + 2 * DAY, by=None)

    deputy.refresh_from_db()
    assert deputy.valid.upper == TODAY + 2 * DAY


def test_an_older_role_of_the_holder_takes_no_deputy_with_it(team, colleague):
    holder = UserFactory()
    early = DateRange(date(2020, 1, 1), date(2021, 1, 1))
    give_role(holder, RoleCode.TEAM_LEADER, team, early)
    give_role(holder, RoleCode.TEAM_LEADER, team, DateRange(date(2021, 1, 1), None))
    earlier, now = holder.assignments.order_by("valid")
    deputy = _assigned(
        user=colleague,
        role=now.role,
        unit=team,
        valid=DateRange(TODAY, TODAY + 9 * DAY),
        deputy_of=holder,
    )

    end_assignment(assignment=earlier, on=date(2020, 6, 1), by=None)

    assert RoleAssignment.objects.get(pk=deputy).valid.upper == TODAY + 9 * DAY


def test_the_door_knows_for_whom_one_acts(leader, colleague, team):
    deputy_for(leader, colleague)
    both = User.objects.get(pk=colleague.pk)

    assert standing_in(both, Permission.APPROVE_DECISION) == "Ib Lærkedal"
    assert standing_in(both, Permission.APPROVE_DECISION, team) == "Ib Lærkedal"
    assert standing_in(both, Permission.VIEW_CASE) == ""
    assert standing_in(leader, Permission.APPROVE_DECISION) == ""


def test_an_approval_by_a_deputy_shows_both_names(log_in, leader, colleague, team):
    writer = give_role(UserFactory(), RoleCode.CASEWORKER, team)
    waiting = RegistrationFactory(
        case=CaseFactory(unit=team, caseworker=writer),
        caseworker=writer,
        status=Registration.Status.AWAITING,
    )
    deputy_for(leader, colleague)
    give_role(colleague, RoleCode.TEAM_LEADER, UnitFactory(name="Eget team"))  # a leader, but not here

    log_in(colleague).post(reverse("decision-approve", args=[waiting.pk]), {"edition": waiting.edition})

    assert changes_of(waiting.case)[0].by == "Bo Kollega som stedfortræder for Ib Lærkedal"


def test_both_names_stand_on_what_an_action_names_itself(log_in, team, administrator):
    stand_in = UserFactory(name="Vikar")
    held = administrator.assignments.get()
    _assigned(
        user=stand_in,
        role=held.role,
        unit=held.unit,
        valid=DateRange(TODAY, TODAY + DAY),
        deputy_of=administrator,
    )

    log_in(stand_in).post(
        reverse("person-new"), {"name": "Ny", "email": "ny@fjordby.example", "staff_code": ""}
    )

    entry = User.objects.get(email="ny@fjordby.example").history.get()
    assert (entry.history_user_id, entry.history_change_reason) == (
        stand_in.pk,
        "Opretter en person som stedfortræder for Per Admin",
    )


@pytest.mark.parametrize("deputies", [1, 3])
def test_the_page_asks_the_same_number_of_questions(log_in, leader, django_assert_num_queries, deputies):
    for _ in range(deputies):
        deputy_for(leader, UserFactory())
    client = log_in(leader)

    with django_assert_num_queries(4 + 5 + 4):  # the frame; roles, deputies, requests, for whom I stand in
        page = client.get(reverse("deputy-list")).content.decode()

    assert page.count("Afslut<") == deputies


def test_a_deputy_is_named_on_the_page(log_in, caseworker, leader):
    own = caseworker.assignments.get()
    client = log_in(caseworker)
    typed = {"deputy": leader.email, "first_day": f"{TODAY:%d%m%y}", "last_day": f"{TODAY + DAY:%d-%m-%Y}"}

    unknown = client.post(reverse("deputy-new", args=[own.pk]), typed | {"deputy": "ukendt"})
    named = client.post(reverse("deputy-new", args=[own.pk]), typed)

    assert (unknown.status_code, named["Location"]) == (422, reverse("deputy-list"))
    assert leader.assignments.get(deputy_of=caseworker).valid == DateRange(TODAY, TODAY + 2 * DAY)
