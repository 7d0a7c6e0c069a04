"""The tree of units and the moving of cases: accessible, within the window, without a mouse."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from roles.models import RoleCode, Unit
from serviceniveau.models import Case
from tests.browser.conftest import OpenAs
from tests.factories import CaseFactory, PlanFactory, UnitFactory, UserFactory, give_role


@pytest.fixture
def heir(team) -> Unit:
    return UnitFactory(code="FJO-SS-VH-T2", name="Team Syd")


@pytest.fixture
def cases(team, caseworker) -> list[Case]:
    return [CaseFactory(unit=team, caseworker=caseworker) for _ in range(12)]


def test_units_are_accessible(open_as: OpenAs, administrator, team, heir, caseworker, leader, cases):
    PlanFactory(unit=team, adopted_on=localdate(), body="Udvalget")
    Unit.objects.filter(pk=heir.pk).update(closed_on=localdate() + timedelta(days=9), successor=team)
    tails = (
        "enheder/ny/",
        f"enheder/{team.pk}/",
        f"enheder/{heir.pk}/",
        f"enheder/{team.pk}/luk/",
        "indlaes/",
    )
    visitor = open_as(administrator)

    assert visitor.faults("/organisation/", *[f"/organisation/{tail}" for tail in tails]) == []


def test_a_unit_is_closed_by_keyboard(open_as: OpenAs, administrator, team, heir, caseworker, cases):
    visitor = open_as(administrator, strict_csp=True)
    page = visitor.open(f"/organisation/enheder/{team.pk}/luk/")
    page.get_by_label("Enhedens sidste dag").fill(f"{localdate() - timedelta(days=1):%d-%m-%Y}")
    page.get_by_label("Afløser (frivilligt)").select_option(str(heir.pk))
    page.get_by_label("Rollerne fortsætter").press("Space")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Det sker der").wait_for()
    page.get_by_role("button", name="Luk Team Nord").press("Enter")

    page.get_by_text("12 åbne sager er gået over til Team Syd.").wait_for()
    assert Case.objects.filter(unit=heir, caseworker=caseworker).count() == 12
    assert visitor.complaints == []


def test_a_file_is_looked_through_and_taken_in(open_as: OpenAs, administrator):
    rows = "type;kode;navn;art;hoerer_under\nenhed;T9;Team Øst;team;FJO-SS-VH\nhold;;;;\n"
    visitor = open_as(administrator)
    page = visitor.open("/organisation/indlaes/")
    page.get_by_label("Fil", exact=True).set_input_files(
        {"name": "enheder.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Se filen igennem").click()

    page.get_by_text("Typen »hold« kendes ikke.", exact=False).wait_for()
    assert (visitor.axe(), visitor.overflow()) == ([], 0)
    page.get_by_role("button", name="Indlæs 1 række").click()

    page.get_by_text("Filen er indlæst: 1 oprettet", exact=False).wait_for()
    assert Unit.objects.filter(name="Team Øst").exists()


def test_a_caseload_is_moved(open_as: OpenAs, leader, team, caseworker, cases):
    give_role(UserFactory(name="Bo Dam"), RoleCode.CASEWORKER, team)
    visitor = open_as(leader)
    move = f"/sager/flyt/{team.pk}/{caseworker.pk}/"
    assert visitor.faults("/sager/flyt/", move) == []

    page = visitor.open(move)
    page.get_by_role("button", name="Flyt sagerne").click()
    page.get_by_role("link", name="Modtagere", exact=False).click()
    assert (visitor.axe(), visitor.overflow()) == ([], 0)
    page.get_by_label("Bo Dam").check()
    page.get_by_label("Begrundelse").fill("Fratræder")
    page.get_by_text("12 åbne sager", exact=False).click()
    page.get_by_label(cases[0].number, exact=False).uncheck()
    page.get_by_role("button", name="Flyt sagerne").click()

    page.get_by_text("11 sager er flyttet fra Asta Bøgelund: 11 til Bo Dam.").wait_for()
    assert Case.objects.filter(caseworker=caseworker).count() == 1
