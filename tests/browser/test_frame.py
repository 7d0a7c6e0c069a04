"""The frame and the pages that are not casework: accessible, within the window, obeying the policy."""

import re

import pytest
from playwright.sync_api import expect

from roles.models import RoleCode, User
from serviceniveau.models import QualityStandard
from tests.browser.conftest import NARROW, NARROWEST, WIDE, OpenAs, Visitor
from tests.factories import (
    QualityStandardFactory,
    ServiceLevelFactory,
    StandardVersionFactory,
    UserFactory,
    adopt,
    give_role,
)


@pytest.fixture
def standard(team) -> QualityStandard:
    version = StandardVersionFactory(
        standard=QualityStandardFactory(title="Socialpædagogisk støtte", is_fictitious=True),
        citizen_text="Du kan få støtte til hverdagen.",
        included=["Støtte til at komme ud af døren"],
        not_included=["Ferie indgår normalt ikke"],
        dispensation=["Akut krise"],
        decision_deadline=8,
        decision_deadline_unit="uger",
    )
    ServiceLevelFactory(version=version)
    StandardVersionFactory(standard=version.standard, number=2)
    return adopt(version).standard


@pytest.fixture
def library_standard(team) -> QualityStandard:
    standard = QualityStandardFactory(
        title="Bostøtte", origin_municipality="Nyborg", origin_url="https://example.org/bostoette"
    )
    ServiceLevelFactory(version=StandardVersionFactory(standard=standard))
    return standard


@pytest.fixture
def caseworker(caseworker) -> User:
    """One who logs in with a password."""
    caseworker.set_password("fjordby-demo-2026")
    caseworker.save(update_fields=["password"])
    return caseworker


@pytest.fixture
def lead(team) -> User:
    return give_role(UserFactory(name="Liv Eng"), RoleCode.PROFESSIONAL_LEAD, team.parent.parent.parent)


@pytest.fixture
def faults(open_as: OpenAs):
    """Open pages and collect what is wrong with each, at three widths or against the policy."""

    def found(user: User | None, *paths: str) -> dict[str, list[str]]:
        visitor, strict = open_as(user), open_as(user, strict_csp=True)
        wrong = {path: look(visitor, path) + obey(strict, path) for path in paths}
        return {path: texts for path, texts in wrong.items() if texts}

    return found


def look(visitor: Visitor, path: str) -> list[str]:
    page, wrong = visitor.open(path), []
    for viewport in (WIDE, NARROW, NARROWEST):
        page.set_viewport_size(viewport)
        wrong += [f"{viewport['width']}: {text}" for text in visitor.axe()]
        if excess := visitor.overflow():
            wrong.append(f"{viewport['width']}: {excess} pixels too wide")
    return wrong


def obey(visitor: Visitor, path: str) -> list[str]:
    visitor.complaints.clear()
    visitor.open(path)
    return [text for text in visitor.complaints if "Failed to load resource" not in text]


def test_pages_without_login_are_accessible(faults):
    pages = ["/login/", "/findes-ikke/", "/adgangskode/glemt/", "/adgangskode/sendt/", "/adgangskode/ny/1-x/"]

    assert faults(None, *pages, "/adgangskode/valgt/") == {}


def test_login_of_the_demo_is_accessible(faults, caseworker, settings):
    settings.DEMO = True

    assert faults(None, "/login/") == {}


def test_pages_of_a_caseworker_are_accessible(faults, caseworker, standard, library_standard):
    pages = [
        "/standarder/",
        "/standarder/?soeg=kvaksalver",
        "/organisation/",
        "/adgangskode/",
        "/logud/",
        "/nej/",
    ]
    details = [f"/standarder/{standard.pk}/", f"/standarder/{library_standard.pk}/"]

    assert faults(caseworker, *pages, *details) == {}


def test_pages_of_the_professional_lead_are_accessible(faults, lead, standard, library_standard):
    shelves = [f"/standarder/?vis={shelf}" for shelf in ("i-kraft", "kladder", "bibliotek", "tidligere")]
    details = [f"/standarder/{standard.pk}/", f"/standarder/{standard.pk}/version/2/"]

    assert faults(lead, *shelves, *details) == {}


def test_organisation_is_accessible(faults, administrator, caseworker):
    pages = ["/organisation/", "/organisation/?soeg=nord", "/organisation/?soeg=findes-ikke"]

    assert faults(administrator, *pages) == {}


def test_searching_standards_needs_no_button(open_as, caseworker, standard):
    page = open_as(caseworker).open("/standarder/")

    page.fill("#soeg", "kvaksalver")

    page.wait_for_selector("text=Ingen standard passer til din søgning")
    expect(page).to_have_url(re.compile(r"\?soeg=kvaksalver&vis=i-kraft$"))


def test_menu_opens_and_closes_by_keyboard_on_a_phone(open_as, administrator):
    page = open_as(administrator, viewport=NARROW).open("/organisation/")

    page.focus(".js-menu-open")
    page.keyboard.press("Enter")
    expect(page.locator(".mobile-drawer").get_by_text("Standarder")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator(".mobile-drawer")).to_be_hidden()


def test_skip_link_comes_first_and_leads_to_the_content(open_as, caseworker, standard):
    page = open_as(caseworker).open("/standarder/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main-content")).to_be_focused()


def test_session_warning_appears_and_can_be_renewed(open_as, caseworker):
    page = open_as(caseworker).open("/adgangskode/")
    page.fill("#id_oldpassword", "noget jeg har skrevet")

    page.evaluate("session.last -= 26 * 60 * 1000; followSession()")
    warned = page.is_visible("text=Du bliver snart logget ud")
    page.click("text=Bliv logget ind")
    page.wait_for_selector("#session-warning", state="hidden")

    assert (warned, page.input_value("#id_oldpassword")) == (True, "noget jeg har skrevet")


def test_what_is_typed_can_be_sent_after_logging_in_again(open_as, caseworker):
    visitor = open_as(caseworker)
    page = visitor.open("/adgangskode/")
    page.fill("#id_oldpassword", "forkert adgangskode")
    page.context.clear_cookies()

    page.evaluate("session.last = 0; followSession()")
    told = page.is_visible("text=Det, du har skrevet, står her stadig")
    other = page.context.new_page()
    other.goto(visitor.address + "/login/")
    other.fill("#id_login", caseworker.email)
    other.fill("#id_password", "fjordby-demo-2026")
    other.click("main button[type=submit]")
    other.wait_for_url(lambda url: "/login/" not in url)
    other.close()
    page.evaluate("renewSession()")
    page.click("main button[type=submit]")

    page.wait_for_selector("text=Ret dette, før du kan gå videre")
    assert told
