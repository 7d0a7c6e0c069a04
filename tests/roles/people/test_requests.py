"""Four eyes: who asks, who gives, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions.assignments import assign_role, cancel_assignment, end_assignment
from roles.actions.requests import decide_request, give_role, move_end, request_role, withdraw_request
from roles.models import Role, RoleAssignment, RoleCode, RoleRequest
from roles.permissions import FOUR_EYES
from tests.factories import RoleRequestFactory, UserFactory
from tests.factories import give_role as holding

pytestmark = pytest.mark.django_db
TODAY = localdate()
DAY = timedelta(days=1)
OPEN = DateRange(TODAY, None)


def role(code: RoleCode) -> Role:
    return Role.objects.get(code=code)


@pytest.fixture
def second(team):
    return holding(UserFactory(name="Eva Admin"), RoleCode.ADMINISTRATOR, team.parent.parent.parent)


@pytest.fixture
def asked(team, administrator):
    return request_role(
        user=UserFactory(name="Ny Leder"),
        role=role(RoleCode.TEAM_LEADER),
        unit=team,
        valid=OPEN,
        by=administrator,
    )


def test_the_reviewed_roles_are_those_that_lead_or_see_much():
    assert set(RoleCode) - {RoleCode.POLITICIAN, RoleCode.CASEWORKER} == FOUR_EYES


@pytest.mark.parametrize("code", RoleCode)
def test_a_role_of_weight_waits_for_another(team, administrator, code):
    given = give_role(user=UserFactory(), role=role(code), unit=team, valid=OPEN, by=administrator)

    assert type(given) is (RoleRequest if code in FOUR_EYES else RoleAssignment)


@pytest.mark.parametrize("code", [RoleCode.CASEWORKER, RoleCode.CONTROLLER])
def test_nobody_gives_a_role_to_oneself(team, administrator, code):
    with pytest.raises(ValidationError, match="Du kan ikke give dig selv en rolle"):
        give_role(user=administrator, role=role(code), unit=team, valid=OPEN, by=administrator)


def test_another_administrator_gives_the_role(asked, second):
    decided = decide_request(request=asked, is_granted=True, by=second)

    given = decided.assignment
    assert (given.user, given.role.code, given.unit, given.valid) == (
        asked.user,
        "teamledelse",
        asked.unit,
        OPEN,
    )
    assert (decided.decided_by, decided.is_granted) == (second, True)
    assert given.history.get().history_user_id == second.pk


def test_neither_the_asker_nor_the_receiver_decides(asked, administrator, team):
    receiver = holding(asked.user, RoleCode.ADMINISTRATOR, team.parent.parent.parent)

    for person in (administrator, receiver):
        with pytest.raises(ValidationError, match="en anden end den, der har bedt om rollen"):
            decide_request(request=asked, is_granted=True, by=person)


def test_who_administers_elsewhere_does_not_decide(asked, leader):
    with pytest.raises(PermissionDenied):
        decide_request(request=asked, is_granted=True, by=leader)


def test_a_refusal_says_why(asked, second):
    with pytest.raises(ValidationError) as refusal:
        decide_request(request=asked, is_granted=False, by=second)
    decided = decide_request(request=asked, is_granted=False, remark="Stillingen er ikke besat.", by=second)

    assert refusal.value.message_dict == {"remark": ["Skriv, hvorfor anmodningen afvises."]}
    assert (decided.assignment, decided.remark) == (None, "Stillingen er ikke besat.")
    assert not asked.user.assignments.exists()


def test_a_remark_holds_no_cpr_number(asked, second):
    with pytest.raises(ValidationError, match="CPR-nummer"):
        decide_request(request=asked, is_granted=False, remark="010190-1234", by=second)


def test_a_decided_request_stays_decided(asked, second):
    decide_request(request=asked, is_granted=True, by=second)

    with pytest.raises(ValidationError, match="Eva Admin har allerede givet rollen"):
        decide_request(request=asked, is_granted=False, remark="Nej", by=second)


def test_a_role_that_waited_begins_on_the_day_it_is_given(team, second):
    waiting = RoleRequestFactory(unit=team, valid=DateRange(TODAY - 9 * DAY, TODAY + 9 * DAY))

    decided = decide_request(request=waiting, is_granted=True, by=second)

    assert decided.assignment.valid == DateRange(TODAY, TODAY + 9 * DAY)


def test_dates_and_people_are_looked_at_again(team, second):
    passed = RoleRequestFactory(unit=team, valid=DateRange(TODAY - 9 * DAY, TODAY))
    left = RoleRequestFactory(unit=team, user__is_active=False, user__name="Bo Væk")
    closing = RoleRequestFactory(unit=team)
    team.closed_on = TODAY + DAY
    team.save()

    told = []
    for waiting in (passed, left, closing):
        with pytest.raises(ValidationError) as refusal:
            decide_request(request=waiting, is_granted=True, by=second)
        told += refusal.value.messages

    assert told == [
        "Perioden er forbi. Afvis anmodningen, og bed om rollen i en ny periode.",
        "Bo Væk er deaktiveret. Genaktivér personen, før rollen gives.",
        f"Team Nord er lukket fra {TODAY + DAY:%d-%m-%Y}. Rollen skal slutte inden den dag.",
    ]


def test_the_same_role_is_not_asked_for_twice(asked, administrator):
    with pytest.raises(ValidationError, match="Ny Leder venter allerede på rollen Teamledelse i Team Nord"):
        request_role(
            user=asked.user, role=asked.role, unit=asked.unit, valid=DateRange(TODAY, None), by=administrator
        )


def test_only_the_asker_withdraws(asked, administrator, second):
    with pytest.raises(ValidationError):
        withdraw_request(request=asked, by=second)

    withdraw_request(request=asked, by=administrator)

    assert not RoleRequest.objects.exists()
    with pytest.raises(ValidationError, match="trukket tilbage"):
        decide_request(request=asked, is_granted=True, by=second)


def test_longer_takes_two_and_shorter_does_not(team, administrator, second):
    valid = DateRange(date(2020, 1, 1), TODAY + 30 * DAY)
    held = holding(UserFactory(), RoleCode.CONTROLLER, team, valid).assignments.get()

    shorter = move_end(assignment=held, end=TODAY + 20 * DAY, by=administrator)
    longer = move_end(assignment=shorter, end=None, by=administrator)
    decide_request(request=longer, is_granted=True, by=second)

    spans = held.user.assignments.order_by("valid").values_list("valid", flat=True)
    assert list(spans) == [DateRange(date(2020, 1, 1), TODAY + 20 * DAY), DateRange(TODAY + 20 * DAY, None)]


def test_nobody_lengthens_the_own_role(team, administrator):
    valid = DateRange(date(2020, 1, 1), TODAY + DAY)
    own = holding(administrator, RoleCode.CASEWORKER, team, valid).assignments.get(role__code="sagsbehandler")

    with pytest.raises(ValidationError, match="Du kan ikke forlænge din egen rolle"):
        move_end(assignment=own, end=None, by=administrator)


def test_the_last_administrator_cannot_be_ended(administrator):
    with pytest.raises(ValidationError) as refusal:
        end_assignment(assignment=administrator.assignments.get(), on=TODAY, by=None)

    assert refusal.value.messages == [
        "Per Admin er den sidste administrator i Fjordby Kommune. "
        "Giv først en anden rollen, som ikke slutter før."
    ]


def test_one_who_ends_before_does_not_take_over(administrator, team):
    root = team.parent.parent.parent
    holding(UserFactory(), RoleCode.ADMINISTRATOR, root, DateRange(TODAY, TODAY + 90 * DAY))
    holding(UserFactory(is_active=False), RoleCode.ADMINISTRATOR, root)
    holding(UserFactory(), RoleCode.ADMINISTRATOR, team.parent)

    with pytest.raises(ValidationError):
        end_assignment(assignment=administrator.assignments.get(), on=TODAY, by=None)


def test_one_of_two_administrators_can_be_ended(administrator, second):
    end_assignment(assignment=administrator.assignments.get(), on=TODAY, by=second)

    with pytest.raises(ValidationError):
        end_assignment(assignment=second.assignments.get(), on=TODAY, by=second)


def test_a_role_that_begins_today_is_taken_back(team, administrator):
    given = give_role(
        user=UserFactory(), role=role(RoleCode.CASEWORKER), unit=team, valid=OPEN, by=administrator
    )

    cancel_assignment(assignment=given, by=administrator)

    assert not given.user.assignments.exists()
    assert list(RoleAssignment.history.filter(user=given.user).values_list("history_type", flat=True)) == [
        "-",
        "+",
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins(team, administrator, second):
    third = holding(UserFactory(name="Tre Admin"), RoleCode.ADMINISTRATOR, team.parent.parent.parent)
    waiting, together = RoleRequestFactory(unit=team), Barrier(2)

    def decide(person):
        together.wait()
        try:
            decide_request(request=waiting, is_granted=True, by=person)
        except ValidationError as error:
            return error.messages[0].removeprefix(f"{waiting_decider()} ")
        finally:
            connection.close()
        return "givet"

    def waiting_decider():
        return RoleRequest.objects.get().decided_by

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(decide, (second, third)))

    assert told == ["givet", "har allerede givet rollen."]
    assert RoleAssignment.objects.filter(user=waiting.user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_do_not_end_each_other(team, administrator, second):
    together = Barrier(2)

    def end(person):
        together.wait()
        try:
            end_assignment(assignment=person.assignments.get(), on=TODAY, by=None)
        except ValidationError:
            return "refused"
        finally:
            connection.close()
        return "ended"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(end, (administrator, second)))

    assert told == ["ended", "refused"]


def test_a_deputy_is_no_second_pair_of_eyes(asked, administrator, second, team):
    top = team.parent.parent.parent
    deputy = UserFactory(name="Vikar")
    assign_role(user=deputy, role=RoleCode.ADMINISTRATOR, unit=top, valid=OPEN, deputy_of=administrator)

    with pytest.raises(ValidationError, match="deres stedfortrædere"):
        decide_request(request=asked, is_granted=True, by=deputy)

    assign_role(user=deputy, role=RoleCode.ADMINISTRATOR, unit=team, valid=OPEN, deputy_of=second)
    assert decide_request(request=asked, is_granted=True, by=deputy).is_granted


def test_one_does_not_decide_what_the_own_deputy_asked_for(administrator, team):
    top = team.parent.parent.parent
    deputy = UserFactory(name="Vikar")
    assign_role(user=deputy, role=RoleCode.ADMINISTRATOR, unit=top, valid=OPEN, deputy_of=administrator)
    asked = request_role(user=UserFactory(), role=role(RoleCode.CONTROLLER), unit=team, valid=OPEN, by=deputy)

    with pytest.raises(ValidationError, match="deres stedfortrædere"):
        decide_request(request=asked, is_granted=True, by=administrator)
