import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from followup.drift.c import c_chart
from followup.drift.p import p_chart
from followup.drift.p_prime import p_prime_chart
from followup.drift.phases import Phases
from followup.drift.u import u_chart
from followup.drift.u_prime import u_prime_chart

RATIO_CHARTS = [p_prime_chart, u_chart, u_prime_chart]


def drawn(chart, numbers):
    return " ".join(
        ("^" if flag else " ").rjust(len(x)) for x, flag in zip(numbers.split(), chart.signal, strict=True)
    )


def test_c_and_u_charts_flag_what_stands_out():
    counts = "9 11 8 12 10 9 11 10 8 12 9 11 10 24 9 0"
    alarms = "                                   ^   ^"
    events, frozen = [int(number) for number in counts.split()], Phases(freeze=12)

    assert drawn(c_chart(events, phases=frozen), counts) == alarms
    assert drawn(u_chart(events, [30] * 16, phases=frozen), counts) == alarms


@given(x=st.integers(0, 80), usual=st.floats(0.01, 40))
def test_c_chart_flag_equals_adding_up_the_tail(x, usual):
    above = 1 - sum(poisson.pmf(k, usual) for k in range(x)) - poisson.pmf(x, usual) / 2

    flagged = c_chart([x], phases=Phases(centre=usual)).signal[0]

    assert flagged == (min(above, 1 - above) < 0.0013498980316301)


def test_prime_charts_widen_to_what_months_really_vary():
    rng = np.random.default_rng(5)
    events = rng.binomial(10_000, rng.beta(60, 240, 24))

    narrow, wide = p_chart(events, [10_000] * 24), p_prime_chart(events, [10_000] * 24)

    assert narrow.signal.sum() > 10
    assert wide.signal.sum() == 0
    assert wide.upper[0] - wide.centre[0] > 4 * (narrow.upper[0] - narrow.centre[0])


def test_p_prime_flags_a_shift_beyond_the_usual_spread():
    rng = np.random.default_rng(6)
    before = rng.binomial(10_000, rng.beta(60, 240, 23))

    chart = p_prime_chart([*before, 4500], [10_000] * 24, phases=Phases(freeze=23))

    assert chart.signal.tolist() == [False] * 23 + [True]


@pytest.mark.parametrize("chart_of", RATIO_CHARTS)
def test_ratio_chart_is_quiet_where_there_is_nothing_to_say(chart_of):
    assert chart_of([], []).y.tolist() == []
    assert chart_of([5], [10]).signal.tolist() == [False]
    assert chart_of([0, 0, 0], [9, 8, 9]).signal.tolist() == [False] * 3
    assert chart_of([9, 9, 9], [9, 9, 9]).signal.tolist() == [False] * 3
    gaps = chart_of([1, 0, None, 2], [10, 0, 10, 10])
    assert np.isnan(gaps.y).tolist() == np.isnan(gaps.upper).tolist() == [False, True, True, False]


@pytest.mark.parametrize("chart_of", RATIO_CHARTS)
def test_ratio_chart_refuses_what_cannot_be_counts(chart_of):
    for events, totals in (([-1], [2]), ([1], [-2]), ([1], [math.inf]), ([1, 2], [3])):
        with pytest.raises(ValueError, match=r"negative|infinite|shape"):
            chart_of(events, totals)


@pytest.mark.parametrize("chart_of", RATIO_CHARTS)
def test_multiply_scales_everything_but_the_flags(chart_of):
    events, totals = [3, 4, 2, 3, 4, 15], [20, 20, 20, 20, 20, 20]

    one, hundred = chart_of(events, totals), chart_of(events, totals, multiply=100)

    assert hundred.signal.tolist() == one.signal.tolist()
    for line in ("y", "centre", "lower", "upper", "lower_2s", "upper_2s"):
        assert getattr(hundred, line) == pytest.approx(100 * getattr(one, line))


def test_rates_may_exceed_one():
    assert u_chart([30, 40], [10, 10]).centre.tolist() == [3.5, 3.5]


def test_c_chart_sums_rows_of_a_month_and_refuses_negatives():
    assert c_chart([1, 2, 4], months=["b", "a", "b"]).y.tolist() == [2, 5]
    with pytest.raises(ValueError, match="negative"):
        c_chart([-1])
