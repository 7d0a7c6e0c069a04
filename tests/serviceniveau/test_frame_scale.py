import re
from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from serviceniveau.frame_scale import frame_scale


@dataclass
class Frame:
    minimum: Decimal | None = None
    typical: Decimal | None = None
    maximum: Decimal | None = None
    kind: str = "guiding_frame"


def frame(minimum=None, typical=None, maximum=None, kind="guiding_frame") -> Frame:
    return Frame(*(None if value is None else Decimal(value) for value in (minimum, typical, maximum)), kind)


def drawn(level: Frame, amount: str | None, unit: str = "timer pr. uge"):
    svg = frame_scale(level, None if amount is None else Decimal(amount), unit=unit, ident="r")
    return ElementTree.fromstring(re.sub(r' xmlns="[^"]+"', "", svg))


def texts(svg) -> list[str]:
    return [element.text for element in svg.iter("text")]


@pytest.mark.parametrize(
    ("level", "amount", "relation"),
    [
        (frame("2", "4", "6"), "8", "over rammen"),
        (frame("2", None, "6"), "1.5", "under rammen"),
        (frame("2", None, "6"), "6", "inden for rammen"),
        (frame(None, None, "15"), "0", "inden for rammen"),
        (frame(None, "10", None), "10", "inden for rammen"),
        (frame(None, "10", None), "12", "over rammen"),
        (frame("2", "4", None), "40", "inden for rammen"),
        (frame("12", kind="minimum"), "40", "inden for rammen"),
        (frame("12", kind="minimum"), "11", "under rammen"),
    ],
)
def test_scale_says_what_the_amount_is_to_the_frame(level, amount, relation):
    svg = drawn(level, amount)

    assert texts(svg)[-1].endswith(f"timer pr. uge: {relation}")
    assert svg.find("desc").text.endswith(f"{relation.capitalize()}.")


def test_amount_stands_in_proportion_in_the_band():
    svg = drawn(frame("2", None, "6"), "4")

    band = svg.find("rect")
    tip = svg.find("polygon").get("points").split()[2].split(",")[0]
    assert float(band.get("x")) + float(band.get("width")) / 2 == pytest.approx(float(tip), abs=0.2)


def test_scale_without_an_amount_has_no_marker():
    svg = drawn(frame("2", "4", "6"), None)

    assert svg.find("polygon") is None
    assert texts(svg) == ["2", "6", "Typisk 4"]


def test_ends_that_would_collide_share_a_label():
    assert texts(drawn(frame("5", None, "6"), "40"))[0] == "5–6"
