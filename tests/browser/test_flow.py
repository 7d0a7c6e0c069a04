"""From a file of decisions to the leader's signal, the politician's figures and a new decision."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from followup import tasks
from followup.models import MonthlyRun
from followup.queries.months import closed_revisions, month_plus
from followup.queries.sentences import month_name, period_name
from roles.models import User
from serviceniveau.models import Case, Intervention, Registration
from tests.browser.conftest import NARROW, WIDE, OpenAs, Visitor
from tests.factories import standard_in_force
from tests.import_rows import DECISION, as_csv
from tests.programs import wait_for

LAST = month_plus(localdate().replace(day=1), -1)
MONTHS = [month_plus(LAST, step) for step in range(-19, 1)]
CHANGED = month_plus(LAST, -5)
"""The month in which Team Nord begins to grant more."""
DECISIONS, ABOVE_BEFORE, ABOVE_SINCE = 25, 3, 15
NORTH, SOUTH = "FJO-SS-VH-T1", "FJO-SS-VH-T2"
CASE = f"{NORTH}/{LAST:%Y%m}/24"
SUPPORT = "1f0ff82b-3243-422f-9651-1d00fd2dcd61"
ASTA, IB, GRO = (f"{name}@fjordby.example" for name in ("asta", "ib", "gro"))
PASSWORD = "en lang nok adgangskode"
ORGANISATION = f"""\
type;kode;navn;art;hoerer_under;bydel;afloest_af;email;medarbejderkode;rolle;enhed;stedfortraeder_for;fra;til
enhed;FJO;Fjordby Kommune;kommune;;;;;;;;;;
enhed;FJO-SS;Social og Sundhed;forvaltning;FJO;;;;;;;;;
enhed;FJO-SS-VH;Voksen og Handicap;afdeling;FJO-SS;;;;;;;;;
enhed;{NORTH};Team Nord;team;FJO-SS-VH;;;;;;;;;
enhed;{SOUTH};Team Syd;team;FJO-SS-VH;;;;;;;;;
person;;Asta Bøgelund;;;;;{ASTA};{NORTH}-1;;;;;
person;;Svend Lind;;;;;svend@fjordby.example;{SOUTH}-1;;;;;
person;;Ib Lærkedal;;;;;{IB};;;;;;
person;;Gro Ravn;;;;;{GRO};;;;;;
rolle;;;;;;;{ASTA};;sagsbehandler;{NORTH};;01-01-2020;
rolle;;;;;;;svend@fjordby.example;;sagsbehandler;{SOUTH};;01-01-2020;
rolle;;;;;;;{IB};;teamledelse;{NORTH};;01-01-2020;
rolle;;;;;;;{GRO};;politiker;FJO;;01-01-2020;
"""

pytestmark = pytest.mark.django_db(transaction=True)


def command(*words: object) -> dict:
    out = StringIO()
    call_command(*map(str, words), "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def decisions_of(team: str, month: date) -> list[dict[str, str]]:
    has_changed = team == NORTH and month >= CHANGED
    above = ABOVE_SINCE if has_changed else ABOVE_BEFORE
    return [decision(team, month, number, is_above=number < above) for number in range(DECISIONS)]


def decision(team: str, month: date, number: int, *, is_above: bool) -> dict[str, str]:
    day = f"{month + timedelta(days=number):%d-%m-%Y}"
    case = f"{team}/{month:%Y%m}/{number}"
    where = {"sagsnr": case, "afgoerelse_id": f"A{case}", "enhed": team, "sagsbehandler": f"{team}-1"}
    what = {"ydelse": SUPPORT, "stoettebehov": "2", "maalgruppe": "", "omfang": "9" if is_above else "4"}
    why = {"afvigelse_grund": "sammensat" if is_above else ""}
    dates = {"ansoegt_dato": "", "afgjort_dato": day, "registreret_dato": day, "start_dato": day}
    later = {"slut_dato": "", "opfoelgning_dato": ""}
    return DECISION | where | what | why | dates | later


@pytest.fixture
def municipality(transactional_db: None, tmp_path: Path) -> None:
    """Two teams, one person per role, and a frame of 2-6 hours a week."""
    command("import_catalogue", settings.BASE_DIR / "serviceniveau/data/catalogue.json")
    organisation = tmp_path / "organisation.csv"
    organisation.write_text(ORGANISATION, encoding="utf-8")
    assert command("import_organisation", organisation)["errors"] == []
    for user in User.objects.filter(email__in=[ASTA, IB, GRO]):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    standard_in_force(
        intervention=Intervention.objects.get(code=SUPPORT), version__standard__title="Støtte i eget hjem"
    )


@pytest.fixture
def imported(municipality: None, tmp_path: Path) -> None:
    file = tmp_path / "afgoerelser.csv"
    file.write_bytes(
        as_csv([row for month in MONTHS for team in (NORTH, SOUTH) for row in decisions_of(team, month)])
    )

    outcome = command("import_registrations", file)

    count = len(MONTHS) * 2 * DECISIONS
    assert (outcome["created"], outcome["errors"]) == (count, [])


def close(workers) -> None:
    """The older months by the command, the newest one as the schedule does it: by a worker."""
    workers.worker()
    for month in MONTHS[:-1]:
        assert command("close_month", f"{month:%Y-%m}")["revision"] == 1
    tasks.close_month.delay(LAST.isoformat())
    wait_for(lambda: LAST in closed_revisions(), or_tell=lambda: list(MonthlyRun.objects.values()))


def log_in(open_as: OpenAs, email: str) -> Visitor:
    visitor = open_as(None)
    page = visitor.open("/login/")
    page.fill("#id_login", email)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".main-content, main h1:not(:text('Log ind'))")
    return visitor


def examine(visitor: Visitor) -> None:
    """The page as it stands is accessible and fits, on a desk and on a phone."""
    found = {}
    for viewport in (NARROW, WIDE):
        visitor.page.set_viewport_size(viewport)
        found[viewport["width"]] = (visitor.axe(), visitor.overflow())
    assert found == dict.fromkeys((390, 1280), ([], 0)), visitor.page.url


def numbers(page: Page, selector: str) -> list[int]:
    return [int(text.replace(".", "")) for text in page.locator(selector).all_inner_texts()]


def see_the_drift(visitor: Visitor) -> None:
    page = visitor.page
    expect(page.locator("h1")).to_have_text("Mit team denne måned")
    card = page.locator(".signal-card", has=page.get_by_role("heading", name="Flere afgørelser over rammen"))
    told = f"{6 * ABOVE_SINCE} af {6 * DECISIONS} afgørelser lå over rammen i {period_name(CHANGED, LAST)}."
    expect(card.locator(".signal-sentence")).to_contain_text(told)
    expect(card.locator(".signal-sentence")).to_contain_text(f"sandsynligvis sket i {month_name(CHANGED)}.")
    expect(card.locator(".figure-chart svg:visible")).to_have_count(1)
    examine(visitor)

    card.get_by_text("Se tallene").click()
    newest = card.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert newest[1:4] == [str(ABOVE_SINCE), str(DECISIONS), "60\u00a0%"]
    examine(visitor)


def see_the_sums(visitor: Visitor, *, above: int) -> None:
    """What is shown of a year is the sum of what is shown of its months, each rounded to a middle of six."""
    page = visitor.page
    visitor.open(reverse("overview"))
    expect(page.locator("h1")).to_have_text("Overblik")
    card = page.locator(".overview-card", has=page.get_by_role("heading", name="Voksne"))
    year = [int(text.replace(".", "")) for text in card.locator("dd").all_inner_texts()]
    examine(visitor)
    card.get_by_role("link", name="Voksne").click()
    page.wait_for_selector("h1:text('Voksne')")
    page.wait_for_load_state()
    table = "div[aria-label='Måned for måned'] tbody"
    columns = [numbers(page, f"{table} td:nth-of-type({at})") for at in (1, 2, 3)]
    examine(visitor)

    assert [len(cells) for cells in columns] == [12, 12, 12]
    assert {cell % 6 for cells in columns for cell in cells if cell} == {3}
    assert year == [sum(cells) for cells in columns] == [6 * 45 + 6 * 33, above, 0]


def see_no_case(visitor: Visitor) -> None:
    case = Case.objects.get(number=CASE)
    paths = [reverse("case-detail", args=[case.pk]), reverse("case-detail", args=[0]), reverse("caseload")]
    paths += [reverse("decision-new"), reverse("team-month")]
    assert [visitor.page.goto(visitor.address + path).status for path in paths] == [403] * len(paths)
    examine(visitor)


def register_above(visitor: Visitor) -> None:
    """Without a mouse: from the caseload to the case, raise its grant to 8 hours, say why."""
    page = visitor.page
    expect(page.locator("h1")).to_have_text("Min sagsstamme")
    examine(visitor)
    page.get_by_label("Søg på sagsnummer").focus()
    page.keyboard.type(CASE)
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name=CASE).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sager/*/")
    page.get_by_role("link", name="Ændr eller afslut").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/afgoerelser/ny/*")
    fill_in(page)
    examine(visitor)
    page.get_by_role("button", name="Gem afgørelsen").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sager/*/")


def fill_in(page: Page) -> None:
    day = f"{month_plus(LAST, 1) - timedelta(days=1):%d%m%y}"
    written = {"Afgørelsestype": "Opj", "Afgjort den": day, "Begynder": day, "Samlet omfang": "8"}
    for label, text in written.items():
        page.get_by_label(label).focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
    expect(page.locator("#live-check")).to_contain_text("2 timer over rammen (2–6 timer pr. uge).")
    page.get_by_label("Grund", exact=True).focus()
    page.keyboard.type("Sammen")
    page.keyboard.press("Tab")
    page.keyboard.type("Netværket er faldet væk.")


def see_the_decision(visitor: Visitor) -> None:
    page = visitor.page
    newest = page.locator(".timeline > li").first
    expect(newest).to_contain_text("Opjustering")
    expect(newest).to_contain_text("8 timer pr. uge")
    expect(newest).to_contain_text("Sammensatte behov. Netværket er faldet væk.")
    examine(visitor)
    visitor.open(f"{reverse('caseload')}?sag={CASE}")
    expect(page.locator("#rows tbody tr")).to_contain_text("8 timer pr. uge")
    examine(visitor)


@pytest.mark.slow
def test_a_file_becomes_a_signal_figures_and_a_new_revision(open_as: OpenAs, workers, imported):
    close(workers)

    found = command("signals", f"{LAST:%Y-%m}")
    # One team explains what its department shows; more above the frame costs more, too.
    assert {(each["unit"], each["measure"]) for each in found} == {(NORTH, "share_above"), (NORTH, "cost")}
    see_the_drift(log_in(open_as, IB))
    politician = log_in(open_as, GRO)
    see_the_sums(politician, above=6 * 3 + 6 * 15)
    see_no_case(politician)
    caseworker = log_in(open_as, ASTA)
    register_above(caseworker)
    see_the_decision(caseworker)

    assert Registration.objects.count() == len(MONTHS) * 2 * DECISIONS + 1
    closed = command("close_month", f"{LAST:%Y-%m}")
    assert (closed["revision"], len(closed["late"])) == (2, 1)
    assert command("reconcile")["disagreements"] == []
    see_the_sums(politician, above=6 * 3 + 5 * 15 + 21)
