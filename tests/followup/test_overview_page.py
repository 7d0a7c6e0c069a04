import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followup.actions.months import close_month
from followup.models import PublishedFigure
from followup.queries.months import month_plus
from followup.queries.overview import Practice, change_in_words, month_rows, out_of_ten
from followup.queries.published import PublishedMonth
from roles.models import RoleCode
from tests.factories import ServiceLevelFactory, UserFactory, adopt, give_role, standard_in_force
from tests.followup.months import decisions, judge_all
from tests.followup.test_team_page import text_of

AUGUST = date(2026, 8, 1)
OVERVIEW_QUERIES = 15 + 2  # the reader's own duties
AREA_QUERIES = 16
"""With session, roles and savepoints."""
READABLE = {
    # figures: the published ones alone
    "followup_publishedfigure", "followup_monthlyrun",
    # the goal for deadlines
    "followup_detectorsettings",
    # what was adopted
    "serviceniveau_standardversion", "serviceniveau_qualitystandard", "serviceniveau_adoption",
    "serviceniveau_legalbasis",
    # who is asking
    "django_session", "roles_user", "roles_role", "roles_roleassignment", "roles_unit",
    "roles_unitpermission", "auth_permission",
    # the reader's own duties
    "roles_duty", "roles_responsibility",
}  # fmt: skip

pytestmark = pytest.mark.django_db


def published(month: date, area: str = "voksen", **cells: int) -> None:
    for cell, value in cells.items():
        PublishedFigure.objects.create(month=month, revision=1, area=area, cell=cell, value=value)


def year(last: date = AUGUST, months: int = 12, **cells: int) -> None:
    for back in range(months):
        published(month_plus(last, -back), **cells)


def practice(months: int = 12, **cells: int) -> Practice:
    return Practice([PublishedMonth(month_plus(AUGUST, -back), cells) for back in range(months)])


@pytest.fixture
def reader(politician, log_in):
    return log_in(politician)


def test_a_card_tells_practice_in_words_and_numbers(reader):
    year(inside=39, above=9, below=3, incomplete=3, on_time=21, late=3)

    page = reader.get(reverse("overview"))

    text = text_of(page)
    assert "8 ud af 10 afgørelser ligger inden for det vedtagne niveau." in text
    assert "Inden for niveauet 468 Over niveauet 108 Under niveauet 36 Mangler oplysninger 36" in text
    assert "9 ud af 10 afgørelser kom inden fristen (252 af 288)." in text
    assert "Tallene er afrundet, så små tal ikke kan genkendes. Hver celle kan afvige med op til 3." in text


def test_a_card_tells_what_was_adopted(reader):
    version = standard_in_force()
    year(inside=9)

    page = reader.get(reverse("overview"))

    assert "1 standard i kraft. Senest vedtaget:" in text_of(page)
    assert "(Socialudvalget, 01-01-2024)" in text_of(page)
    assert reverse("standard-detail", args=[version.standard_id]) in page.content.decode()


def test_one_month_can_be_chosen(reader):
    year(inside=9, above=3)

    page = reader.get(reverse("overview"), {"maaned": "2026-07", "periode": "1"})

    adults = page.context["cards"][1][0]
    assert (adults.now.inside, adults.now.above, len(adults.before.months)) == (9, 3, 10)


def test_before_the_first_published_month_the_pages_say_so(reader):
    for address in (reverse("overview"), reverse("overview-area", args=["voksen"])):
        assert "Ingen måned er lukket endnu" in text_of(reader.get(address))


def test_an_area_without_figures_says_so(reader):
    year(inside=9)

    page = reader.get(reverse("overview-area", args=["boern"]))

    assert "Der er ingen afgørelser i perioden, der kan sammenlignes med niveauet." in text_of(page)


@pytest.mark.parametrize("address", ["andet/", "voksen/?maaned=2020-01", "?maaned=nu", "?periode=7"])
def test_what_does_not_exist_is_not_found(reader, address):
    year(inside=9)

    assert reader.get(reverse("overview") + address).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (RoleCode.POLITICIAN, 200), (RoleCode.EXECUTIVE, 200), (RoleCode.PROFESSIONAL_LEAD, 200),
        (RoleCode.CONTROLLER, 200), (RoleCode.TEAM_LEADER, 403), (RoleCode.CASEWORKER, 403),
        (RoleCode.ADMINISTRATOR, 403),
    ],
)  # fmt: skip
def test_the_pages_are_for_those_who_may_see_the_overview(team, log_in, role, status):
    client = log_in(give_role(UserFactory(), role, team))

    answers = {
        client.get(reverse("overview")).status_code,
        client.get("/opfoelgning/overblik/voksen/").status_code,
    }

    assert answers == {status}


