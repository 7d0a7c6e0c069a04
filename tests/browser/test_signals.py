"""The pages of signals: accessible, within the window, obeying the policy, by keyboard, without scripts."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from followup.actions.months import close_month
from followup.actions.notes import accept, explain, plan_action
from followup.models import MeasureCode, SignalNote
from serviceniveau.models import StandardVersion
from tests.browser.conftest import NARROW, OpenAs
from tests.factories import ServiceLevelFactory, adopt
from tests.followup.months import decisions, judge_all
from tests.followup.test_signal_pages import drift_at

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
LIST = "/opfoelgning/signaler/"
LATER = localdate() + timedelta(days=60)


@pytest.fixture
def version(team) -> StandardVersion:
    return adopt(ServiceLevelFactory().version, date(2026, 1, 1))


@pytest.fixture
def drift(team, version, leader):
    """Two closed months and three signals: one explained with an action, one accepted, one provisional."""
    for month, above in ((JULY, 1), (AUGUST, 3)):
        decisions(team, month, above=above, inside=4 - above, version=version)
    judge_all()
    for month in (JULY, AUGUST):
        close_month(month=month)
    found = drift_at(team, version)
    explain(drift=found, cause="praksis", text="Nye kolleger.", by=leader)
    plan_action(drift=found, text="Læs ti sager sammen.", owner=leader, due_on=LATER, by=leader)
    quiet = drift_at(team, version, measure=MeasureCode.SHARE_BELOW)
    accept(drift=quiet, until=LATER, text="Vi afventer standarden.", by=leader)
    drift_at(team, version, measure=MeasureCode.SHARE_WITHOUT_REASON, provisional=True)
    return found


def test_the_pages_are_accessible(open_as: OpenAs, leader, drift):
    one = f"{LIST}{drift.pk}/"
    action = SignalNote.objects.get(kind=SignalNote.Kind.ACTION)

    visitor = open_as(leader)

    assert visitor.faults(LIST, one, f"{one}?maaned=2026-08", f"{one}sager/") == []
    forms = (f"{one}forklar/", f"{one}accepter/", f"{one}handling/", f"{one}bemaerkning/")
    assert visitor.faults(*forms, f"{LIST}handling/{action.pk}/udfoert/") == []


def test_what_is_folded_is_accessible_when_opened(open_as: OpenAs, leader, drift):
    visitor = open_as(leader)
    for path in (LIST, f"{LIST}{drift.pk}/"):
        visitor.open(path)

        for summary in visitor.page.locator("details > summary").all():
            summary.click()

        assert visitor.axe() == []


def test_an_empty_list_is_accessible(open_as: OpenAs, leader, team):
    assert open_as(leader).faults(LIST) == []


def test_a_signal_is_explained_by_keyboard_without_leaving_the_page(open_as: OpenAs, leader, drift):
    visitor = open_as(leader, strict_csp=True)
    page = visitor.open(f"{LIST}{drift.pk}/")

    page.get_by_role("link", name="Forklar", exact=True).press("Enter")
    form = page.locator("#signal-form")
    expect(form.get_by_role("heading", name="Forklar signalet")).to_be_visible()
    form.get_by_label("Forklaring").fill("Flere med store behov.")
    form.get_by_role("button", name="Gem forklaring").press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("Vælg den årsag, der forklarer mest.")
    assert form.get_by_label("Forklaring").input_value() == "Flere med store behov."

    form.get_by_label("Andre sager end før").press("Space")
    form.get_by_role("button", name="Gem forklaring").press("Enter")

    history = page.locator("#forloeb")
    expect(history).to_contain_text("Forklaringen er gemt.")
    expect(history).to_be_focused()
    expect(history).to_contain_text("Flere med store behov.")
    assert visitor.complaints == [
        "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
    ]


def test_forms_that_came_to_the_page_are_accessible(open_as: OpenAs, leader, drift):
    visitor = open_as(leader, viewport=NARROW)
    page = visitor.open(f"{LIST}{drift.pk}/")

    page.get_by_role("link", name="Aftal en handling").click()
    page.get_by_role("button", name="Gem handling").click()
    expect(page.get_by_role("alert")).to_contain_text("Vælg den ansvarlige.")

    assert (visitor.axe(), visitor.overflow()) == ([], 0)


def test_the_list_is_filtered_without_leaving_the_page(open_as: OpenAs, leader, drift):
    visitor = open_as(leader, strict_csp=True)
    page = visitor.open(LIST)

    page.get_by_label("Nøgletal").select_option("share_without_reason")
    page.wait_for_url("**noegletal=share_without_reason**")

    expect(page.locator("#signals .signal-rows > li")).to_have_count(1)
    expect(page.locator("#signals")).to_contain_text("Foreløbigt")
    assert visitor.complaints == []


def test_a_remark_is_written_without_scripts(browser, open_as: OpenAs, leader, drift):
    visitor = open_as(leader)
    context = browser.new_context(java_script_enabled=False, locale="da-DK")
    context.add_cookies(visitor.page.context.cookies())
    page = context.new_page()
    page.goto(f"{visitor.address}{LIST}{drift.pk}/")

    page.get_by_role("link", name="Skriv en bemærkning").click()
    page.get_by_label("Bemærkning").fill("Vi ser på det.")
    page.get_by_role("button", name="Gem bemærkning").click()

    expect(page.locator("#forloeb")).to_contain_text("Vi ser på det.")
    expect(page).to_have_url(f"{visitor.address}{LIST}{drift.pk}/#forloeb")
    context.close()
