from datetime import date

import pytest

from followup.models import DriftSignal, MeasureCode
from followup.queries.explanations import chart_meaning, heading, how_sure, next_step
from followup.queries.measures import MEASURES
from followup.queries.sentences import is_improvement, period_name, signal_sentence
from roles.models import Unit

FORBIDDEN = ("fejl", "brud", "overtrædelse", "værst")


def signal(**more):
    return DriftSignal(
        **{
            "month": date(2026, 10, 1),
            "since": date(2026, 9, 1),
            "unit": Unit(name="Team Nord"),
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


def test_a_change_that_cannot_be_put_to_one_month_is_told_between_two():
    told = signal_sentence(signal(since_first=date(2026, 7, 1), since_last=date(2026, 9, 1)))
    long = signal_sentence(signal(since_first=date(2025, 12, 1), since_last=date(2026, 9, 1)))

    assert told.endswith("Ændringen er sandsynligvis sket mellem juli og september 2026.")
    assert long.endswith("Ændringen er sandsynligvis sket mellem december 2025 og september 2026.")


def test_what_gets_better_is_told_as_good_news():
    fewer = signal(direction="down", observed=2, since=date(2026, 10, 1))
    sooner = signal(measure="decided_in_time", direction="up", observed=29, expected=22.4)

    assert signal_sentence(fewer).startswith(
        "Færre afgørelser end før lå over rammen: 2 af 31 i oktober 2026. Forventet: 6."
    )
    assert signal_sentence(sooner).startswith(
        "Flere afgørelser end før kom inden fristen: 29 af 31 i september–oktober 2026. Forventet: 22."
    )
    assert [is_improvement(each) for each in (fewer, sooner, signal())] == [True, True, False]


def test_a_fall_says_only():
    text = signal_sentence(signal(measure="decided_in_time", direction="down", observed=2, expected=9))

    assert text.startswith("Kun 2 af 31 afgørelser kom inden fristen i september–oktober 2026. Forventet: 9.")


def test_what_may_still_change_says_so():
    text = signal_sentence(signal(provisional=True))

    assert text.startswith("Foreløbigt: 14 af 31 afgørelser lå over rammen i september–oktober 2026.")


def test_missing_reasons_are_counted_among_deviations():
    text = signal_sentence(signal(measure="share_without_reason", expected=0.2))

    assert text.startswith(
        "14 af 31 afvigelser manglede en grund i september–oktober 2026. Forventet: under 1."
    )


@pytest.mark.parametrize(
    ("measure", "observed", "expected", "text"),
    [
        (
            "extent",
            1.142,
            0.97,
            "Det bevilgede omfang lå i gennemsnit 14 % over det typiske i september–oktober 2026"
            " (31 afgørelser). Forventet: 3 % under det typiske.",
        ),
        (
            "cost",
            212345.6,
            180000,
            "Udgiften pr. bevilling var i gennemsnit 212.346 kr. om året i september–oktober 2026"
            " (31 afgørelser). Forventet: 180.000 kr. om året.",
        ),
        ("new_grants", 48, 32, "48 nye bevillinger i september–oktober 2026. Forventet: 32."),
    ],
)
def test_means_and_counts_are_told_in_their_own_unit(measure, observed, expected, text):
    told = signal_sentence(signal(measure=measure, observed=observed, expected=expected))

    assert told.replace("\N{NO-BREAK SPACE}", " ").startswith(text)


@pytest.mark.parametrize("measure", ["share_deviating", "share_at_maximum", "same_reason"])
def test_what_lasts_is_told_what_it_may_mean_and_no_month(measure):
    text = signal_sentence(signal(measure=measure))

    assert "Det kan betyde" in text or "kan betyde, at rammen" in text
    assert "sket" not in text


def test_the_end_of_a_signal_is_told():
    assert signal_sentence(signal(change="lukket")) == (
        "Andel over rammen: ændringen fra september 2026 ses ikke længere. Niveauet er som før."
    )
    assert "holdt ikke" in signal_sentence(signal(change="trukket"))
    assert signal_sentence(signal(change="svaekket")).endswith("Ændringen ser ud til at aftage.")


@pytest.mark.parametrize("measure", MeasureCode)
@pytest.mark.parametrize("direction", ["up", "down"])
def test_every_signal_has_a_heading_and_a_next_step(measure, direction):
    told = signal(measure=measure, direction=direction)

    assert heading(told) != ""
    assert next_step(told).endswith((".", "?"))
    assert [word for word in FORBIDDEN if word in (heading(told) + next_step(told)).lower()] == []


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.code)
def test_every_chart_is_explained(measure):
    assert chart_meaning(measure).startswith("Hver prik er en måned og viser ")


def test_a_faint_signal_is_not_called_sure():
    assert how_sure(0.2).startswith("Usikkert")
    assert how_sure(0.96).startswith("Ret sikkert. Af 100")


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
