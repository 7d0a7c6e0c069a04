import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from followup.drift.p import p_chart
from followup.drift.phases import Phases
from followup.drift.runs import anhoej, crossings_limit, longest_run_limit
from tests.followup.drift.reference import (
    CASES,
    assert_like_reference,
    phases_of,
    read,
    shared_qic_cases,
)

REFERENCE = read(CASES / "p.json.gz")


def chart_of(case):
    rows, multiply = case["input"], case["options"].get("multiply", 1)
    phases = phases_of(case)
    return p_chart(rows["y"], rows["n"], months=rows["x"], phases=phases, multiply=multiply, compat=True)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: case["id"])
def test_p_chart_equals_reference(case):
    assert_like_reference(chart_of(case), case)


def test_p_chart_equals_every_shared_case():
    for case in shared_qic_cases("p"):
        assert_like_reference(chart_of(case), case)


def test_anhoej_limits_equal_reference():
    table = REFERENCE["anhoej_limits"]

    assert [longest_run_limit(n) for n in table["n"]] == table["longest_run_max"]
    assert [crossings_limit(n) for n in table["n"]] == table["n_crossings_min"]


def drawn(events, total, **options):
    """Chart one digit-or-number per month and draw ``^`` under the flagged ones."""
    numbers = events.split()
    chart = p_chart([int(number) for number in numbers], [total] * len(numbers), **options)
    return " ".join(
        ("^" if flag else " ").rjust(len(x)) for x, flag in zip(numbers, chart.signal, strict=True)
    )


def test_p_chart_flags_what_stands_out():
    events = "2 3 2 1 2 3 2 2 1 2 3 2 2 11 12 2"
    alarms = "                           ^  ^  "

    assert drawn(events, 20, phases=Phases(freeze=12)) == alarms


def test_p_chart_starts_afresh_at_each_part():
    events = "2 3 2 1 2 3 2 2 1 2 3 2 11 12 10 11 12 10 11 2"
    alarms = "                                             ^"

    assert drawn(events, 20, phases=Phases(part=[12])) == alarms


@given(n=st.integers(1, 60), share=st.floats(0.01, 0.99), x=st.integers(0, 60))
def test_p_chart_flag_equals_brute_force_mid_p(n, share, x):
    x = min(x, n)
    upper = sum(binom.pmf(k, n, share) for k in range(x + 1, n + 1)) + binom.pmf(x, n, share) / 2

    flagged = p_chart([x], [n], phases=Phases(centre=share)).signal[0]

    assert flagged == (min(upper, 1 - upper) < 0.0013498980316301)


def test_constant_share_lies_on_the_line():
    events, totals = [1, 3, 7, 9, 11, 13, 17, 19, 21, 23], [10, 30, 70, 90, 110, 130, 170, 190, 210, 230]

    assert p_chart(events, totals).runs[0].useful == 0


@pytest.mark.parametrize(("events", "line"), [([0, 0, 0], 0.0), ([9, 9, 9], 1.0)])
def test_p_chart_of_all_or_nothing_is_quiet(events, line):
    chart = p_chart(events, [9, 9, 9])

    assert chart.centre.tolist() == chart.lower.tolist() == chart.upper.tolist() == [line] * 3
    assert chart.signal.tolist() == [False] * 3


def test_p_chart_of_one_month_never_signals():
    chart = p_chart([5], [10])

    assert (chart.y.tolist(), chart.signal.tolist(), chart.provisional) == ([0.5], [False], (True,))


def test_p_chart_of_nothing_is_empty():
    chart = p_chart([], [])

    assert (chart.months, chart.y.tolist(), chart.runs[0].useful if chart.runs else 0) == ((), [], 0)


def test_p_chart_is_provisional_below_twelve_months():
    assert p_chart([1] * 11, [9] * 11).provisional == (True,)
    assert p_chart([1] * 12, [9] * 12).provisional == (False,)


def test_p_chart_sums_rows_of_a_month_and_sorts():
    january, february = date(2026, 1, 1), date(2026, 2, 1)

    chart = p_chart([1, 2, 3, 4], [10, 10, 10, None], months=[february, january, february, january])

    assert chart.months == (january, february)
    assert (chart.events.tolist(), chart.totals.tolist()) == ([2, 4], [10, 20])


def test_p_chart_without_decisions_in_a_month_has_no_share_there():
    chart = p_chart([1, 0, 2], [10, 0, 10])

    assert np.isnan(chart.y).tolist() == np.isnan(chart.upper).tolist() == [False, True, False]
    assert chart.centre.tolist() == [0.15] * 3


@pytest.mark.parametrize(
    ("events", "totals", "problem"),
    [
        ([3], [2], "events exceed the total"),
        ([-1], [2], "a count cannot be negative"),
        ([0], [-2], "a count cannot be negative"),
        ([1], [math.inf], "a count cannot be infinite"),
        ([1, 2], [3], "events have shape"),
    ],
)
def test_p_chart_refuses_what_cannot_be_counts(events, totals, problem):
    with pytest.raises(ValueError, match=problem):
        p_chart(events, totals)


def test_phase_labels_follow_their_months():
    chart = p_chart([1, 2, 3], [9, 9, 9], months=[3, 1, 2], phases=Phases(part=["new", "old", "old"]))

    assert chart.phase.tolist() == [1, 1, 2]
    assert chart.centre.tolist() == [5 / 18, 5 / 18, 1 / 9]


def test_anhoej_sees_a_shift():
    before, after = "-+-+--+-+-+-+-+-", "+++++++++"
    y = [1 if mark == "+" else -1 for mark in before + after]

    found = anhoej(y, 0)

    assert (found.longest, found.longest_max, found.signal) == (9, 8, True)


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0, math.nan]), max_size=40))
def test_anhoej_equals_counting_by_hand(y):
    signs = [value for value in y if value in (-1.0, 1.0)]
    longest = length = 0
    for i, sign in enumerate(signs):
        length = length + 1 if i and signs[i - 1] == sign else 1
        longest = max(longest, length)

    found = anhoej(y, 0)

    assert (found.useful, found.longest or 0) == (len(signs), longest)
    assert (found.crossings or 0) == sum(a != b for a, b in zip(signs, signs[1:], strict=False))
