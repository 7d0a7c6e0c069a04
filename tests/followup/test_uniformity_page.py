"""Units side by side: who sees what, what is said, and that alike cases are compared with alike cases."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from followup.models import MonthlyFact, MonthlyRun
from followup.queries.months import month_plus
from followup.queries.uniformity import Verdict
from roles.models import RoleCode, Unit
from tests.factories import UnitFactory, UserFactory, department, give_role, standard_in_force
from tests.followup.test_team_page import text_of

OCTOBER = date(2026, 10, 1)
PAGE_QUERIES = 16
"""With session, roles and savepoints."""

pytestmark = pytest.mark.django_db


def closed(*months: date) -> None:
    for month in months:
        for step in MonthlyRun.Step:
            MonthlyRun.objects.create(month=month, revision=1, step=step, state=MonthlyRun.State.FINISHED)


def facts(unit: Unit, *, above: int, inside: int, version, **cell) -> None:
    """So many decisions of October above and inside the frame, all in one cell."""
    level = version.levels.get()
    for relation, n in (("above", above), ("inside", inside)):
        if n:
            MonthlyFact.objects.create(
                **{
                    "month": OCTOBER,
                    "revision": 1,
                    "unit": unit,
                    "legal_basis": version.standard.legal_basis,
                    "intervention": level.intervention,
                    "standard": version.standard,
                    "kind": "bevilling_ny",
                    "relation": relation,
                    "n": n,
                    **dict.fromkeys(("amount_n", "amount_sum", "amount_squares", "cost_n", "cost_sum"), 0),
                    **dict.fromkeys(("cost_squares", "days_n", "days_sum", "days_squares"), 0),
                    **dict.fromkeys(("deadline_n", "on_time_n"), 0),
                    "amount_histogram": [],
                    "days_histogram": [],
                    **cell,
                }
            )


@pytest.fixture
def version():
    return standard_in_force()


@pytest.fixture
def teams(version) -> list[Unit]:
    """Four teams; the last decides above the frame far oftener in the same kind of cases."""
    closed(OCTOBER)
    made = [UnitFactory(code=f"T{number}", name=f"Team {number}") for number in (1, 2, 3, 4)]
    for unit, above in zip(made, (10, 12, 8, 40), strict=True):
        facts(unit, above=above, inside=60 - above, version=version)
    return made


@pytest.fixture
def client_of(log_in):
    def as_role(role: RoleCode, unit: Unit):
        return log_in(give_role(UserFactory(), role, unit))

    return as_role


@pytest.fixture
def controller(client_of, teams):
    return client_of(RoleCode.CONTROLLER, teams[0].parent.parent.parent)


def verdicts(page) -> dict[str, Verdict]:
    return {row.name: row.verdict for row, _ in page.context["rows"]}


def test_one_that_differs_is_told_without_blame(controller):
    page = controller.get(reverse("uniformity"))

    text = text_of(page)
    assert "Én enhed adskiller sig, når der tages højde for, hvilke sager de har." in text
    assert "40 af 60 afgørelser lå over rammen (67 %)." in text
    assert "Tag nogle sager fra begge sider, og læs dem sammen." in text
    assert [word for word in ("værst", "bedst", "fejl", "brud") if word in text.lower()] == []


def test_rows_stand_in_the_order_of_the_tree_and_not_by_size(controller):
    page = controller.get(reverse("uniformity"))

    assert verdicts(page) == {
        "Team 1": Verdict.WITHIN, "Team 2": Verdict.WITHIN,
        "Team 3": Verdict.WITHIN, "Team 4": Verdict.DIFFERS,
    }  # fmt: skip
    assert list(verdicts(page)) == ["Team 1", "Team 2", "Team 3", "Team 4"]


def test_heavier_cases_are_no_difference(client_of, version):
    """Young citizens are above the frame three times as often everywhere, and Team 3 has most of them."""
    closed(OCTOBER)
    teams = [UnitFactory(code=f"T{number}", name=f"Team {number}") for number in (1, 2, 3)]
    for unit, young in zip(teams, (20, 20, 80), strict=True):
        facts(unit, above=young * 6 // 10, inside=young - young * 6 // 10, version=version, age_band="18-29")
        facts(
            unit, above=(100 - young) // 5, inside=(100 - young) * 4 // 5, version=version, age_band="30-66"
        )

    page = client_of(RoleCode.CONTROLLER, teams[0].parent).get(reverse("uniformity"))

    assert set(verdicts(page).values()) == {Verdict.WITHIN}
    heavy = next(row for row, _ in page.context["rows"] if row.name == "Team 3")
    assert heavy.observed == pytest.approx(0.52)
    assert heavy.expected == pytest.approx(0.52, abs=0.04)


def test_few_decisions_are_not_judged(controller, teams, version):
    facts(UnitFactory(code="T9", name="Team Lille"), above=9, inside=0, version=version)

    assert verdicts(controller.get(reverse("uniformity")))["Team Lille"] is Verdict.FEW


def test_a_team_leader_sees_the_own_team_against_all(client_of, teams):
    page = client_of(RoleCode.TEAM_LEADER, teams[3]).get(reverse("uniformity"))

    assert verdicts(page) == {"Team 4": Verdict.DIFFERS}
    assert "De sammenlignes med alle 4 enheder i kommunen." in text_of(page)
    assert [name for name in ("Team 1", "Team 2", "Team 3") if name in page.content.decode()] == []


def test_suppliers_with_few_decisions_are_not_named(controller, version):
    for supplier, n in (("Fjordhjælpen", 30), ("Havnestøtten", 20), ("Åløkken", 4), ("", 7)):
        facts(UnitFactory(), above=n // 5, inside=n - n // 5, version=version, supplier=supplier)

    page = controller.get(reverse("uniformity"), {"sammenlign": "leverandoerer"})

    assert list(verdicts(page)) == ["Fjordhjælpen", "Havnestøtten"]
    text = text_of(page)
    assert "1 leverandør med under 10 afgørelser er ikke nævnt (4 afgørelser i alt)." in text
    assert "247 afgørelser uden leverandør er ikke med." in text
    assert "Åløkken" not in page.content.decode()


def test_suppliers_are_those_of_the_units_one_may_see(client_of, teams, version):
    for unit, supplier in ((teams[0], "Fjordhjælpen"), (teams[1], "Havnestøtten")):
        facts(unit, above=3, inside=20, version=version, supplier=supplier)

    page = client_of(RoleCode.TEAM_LEADER, teams[0]).get(
        reverse("uniformity"), {"sammenlign": "leverandoerer"}
    )

    assert verdicts(page) == {"Fjordhjælpen": Verdict.ALONE}


def test_districts_stand_in_the_order_of_the_alphabet(controller, version):
    for district in ("Ålykke", "Østerby", "Dalby"):
        facts(UnitFactory(district=district), above=3, inside=17, version=version)

    page = controller.get(reverse("uniformity"), {"sammenlign": "bydele"})

    assert list(verdicts(page)) == ["Dalby", "Østerby", "Ålykke"]


def test_a_standard_a_measure_and_a_period_are_kept_in_the_address(controller, teams):
    other = standard_in_force(intervention__code="andet", intervention__name="Andet")
    facts(teams[0], above=5, inside=10, version=other)
    key = f"{other.standard.pk}-{other.levels.get().intervention.pk}"
    asked = {"standard": key, "noegletal": "share_below", "periode": "6", "maaned": "2026-10"}

    page = controller.get(reverse("uniformity"), asked)

    assert [(row.name, row.n, row.events) for row, _ in page.context["rows"]] == [("Team 1", 15, 0)]
    assert f'value="{key}" selected' in page.content.decode()
    assert "noegletal=share_below" in page.content.decode()


def test_only_the_months_of_the_period_are_counted(controller, teams, version):
    for back in (5, 6):
        closed(month_plus(OCTOBER, -back))
        facts(teams[0], above=0, inside=10, version=version, month=month_plus(OCTOBER, -back))

    page = controller.get(reverse("uniformity"), {"periode": "6"})

    assert page.context["rows"][0][0].n == 70


@pytest.mark.parametrize(
    "wrong", ["sammenlign=personer", "noegletal=x", "standard=1-2", "periode=7", "maaned=2020-01", "maaned=x"]
)
def test_what_cannot_be_asked_is_not_found(controller, wrong):
    assert controller.get(f"{reverse('uniformity')}?{wrong}").status_code == 404


def test_before_a_month_is_closed_the_page_says_so(client_of):
    client = client_of(RoleCode.CONTROLLER, department())

    assert "Ingen måned er lukket endnu" in text_of(client.get(reverse("uniformity")))
    assert client.get(reverse("uniformity-pdf")).status_code == 302


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_asks_the_same_number_of_questions(controller, version, django_assert_num_queries, more):
    for number in range(more):
        other = standard_in_force(intervention__code=f"y{number}")
        facts(UnitFactory(), above=2, inside=20, version=other)

    with django_assert_num_queries(PAGE_QUERIES):
        controller.get(reverse("uniformity"))


def test_the_chart_has_the_words_of_what_it_shows(controller):
    page = controller.get(reverse("uniformity")).content.decode()

    assert page.count('class="chart chart-') == 2
    assert "Uden for grænserne: Team 4 " in page
    assert "For få afgørelser" not in page


def test_the_excel_file_has_the_numbers_of_the_page(controller):
    file = controller.get(reverse("uniformity-xlsx"))

    rows = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_index(0).to_python()
    header = next(at for at, row in enumerate(rows) if row[0] == "Enhed")
    assert [row[0] for row in rows[header + 1 : header + 5]] == ["Team 1", "Team 2", "Team 3", "Team 4"]
    assert rows[header + 4][2:4] == [60, 40]
    assert rows[header + 4][-1] == "adskiller sig"


def test_the_pdf_is_made_and_named(controller):
    file = controller.get(reverse("uniformity-pdf"))

    assert file.content.startswith(b"%PDF")
    assert (
        "Ensartethed%202026-10.pdf" in file["Content-Disposition"]
        or "Ensartethed 2026-10.pdf" in file["Content-Disposition"]
    )


def test_many_that_differ_among_themselves_widen_the_limits(client_of, version):
    closed(OCTOBER)
    for number in range(12):
        above = 10 if number % 2 else 24
        facts(UnitFactory(code=f"S{number:02}"), above=above, inside=100 - above, version=version)
    facts(UnitFactory(code="S99", name="Team Sidst"), above=34, inside=66, version=version)

    page = client_of(RoleCode.CONTROLLER, department()).get(reverse("uniformity"))

    assert verdicts(page)["Team Sidst"] is Verdict.SPREAD
    assert "Tilfældet alene kan ikke forklare afstanden for: Team Sidst." in text_of(page)
    assert "Hvad kan I gøre?" in text_of(page)


def test_a_measure_without_decisions_says_so(controller):
    page = controller.get(reverse("uniformity"), {"noegletal": "appeals_changed"})

    assert "Der er ingen afgørelser i perioden, der kan sammenlignes." in text_of(page)
    assert controller.get(reverse("uniformity-pdf"), {"noegletal": "appeals_changed"}).status_code == 200
