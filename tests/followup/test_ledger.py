from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from followup.actions.notes import accept, comment, explain, finish_action, plan_action
from followup.models import Drift
from followup.queries.ledger import (
    Effect,
    action_owners,
    drifts_visible,
    signal_list,
    standing,
    standings,
    timeline,
)
from followup.queries.months import month_plus
from roles.models import RoleCode
from tests.factories import (
    DriftFactory,
    DriftSignalFactory,
    SignalNoteFactory,
    StandardVersionFactory,
    UnitFactory,
    UserFactory,
    adopt,
    give_role,
)

pytestmark = pytest.mark.django_db

TODAY = localdate()
THIS_MONTH = TODAY.replace(day=1)
SOON = TODAY + timedelta(days=30)


@pytest.fixture
def drift(team):
    return DriftFactory(unit=team)


def said(drift, month=date(2026, 9, 1), **more):
    return DriftSignalFactory(drift=drift, month=month, **more)


def test_one_sees_the_drifts_of_ones_own_units(drift, leader, caseworker, politician, controller):
    DriftFactory(unit=UnitFactory())

    assert [each.pk for each in drifts_visible(leader)] == [drift.pk]
    assert drifts_visible(controller).count() == 2
    assert (drifts_visible(caseworker).count(), drifts_visible(politician).count()) == (0, 0)


def test_the_newest_revision_of_the_newest_month_speaks(drift):
    said(drift, date(2026, 8, 1), revision=3)
    said(drift, revision=1)
    newest = said(drift, revision=2)

    assert standing(drift).signal == newest


def test_what_is_accepted_is_quiet_until_its_last_day(drift, leader):
    said(drift)
    accept(drift=drift, until=SOON, text="Aftalt.", by=leader)

    now = standing(drift)

    assert now.is_quiet
    assert now.words == f"Accepteret til og med {SOON:%d-%m-%Y}"


def test_an_acceptance_that_has_run_out_asks_again(drift):
    said(drift)
    SignalNoteFactory(
        drift=drift, kind="accepteret", accepted_until=TODAY - timedelta(days=1), accepted_level=0.9
    )

    now = standing(drift)

    assert not now.is_quiet
    assert now.words.startswith("Var accepteret til og med")


@pytest.mark.parametrize(("observed", "quiet"), [(17, True), (18, False)])
def test_going_beyond_what_was_accepted_asks_again(drift, leader, observed, quiet):
    said(drift)
    accept(drift=drift, until=SOON, text="Aftalt.", by=leader)  # up to .56 of 31

    said(drift, date(2026, 10, 1), observed=observed)

    assert standing(drift).is_quiet == quiet
    assert ("Er gået længere" in standing(drift).words) != quiet


def test_a_fall_goes_beyond_what_was_accepted_downwards(team, leader):
    drift = DriftFactory(unit=team, direction="down")
    said(drift)
    accept(drift=drift, until=SOON, text="Aftalt.", by=leader)  # down to .35

    assert standing(drift).is_quiet
    said(drift, date(2026, 10, 1), observed=10)
    assert not standing(drift).is_quiet


def test_actions_stand_until_they_are_done(drift, leader):
    said(drift)
    action = plan_action(drift=drift, text="Ser på det.", owner=leader, due_on=SOON, by=leader)

    before = standing(drift)
    finish_action(note=action, text="Gjort.", by=leader)

    assert (before.actions, before.words) == ([action], f"Handling: Ib Lærkedal, frist {SOON:%d-%m-%Y}")
    assert standing(drift).actions == []


def test_the_newest_explanation_stands(drift, leader):
    explain(drift=drift, cause="praksis", text="Ny praksis.", by=leader)
    explain(drift=drift, cause="lov", text="Ny praksis fra Ankestyrelsen.", by=leader)

    assert standing(drift).words == "Forklaret: lov, Ankestyrelsen eller domstol"


@pytest.mark.parametrize(
    ("after", "probability", "effect"),
    [
        (0, 0.98, Effect.TOO_EARLY),
        (1, 0.98, Effect.TOO_EARLY),
        (1, 0.1, Effect.BACK),
        (3, 0.98, Effect.NOT_YET),
    ],
)
def test_the_effect_of_an_action_is_told_by_the_months_after(drift, leader, after, probability, effect):
    said(drift)
    action = plan_action(drift=drift, text="Ser på det.", owner=leader, due_on=SOON, by=leader)
    finish_action(note=action, text="Gjort.", by=leader)
    said(drift, month_plus(THIS_MONTH, after), probability=probability)

    assert standing(drift).effect == effect


def test_nothing_done_has_no_effect(drift):
    said(drift, month_plus(THIS_MONTH, 5))

    assert standing(drift).effect is None


def test_a_new_version_is_something_done(drift):
    said(drift, THIS_MONTH)
    adopt(StandardVersionFactory(standard=drift.standard), TODAY)

    assert standing(drift).effect == Effect.TOO_EARLY


def test_a_drift_that_closed_after_what_was_done_came_back(drift, leader):
    said(drift)
    action = plan_action(drift=drift, text="Ser på det.", owner=leader, due_on=SOON, by=leader)
    finish_action(note=action, text="Gjort.", by=leader)
    drift.state, drift.closed_in = Drift.State.CLOSED, month_plus(THIS_MONTH, 2)
    drift.save()

    assert standing(drift).effect == Effect.BACK


def test_the_list_has_what_presses_most_first(team, leader):
    drifts = [DriftFactory(unit=team) for _ in range(4)]
    for drift, probability in zip(drifts, (0.95, 0.99, 0.999, 0.97), strict=True):
        said(drift, probability=probability)
    accept(drift=drifts[2], until=SOON, text="Aftalt.", by=leader)
    drifts[1].state, drifts[1].closed_in = Drift.State.CLOSED, date(2026, 10, 1)
    drifts[1].save()

    order = [each.drift.pk for each in signal_list(leader)]

    assert order == [drifts[at].pk for at in (3, 0, 2, 1)]
    assert [each.drift for each in signal_list(leader, state="afsluttet")] == [drifts[1]]
    assert signal_list(leader, measure="share_below") == []
    assert len(signal_list(leader, unit=team)) == 4


def test_the_number_of_queries_does_not_grow(team, leader, django_assert_num_queries):
    for count in (1, 3):
        drifts = [DriftFactory(unit=team) for _ in range(count)]
        for drift in drifts:
            said(drift)
            comment(drift=drift, text="Set.", by=leader)
        with django_assert_num_queries(3):
            standings(drifts)


def test_the_timeline_has_months_and_notes_the_newest_first(drift, leader):
    said(drift, date(2026, 8, 1))
    said(drift, revision=1)
    newest = said(drift, revision=2)
    note = comment(drift=drift, text="Set.", by=leader)

    found = timeline(drift)

    assert [(each.signal and each.signal.month, each.note) for each in found] == [
        (None, note),
        (date(2026, 9, 1), None),
        (date(2026, 8, 1), None),
    ]
    assert found[1].signal == newest


def test_an_action_can_be_given_to_those_who_see_the_unit(drift, leader, controller, caseworker):
    give_role(UserFactory(is_active=False), RoleCode.TEAM_LEADER, drift.unit)
    give_role(UserFactory(), RoleCode.TEAM_LEADER, UnitFactory())

    assert [each.name for each in action_owners(drift)] == ["Ane Tal", "Ib Lærkedal"]
