from datetime import date

import pytest
from django.urls import reverse

from followup.actions.months import close_month, start_closing
from followup.models import DriftSignal, MonthlyRun
from serviceniveau.models import ImportRun
from tests.factories import RegistrationFactory, UnitFactory, department, standard_in_force
from tests.followup.months import decisions, judge_all

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)

pytestmark = pytest.mark.django_db


def signal(unit, version):
    return DriftSignal.objects.create(
        month=AUGUST,
        revision=1,
        measure="share_above",
        unit=unit,
        standard=version.standard,
        intervention=version.levels.get().intervention,
        direction="up",
        since=AUGUST,
        observed=9,
        n=20,
        expected=3.0,
        low=0.3,
        high=0.6,
        probability=0.97,
        provisional=False,
    )


def states(page) -> dict[str, str]:
    return {f"{row.month:%Y-%m}": row.state for row in page.context["rows"]}


def test_the_controller_sees_open_provisional_and_closed_months(team, controller, log_in):
    for month in (JULY, AUGUST):
        RegistrationFactory(case__unit=team, decided_on=month)
        close_month(month=month)
    start_closing(month=date(2026, 9, 1))

    page = log_in(controller).get(reverse("month-list"))

    shown = states(page)
    assert (shown["2026-07"], shown["2026-08"], shown["2026-09"]) == ("lukket", "foreløbig", "åben")
    assert "Rapport: 0 af 4" in page.content.decode()
    assert page.content.decode().count("Alle trin er færdige") == 2


def test_a_late_change_is_told(team, controller, log_in):
    for month in (JULY, AUGUST):
        RegistrationFactory(case__unit=team, decided_on=month)
        close_month(month=month)
    RegistrationFactory(case__unit=team, decided_on=JULY)

    page = log_in(controller).get(reverse("month-list"))

    assert states(page)["2026-07"] == "foreløbig"
    assert "1 afgørelser ved lukningen, 2 nu." in page.content.decode()


def test_a_step_that_failed_says_why(team, controller, log_in):
    RegistrationFactory(case__unit=team, decided_on=AUGUST)
    start_closing(month=AUGUST)
    MonthlyRun.objects.filter(step="tal").update(state="fejlet", error="OperationalError: disk full")

    page = log_in(controller).get(reverse("month-list"))

    assert "OperationalError: disk full" in page.content.decode()


def test_receipts_of_imports_are_listed(controller, log_in):
    ImportRun.objects.create(
        subject="afgoerelser", file_name="juli.csv", sha256="0" * 64, state="faerdig", rows=9, created=9
    )

    page = log_in(controller).get(reverse("month-list"))

    assert "juli.csv" in page.content.decode()


def test_others_may_not_see_the_months(leader, log_in):
    assert log_in(leader).get(reverse("month-list")).status_code == 403


def test_the_number_of_queries_does_not_follow_the_months(
    team, controller, log_in, django_assert_num_queries
):
    client = log_in(controller)
    counts = []
    for month in (JULY, AUGUST, date(2026, 9, 1)):
        RegistrationFactory(case__unit=team, decided_on=month)
        close_month(month=month)
        with django_assert_num_queries(20, exact=False) as queries:
            client.get(reverse("month-list"))
        counts.append(len(queries))
    assert counts[0] == counts[2]


@pytest.fixture
def august(team):
    version = standard_in_force()
    decisions(team, AUGUST, above=1, inside=2, version=version)
    judge_all()
    close_month(month=AUGUST)
    return version


def test_signals_of_a_standard_are_those_of_the_readers_units(team, august, leader, log_in):
    signal(team, august)
    signal(UnitFactory(name="Team Fremmed", parent=department("FJO-SS-AN")), august)

    page = log_in(leader).get(reverse("standard-signals", args=[august.standard.pk]))

    text = page.content.decode()
    assert "9 af 20 afgørelser lå over rammen i august 2026." in text
    assert "Team Fremmed" not in text


def test_the_fragment_is_only_what_htmx_asked_for(august, leader, log_in):
    address = reverse("standard-signals", args=[august.standard.pk])

    page = log_in(leader).get(address, headers={"HX-Request": "true"})

    assert "<html" not in page.content.decode()
    assert "Ingen tegn på ændret praksis i august 2026" in page.content.decode()


def test_signals_are_not_for_caseworkers_nor_of_unknown_standards(august, caseworker, leader, log_in):
    assert log_in(caseworker).get(reverse("standard-signals", args=[august.standard.pk])).status_code == 403
    assert log_in(leader).get(reverse("standard-signals", args=[0])).status_code == 404


def test_the_fragment_takes_the_same_queries_for_one_and_three(
    team, august, leader, log_in, django_assert_num_queries
):
    client, address = log_in(leader), reverse("standard-signals", args=[august.standard.pk])
    client.get(address)
    signal(team, august)
    with django_assert_num_queries(20, exact=False) as one:
        client.get(address)
    for measure in ("share_below", "share_without_reason"):
        more = DriftSignal.objects.get(measure="share_above")
        more.pk, more.measure = None, measure
        more.save()
    with django_assert_num_queries(20, exact=False) as three:
        client.get(address)
    assert len(one) == len(three)
