"""The leader's and the politician's pages: accessible, within the window, obeying the policy, by keyboard."""

from datetime import date

import pytest
from playwright.sync_api import expect

from followup.actions.months import close_month
from serviceniveau.models import ImportRun, Registration, StandardVersion
from tests.browser.conftest import OpenAs
from tests.factories import RegistrationFactory, ServiceLevelFactory, adopt
from tests.followup.months import decisions, judge_all
from tests.followup.test_overview_page import year
from tests.followup.test_team_page import signal

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
TEAM, OVERVIEW = "/opfoelgning/mit-team/", "/opfoelgning/overblik/"


@pytest.fixture
def version(team) -> StandardVersion:
    return adopt(ServiceLevelFactory().version, date(2026, 1, 1))


@pytest.fixture
def closed(team, version) -> None:
    """Two closed months, a signal, a missing reason and nothing published but what they say."""
    for month in (JULY, AUGUST):
        decisions(team, month, above=1, inside=3, version=version)
    judge_all()
    for month in (JULY, AUGUST):
        close_month(month=month)
    signal(team, version, provisional=True)


def test_the_leaders_page_is_accessible(open_as: OpenAs, leader, closed):
    assert open_as(leader).faults(TEAM, f"{TEAM}?maaned=2026-07") == []


def test_a_page_without_closed_months_is_accessible(open_as: OpenAs, leader, politician, team):
    assert open_as(leader).faults(TEAM) == []
    assert open_as(politician).faults(OVERVIEW, f"{OVERVIEW}boern/") == []


def test_the_overview_is_accessible(open_as: OpenAs, politician, version):
    year(months=36, inside=39, above=9, below=3, incomplete=3, on_time=21, late=3)

    assert open_as(politician).faults(OVERVIEW, f"{OVERVIEW}?periode=1", f"{OVERVIEW}voksen/") == []


def test_folded_tables_are_accessible_when_opened(open_as: OpenAs, leader, closed):
    visitor = open_as(leader)
    visitor.open(TEAM)

    for summary in visitor.page.locator("details > summary").all():
        summary.click()

    expect(visitor.page.get_by_role("cell", name="25 %").first).to_be_visible()
    assert visitor.axe() == []


def test_months_receipts_and_a_standards_signals_are_accessible(open_as: OpenAs, controller, closed, version):
    ImportRun.objects.create(subject="afgoerelser", file_name="afgoerelser.csv", state="faerdig")
    visitor = open_as(controller)

    assert visitor.faults("/opfoelgning/maaneder/", f"/standarder/{version.standard_id}/") == []
    visitor.page.get_by_text("Team Nord").first.wait_for()


def test_decisions_that_wait_for_approval_are_accessible(open_as: OpenAs, leader, team):
    assert open_as(leader).faults("/afgoerelser/godkendelse/") == []

    RegistrationFactory(case__unit=team, status=Registration.Status.AWAITING, deviating=True)

    assert open_as(leader).faults("/afgoerelser/godkendelse/") == []


def test_the_pages_obey_the_policy(open_as: OpenAs, leader, politician, closed):
    for user, path in ((leader, TEAM), (politician, OVERVIEW), (politician, f"{OVERVIEW}voksen/")):
        visitor = open_as(user, strict_csp=True)
        visitor.open(path)

        assert visitor.complaints == []


def test_the_month_is_chosen_by_keyboard_and_kept_in_the_address(open_as: OpenAs, leader, closed):
    page = open_as(leader).open(TEAM)

    page.get_by_label("Måned", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**maaned=2026-07")

    expect(page.locator(".lead")).to_contain_text("juli 2026")


def test_a_card_opens_the_page_of_its_area(open_as: OpenAs, politician, version):
    year(months=24, inside=39, above=9)
    page = open_as(politician).open(OVERVIEW)

    page.get_by_role("link", name="Voksne").click()

    expect(page.locator("h1")).to_have_text("Voksne")
    expect(page.locator(".chart-wide:visible")).to_have_count(1)
