import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.drift.i import i_chart
from followup.drift.mr import mr_chart
from followup.drift.phases import Phases
from followup.drift.run import run_chart

VALUES = st.lists(st.one_of(st.integers(-50, 50), st.none()), max_size=30)


def marks(values, signal):
    return " ".join(("^" if flag else " ").rjust(len(x)) for x, flag in zip(values, signal, strict=True))


def test_i_chart_flags_what_stands_out():
    values = "5 7 6 8 6 7 5 6 8 7 6 7 15 6 -4 7"
    alarms = "                         ^    ^  "

    chart = i_chart([int(value) for value in values.split()], phases=Phases(freeze=12))

    assert marks(values.split(), chart.signal) == alarms


def slow_i_limits(y):
    """Go through the values one by one."""
    ranges = [abs(b - a) for a, b in zip(y, y[1:], strict=False) if a is not None and b is not None]
    known = [value for value in y if value is not None]
    if not ranges or not sum(ranges):
        return math.nan, math.nan
    mean = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one < 3.267 * mean]
    spread = sum(kept) / len(kept) if sum(kept) else mean
    middle = sum(known) / len(known)
    return middle - 3 * spread / 1.128, middle + 3 * spread / 1.128


@given(VALUES)
def test_i_limits_equal_going_through_one_by_one(y):
    chart = i_chart(y)

    expected = slow_i_limits(y)
    for month in range(len(y)):
        assert (chart.lower[month], chart.upper[month]) == pytest.approx(expected, nan_ok=True)


@given(VALUES)
def test_i_chart_of_mirrored_values_is_mirrored(y):
    chart, mirrored = i_chart(y), i_chart([None if value is None else -value for value in y])

    assert mirrored.signal.tolist() == chart.signal.tolist()
    assert mirrored.lower == pytest.approx(-chart.upper, nan_ok=True)


def test_i_chart_averages_rows_of_a_month():
    chart = i_chart([1, 3, 5, None], months=["b", "a", "b", "a"])

    assert (chart.months, chart.y.tolist()) == (("a", "b"), [3, 3])


@pytest.mark.parametrize("chart_of", [run_chart, i_chart, mr_chart])
def test_chart_of_nothing_or_one_month_is_quiet(chart_of):
    assert chart_of([]).y.tolist() == []
    assert chart_of([5]).signal.tolist() == [False]
    assert chart_of([None, math.nan]).signal.tolist() == [False, False]


@pytest.mark.parametrize("chart_of", [run_chart, i_chart, mr_chart])
def test_chart_refuses_what_is_no_measurement(chart_of):
    with pytest.raises(ValueError, match="infinite"):
        chart_of([1, math.inf])
    with pytest.raises(ValueError, match="negative"):
        chart_of([1], [-1])
    with pytest.raises(ValueError, match="shape"):
        chart_of([1, 2], [1])


def test_mr_chart_flags_a_jump_and_no_runs():
    chart = mr_chart([1, 2, 1, 2, 1, 2, 1, 9])

    assert np.isnan(chart.y).tolist() == [True] + [False] * 7
    assert chart.signal.tolist() == [False] * 7 + [True]
    assert (chart.upper[0], chart.runs[0].signal) == (pytest.approx(3.267 * 2), False)


def test_run_chart_draws_no_limits():
    chart = run_chart([3, 1, 2])

    assert (chart.centre.tolist(), chart.signal.tolist()) == ([2, 2, 2], [False] * 3)
    assert np.isnan([chart.lower, chart.upper, chart.lower_2s, chart.upper_2s]).all()


def test_run_chart_sees_a_shift_after_a_frozen_median():
    before, after = [4, 6, 5, 7, 3, 6, 4, 5.5, 6.5, 4.5], [8, 9, 8, 9, 8, 9, 8, 9, 8]

    chart = run_chart(before + after, phases=Phases(freeze=10))

    assert (chart.centre[0], chart.runs[0].longest, chart.runs[0].signal) == (5.25, 9, True)
