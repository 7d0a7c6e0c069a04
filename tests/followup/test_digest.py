from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from followup.models import MonthlyRun
from followup.queries.digest import signal_letters
from roles.actions.letters import send_letters
from roles.models import MailLog, RoleCode
from roles.models.people import User
from tests.factories import (
    DriftFactory,
    DriftSignalFactory,
    SignalNoteFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
)

SEPTEMBER = date(2026, 9, 1)
CLOSED_ON = date(2026, 10, 5)  # a Monday
TUESDAY = date(2026, 10, 6)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _closed(team):
    """September was first closed on 5 October, at three in the morning."""
    at = datetime(2026, 10, 5, 3, tzinfo=ZoneInfo("Europe/Copenhagen"))
    for step in ("tal", "signaler", "rapport"):
        MonthlyRun.objects.create(month=SEPTEMBER, revision=1, step=step, state="faerdig", finished_at=at)


def said(unit, change="aabnet", **more):
    return DriftSignalFactory(drift=DriftFactory(unit=unit, **more), change=change)


def planned(drift, owner, due_on):
    return SignalNoteFactory(drift=drift, kind="handling", owner=owner, due_on=due_on, text="Ser på sagerne.")


def letters(on=TUESDAY) -> dict[User, str]:
    return {letter.user: "\n".join(letter.values.values()) for letter in signal_letters(on)}


def test_the_leader_is_told_what_is_new_in_words(team, leader):
    signal = said(team)

    (told,) = signal_letters(TUESDAY)

    assert (told.user, told.code, told.items, told.page) == (leader, "maanedens_signaler", 1, "signal-list")
    assert told.values == {
        "fornavn": "Ib",
        "maaned": "September 2026",
        "signaler": f"Nye signaler:\n- Team Nord, {signal.standard}: 14 af 31 afgørelser lå over rammen i"
        " august–september 2026. Forventet: 6."
        " Ændringen er sandsynligvis sket mellem juli og september 2026.",
    }


@pytest.mark.parametrize("change", ["uaendret", "svaekket"])
def test_nothing_new_is_no_letter(team, leader, change):
    said(team, change)

    assert letters() == {}


def test_nothing_at_all_is_no_letter(leader):
    assert letters() == {}


def test_what_got_better_stands_first(team, leader):
    said(team)
    said(team, direction="down")
    said(team, "lukket")

    told = letters()[leader]

    assert [told.index(word) for word in ("Godt nyt:", "Nye signaler:", "Tilbage på")] == sorted(
        told.index(word) for word in ("Godt nyt:", "Nye signaler:", "Tilbage på")
    )
    assert "Færre afgørelser end før lå over rammen" in told


def test_those_further_up_are_told_how_many(team, leader):
    head = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)
    said(team)
    said(UnitFactory(parent=department("FJO-SS-AN")))

    told = letters()

    assert "Længere nede er der nyt om 1 signal i 1 enhed." in told[head]
    assert "Nye signaler:" in told[leader]
    assert len(told) == 2


def test_without_a_leader_the_next_above_is_told_all(team):
    head = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)
    said(team)

    assert "Nye signaler:\n- Team Nord" in letters()[head]


def test_deputies_are_told_too_and_caseworkers_and_controllers_are_not(team, leader, caseworker, controller):
    deputy = UserFactory()
    assignment = leader.assignments.get()
    give_role(deputy, RoleCode.TEAM_LEADER, team, assignment.valid)
    said(team)

    assert set(letters()) == {leader, deputy}


def test_what_is_accepted_stays_quiet(team, leader):
    signal = said(team, "forstaerket")
    SignalNoteFactory(
        drift=signal.drift, kind="accepteret", accepted_until=date(2099, 1, 1), accepted_level=0.6
    )

    assert letters() == {}


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (CLOSED_ON - timedelta(days=1), False),
        (CLOSED_ON, True),
        (CLOSED_ON + timedelta(days=14), True),
        (CLOSED_ON + timedelta(days=15), False),
    ],
)
def test_a_month_is_told_for_a_fortnight_after_it_was_closed(team, leader, on, told):
    said(team)

    assert bool(letters(on)) == told


def test_a_month_is_told_once(team, leader, django_capture_on_commit_callbacks):
    said(team)

    send_letters(on=CLOSED_ON)
    send_letters(on=CLOSED_ON)
    send_letters(on=TUESDAY)

    assert [(each.subject, each.to) for each in mail.outbox] == [
        ("Nyt om praksis i dine enheder", [leader.email])
    ]
    assert "September 2026 er lukket." in mail.outbox[0].body
    assert MailLog.objects.get().items == 1


def test_actions_due_are_told_on_mondays_only(team, leader, controller):
    drift = said(team, "uaendret").drift
    planned(drift, controller, TUESDAY)
    planned(drift, controller, TUESDAY + timedelta(days=30))

    assert letters(TUESDAY) == {}
    due = "Ser på sagerne (Team Nord). Frist i morgen, 6. oktober"
    assert letters(CLOSED_ON) == {controller: f"Ane\nHandlinger, du er ansvarlig for:\n- {due}"}


def test_an_action_that_is_done_is_not_told(team, leader):
    drift = said(team, "uaendret").drift
    action = planned(drift, leader, TUESDAY)
    SignalNoteFactory(drift=drift, kind="handling_udfoert", answers=action)

    assert letters(CLOSED_ON) == {}


def test_the_months_letter_has_the_actions_too(team, leader):
    drift = said(team).drift
    planned(drift, leader, CLOSED_ON)

    (told,) = signal_letters(CLOSED_ON)

    assert told.values["signaler"].endswith(
        "Handlinger, du er ansvarlig for:\n- Ser på sagerne (Team Nord). Frist i dag, 5. oktober"
    )


def test_the_number_of_queries_does_not_grow(team, django_assert_num_queries):
    for count in (1, 3):
        for _ in range(count):
            give_role(UserFactory(), RoleCode.TEAM_LEADER, team)
            said(team)
        with django_assert_num_queries(9):
            assert letters()


def test_an_owner_who_can_no_longer_see_the_unit_is_not_reminded(team, leader, caseworker):
    """Who has moved to another team reads nothing of the old one, and the action is still in the ledger."""
    moved = give_role(UserFactory(), RoleCode.TEAM_LEADER, UnitFactory())
    drift = said(team, "uaendret").drift
    for owner in (moved, caseworker, UserFactory(is_active=False)):
        planned(drift, owner, TUESDAY)

    assert letters(CLOSED_ON) == {}


def test_a_unit_that_closed_is_no_news(team, leader):
    team.closed_on = SEPTEMBER
    team.save()
    said(team, "lukket")

    assert letters() == {}
