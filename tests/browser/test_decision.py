"""The caseworker's pages in a browser: keyboard only, live sentence, nothing that axe-core objects to."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from roles.models import RoleCode
from serviceniveau.actions.judgements import judge
from serviceniveau.models import Registration
from tests.browser.conftest import NARROW, WIDE
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    DeviationReasonFactory,
    InterventionFactory,
    LegalBasisFactory,
    NeedLevelFactory,
    RegistrationFactory,
    UnitFactory,
    UserFactory,
    give_role,
    standard_in_force,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asta(transactional_db):
    return give_role(UserFactory(name="Asta Bøgelund"), RoleCode.CASEWORKER, UnitFactory(name="Team Nord"))


@pytest.fixture
def case(asta):
    """A case with an application in danger, and a deviation without reason; the frame is 2-6 hours a week."""
    standard_in_force(need_level=NeedLevelFactory())
    InterventionFactory().legal_bases.add(LegalBasisFactory())
    DeviationReasonFactory()
    case = CaseFactory(number="S-1", unit=asta.assignments.get().unit, caseworker=asta)
    decided = RegistrationFactory(case=case, deviating=True, decided_on=localdate() - timedelta(days=9))
    judge(selection="SELECT %s::bigint", params=[decided.pk])
    ApplicationFactory(
        case=case, received_on=localdate() - timedelta(days=30), deadline_on=localdate() + timedelta(days=3)
    )
    return case


def choose(page, label, option):
    """Choose in a select by typing the option's first letters."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.type(option)


def test_decision_is_registered_by_keyboard_alone(open_as, asta, case):
    visitor = open_as(asta, strict_csp=True)
    page = visitor.open(reverse("decision-new"))

    page.get_by_label("Sagsnummer").focus()
    page.keyboard.type("S-1")
    page.keyboard.press("Tab")
    expect(page.locator("#case-region")).to_contain_text("Født 1990")
    choose(page, "Paragraf", "85")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Ydelse", exact=True).locator("option")).to_have_count(2)
    choose(page, "Ydelse", "Social")
    page.keyboard.press("Tab")
    page.keyboard.type("Ny")
    choose(page, "Støttebehov", "2")
    page.get_by_label("Samlet omfang").focus()
    page.keyboard.type("8")
    expect(page.locator("#live-check")).to_contain_text("2 timer over rammen (2–6 timer pr. uge).")
    choose(page, "Grund", "Sammen")
    page.keyboard.press("Tab")
    page.keyboard.type("Netværket er faldet væk.")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Gem afgørelsen").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sager/*/")

    saved = Registration.objects.exclude(deviation_reason=None).get()
    assert (saved.amount, saved.amount_unit, saved.status) == (8, "timer/uge", "afgjort")
    assert saved.deviation_text.startswith("Netværket er faldet væk.")
    assert visitor.complaints == []


def test_reason_typed_so_far_stays_while_the_amount_changes(open_as, asta, case):
    page = open_as(asta).open(f"{reverse('decision-new')}?sag={case.pk}")
    page.get_by_label("Paragraf").select_option(label="85 Socialpædagogisk støtte (SEL)")
    page.get_by_label("Ydelse", exact=True).select_option(label="Socialpædagogisk støtte")
    page.get_by_label("Afgørelsestype").select_option("bevilling_ny")
    page.get_by_label("Støttebehov").select_option(label="2 · Støttebehov 2")
    page.get_by_label("Samlet omfang").fill("8")
    page.get_by_label("Med dine egne ord").fill("Netværket er faldet væk.")

    page.get_by_label("Samlet omfang").fill("9")

    expect(page.locator("#live-check")).to_contain_text("3 timer over rammen")
    expect(page.get_by_label("Med dine egne ord")).to_have_value("Netværket er faldet væk.")


def test_a_list_that_would_look_the_same_is_not_drawn_again(open_as, asta, case):
    page = open_as(asta).open(f"{reverse('decision-new')}?sag={case.pk}")
    page.get_by_label("Paragraf").select_option(label="85 Socialpædagogisk støtte (SEL)")
    page.get_by_label("Ydelse", exact=True).select_option(label="Socialpædagogisk støtte")
    page.get_by_label("Afgørelsestype").select_option("bevilling_ny")
    page.get_by_label("Støttebehov").select_option(label="2 · Støttebehov 2")
    page.get_by_label("Samlet omfang").fill("8")
    expect(page.locator("#live-check")).to_contain_text("2 timer over rammen")
    reason = page.get_by_label("Grund", exact=True)
    reason.evaluate("field => { field.opened = true }")

    page.get_by_label("Samlet omfang").fill("9")

    expect(page.locator("#live-check")).to_contain_text("3 timer over rammen")
    expect(reason).to_have_js_property("opened", True)


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_pages_have_no_violations_and_fit(open_as, asta, case, viewport):
    visitor = open_as(asta, viewport=viewport)
    addresses = [
        reverse("caseload"),
        reverse("case-detail", args=[case.pk]),
        reverse("decision-new"),
        f"{reverse('decision-new')}?sag={case.pk}",
        reverse("decision-edit", args=[case.registrations.get().pk]),
    ]

    found = {}
    for address in addresses:
        visitor.open(address)
        found[address] = (visitor.axe(), visitor.overflow())

    assert found == dict.fromkeys(addresses, ([], 0))


def test_error_page_has_no_violations(open_as, asta, case):
    visitor = open_as(asta)
    page = visitor.open(f"{reverse('decision-new')}?sag={case.pk}")

    page.get_by_role("button", name="Gem afgørelsen").click()
    page.wait_for_selector(".error-summary")

    assert visitor.axe() == []
