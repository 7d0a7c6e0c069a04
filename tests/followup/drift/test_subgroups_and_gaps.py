import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import geom

from followup.drift.g import g_chart
from followup.drift.i import i_chart
from followup.drift.i_prime import i_prime_chart
from followup.drift.phases import Phases
from followup.drift.s import s_chart
from followup.drift.subgroups import c4
from followup.drift.t import t_chart
from followup.drift.xbar import xbar_chart
from tests.followup.drift.reference import CASES, read, unlike


def test_subgroup_constants_equal_reference():
    table = read(CASES / "subgroups.json.gz")["subgroup_constants"]
    sizes, shrinkage = np.array(table["n"]), c4(table["n"])

    wobble = np.sqrt(1 - shrinkage**2) / shrinkage
    assert unlike(shrinkage, table["c4"]) == []
    assert unlike(3 / (shrinkage * np.sqrt(sizes)), table["a3"]) == []
    assert unlike(np.maximum(1 - 3 * wobble, 0), table["b3"]) == []
    assert unlike(1 + 3 * wobble, table["b4"]) == []


def test_c4_of_a_single_value_is_missing():
    assert np.isnan(c4([0, 1, 2])).tolist() == [True, True, False]


@given(st.lists(st.lists(st.integers(-20, 20), max_size=5), min_size=2, max_size=9))
def test_xbar_and_s_equal_the_statistics_module(groups):
    months = [month for month, group in enumerate(groups) for _ in group]
    values = [value for group in groups for value in group]
    filled = [group for group in groups if group]

    means, spreads = xbar_chart(values, months=months), s_chart(values, months=months)

    assert means.y.tolist() == pytest.approx([statistics.mean(group) for group in filled])
    assert spreads.y.tolist() == pytest.approx(
        [statistics.stdev(group) if len(group) > 1 else math.nan for group in filled], nan_ok=True
    )
    if values:
        assert means.centre[0] == pytest.approx(statistics.mean(values))


def test_xbar_chart_flags_a_shifted_month_and_s_chart_an_uneven_one():
    rng = np.random.default_rng(9)
    values = rng.normal(50, 5, (15, 8))
    values[13] += 12
    values[14] = np.linspace(10, 90, 8)
    months = np.repeat(np.arange(15), 8).tolist()

    means = xbar_chart(values.ravel(), months=months, phases=Phases(freeze=13))
    spreads = s_chart(values.ravel(), months=months, phases=Phases(freeze=13))

    assert means.signal.tolist() == [False] * 13 + [True, False]
    assert spreads.signal.tolist() == [False] * 14 + [True]


def test_month_with_one_measurement_has_no_limits():
    chart = xbar_chart([1, 3, 2, 4, 90], months=[1, 1, 2, 2, 3])

    assert (np.isnan(chart.upper).tolist(), chart.signal[-1]) == ([False, False, True], False)


@pytest.mark.parametrize("mean", [0.3, 1, 7.5, 60])
def test_g_limits_cut_off_tails(mean):
    chart = g_chart([5, 5], phases=Phases(centre=mean))

    above = geom.sf(math.floor(chart.upper[0]), 1 / (mean + 1), loc=-1)
    assert above < 0.00135
    assert geom.sf(math.floor(chart.upper[0]) - 1, 1 / (mean + 1), loc=-1) > 0.00134


def test_g_chart_of_events_back_to_back_has_no_limits():
    chart = g_chart([0, 0, 0])

    assert (np.isnan(chart.upper).all(), chart.signal.tolist()) == (True, [False] * 3)


def test_t_chart_flags_a_long_wait():
    waits = "20 31 12 44 25 18 37 29 22 15 33 27 390 21"
    alarm = "                                      ^   "

    chart = t_chart([int(wait) for wait in waits.split()], phases=Phases(freeze=12))

    marks = [
        ("^" if flag else " ").rjust(len(x)) for x, flag in zip(waits.split(), chart.signal, strict=True)
    ]
    assert " ".join(marks) == alarm


def test_i_prime_limits_narrow_with_the_square_root_of_the_total():
    rng = np.random.default_rng(10)
    totals = np.tile([25, 100], 400)

    chart = i_prime_chart(rng.normal(50, 10 / np.sqrt(totals)) * totals, totals)

    assert (chart.upper - chart.centre)[:2] == pytest.approx([6, 3], rel=0.08)
    assert (chart.signal.sum(), i_chart(chart.y).signal[1::2].sum()) == (4, 0)


@pytest.mark.parametrize("chart_of", [xbar_chart, s_chart, g_chart, t_chart])
def test_chart_of_nothing_is_empty_and_of_one_quiet(chart_of):
    assert chart_of([]).y.tolist() == []
    assert chart_of([4]).signal.tolist() == [False]
    with pytest.raises(ValueError, match="infinite"):
        chart_of([math.inf])


@pytest.mark.parametrize("chart_of", [g_chart, t_chart])
def test_gaps_cannot_be_negative(chart_of):
    with pytest.raises(ValueError, match="negative"):
        chart_of([-1])
