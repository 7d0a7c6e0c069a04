import xml.etree.ElementTree as ElementTree
from datetime import date

from roles.charts import Ring, year_wheel

PHASES = [
    Ring("Udvikling", {1: 2}),
    Ring("Implementering og forankring", {}),
    Ring("Opfølgning", {1: 1, 12: 3}),
]


def drawn(rings=PHASES, today=None):
    picture = year_wheel(2026, rings, title="Årshjul 2026", ident="hjul", today=today)
    return ElementTree.fromstring(picture.replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def words(svg) -> list[str]:
    return [each.text for each in svg.iter("text")]


def test_wheel_says_its_numbers_in_words():
    svg = drawn()

    assert svg.get("aria-labelledby") == "hjul-title hjul-desc"
    assert svg.find("title").text == "Årshjul 2026"
    assert svg.find("desc").text == (
        "6 opgaver i 2026. Udvikling: januar 2. Implementering og forankring: ingen."
        " Opfølgning: januar 1, december 3."
    )


def test_each_ring_has_a_shape_of_its_own_and_a_name():
    svg = drawn()

    marks = [each.get("class") for each in svg.iter() if "wheel-" in each.get("class", "")]
    # A mark per month with something due, and the one in the key.
    assert sorted(marks) == ["wheel-circle"] * 2 + ["wheel-diamond"] * 3 + ["wheel-square"]
    assert words(svg)[-1] == "Opfølgning: 4"


def test_january_stands_at_the_top_right_and_december_at_the_top_left():
    january, december = (
        drawn([Ring("A", {month: 1})]).find(".//circle[@class='wheel-circle']") for month in (1, 12)
    )

    assert float(january.get("cx")) > 300 > float(december.get("cx"))
    assert january.get("cy") == december.get("cy")


def test_today_is_marked_in_its_own_year_only():
    this_year, another = drawn(today=date(2026, 11, 22)), drawn(today=date(2025, 11, 22))

    assert "i dag 22-11" in words(this_year)
    assert this_year.find("desc").text.endswith("I dag er 22-11-2026.")
    assert ElementTree.tostring(another) == ElementTree.tostring(drawn())


def test_empty_year_says_so():
    svg = drawn([Ring("Udvikling", {})])

    assert svg.find("desc").text == "Ingen opgaver i 2026."
