import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.charts import Adoption, chart_rows, control_chart, number, percent
from followup.drift.p import p_chart
from followup.drift.phases import Phases
from roles.charts import drawing

MONTHS = [date(2024 + i // 12, i % 12 + 1, 1) for i in range(26)]
EVENTS = [2, 1, 3, 2, 2, 1, 2, 3, 0, 1, 2, 3, 2, 1, 2, 3, 2, 2, 1, 2, 3, 2, 8, 9, 2, 1]
TOTALS = [20, 20, 20, 20, 20, 20, 20, 20, 0, 20, 20, 20, *[20] * 14]
NBSP = "\N{NO-BREAK SPACE}"


def chart(events=EVENTS, totals=TOTALS, months=MONTHS):
    return p_chart(events, totals, months=months, phases=Phases(freeze=12))


def picture(**options):
    return control_chart(chart(), **{"title": "Andel over rammen", "ident": "k1"} | options)


def parse(svg):
    tree = ElementTree.fromstring(svg)
    for found in tree.iter():
        found.tag = found.tag.removeprefix("{http://www.w3.org/2000/svg}")
    return tree


def texts(svg):
    return [found.text for found in parse(svg).iter("text")]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_numbers_are_written_as_danes_do():
    assert [number(Decimal(value), 2) for value in ("1234.5", "6.00", "0", "-2.25")] == [
        "1.234,5",
        "6",
        "0",
        "−2,25",
    ]
    assert [percent(share) for share in (0.125, 0.5, 1.0, float("nan"))] == [
        f"12,5{NBSP}%",
        f"50{NBSP}%",
        f"100{NBSP}%",
        "–",
    ]


def test_chart_is_named_and_described():
    svg = parse(picture(adoptions=[Adoption(date(2025, 3, 1), "Version 2")], changed=date(2025, 11, 1)))

    ids = [found.get("id") for found in svg.iter() if found.get("id")]
    assert (svg.get("role"), svg.get("aria-labelledby"), ids) == (
        "img",
        "k1-title k1-desc",
        ["k1-title", "k1-desc"],
    )
    assert svg.find("title").text == "Andel over rammen"
    assert svg.find("desc").text == (
        f"26 måneder fra jan 24 til feb 26. Middel 10{NBSP}%. Udgangspunkt jan 24 til dec 24."
        " Usædvanlige måneder: nov 25, dec 25. "
        "mar 25: Version 2. Ændring nov 25."
    )


@pytest.mark.parametrize("compact", [False, True])
def test_chart_passes_a_strict_content_policy(compact):
    svg = parse(picture(compact=compact, changed=date(2025, 11, 1)))

    names = {name for found in svg.iter() for name in found.keys()}  # noqa: SIM118  an element, not a dict
    assert [name for name in names if name == "style" or name.startswith("on") or "href" in name] == []
    assert {found.tag for found in svg.iter()} <= {
        "svg", "title", "desc", "text", "polyline", "polygon", "circle",
    }  # fmt: skip


def test_chart_shows_flagged_months_by_shape_and_colour():
    svg = parse(picture())

    flags = svg.findall(".//polygon[@class='chart-flag']")
    points = svg.findall(".//circle[@class='chart-point']")
    assert [flag.find("title").text for flag in flags] == [
        f"nov 25: 40{NBSP}% (8 af 20). Usædvanligt høj",
        f"dec 25: 45{NBSP}% (9 af 20). Usædvanligt høj",
    ]
    assert {flag.get("fill") for flag in flags} & {point.get("fill") for point in points} == set()
    assert len(points) == 26 - 2 - 1


def test_chart_breaks_its_line_where_there_is_no_share():
    svg = parse(picture())

    lines = svg.findall(".//polyline[@class='chart-line']")
    assert [len(line.get("points").split()) for line in lines] == [8, 17]


def test_chart_leaves_out_what_lies_outside_the_period():
    adoptions = [Adoption(date(2023, 12, 1), "før"), Adoption(date(2026, 3, 1), "efter")]

    svg = parse(picture(adoptions=adoptions, changed=date(2026, 3, 1)))

    assert svg.findall(".//polyline[@class='chart-mark']") == []


def test_chart_draws_an_adoption_where_its_month_begins():
    svg = parse(picture(adoptions=[Adoption(date(2024, 1, 15), "Version 1")]))

    mark = svg.find(".//polyline[@class='chart-mark']").get("points").split()
    assert [point.split(",")[0] for point in mark] == ["52", "52"]
    assert "jan 24: Version 1" in texts(picture(adoptions=[Adoption(date(2024, 1, 15), "Version 1")]))


def test_chart_escapes_what_people_wrote():
    svg = picture(title="<b>&", ident="k1", adoptions=[Adoption(date(2025, 3, 1), "<script>")])

    assert parse(svg).find("title").text == "<b>&"
    assert "<script" not in svg


def test_compact_chart_is_readable_in_340_pixels():
    svg = parse(picture(compact=True, adoptions=[Adoption(date(2025, 3, 1), "Version 2 " * 20)]))

    width = float(svg.get("viewBox").split()[2])
    assert min(float(text.get("font-size")) for text in svg.iter("text")) * 340 / width > 11


@pytest.mark.parametrize("compact", [False, True])
def test_chart_keeps_its_labels_inside_and_apart(compact):
    svg = parse(picture(compact=compact, adoptions=[Adoption(date(2025, 9, 1), "Version 2 " * 20)]))

    width = float(svg.get("viewBox").split()[2])
    spans = []
    for text in svg.iter("text"):
        x, length = float(text.get("x")), len(text.text) * drawing.LETTER * float(text.get("font-size"))
        left = x - length * {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor")]
        spans.append((text.get("y"), left, left + length))
    assert [span for span in spans if span[1] < 0 or span[2] > width] == []
    spans.sort()
    assert [a for a, b in zip(spans, spans[1:], strict=False) if a[0] == b[0] and a[2] > b[1]] == []


@pytest.mark.parametrize("colour", ["INK", "MUTED", "EDGE", "CENTRE", "FLAG", "ADOPTED", "INSIDE", "OUTSIDE"])
def test_colours_of_text_and_lines_have_contrast(colour):
    assert contrast(getattr(drawing, colour), "#ffffff") >= 4.5
    assert contrast(getattr(drawing, colour), drawing.BAND) >= 4.5 or colour == "EDGE"
    assert contrast(getattr(drawing, colour), drawing.BAND) >= 3


def test_chart_of_nothing_says_so():
    nothing = p_chart([], [], months=[])

    assert texts(control_chart(nothing, title="Andel", ident="k")) == ["Ingen tal i perioden"]
    assert chart_rows(nothing) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=26), st.booleans())
def test_chart_of_any_counts_is_drawn_inside_its_picture(counts, compact):
    totals = [max(pair) for pair in counts]
    drawn = chart([min(pair) for pair in counts], totals, MONTHS[: len(counts)])

    svg = parse(control_chart(drawn, title="Andel", ident="k", compact=compact))

    _, _, width, height = map(float, svg.get("viewBox").split())
    points = [found.get("points", "") for found in svg.iter() if found.get("class") != "chart-flag"]
    places = np.array([float(at) for at in re.findall(r"[-\d.]+", " ".join(points))]).reshape(-1, 2)
    assert ((places >= 0) & (places <= [width, height])).all()


def test_rows_tell_the_numbers_of_the_chart():
    rows = chart_rows(chart())

    assert rows[8] == {
        "month": "sep 24",
        "events": "0",
        "total": "0",
        "share": "–",
        "centre": f"10{NBSP}%",
        "lower": "–",
        "upper": "–",
        "flag": "",
    }
    assert rows[22] == {
        "month": "nov 25",
        "events": "8",
        "total": "20",
        "share": f"40{NBSP}%",
        "centre": f"10{NBSP}%",
        "lower": f"0{NBSP}%",
        "upper": f"30,1{NBSP}%",
        "flag": "Usædvanligt høj",
    }