def test_the_pages_read_no_table_with_persons_or_exact_counts(reader, team):
    version = standard_in_force()
    decisions(team, AUGUST, above=2, inside=3, version=version)
    judge_all()
    close_month(month=AUGUST)

    with CaptureQueriesContext(
        connection,
    ) as caught:
        reader.get(reverse("overview"))
        reader.get(reverse("overview-area", args=["voksen"]))
        reader.get(reverse("overview-pdf"))
        reader.get(reverse("overview-area-pdf", args=["voksen"]))

    tables = {
        name for query in caught for name in re.findall(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"', query["sql"])
    }
    assert "followup_publishedfigure" in tables
    assert tables - READABLE == set()


def test_totals_are_sums_of_the_rounded_cells(reader, team):
    version = standard_in_force()
    for month in (date(2026, 7, 1), AUGUST):
        decisions(team, month, above=2, inside=8, version=version)
    judge_all()
    for month in (date(2026, 7, 1), AUGUST):
        close_month(month=month)

    adults = reader.get(reverse("overview")).context["cards"][1][0]

    assert (adults.now.inside, adults.now.above, adults.now.below) == (18, 6, 0)  # 2 × 9 and 2 × 3


@pytest.mark.parametrize("months", [1, 3])
def test_the_pages_ask_the_same_number_of_questions(reader, django_assert_num_queries, months):
    for number in range(months):
        standard_in_force(intervention__code=f"y{number}")
    year(months=months + 12, inside=9)

    with django_assert_num_queries(OVERVIEW_QUERIES):
        reader.get(reverse("overview"))
    with django_assert_num_queries(AREA_QUERIES):
        reader.get(reverse("overview-area", args=["voksen"]))


def test_an_area_is_drawn_with_its_adoptions_and_listed_by_month(reader):
    version = adopt(ServiceLevelFactory().version, date(2026, 1, 1))
    year(months=36, inside=39, above=9, below=3)

    page = reader.get(reverse("overview-area", args=["voksen"]))

    assert page.content.decode().count('class="chart chart-') == 2
    assert f"jan 26: ny version, {version.standard.title}." in page.content.decode()
    assert (len(page.context["newest"]), len(page.context["older"])) == (12, 24)


def test_a_point_of_the_line_is_the_year_that_ends_there():
    rows = month_rows(
        [PublishedMonth(month_plus(AUGUST, step), {"inside": 9, "above": 3}) for step in range(13)]
    )

    assert [row.above for row in rows] == [None] * 11 + [0.25, 0.25]


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (
            {"inside": 39, "above": 15},
            {"inside": 45, "above": 3},
            ["Flere afgørelser end før ligger over niveauet: 28 %, mod 6 % i de 12 måneder før."],
        ),
        (
            {"inside": 45, "below": 3},
            {"inside": 39, "below": 15},
            ["Færre afgørelser end før ligger under niveauet: 6 %, mod 28 % i de 12 måneder før."],
        ),
        (
            {"inside": 39, "above": 9},
            {"inside": 39, "above": 9},
            ["Praksis er stort set som i de 12 måneder før."],
        ),
        ({"inside": 3}, {"inside": 39}, ["Der er for få afgørelser til at sige, om praksis har ændret sig."]),
    ],
)
def test_a_change_is_told_in_words(now, before, words):
    told = change_in_words(practice(**now), practice(**before))

    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in told] == words


def test_a_change_needs_a_whole_year_before():
    told = change_in_words(practice(inside=39), practice(months=11, inside=39))

    assert told == ["Der er endnu ikke 12 tidligere måneder at sammenligne med."]


def test_shares_are_told_in_tenths():
    told = [out_of_ten(count, 100) for count in (100, 97, 84, 50, 3, 0)]

    assert told == ["Alle", "Næsten alle", "8 ud af 10", "5 ud af 10", "Næsten ingen", "Ingen"]


def test_a_share_of_few_is_only_about_right():
    assert [out_of_ten(21, 27), out_of_ten(27, 27)] == ["Omkring 8 ud af 10", "Alle"]


def test_no_word_blames(reader):
    year(months=24, inside=39, above=9, below=3, on_time=3, late=21)

    text = " ".join(
        text_of(reader.get(url)) for url in (reverse("overview"), "/opfoelgning/overblik/voksen/")
    ).lower()

    assert [word for word in ("fejl", "brud", "overtrædelse", "værst", "bedst") if word in text] == []
