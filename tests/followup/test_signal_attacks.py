"""What people send to the pages of signals who mean no good, or whose role has ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from python_calamine import CalamineWorkbook

from followup.actions.notes import comment, finish_action, plan_action
from followup.models import DetectorSettings, SignalNote
from followup.queries.ledger import drifts_visible
from roles.models import RoleCode
from tests.factories import (
    DriftFactory,
    DriftSignalFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
)

pytestmark = pytest.mark.django_db

SOON = localdate() + timedelta(days=30)
CPR = "Borger 010190-1234 flyttede."
SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(2)">'
NOTES = {
    "signal-explain": {"cause": "data"},
    "signal-accept": {"until": f"{SOON:%d-%m-%Y}"},
    "signal-action": {"due_on": f"{SOON:%d-%m-%Y}"},
    "signal-comment": {},
}


@pytest.fixture
def drift(team):
    return DriftSignalFactory(drift=DriftFactory(unit=team)).drift


@pytest.fixture
def foreign(db):
    return DriftSignalFactory(drift=DriftFactory(unit=department("FJO-SS-PS"))).drift


def sent(client, name, drift, owner, **more):
    values = NOTES[name] | {"text": "Vi ser på det."} | more
    if name == "signal-action":
        values["owner"] = owner.pk
    return client.post(reverse(name, args=[drift.pk]), values)


@pytest.mark.parametrize("name", NOTES)
def test_nothing_is_written_about_a_signal_elsewhere(foreign, leader, log_in, name):
    answer = sent(log_in(leader), name, foreign, leader)

    assert (answer.status_code, SignalNote.objects.count()) == (404, 0)


@pytest.mark.parametrize("name", NOTES)
def test_who_may_only_read_writes_nothing(drift, controller, leader, log_in, name):
    answer = sent(log_in(controller), name, drift, leader)

    assert (answer.status_code, SignalNote.objects.count()) == (403, 0)


@pytest.mark.parametrize("name", NOTES)
def test_no_note_holds_a_civil_registration_number(drift, leader, log_in, name):
    answers = [
        sent(log_in(leader), name, drift, leader, text=text)
        for text in (CPR, "０１０１９０１２３４", "010190 – 1234", "0101901234")
    ]

    assert [answer.status_code for answer in answers] == [422] * 4
    assert SignalNote.objects.count() == 0


@pytest.mark.parametrize("name", ["signal-detail", "signal-explain"])
def test_a_note_is_text_and_no_markup(drift, leader, log_in, name):
    note = plan_action(drift=drift, text=SCRIPT, owner=leader, due_on=SOON, by=leader)
    finish_action(note=note, text=SCRIPT, by=leader)

    content = log_in(leader).get(reverse(name, args=[drift.pk])).content.decode()

    assert ("<script>alert" in content, "<img src=x" in content) == (False, False)


@pytest.mark.parametrize("text", ["#panic()", "$ x $ `#raw` \\ *_", SCRIPT, "a\x01b\x0bc", "😀" * 400])
def test_any_text_is_printed(drift, leader, log_in, text):
    drift.standard = None
    comment(drift=drift, text=text, by=leader)

    answer = log_in(leader).get(reverse("signal-pdf", args=[drift.pk]))

    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_an_account_that_is_closed_loses_its_session(drift, leader, log_in):
    client = log_in(leader)
    leader.is_active = False
    leader.save()

    answers = [
        client.get(reverse("signal-detail", args=[drift.pk])),
        client.post(reverse("signal-comment", args=[drift.pk]), {"text": "Set."}),
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert SignalNote.objects.count() == 0


def test_a_stranger_sees_no_drift(drift):
    assert drifts_visible(AnonymousUser()).count() == 0


def test_the_owners_that_are_offered_are_people_of_the_unit_and_above(drift, leader, controller, log_in):
    elsewhere, beneath = UserFactory(name="Bo Nabo"), UserFactory(name="Else Under")
    give_role(elsewhere, RoleCode.TEAM_LEADER, department("FJO-SS-PS"))
    give_role(beneath, RoleCode.TEAM_LEADER, UnitFactory(parent=drift.unit))
    gone = UserFactory(name="Finn Fratrådt", is_active=False)
    give_role(gone, RoleCode.TEAM_LEADER, drift.unit)

    form = log_in(leader).get(reverse("signal-action", args=[drift.pk])).context["form"]

    assert list(form.fields["owner"].queryset) == [controller, leader]


def test_units_above_the_reader_are_not_named(drift, leader, log_in):
    """A department's signal may be told by the one team that it came from."""
    beneath = UnitFactory(name="Gruppe Syd", parent=drift.unit)
    signal = drift.signals.get()
    signal.folded_units = [drift.unit.parent_id, beneath.pk]
    signal.save()

    answer = log_in(leader).get(reverse("signal-detail", args=[drift.pk]))

    assert list(answer.context["folded"]) == [beneath]


