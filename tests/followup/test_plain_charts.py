from datetime import date

import pytest

from followup.charts import Adoption, Part, parts_bar, share_lines
from tests.followup.test_charts import parse, texts

MONTHS = [date(2025, month, 1) for month in range(1, 13)]
RISING, FLAT = [0.1 + month / 100 for month in range(12)], [0.1] * 12
NBSP = "\N{NO-BREAK SPACE}"


def lines(**options):
    given = {"title": "Andele", "ident": "l"} | options
    return share_lines(MONTHS, {"Over": RISING, "Under": FLAT}, **given)


def test_lines_are_told_apart_without_colour():
    drawn = parse(lines()).findall(".//polyline[@class='chart-line']")

    assert [line.get("stroke-dasharray") for line in drawn] == [None, "7 4"]


def test_lines_are_described_in_words():
    svg = parse(lines(adoptions=[Adoption(date(2025, 6, 1), "ny version")]))

    assert svg.find("desc").text == (
        f"12 måneder fra jan 25 til dec 25. Over: fra 10{NBSP}% til 21{NBSP}%."
        f" Under: fra 10{NBSP}% til 10{NBSP}%. jun 25: ny version."
    )


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("shares", [(RISING, FLAT), (FLAT, FLAT), ([0.0] * 12, [0.001] * 12)])
def test_names_at_the_end_of_lines_do_not_collide(shares, compact):
    svg = share_lines(
        MONTHS, dict(zip(("Over", "Under"), shares, strict=True)), title="A", ident="l", compact=compact
    )

    _, _, _, height = map(float, parse(svg).get("viewBox").split())
    places = sorted(float(t.get("y")) for t in parse(svg).iter("text") if t.text in ("Over", "Under"))
    assert places[1] - places[0] >= 2 * 12
    assert places[1] + 14 <= height


def test_a_line_breaks_where_there_is_no_share():
    shares = [*RISING[:5], float("nan"), *RISING[6:]]

    svg = parse(share_lines(MONTHS, {"Over": shares}, title="A", ident="l"))

    drawn = svg.findall(".//polyline[@class='chart-line']")
    assert [len(line.get("points").split()) for line in drawn] == [5, 6]


def test_lines_of_nothing_say_so():
    assert texts(share_lines([], {"Over": []}, title="A", ident="l")) == ["Ingen tal i perioden"]


def bar(**counts: int) -> str:
    names = {"inside": "Inden for", "above": "Over", "below": "Under"}
    return parts_bar([Part(kind, names[kind], n) for kind, n in counts.items()], title="Fordeling", ident="b")


def test_parts_are_as_long_as_their_share():
    drawn = parse(bar(inside=75, above=25, below=0)).findall(".//rect")

    assert [(part.get("class"), part.get("width")) for part in drawn] == [
        ("bar-inside", "238.5"),
        ("bar-above", "79.5"),
    ]


def test_a_bar_tells_its_numbers_and_a_bar_of_nothing_is_empty():
    assert parse(bar(inside=1200, above=3, below=0)).find("desc").text == "inden for 1.200, over 3, under 0."
    assert parse(bar(inside=0, above=0)).findall(".//rect") == []
