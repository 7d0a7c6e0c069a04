"""The settings of the scan, who changed them, and our own record of false alarms."""

from datetime import date

import pytest
from django.urls import reverse

from followup.actions.detector import set_detector
from followup.models import DetectorSettings, Drift, SignalNote
from followup.queries.detector import false_alarm_record
from followup.queries.detector_page import changes, quarters, record_words, setting_words
from roles.models import RoleCode
from tests.factories import (
    DetectorSettingsFactory,
    DriftFactory,
    DriftSignalFactory,
    SignalNoteFactory,
    UserFactory,
    department,
    give_role,
)
from tests.followup.test_team_page import text_of

PAGE_QUERIES = 17
"""With session, roles and savepoints."""
USUAL = {"q": "10", "hazard": "", "least_n": "5", "on_time_goal": "", "edition": "0"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of_admin(administrator, log_in):
    return log_in(administrator)


def save(client, **typed: str):
    return client.post(reverse("detector-change"), USUAL | typed)


def judged(opened_in: date, cause: str) -> None:
    SignalNoteFactory(drift=DriftFactory(opened_in=opened_in), kind=SignalNote.Kind.EXPLAINED, cause=cause)


def plain(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", " ")


def test_settings_are_typed_in_percent(client_of_admin):
    answer = save(client_of_admin, q="12,5", hazard="0,5 %", least_n="8", on_time_goal="90")

    assert answer.status_code == 302
    kept = DetectorSettings.objects.get()
    assert (kept.q, kept.hazard, kept.least_n, kept.on_time_goal) == (0.125, 0.005, 8, 0.9)
    shown = client_of_admin.get(reverse("detector-settings")).content.decode()
    assert all(f'value="{value}"' in shown for value in ("12,5", "0,5", "8", "90"))


def test_each_setting_says_what_more_and_less_of_it_means(client_of_admin):
    text = text_of(client_of_admin.get(reverse("detector-settings")))

    assert text.count("Højere:") == text.count("Lavere:") == 4
    assert "Ingen har ændret indstillingerne." in text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"q": "70"}, "Vælg en andel mellem 1 % og 50 %."),
        ({"q": "mange"}, "Skriv et tal, fx 10 eller 0,5."),
        ({"q": "nan"}, "Skriv et tal, fx 10 eller 0,5."),
        ({"q": ""}, "Udfyld feltet."),
        ({"hazard": "50"}, "Vælg en chance mellem 0,01 % og 10 % om måneden, eller lad feltet være tomt."),
        ({"least_n": "1,5"}, "Skriv et helt tal."),
        ({"on_time_goal": "100"}, "Vælg en andel over 0 % og under 100 %, eller lad feltet være tomt."),
    ],
)
def test_what_cannot_be_chosen_is_told_and_stays_in_the_field(client_of_admin, typed, told):
    answer = save(client_of_admin, **typed)

    assert (answer.status_code, DetectorSettings.objects.count()) == (422, 0)
    assert told in text_of(answer)
    assert all(f'value="{value}"' in answer.content.decode() for value in typed.values() if value)


def test_a_change_by_another_is_shown_beside_the_own(client_of_admin, administrator):
    set_detector(edition=0, q=0.2, hazard=None, least_n=7, on_time_goal=None, by=UserFactory())

    first = save(client_of_admin, q="5")
    again = save(client_of_admin, q="5", edition="1")

    assert first.status_code == 409
    text = plain(text_of(first))
    assert "Indstillingerne er rettet af en anden, siden du åbnede dem" in text
    assert "I vil leve med 20 % Chance" in text
    assert 'value="5"' in first.content.decode()
    assert (again.status_code, DetectorSettings.objects.get().q) == (302, 0.05)


def test_changes_are_told_with_who_from_and_to(client_of_admin, administrator):
    save(client_of_admin, q="20", on_time_goal="85")
    save(client_of_admin, q="20", edition="1")

    told = [(each.by, each.label, plain(each.before), plain(each.after)) for each in changes()]

    assert told == [
        ("Per Admin", "Mål for andel afgjort inden fristen", "85 %", "intet mål"),
        ("Per Admin", "Mål for andel afgjort inden fristen", "intet mål", "85 %"),
        ("Per Admin", "Andel tilfældige signaler, I vil leve med", "10 %", "20 %"),
    ]


def test_an_administrator_of_a_department_cannot_change_them(log_in):
    client = log_in(give_role(UserFactory(), RoleCode.ADMINISTRATOR, department()))

    assert client.get(reverse("detector-settings")).status_code == 200
    assert save(client).status_code == 403


def test_a_controller_sees_them_without_a_form(controller, log_in):
    DetectorSettingsFactory(q=0.15)

    page = log_in(controller).get(reverse("detector-settings"))

    assert "I vil leve med 15 %" in plain(text_of(page))
    assert reverse("detector-change") not in page.content.decode()


def test_our_own_record_is_told_by_quarter():
    for _ in range(2):
        judged(date(2026, 5, 1), "tilfaeldighed")
    judged(date(2026, 6, 1), "praksis")
    DriftFactory(opened_in=date(2026, 9, 1), state=Drift.State.WITHDRAWN, closed_in=date(2026, 10, 1))
    DriftFactory(opened_in=date(2026, 9, 1), state=Drift.State.CLOSED, closed_in=date(2026, 10, 1))
    DriftSignalFactory()

    record = false_alarm_record()

    assert [(each.name, each.flags.opened, each.flags.false) for each in quarters(record)] == [
        ("3. kvartal 2026", 3, 1), ("2. kvartal 2026", 3, 2),
    ]  # fmt: skip
    counts, share, verdict = (plain(words) for words in record_words(record))
    assert counts == (
        "6 signaler er åbnet. 2 er bedømt som tilfældig variation, 1 er trukket tilbage, da måneden var"
        " komplet, 1 er forklaret, 1 er afsluttet uden at være forklaret og 1 er stadig uden forklaring."
    )
    assert share == (
        "Af de 4, der er bedømt, var 75 % tilfældige, sandsynligvis mellem 43 % og 92 %. I har valgt at leve"
        " med 10 %."
    )
    assert verdict == record.verdict
    assert plain(quarters(record)[1].share) == "67 % (mellem 32 % og 90 %)"


def test_before_any_signal_the_record_says_so():
    assert record_words(false_alarm_record()) == ["Der er endnu ikke åbnet nogen signaler."]


def test_values_are_written_with_the_decimals_they_have():
    assert [plain(setting_words("q", value)) for value in (0.1, 0.125, 0.005)] == [
        "10 %",
        "12,50 %",
        "0,50 %",
    ]
    assert setting_words("hazard", None) == "læres af kommunens egne tal"


@pytest.mark.parametrize("flags", [1, 3])
def test_the_page_asks_the_same_number_of_questions(client_of_admin, django_assert_num_queries, flags):
    for month in range(flags):
        judged(date(2026, month + 1, 1), "praksis")

    with django_assert_num_queries(PAGE_QUERIES):
        client_of_admin.get(reverse("detector-settings"))


def test_no_word_blames(client_of_admin):
    judged(date(2026, 5, 1), "tilfaeldighed")

    text = text_of(client_of_admin.get(reverse("detector-settings"))).lower()

    assert [word for word in ("fejl", "brud", "værst") if word in text] == []
