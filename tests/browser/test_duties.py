import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import expect

from roles.models import Duty, MailTemplate
from tests.factories import DutyFactory, PlanFactory, ResponsibilityFactory

TODAY = localdate()


@pytest.fixture
def duties(team):
    plan = PlanFactory(unit=team.parent)
    asked = ResponsibilityFactory(plan=plan, text="Gennemgår signalerne", evidence="Referat")
    late = DutyFactory(responsibility=asked, unit=team, due_on=TODAY - timedelta(days=19))
    DutyFactory(responsibility=asked, unit=team, due_on=TODAY + timedelta(days=3))
    plan.adopted_on, plan.body = TODAY, "Socialudvalget"
    plan.save()
    return late


def test_pages_about_duties_are_accessible(open_as, leader, duties):
    visitor = open_as(leader)
    first_page = reverse("caseload")  # with the card

    pages = ("/opgaver/", f"/opgaver/{duties.pk}/", "/aarshjul/", "/ansvar/ubesat/", first_page)
    assert visitor.faults(*pages) == []


def test_pages_about_letters_are_accessible(open_as, administrator):
    MailTemplate.objects.get_or_create(
        code="dagens_opgaver", defaults={"subject": "Opgaver", "body": "{fornavn} {opgaver} {link}"}
    )

    visitor = open_as(administrator)

    assert (
        visitor.faults(
            "/organisation/mails/", "/organisation/mails/dagens_opgaver/", "/organisation/mails/sendt/"
        )
        == []
    )


def test_duty_is_done_in_the_list_by_keyboard(open_as, leader, duties):
    visitor = open_as(leader, strict_csp=True)
    page = visitor.open("/opgaver/")
    line = page.locator(f"#opgave-{duties.pk}")

    line.get_by_role("link", name="Meld udført").press("Enter")
    expect(line.get_by_label("Dokumentation")).to_be_focused()
    line.get_by_role("button", name="Meld udført").press("Enter")
    expect(line.get_by_role("alert")).to_contain_text("Skriv, hvor dokumentationen findes.")

    line.get_by_label("Dokumentation").fill("Referat nr. 7")
    line.get_by_label("Dokumentation").press("Enter")
    expect(line).to_contain_text(f"Udført {TODAY:%d-%m-%Y} af {leader}")
    assert Duty.objects.get(pk=duties.pk).evidence == "Referat nr. 7"

    line.get_by_role("button", name="Åbn igen").press("Enter")
    expect(line.get_by_role("link", name="Meld udført")).to_be_visible()
    assert not Duty.objects.get(pk=duties.pk).is_done
    assert [each for each in visitor.complaints if "status of 422" not in each] == []  # the asked evidence


def test_calendar_address_is_shown_once(open_as, leader):
    page = open_as(leader).open("/opgaver/")

    page.get_by_role("button", name="Lav en kalenderadresse").click()
    shown = page.get_by_label("Din kalenderadresse")
    expect(shown).to_be_visible()
    assert page.request.get(shown.input_value()).ok

    page.reload()
    expect(shown).to_have_count(0)


def test_year_follows_the_filters(open_as, leader, duties):
    page = open_as(leader).open(reverse("year-wheel"))
    expect(page.get_by_role("img", name=f"Årshjul {TODAY.year}")).to_be_visible()

    page.get_by_label("Fase").select_option("Udvikling")

    expect(page.get_by_text("Ingen opgaver passer.")).to_be_visible()
    expect(page).to_have_url(re.compile("fase=udvikling"))
