"""People, roles and deputies in a browser: at three widths, by keyboard, within the policy."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import localdate

from roles.actions.attestations import open_attestations
from roles.models import Attestation, RoleAssignment, RoleCode, RoleRequest
from tests.browser.conftest import OpenAs
from tests.factories import RoleRequestFactory, UserFactory, give_role

TODAY = localdate()


def test_the_administrators_pages_are_accessible(open_as: OpenAs, administrator, caseworker, leader):
    asked, own = RoleRequestFactory(unit=leader.assignments.get().unit), caseworker.assignments.get()
    RoleRequestFactory(user=caseworker, unit=own.unit)
    UserFactory(name="Uden Rolle")
    pages = [
        *(reverse(page) for page in ("person-list", "person-new", "leaver-list", "request-list")),
        reverse("assignment-new"),
        *(reverse(page, args=[caseworker.pk]) for page in ("person-detail", "person-edit")),
        *(reverse(page, args=[own.pk]) for page in ("assignment-end", "deputy-new")),
        reverse("request-decide", args=[asked.pk]),
    ]

    assert open_as(administrator).faults(*pages) == []


def test_the_review_of_roles_is_accessible(open_as: OpenAs, leader, caseworker):
    open_attestations(as_of=TODAY)
    opened = Attestation.objects.get(unit=leader.assignments.get().unit)
    pages = [reverse("attestation-list"), reverse("attestation-detail", args=[opened.pk])]

    assert open_as(leader).faults(*pages, reverse("deputy-list")) == []


def test_a_role_is_asked_for_and_given_by_keyboard(open_as: OpenAs, administrator, caseworker):
    second = give_role(UserFactory(), RoleCode.ADMINISTRATOR, administrator.assignments.get().unit)
    first = open_as(administrator, strict_csp=True)
    page = first.open(reverse("assignment-new"))
    page.get_by_label("Person").focus()
    page.keyboard.type("asta")
    found = page.locator("#person-options option", has_text="Asta Bøgelund")
    found.wait_for(state="attached")
    page.get_by_label("Person").fill(found.get_attribute("value"))
    page.get_by_label("Rolle", exact=True).select_option(label="Teamledelse")
    page.get_by_label("Enhed").select_option(label="\N{NO-BREAK SPACE}" * 12 + "Team Nord")
    page.get_by_role("button", name="Giv rollen").press("Enter")
    page.get_by_text("venter på, at en anden administrator").wait_for()

    page = open_as(second).open(reverse("request-list"))
    page.get_by_role("link", name="Asta Bøgelund: Teamledelse, Team Nord").press("Enter")
    page.get_by_role("button", name="Giv rollen").press("Enter")
    page.get_by_text("Asta Bøgelund har fået rollen Teamledelse i Team Nord.").wait_for()

    assert first.complaints == []
    assert RoleAssignment.objects.filter(user=caseworker, role__code="teamledelse").count() == 1
    assert RoleRequest.objects.get().decided_by == second


def test_a_deputy_is_named_and_stopped(open_as: OpenAs, caseworker, leader):
    page = open_as(caseworker).open(reverse("deputy-list"))

    page.get_by_role("link", name="Udpeg stedfortræder").click()
    page.get_by_label("Stedfortræder", exact=True).fill("Ib Lærkedal")
    page.get_by_label("Sidste dag").fill(f"{TODAY + timedelta(days=9):%d-%m-%Y}")
    page.get_by_role("button", name="Udpeg stedfortræder").click()
    page.get_by_text("Ib Lærkedal er stedfortræder for Asta Bøgelund.").wait_for()
    page.get_by_role("button", name="Afslut Ib Lærkedal som stedfortræder").click()
    page.get_by_text("er ikke længere stedfortræder").wait_for()

    assert not leader.assignments.filter(deputy_of=caseworker).exists()


def test_roles_are_answered_one_by_one(open_as: OpenAs, leader, caseworker):
    open_attestations(as_of=TODAY)
    opened = Attestation.objects.get(unit=leader.assignments.get().unit)
    page = open_as(leader).open(reverse("attestation-detail", args=[opened.pk]))

    page.get_by_label("Skal afsluttes").check()
    page.get_by_label("Bemærkning").fill("Er stoppet")
    page.get_by_role("button", name="Gem svar").click()
    page.get_by_text("Du har svaret for 1 rolle.").wait_for()

    assert [(each.answer, each.remark) for each in opened.items.exclude(answer="")] == [
        ("afsluttes", "Er stoppet")
    ]
