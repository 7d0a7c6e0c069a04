"""The frame around every page, the error pages, and how numbers are written."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import OperationalError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import RequestFactory

from roles.templatetags.danish import amount, kroner, month, percent, period
from roles.views import errors

NBSP = "\N{NO-BREAK SPACE}"


def test_the_frame_says_who_one_is_and_where(log_in, caseworker):
    page = log_in(caseworker).get("/standarder/").content.decode()

    assert "Asta Bøgelund" in page
    assert "Sagsbehandler, Team Nord" in page


def test_the_menu_marks_where_one_is(log_in, administrator):
    page = log_in(administrator).get("/organisation/").content.decode()

    assert page.count('aria-current="page"><span>Organisation og roller') == 2  # wide and narrow


def test_no_page_has_inline_script_or_style(log_in, caseworker):
    page = log_in(caseworker).get("/standarder/").content.decode()

    assert ("<style" in page, " style=" in page, "<script>" in page) == (False, False, False)


def test_asking_for_the_session_gives_a_token(log_in, caseworker):
    response = log_in(caseworker).get("/session/")

    assert (response.status_code, list(response.json())) == (200, ["csrf"])


@pytest.mark.django_db
def test_asking_for_the_session_without_login_leads_to_login(client):
    assert client.get("/session/").url == "/login/?next=/session/"


@pytest.mark.django_db
def test_missing_page_is_told_in_danish_with_a_number(client):
    response = client.get("/findes-ikke/")

    assert response.status_code == 404
    assert f"Fejlnummer: {response['X-Request-Id']}" in response.content.decode()


def test_page_without_right_is_told_in_danish(log_in, caseworker):
    response = log_in(caseworker).get("/organisation/")

    assert response.status_code == 403
    assert "din rolle giver ikke ret" in response.content.decode()


@pytest.mark.django_db
def test_stale_form_is_told_in_danish(settings):
    response = errors.csrf_failure(RequestFactory().post("/login/"))

    assert response.status_code == 403
    assert "blev ikke gemt" in response.content.decode()


@pytest.mark.parametrize(
    ("fault", "status"), [(ValueError("our fault"), 500), (OperationalError("gone"), 503)]
)
def test_our_own_faults_need_no_database(fault, status):
    request = RequestFactory().get("/")
    request.id = "abc123"

    try:
        raise fault
    except type(fault):
        response = errors.server_error(request)

    assert response.status_code == status
    assert "<h1>" in response.content.decode()


@pytest.mark.django_db
def test_too_many_attempts_are_told_in_danish(client):
    answers = [client.post("/login/", {"login": "a@b.dk", "password": "forkert"}) for _ in range(6)]

    assert answers[-1].status_code == 429
    assert "forsøg" in answers[-1].content.decode()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (amount(Decimal("2.00")), "2"),
        (amount(Decimal("2.50")), "2,5"),
        (amount(Decimal("1234.25")), "1.234,25"),
        (amount(Decimal(100)), "100"),
        (amount(4, "timer"), f"4{NBSP}timer"),
        (amount(None), "–"),
        (percent(0.453), f"45{NBSP}%"),
        (percent(Decimal("0.0125"), 1), f"1,2{NBSP}%"),
        (percent(None), "–"),
        (kroner(Decimal("1234567.50")), f"1.234.568{NBSP}kr."),
        (month(date(2026, 10, 1)), "oktober 2026"),
        (period(DateRange(date(2024, 1, 1), date(2025, 7, 1))), "01-01-2024 til 30-06-2025"),
        (period(DateRange(date(2024, 1, 1), None)), "fra 01-01-2024"),
    ],
)
def test_numbers_and_dates_are_written_as_danes_do(written, expected):
    assert written == expected
