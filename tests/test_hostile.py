"""What people send who mean no good, or whose keyboard slipped: never a 500, never a leak."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from followup.management.commands.figures import _as_csv
from followup.queries.figures import KEYS, SUMS
from roles.models import ReadLog, User
from roles.queries.organisation import search_words
from serviceniveau.actions.imports.organisation import import_organisation
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.forms.decisions import opening_token
from serviceniveau.models import AgeBand, Case, Registration, possible_age_bands
from serviceniveau.queries.cases import awaiting_approval
from tests.factories import (
    CaseFactory,
    GrantFactory,
    InterventionFactory,
    LegalBasisFactory,
    RegistrationFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ODD_KEYS = ["²", "9" * 30, "9" * 5000, "-1", "1e3", "٣", "'; --"]
HEADERS = {
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": None,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@pytest.fixture
def decision_form(team):
    """4 hours a week in a case of the team, as a caseworker sends it."""
    basis, intervention = LegalBasisFactory(), InterventionFactory()
    intervention.legal_bases.add(basis)
    return {
        "token": opening_token(),
        "case_number": CaseFactory(number="S-1", unit=team, birth_year=1990).number,
        "legal_basis": basis.pk,
        "intervention": intervention.pk,
        "kind": "bevilling_ny",
        "decided_on": f"{localdate():%d-%m-%Y}",
        "starts_on": f"{localdate():%d-%m-%Y}",
        "amount": "4",
        "amount_unit": "timer/uge",
    }


@pytest.mark.parametrize("text", ODD_KEYS)
@pytest.mark.parametrize("name", ["sag", "ansoegning", "bevilling"])
def test_odd_key_in_the_address_is_no_row(log_in, caseworker, name, text):
    answer = log_in(caseworker).get(reverse("decision-new"), {name: text})

    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("text", ODD_KEYS)
@pytest.mark.parametrize("name", ["legal_basis", "intervention", "deviation_reason", "birth_year", "grant"])
def test_odd_key_in_the_form_is_checked_without_a_fault(log_in, caseworker, name, text):
    answer = log_in(caseworker).post(reverse("decision-check") + f"?afgoerelse={text}", {name: text})

    assert answer.status_code == 200


@pytest.mark.parametrize("page", ["caseload", "case-options", "standard-list"])
def test_nul_is_refused_in_danish(log_in, caseworker, page):
    answer = log_in(caseworker).get(reverse(page), {"sag": "a\0b", "case_number": "a\0b", "soeg": "a\0b"})

    assert answer.status_code == 400
    assert "Det kunne ikke forstås" in answer.content.decode()


def test_nul_in_a_posted_field_is_refused(log_in, caseworker):
    answer = log_in(caseworker).post(reverse("decision-check"), {"case_number": "1\0"})

    assert answer.status_code == 400


def test_too_much_at_once_is_told_in_danish(client):
    answer = client.post(reverse("account_login"), {"login": "x" * 3_000_000})

    assert answer.status_code == 413
    assert "Det er for meget på én gang" in answer.content.decode()


def test_unknown_host_is_refused_without_a_trace():
    answer = Client(HTTP_HOST="ond.example").get(reverse("account_login"))

    assert (answer.status_code, "Traceback" in answer.content.decode()) == (400, False)


def test_search_asks_about_no_more_words_than_a_person_types():
    assert search_words("botræning  i \u00e6ldre ") == ["botræning", "i", "ældre"]
    assert search_words("a " * 1500) == ["a"] * 10
    assert search_words("x" * 5000) == ["x" * 200]


def test_everybody_belongs_to_an_age_group_however_late_the_day():
    assert possible_age_bands(1900, on=date(9999, 12, 31)) == [AgeBand.PENSION_AGE]


@pytest.mark.parametrize(
    "address", ["/min-sagsstamme/", "/organisation/", "/findes-ikke/", "/livez", "/x%00"]
)
def test_every_page_and_error_has_the_headers(log_in, caseworker, address):
    answer = log_in(caseworker).get(address)

    missing = {
        name: answer.headers.get(name)
        for name, value in HEADERS.items()
        if answer.headers.get(name) != value and (value or name not in answer.headers)
    }
    assert missing == {}


def test_file_has_the_content_security_policy_and_may_be_kept(client):
    answer = client.get("/static/icon.svg")
    answer.close()

    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "no-store" not in answer["Cache-Control"]


def test_login_is_throttled_per_account_with_429_in_danish(client):
    user = UserFactory()
    sent = {"login": user.email, "password": "gæt"}

    answers = [client.post(reverse("account_login"), sent) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Vent et øjeblik" in answers[-1].content.decode()


def test_deactivated_user_is_out_at_the_next_request(log_in, caseworker):
    client = log_in(caseworker)
    assert client.get(reverse("caseload")).status_code == 200

    caseworker.is_active = False
    caseworker.save()

    assert client.get(reverse("caseload")).status_code == 302


def test_refused_form_that_shows_a_case_is_in_the_read_log(log_in, caseworker, team):
    case = CaseFactory(unit=team, caseworker=caseworker)

    answer = log_in(caseworker).post(reverse("decision-new"), {"case_number": case.number})

    assert answer.status_code == 422
    assert [each.keys for each in ReadLog.objects.all()] == [[case.pk]]


@pytest.mark.parametrize("changed", ["case_number", "kind", "birth_year", "decided_on"])
def test_fragment_that_shows_a_case_is_in_the_read_log(log_in, caseworker, team, changed):
    case = CaseFactory(unit=team, caseworker=caseworker)
    sent = {"case_number": case.number, "kind": "opjustering"}

    log_in(caseworker).post(
        reverse("decision-check"), sent, headers={"HX-Request": "true", "HX-Trigger-Name": changed}
    )

    assert [each.keys for each in ReadLog.objects.all()] == [[case.pk]]


def test_decision_of_a_moved_case_awaits_the_leader_who_sees_the_case(log_in, leader, team):
    old = UnitFactory()
    author = UserFactory()
    moved = RegistrationFactory(
        case=CaseFactory(unit=team), unit=old, caseworker=author, status=Registration.Status.AWAITING
    )
    gone = RegistrationFactory(
        case=CaseFactory(unit=old), unit=team, caseworker=author, status=Registration.Status.AWAITING
    )

    assert [each.registration for each in awaiting_approval(leader)] == [moved]
    client = log_in(leader)
    assert client.post(reverse("decision-approve", args=[gone.pk])).status_code == 404
    assert client.post(reverse("decision-approve", args=[moved.pk])).status_code == 302
    moved.refresh_from_db()
    assert moved.status == Registration.Status.DECIDED


def test_grant_of_another_case_is_not_offered_and_not_taken(log_in, caseworker, team):
    case, foreign = CaseFactory(unit=team), GrantFactory(case=CaseFactory(unit=UnitFactory()))

    answer = log_in(caseworker).post(
        reverse("decision-new"), {"case_number": case.number, "kind": "opjustering", "grant": foreign.pk}
    )

    assert answer.status_code == 422
    assert "Vælg en af mulighederne på listen." in answer.content.decode()
    assert foreign.number not in answer.content.decode()


def test_form_sent_again_with_other_content_is_not_told_to_be_saved(log_in, caseworker, decision_form):
    client = log_in(caseworker)
    assert client.post(reverse("decision-new"), decision_form).status_code == 302

    again = client.post(reverse("decision-new"), decision_form | {"amount": "5"})

    assert again.status_code == 422
    assert "Formularen er allerede gemt som en afgørelse" in again.content.decode()
    assert [each.amount for each in Registration.objects.all()] == [4]


@pytest.mark.django_db(transaction=True)
def test_double_click_on_a_new_case_saves_once(caseworker, decision_form):
    """Four at the same time, with a case that none of them finds."""
    sent = decision_form | {"case_number": "NY-1", "create_case": "on", "birth_year": "1990"}
    clients = [Client(raise_request_exception=False) for _ in range(4)]
    for client in clients:
        client.force_login(caseworker)
    together = Barrier(len(clients))

    def click(client):
        together.wait()
        try:
            return client.post(reverse("decision-new"), sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        codes = list(pool.map(click, clients))

    assert (codes, Registration.objects.count()) == ([302] * 4, 1)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_that_open_the_same_case_at_once(caseworker, decision_form):
    sent = decision_form | {"case_number": "NY-1", "create_case": "on", "birth_year": "1990"}
    forms = [sent | {"token": opening_token()} for _ in range(4)]
    clients = [Client(raise_request_exception=False) for _ in forms]
    for client in clients:
        client.force_login(caseworker)
    together = Barrier(len(clients))

    def send(client, form):
        together.wait()
        try:
            return client.post(reverse("decision-new"), form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        codes = set(pool.map(send, clients, forms))

    assert codes <= {302, 422}
    assert Case.objects.filter(number="NY-1").count() == 1


def test_code_that_a_spreadsheet_would_reckon_out_is_written_as_text():
    month = {name: "" for name in KEYS} | {name: 0 for name in SUMS}

    written = _as_csv(
        [month | {"unit": '=HYPERLINK("x")', "standard": "KS-1", "amount_sum": Decimal("-1.5")}]
    )

    assert "'=HYPERLINK" in written
    assert ";KS-1;" in written
    assert ";-1,5;" in written


def test_cpr_number_in_the_organisation_file_is_refused_and_not_repeated(tmp_path):
    file = tmp_path / "organisation.csv"
    file.write_text("type;email;navn;medarbejderkode\nperson;a@fjordby.example;Asta;010190-1234\n")

    result = import_organisation(file=DeliveredFile.at(file))

    assert [(error.line, error.column) for error in result.errors] == [(2, "medarbejderkode")]
    assert "010190" not in str(result.errors)
    assert not User.objects.filter(email="a@fjordby.example").exists()
