"""What a month does to a drift, drawn: P of the months since it opened, one digit per month (tenths)."""

import pytest

from followup.actions.signals.changes import Course, Said, change_of


def said(probability=0.97, level=0.45, low=0.35, high=0.55):
    return Said(probability, level, low, high)


def course(digits: str, *, at_opening=0.9, confirmed=True):
    return Course(at_opening, [int(digit) / 10 for digit in digits], confirmed)


@pytest.mark.parametrize(
    ("since", "probability", "change"),
    [
        ("9", 0.97, "uaendret"),
        ("999999", 0.97, "uaendret"),
        ("992", 0.2, "svaekket"),
        ("9922", 0.2, "svaekket"),
        ("99222", 0.2, "lukket"),
        ("22922", 0.2, "svaekket"),
        ("99224", 0.4, "uaendret"),
        ("222", 0.2, "lukket"),
        ("22", 0.2, "svaekket"),
        ("", 0.2, "svaekket"),
    ],
)
def test_a_drift_fades_and_is_closed_after_three_faint_months(since, probability, change):
    assert change_of("up", course(since), said(), said(probability)) == change


def test_a_drift_that_becomes_sure_is_strengthened():
    assert change_of("up", course("9"), said(0.9), said(0.96)) == "forstaerket"
    assert change_of("up", course("9"), said(0.96), said(0.99)) == "uaendret"


@pytest.mark.parametrize(
    ("direction", "now", "change"),
    [
        ("up", said(level=0.6, low=0.46, high=0.7), "forstaerket"),
        ("up", said(level=0.6, low=0.44, high=0.7), "uaendret"),
        ("up", said(level=0.2, low=0.1, high=0.3), "uaendret"),
        ("down", said(level=0.3, low=0.2, high=0.44), "forstaerket"),
        ("down", said(level=0.3, low=0.2, high=0.46), "uaendret"),
    ],
)
def test_a_level_that_moves_on_is_strengthened(direction, now, change):
    assert change_of(direction, course("9"), said(), now) == change


@pytest.mark.parametrize(
    ("at_opening", "confirmed", "change"),
    [(0.4, False, "trukket"), (0.4, True, "uaendret"), (0.6, False, "uaendret")],
)
def test_what_was_provisional_and_does_not_stand_is_withdrawn(at_opening, confirmed, change):
    found = change_of("up", course("9", at_opening=at_opening, confirmed=confirmed), said(), said())

    assert found == change


def test_what_was_withdrawn_is_not_told_as_closed():
    assert change_of("up", course("111", at_opening=0.1, confirmed=False), said(), said(0.1)) == "trukket"


def test_the_first_word_on_a_drift_changes_nothing():
    assert change_of("up", course("9"), None, said()) == "uaendret"
