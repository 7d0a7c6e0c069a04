"""Uniformity, the board's signs and the detector's settings: accessible, within the window, by keyboard."""

from datetime import date

import pytest

from followup.models import SignalNote
from followup.queries.months import month_plus
from tests.browser.conftest import OpenAs
from tests.factories import (
    DetectorSettingsFactory,
    DriftFactory,
    SignalNoteFactory,
    UnitFactory,
    standard_in_force,
)
from tests.followup.test_overview_page import AUGUST, published
from tests.followup.test_uniformity_page import OCTOBER, closed, facts

UNIFORMITY, SETTINGS = "/opfoelgning/ensartethed/", "/opfoelgning/signaler/indstillinger/"
OVERVIEW = "/opfoelgning/overblik/"


@pytest.fixture
def compared(team) -> None:
    """Four teams with suppliers; one decides otherwise in alike cases, one has few cases."""
    closed(OCTOBER)
    version = standard_in_force()
    for number, (above, inside) in enumerate([(10, 50), (12, 48), (40, 20), (2, 3)]):
        unit = UnitFactory(code=f"B{number}", name=f"Team {number} med et langt navn i Nordstranden")
        facts(unit, above=above, inside=inside, version=version, supplier=f"Fjordhjælpen {number}")


@pytest.fixture
def moving() -> None:
    """Fifteen published months, the last one far above the usual swings, and a goal for deadlines."""
    DetectorSettingsFactory(on_time_goal=0.9)
    for back in range(15):
        above = 63 if back == 0 else 9 + 6 * (back % 2)
        published(month_plus(AUGUST, -back), inside=99, above=above, on_time=63, late=9 + 6 * (back % 2))


def test_units_side_by_side_are_accessible(open_as: OpenAs, controller, compared):
    visitor = open_as(controller)

    assert visitor.faults(UNIFORMITY, f"{UNIFORMITY}?sammenlign=leverandoerer&noegletal=share_below") == []


def test_before_a_month_is_closed_the_page_is_accessible(open_as: OpenAs, controller):
    assert open_as(controller).faults(UNIFORMITY) == []


def test_the_boards_signs_are_accessible(open_as: OpenAs, politician, moving):
    assert open_as(politician).faults(OVERVIEW, f"{OVERVIEW}voksen/") == []


def test_the_settings_and_our_record_are_accessible(open_as: OpenAs, administrator):
    drift = DriftFactory(opened_in=date(2026, 5, 1))
    SignalNoteFactory(drift=drift, kind=SignalNote.Kind.EXPLAINED, cause=SignalNote.Cause.NOISE)

    assert open_as(administrator).faults(SETTINGS) == []


def test_the_question_is_asked_by_keyboard_and_kept_in_the_address(open_as: OpenAs, controller, compared):
    page = open_as(controller).open(UNIFORMITY)

    page.get_by_label("Sammenlign").select_option("leverandoerer")
    page.get_by_role("button", name="Vis").press("Enter")
    page.wait_for_url("**sammenlign=leverandoerer**")

    assert page.get_by_role("rowheader", name="Fjordhjælpen 2").count() == 1


def test_what_is_refused_is_told_on_top_and_saved_when_mended(open_as: OpenAs, administrator):
    page = open_as(administrator).open(SETTINGS)

    page.get_by_label("Andel tilfældige signaler").fill("80")
    page.get_by_role("button", name="Gem indstillinger").click()
    page.get_by_role("link", name="Vælg en andel mellem 1 % og 50 %.").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("15")
    page.keyboard.press("Enter")

    page.get_by_text("Indstillingerne er gemt.").wait_for()
    assert page.get_by_role("cell", name="15 %").count() == 1


def test_the_pages_obey_the_policy(open_as: OpenAs, controller, politician, administrator, compared, moving):
    for user, path in ((controller, UNIFORMITY), (politician, OVERVIEW), (administrator, SETTINGS)):
        visitor = open_as(user, strict_csp=True)
        visitor.open(path)

        assert visitor.complaints == []
