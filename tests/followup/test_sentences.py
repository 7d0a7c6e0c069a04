from datetime import date

import pytest

from followup.models import DriftSignal
from followup.queries.measures import MEASURES
from followup.queries.sentences import period_name, signal_sentence

FORBIDDEN = ("fejl", "brud", "overtrædelse", "værst")


def signal(**more):
    return DriftSignal(
        **{
            "month": date(2026, 10, 1),
            "since": date(2026, 9, 1),
            "measure": "share_above",
            "direction": "up",
            "observed": 14,
            "n": 31,
            "expected": 5.7,
            "provisional": False,
        }
        | more
    )


def test_a_rise_is_told_with_counts_expectation_and_month():
    assert signal_sentence(signal()) == (
        "14 af 31 afgørelser lå over rammen i september–oktober 2026. Forventet: 6."
        " Ændringen er sandsynligvis sket i september 2026."
    )


def test_a_fall_says_only():
    text = signal_sentence(
        signal(direction="down", observed=2, measure="share_below", since=date(2026, 10, 1))
    )

    assert text.startswith("Kun 2 af 31 afgørelser lå under rammen i oktober 2026.")


def test_what_may_still_change_says_so():
    text = signal_sentence(signal(provisional=True, direction="down", observed=2))

    assert text.startswith("Foreløbigt: kun 2 af 31 afgørelser lå over rammen i september–oktober 2026.")


def test_missing_reasons_are_counted_among_deviations():
    text = signal_sentence(signal(measure="share_without_reason", expected=0.2))

    assert text.startswith(
        "14 af 31 afvigelser manglede en grund i september–oktober 2026. Forventet: under 1."
    )


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("provisional", [True, False])
def test_nobody_is_blamed(measure, direction, provisional):
    text = signal_sentence(signal(measure=measure, direction=direction, provisional=provisional)).lower()

    assert [word for word in FORBIDDEN if word in text + MEASURES[measure].meaning.lower()] == []


@pytest.mark.parametrize(
    ("first", "text"),
    [
        (date(2026, 2, 1), "februar 2026"),
        (date(2026, 1, 1), "januar–februar 2026"),
        (date(2025, 11, 1), "november 2025–februar 2026"),
    ],
)
def test_periods(first, text):
    assert period_name(first, date(2026, 2, 1)) == text
