"""The signs of the overview: moving or swinging, goal met or not, and silence where there is too little."""

import re

import pytest
from django.urls import reverse

from followup.charts.icons import DRAWINGS, sign_icon
from followup.queries.board_signs import board_signs
from followup.queries.months import month_plus
from followup.queries.published import PublishedMonth
from tests.factories import DetectorSettingsFactory, ServiceLevelFactory
from tests.followup.test_overview_page import AUGUST, published, year
from tests.followup.test_team_page import text_of

STEADY = [9, 15, 9, 15, 9, 15, 9, 15, 9, 15, 9, 15, 9, 15]


@pytest.fixture
def reader(politician, log_in):
    return log_in(politician)


def months(**cells: list[int]) -> list[PublishedMonth]:
    """A month per place in the lists, the last one August 2026."""
    length = len(next(iter(cells.values())))
    return [
        PublishedMonth(month_plus(AUGUST, at + 1 - length), {cell: row[at] for cell, row in cells.items()})
        for at in range(length)
    ]


def signs(goal: float | None = None, **cells: list[int]) -> dict[str, tuple[str, str]]:
    found = board_signs(months(**cells), goal=goal)
    return {sign.subject.replace("\N{NO-BREAK SPACE}", " "): (sign.shape, sign.words) for sign in found}


def of_hundred(above: list[int]) -> dict[str, list[int]]:
    return {"above": above, "inside": [100 - count for count in above]}


def test_swings_as_usual_are_as_before():
    assert signs(**of_hundred(STEADY)) == {
        "Over niveauet": ("steady", "Som før"),
        "Under niveauet": ("steady", "Som før"),
        "Inden fristen": ("unknown", "Kan ikke siges endnu"),
    }


@pytest.mark.parametrize(("newest", "sign"), [(60, ("up", "Flere end før")), (0, ("steady", "Som før"))])
def test_more_above_is_told_without_judging(newest, sign):
    assert signs(**of_hundred([*STEADY, newest]))["Over niveauet"] == sign


def test_seven_months_on_the_low_side_are_fewer():
    assert signs(**of_hundred([*STEADY, *STEADY, *[5] * 7]))["Over niveauet"] == ("down", "Færre end før")


SLOW = [9, 15, 9, 15, 9, 15, 9, 15, 9, 15, 9, 15, 15, 21, 12, 18, 12, 21, 15, 9, 21, 12, 18, 9]


def test_a_year_that_moved_is_no_year_as_before():
    found = board_signs(months(**of_hundred(SLOW)), goal=None)

    assert [(sign.shape, sign.words) for sign in found[:2]] == [
        ("up", "Flere end før"),
        ("steady", "Som før"),
    ]
    assert found[0].told.endswith(
        "Ingen måned stikker ud, men det seneste år samlet ligger højere end året før."
    )


def test_a_year_that_moved_has_a_direction_for_deadlines():
    found = board_signs(months(on_time=[100 - n for n in SLOW], late=SLOW), goal=None)[2]

    assert (found.words, found.tone) == ("Forværring: færre end før", "bad")
    assert found.told.endswith("lavere end året før.")


@pytest.mark.parametrize(
    ("newest", "words", "tone"),
    [(20, "Forværring: færre end før", "bad"), (100, "Forbedring: flere end før", "good")],
)
def test_deadlines_have_a_direction(newest, words, tone):
    on_time = [60, 66, 60, 66, 60, 66, 60, 66, 60, 66, 60, 66, 60, newest]

    found = board_signs(months(on_time=on_time, late=[100 - n for n in on_time]), goal=None)[2]

    assert (found.words, found.tone) == (words, tone)


@pytest.mark.parametrize(
    ("goal", "shape", "words"),
    [
        (0.4, "met", "Nås måned efter måned"),
        (0.63, "varies", "Nås nogle måneder, andre ikke"),
        (0.95, "missed", "Nås ikke, uden at noget ændres"),
    ],
)
def test_the_goal_is_held_against_the_usual_swings(goal, shape, words):
    on_time = [60, 66] * 7

    found = signs(goal, on_time=on_time, late=[100 - n for n in on_time])

    assert found[f"Målet om {round(goal * 100)} % inden fristen"] == (shape, words)


def test_the_same_every_month_is_held_against_the_goal_too():
    found = signs(0.5, on_time=[60] * 14, late=[40] * 14)

    assert found["Målet om 50 % inden fristen"] == ("met", "Nås")
    assert found["Inden fristen"] == ("steady", "Som før")


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (12, "Der skal 13 måneder med tal til. Der er 12 måneder."),
        (1, "Der skal 13 måneder med tal til. Der er 1 måned."),
    ],
)
def test_too_few_months_are_told(length, told):
    assert board_signs(months(**of_hundred([9] * length)), goal=None)[0].told == told


def test_no_figures_are_told():
    found = board_signs(months(inside=[0] * 14), goal=0.8)

    assert {sign.told for sign in found} == {"Der er ingen afgørelser at regne på."}
    assert board_signs([], goal=None)[0].shape == "unknown"


def test_a_month_without_figures_is_no_sign():
    found = board_signs(months(**of_hundred(STEADY)) + months(inside=[0]), goal=None)

    assert found[0].told == "Der er ingen tal for den seneste måned."


@pytest.mark.parametrize("shape", DRAWINGS)
def test_every_shape_has_a_name_and_a_description(shape):
    drawn = sign_icon(
        shape, tone="", title="Over niveauet: Som før", description="Som det plejer.", ident="t"
    )

    assert re.search(r'<title id="t-title">Over niveauet: Som før</title>', drawn)
    assert "style=" not in drawn


@pytest.mark.django_db
def test_cards_and_the_page_of_an_area_show_the_signs(reader):
    DetectorSettingsFactory(on_time_goal=0.8)
    for back, above in enumerate(reversed([*STEADY, 63])):
        published(month_plus(AUGUST, -back), inside=99 - above, above=above, on_time=60, late=6)

    card, page = (reader.get(url) for url in (reverse("overview"), reverse("overview-area", args=["voksen"])))

    assert "Over niveauet Flere end før" in text_of(card)
    assert "Målet om 80 % inden fristen" in text_of(card).replace("\N{NO-BREAK SPACE}", " ")
    assert "Måneden ligger højere, end de sædvanlige udsving når." in text_of(page)


@pytest.mark.django_db
def test_the_overview_is_a_file_for_the_agenda(reader):
    ServiceLevelFactory()
    year(months=14, inside=39, above=9, on_time=21, late=3)

    for url in (reverse("overview-pdf"), reverse("overview-area-pdf", args=["voksen"])):
        file = reader.get(url, {"maaned": "2026-08"})
        assert file.content.startswith(b"%PDF")
        assert "2026-08.pdf" in file["Content-Disposition"]


@pytest.mark.django_db
def test_before_the_first_month_there_is_no_file(reader):
    assert reader.get(reverse("overview-pdf")).status_code == 302
    assert reader.get(reverse("overview-area-pdf", args=["ukendt"])).status_code == 404
