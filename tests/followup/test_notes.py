from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from followup.actions.notes import accept, comment, explain, finish_action, plan_action
from followup.models import Drift, SignalNote
from roles.models import RoleCode
from roles.residents import standing_with
from tests.factories import DriftFactory, DriftSignalFactory, UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db

SOON = localdate() + timedelta(days=30)


@pytest.fixture
def drift(team):
    return DriftSignalFactory(drift=DriftFactory(unit=team)).drift


def closed(drift):
    drift.state, drift.closed_in = Drift.State.CLOSED, drift.opened_in
    drift.save()
    return drift


def test_an_explanation_has_a_cause_and_words(drift, leader):
    note = explain(drift=drift, cause="sagssammensaetning", text="  Flere unge.\r\n", by=leader)

    assert (note.kind, note.cause, note.text, note.by) == (
        "forklaret",
        "sagssammensaetning",
        "Flere unge.",
        leader,
    )
    assert note.month == drift.signals.get().month


@pytest.mark.parametrize(
    ("cause", "text", "field"),
    [
        ("", "Flere unge.", "cause"),
        ("gaet", "Flere unge.", "cause"),
        ("andet", " ", "text"),
        ("andet", "Borger 010190-1234 flyttede.", "text"),
        ("andet", "x" * 2001, "text"),
    ],
)
def test_what_cannot_be_written_is_refused_at_its_field(drift, leader, cause, text, field):
    with pytest.raises(ValidationError) as refused:
        explain(drift=drift, cause=cause, text=text, by=leader)

    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(("direction", "level"), [("up", 0.56), ("down", 0.35)])
def test_what_is_accepted_is_the_far_edge_of_the_level(team, leader, direction, level):
    drift = DriftSignalFactory(drift=DriftFactory(unit=team, direction=direction)).drift

    note = accept(drift=drift, until=SOON, text="Aftalt med direktionen.", by=leader)

    assert (note.accepted_until, note.accepted_level) == (SOON, level)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_nothing_is_accepted_for_the_past_or_for_more_than_a_year(drift, leader, days):
    with pytest.raises(ValidationError, match="Vælg"):
        accept(drift=drift, until=localdate() + timedelta(days=days), text="Aftalt.", by=leader)


def test_an_action_has_an_owner_who_can_see_the_signal(drift, leader, controller):
    note = plan_action(drift=drift, text="Ser sagerne igennem.", owner=controller, due_on=SOON, by=leader)

    assert (note.owner, note.due_on) == (controller, SOON)


@pytest.mark.parametrize("case", ["stranger", "gone", "elsewhere"])
def test_an_action_is_not_given_to_one_who_cannot_see_the_signal(drift, leader, case):
    owner = UserFactory(is_active=case != "gone")
    if case != "stranger":
        give_role(owner, RoleCode.TEAM_LEADER, UnitFactory() if case == "elsewhere" else drift.unit)

    with pytest.raises(ValidationError) as refused:
        plan_action(drift=drift, text="Ser sagerne igennem.", owner=owner, due_on=SOON, by=leader)

    assert list(refused.value.message_dict) == ["owner"]


def test_an_action_is_due_after_today(drift, leader):
    with pytest.raises(ValidationError, match="frist efter i dag"):
        plan_action(drift=drift, text="Ser på det.", owner=leader, due_on=localdate(), by=leader)


def test_an_action_is_done_once(drift, leader):
    action = plan_action(drift=drift, text="Ser på det.", owner=leader, due_on=SOON, by=leader)

    done = finish_action(note=action, text="Talt om på teammødet.", by=leader)

    assert (done.answers, done.kind) == (action, "handling_udfoert")
    with pytest.raises(ValidationError, match="allerede"):
        finish_action(note=action, text="Igen.", by=leader)


def test_who_leaves_has_the_actions_in_hand_that_are_not_done(drift, leader, controller):
    done, _, _ = (
        plan_action(drift=drift, text=text, owner=leader, due_on=SOON, by=leader)
        for text in ("Læs.", "Tal.", "Skriv.")
    )
    finish_action(note=done, text="Læst.", by=leader)

    assert standing_with([leader, controller]) == {leader.pk: "2 åbne handlinger om signaler"}


def test_only_an_action_can_be_done(drift, leader):
    with pytest.raises(ValidationError, match="Kun en handling"):
        finish_action(note=comment(drift=drift, text="Set.", by=leader), text="Gjort.", by=leader)


def test_a_drift_that_is_over_takes_words_only(drift, leader):
    action = plan_action(drift=drift, text="Ser på det.", owner=leader, due_on=SOON, by=leader)
    over = closed(drift)

    with pytest.raises(ValidationError, match="afsluttet"):
        accept(drift=over, until=SOON, text="Aftalt.", by=leader)
    with pytest.raises(ValidationError, match="afsluttet"):
        plan_action(drift=over, text="Ser på det.", owner=leader, due_on=SOON, by=leader)

    explain(drift=over, cause="tilfaeldighed", text="Det var et udsving.", by=leader)
    comment(drift=over, text="Godt.", by=leader)
    finish_action(note=action, text="Gjort.", by=leader)
    assert SignalNote.objects.count() == 4
