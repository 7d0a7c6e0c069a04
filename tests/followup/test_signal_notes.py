"""What may be written about a signal, by whom, and what is told of that which cannot."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from followup.models import Drift, SignalNote
from roles.models import RoleCode
from tests.factories import UnitFactory, UserFactory, department, give_role
from tests.followup.test_signal_pages import AUGUST, closed, drift, drift_at, page, version
from tests.followup.test_team_page import text_of
from tests.roles.people.test_deputies import deputy_for

__all__ = ["closed", "drift", "version"]  # fixtures

pytestmark = pytest.mark.django_db


def written(client, name, key, sent, **headers):
    return client.post(reverse(name, args=[key]), sent, headers=headers)


def test_a_signal_is_explained(drift, leader, log_in):
    sent = {"cause": "sagssammensaetning", "text": "Flere med store behov."}

    answer = written(log_in(leader), "signal-explain", drift.pk, sent)

    assert answer["Location"] == reverse("signal-detail", args=[drift.pk]) + "#forloeb"
    note = SignalNote.objects.get()
    assert (note.kind, note.cause, note.by) == (SignalNote.Kind.EXPLAINED, "sagssammensaetning", leader)
    text = text_of(page(log_in(leader), "signal-detail", drift))
    assert "Forklaret: andre sager end før." in text
    assert "Flere med store behov." in text


def test_the_causes_are_drawn_as_choices(drift, leader, log_in):
    form = log_in(leader).get(reverse("signal-explain", args=[drift.pk])).content.decode()

    assert form.count('class="form-radio"') == len(SignalNote.Cause)  # without it none is seen


def test_a_signal_is_accepted_until_a_day(drift, leader, log_in):
    until = localdate() + timedelta(days=30)

    written(log_in(leader), "signal-accept", drift.pk, {"until": f"{until:%d-%m-%Y}", "text": "Aftalt."})

    note = SignalNote.objects.get()
    assert (note.accepted_until, note.accepted_level) == (until, 0.9)


def test_an_action_is_agreed_and_done(drift, leader, log_in):
    client, due = log_in(leader), localdate() + timedelta(days=14)
    sent = {"text": "Læs ti sager.", "owner": leader.pk, "due_on": f"{due:%d-%m-%Y}"}

    written(client, "signal-action", drift.pk, sent)
    action = SignalNote.objects.get()
    written(client, "signal-action-done", action.pk, {"text": "Læst og talt om."})

    assert (action.owner, action.due_on) == (leader, due)
    assert action.answered_by.get().text == "Læst og talt om."
    assert "Svarer på: Læs ti sager." in text_of(page(client, "signal-detail", drift))


def test_a_remark_is_written(drift, leader, log_in):
    written(log_in(leader), "signal-comment", drift.pk, {"text": "Vi ser på det."})

    assert SignalNote.objects.get().kind == SignalNote.Kind.COMMENT


@pytest.mark.parametrize(
    ("name", "sent", "told"),
    [
        ("signal-explain", {"text": "Kun ord"}, "Vælg den årsag, der forklarer mest."),
        ("signal-explain", {"cause": "data", "text": "Født 010190-1234"}, "CPR-nummer"),
        ("signal-accept", {"until": "01-01-2020", "text": "Kun ord"}, "Vælg en dag efter i dag."),
        ("signal-action", {"text": "Kun ord", "due_on": "01-06-2027"}, "Vælg den ansvarlige."),
        ("signal-comment", {"text": " "}, "Skriv bemærkningen."),
    ],
)
def test_what_cannot_be_written_is_told_and_kept(drift, leader, log_in, name, sent, told):
    answer = written(log_in(leader), name, drift.pk, sent)

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert "Ret dette, før du kan gå videre" in text_of(answer)
    assert sent["text"].strip() in answer.content.decode()
    assert not SignalNote.objects.exists()


def test_an_owner_must_be_able_to_see_the_signal(drift, leader, log_in):
    stranger = UserFactory(name="Fremmed")
    sent = {"text": "Læs.", "owner": stranger.pk, "due_on": "01-06-2027"}

    answer = written(log_in(leader), "signal-action", drift.pk, sent)

    assert answer.status_code == 422
    assert "Fremmed" not in answer.content.decode()


def test_who_may_see_but_not_handle_is_refused(drift, controller, log_in):
    own = UnitFactory(code="FJO-SS-PS-T1", parent=department("FJO-SS-PS"))
    give_role(controller, RoleCode.TEAM_LEADER, own)

    answer = written(log_in(controller), "signal-comment", drift.pk, {"text": "Vi ser på det."})

    assert (answer.status_code, SignalNote.objects.count()) == (403, 0)


def test_a_form_comes_to_the_page_and_the_history_comes_back(drift, leader, log_in):
    client = log_in(leader)
    at = reverse("signal-comment", args=[drift.pk])

    form = client.get(at, headers={"HX-Request": "true"})
    refused = written(client, "signal-comment", drift.pk, {"text": ""}, **{"HX-Request": "true"})
    answer = written(client, "signal-comment", drift.pk, {"text": "Set."}, **{"HX-Request": "true"})

    assert (form.status_code, b"<html" in form.content, f'hx-post="{at}"' in form.content.decode()) == (
        200, False, True,
    )  # fmt: skip
    assert (refused.status_code, b"<html" in refused.content) == (422, False)
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#forloeb", "outerHTML")
    assert "Bemærkningen er gemt." in answer.content.decode()


def test_a_signal_that_is_over_can_still_be_explained(closed, team, version, leader, log_in):
    over = drift_at(team, version, state=Drift.State.CLOSED, closed_in=AUGUST)
    client = log_in(leader)

    content = page(client, "signal-detail", over).content.decode()
    refused = written(client, "signal-accept", over.pk, {"until": "01-06-2027", "text": "Aftalt."})

    assert reverse("signal-explain", args=[over.pk]) in content
    assert reverse("signal-accept", args=[over.pk]) not in content
    assert (refused.status_code, "Signalet er afsluttet." in text_of(refused)) == (422, True)


def test_a_note_by_a_deputy_shows_both_names(drift, leader, log_in):
    colleague = give_role(UserFactory(name="Bo Kollega"), RoleCode.CASEWORKER, drift.unit)
    deputy_for(leader, colleague)

    written(log_in(colleague), "signal-comment", drift.pk, {"text": "Vi ser på det."})

    text = text_of(page(log_in(leader), "signal-detail", drift))
    assert SignalNote.objects.get().standing_in == leader.name
    assert f"{colleague.name} som stedfortræder for {leader.name}, " in text
