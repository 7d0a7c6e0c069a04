"""The plan in a browser: written by keyboard alone, two editors at once, nothing that axe-core objects to."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from roles.models import Phase, Responsibility, Role, RoleCode
from tests.browser.conftest import NARROW
from tests.factories import (
    PlanFactory,
    PlanRoleFactory,
    ResponsibilityFactory,
    UserFactory,
    department,
    give_role,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bo(transactional_db):
    return give_role(UserFactory(name="Bo Faglig"), RoleCode.PROFESSIONAL_LEAD, department())


@pytest.fixture
def plan(bo):
    """A draft of two roles; the leaders have one line, looked at every month."""
    plan = PlanFactory(unit=department(), subject="Voksen handicap")
    PlanRoleFactory(plan=plan)
    PlanRoleFactory(plan=plan, role=Role.objects.get(code=RoleCode.CASEWORKER))
    ResponsibilityFactory(plan=plan, text="Ser på signaler", first_due_on=date(2026, 1, 15))
    return plan


def texts(plan, phase=Phase.FOLLOW_UP):
    return list(plan.responsibilities.filter(phase=phase).order_by("position").values_list("text", flat=True))


def status(page):
    return page.locator(".line-status")


def test_lines_are_written_moved_and_removed_by_keyboard_alone(open_as, bo, plan):
    visitor = open_as(bo, strict_csp=True)
    page = visitor.open(reverse("plan-edit", args=[plan.pk]))
    keys = page.keyboard

    page.get_by_role("link", name="Ret: Ser på signaler").focus()
    keys.press("Enter")
    expect(page.get_by_label("Ansvar", exact=True)).to_be_focused()
    keys.insert_text(" hver måned")  # at once: nothing is saved half written
    expect(status(page)).to_contain_text("Gemt kl.")
    keys.press("Enter")
    expect(page.get_by_role("form", name="Nyt ansvar")).to_be_visible()
    expect(page.get_by_label("Ansvar", exact=True)).to_be_focused()
    keys.insert_text("Taler med teamet")
    expect(status(page)).to_contain_text("Gemt kl.")
    keys.press("Escape")
    written = page.get_by_role("link", name="Ret: Taler med teamet")
    expect(written).to_be_focused()
    assert texts(plan) == ["Ser på signaler hver måned", "Taler med teamet"]

    keys.press("Alt+ArrowUp")
    expect(page.locator(".line").first).to_contain_text("Taler med teamet")
    expect(written).to_be_focused()
    keys.press("Alt+ArrowLeft")
    expect(page.locator(f"[id$='-{Phase.IMPLEMENTATION.value}']").first).to_contain_text("Taler med teamet")
    expect(written).to_be_focused()
    assert texts(plan, Phase.IMPLEMENTATION) == ["Taler med teamet"]

    keys.press("Enter")
    page.get_by_role("button", name="Fjern", exact=True).focus()
    keys.press("Enter")
    expect(page.get_by_role("button", name="Fortryd")).to_be_focused()
    keys.press("Enter")
    expect(written).to_be_focused()
    assert texts(plan, Phase.IMPLEMENTATION) == ["Taler med teamet"]
    assert visitor.complaints == []


def test_two_editors_lose_neither_text(open_as, bo, plan):
    ida = give_role(UserFactory(name="Ida Admin"), RoleCode.ADMINISTRATOR, department())
    first, second = (open_as(each).open(reverse("plan-edit", args=[plan.pk])) for each in (bo, ida))
    for page in (first, second):
        page.get_by_role("link", name="Ret: Ser på signaler").click()
        expect(page.get_by_label("Ansvar", exact=True)).to_be_focused()

    first.keyboard.insert_text(" om mandagen")
    expect(status(first)).to_contain_text("Gemt kl.")
    second.keyboard.insert_text(" om fredagen")

    expect(status(second)).to_contain_text("Bo Faglig rettede ansvaret")
    expect(status(second)).to_contain_text("Ser på signaler om mandagen")
    expect(second.get_by_label("Ansvar", exact=True)).to_have_value("Ser på signaler om fredagen")
    second.get_by_role("button", name="Gem min udgave").click()
    expect(status(second)).to_contain_text("Gemt kl.")
    assert texts(plan) == ["Ser på signaler om fredagen"]
    assert Responsibility.history.filter(text="Ser på signaler om mandagen").exists()


def test_line_is_dragged_to_another_cell(open_as, bo, plan):
    page = open_as(bo).open(reverse("plan-edit", args=[plan.pk]))
    caseworkers = Role.objects.get(code=RoleCode.CASEWORKER)

    with page.expect_response("**/flyt/**"):
        page.locator(".line").drag_to(page.locator(f"#celle-{caseworkers.pk}-udvikling"))

    expect(page.locator(f"#celle-{caseworkers.pk}-udvikling")).to_contain_text("Ser på signaler")
    expect(page.locator(".line")).to_have_count(1)
    moved = plan.responsibilities.get()
    assert (moved.role, moved.phase) == (caseworkers, Phase.DEVELOPMENT)


def test_pages_have_no_violations_and_fit(open_as, bo, plan):
    visitor = open_as(bo)
    names = ("plan-detail", "plan-edit", "plan-completeness", "plan-changes", "plan-adopt")
    addresses = [reverse(name, args=[plan.pk]) for name in names]
    line = reverse("responsibility-edit", args=[plan.responsibilities.get().pk])

    assert visitor.faults(*addresses, line, reverse("plan-list"), reverse("event-list")) == []


def test_open_form_has_no_violations_on_a_narrow_screen(open_as, bo, plan):
    visitor = open_as(bo, viewport=NARROW)
    page = visitor.open(reverse("plan-edit", args=[plan.pk]))

    page.get_by_role("link", name="Ret: Ser på signaler").click()
    expect(page.get_by_label("Ansvar", exact=True)).to_be_focused()
    page.get_by_role("link", name="Tidligere udgaver").click()
    expect(page.locator(".line-history")).to_contain_text("ingen tidligere udgaver")

    assert (visitor.axe(), visitor.overflow()) == ([], 0)
    assert page.get_by_role("heading", name="Opfølgning").first.is_visible()