@pytest.mark.parametrize(
    "typed",
    [
        "1e309",
        "1e400",
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "-5",
        "inf",
        "-0",
        "NaN",
        "sNaN",
        "9" * 5000,
        "²",
        "٣e9",
    ],
)
@pytest.mark.parametrize("field", ["q", "hazard", "least_n", "on_time_goal"])
def test_no_setting_is_out_of_range(administrator, log_in, field, typed):
    values = {"q": "10", "hazard": "", "least_n": "5", "on_time_goal": "", "edition": "0"} | {field: typed}

    answer = log_in(administrator).post(reverse("detector-change"), values)

    assert (answer.status_code in (409, 422), DetectorSettings.objects.count()) == (True, 0)


def test_an_administrator_of_a_department_is_offered_no_form(team, log_in):
    local = give_role(UserFactory(), RoleCode.ADMINISTRATOR, team.parent)

    answer = log_in(local).get(reverse("detector-settings"))

    assert answer.context["may_change"] is False


def test_the_list_as_excel_takes_any_name(drift, leader, log_in):
    drift.unit.name = '=HYPERLINK("http://x")'
    drift.unit.save()
    leader.name = "@SUM(1)"
    leader.save()
    plan_action(drift=drift, text="=1+1", owner=leader, due_on=SOON, by=leader)

    answer = log_in(leader).get(reverse("signal-export"))

    book = BytesIO(answer.content)
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert '=HYPERLINK("http://x")' in [cell for row in rows for cell in row]


def test_an_action_is_reported_done_by_its_owner(drift, leader, controller, log_in):
    """A controller may be given an action, and can say when it is done; nothing else."""
    mine = plan_action(drift=drift, text="Læs ti sager.", owner=controller, due_on=SOON, by=leader)
    anothers = plan_action(drift=drift, text="Tal om det.", owner=leader, due_on=SOON, by=leader)
    client = log_in(controller)

    told = [
        client.post(reverse("signal-action-done", args=[note.pk]), {"text": "Gjort."}).status_code
        for note in (mine, anothers)
    ]

    assert told == [302, 404]
    assert list(SignalNote.objects.filter(kind="handling_udfoert").values_list("answers", "by")) == [
        (mine.pk, controller.pk)
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["signal-explain", "signal-action-done"])
def test_a_form_that_is_sent_four_times_at_once_is_one_note(drift, leader, name):
    action = plan_action(drift=drift, text="Ser på det.", owner=leader, due_on=SOON, by=leader)
    clients = [Client(raise_request_exception=False) for _ in range(4)]
    for client in clients:
        client.force_login(leader, backend="allauth.account.auth_backends.AuthenticationBackend")
    together = Barrier(len(clients))
    target = reverse(name, args=[action.pk if name == "signal-action-done" else drift.pk])

    def click(client):
        together.wait()
        try:
            return client.post(target, {"text": "Gjort.", "cause": "praksis"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        codes = set(pool.map(click, clients))

    assert codes <= {302, 422}
    assert SignalNote.objects.count() == 2
