"""Where our charts deliberately differ from the R packages, one test each; compat=True undoes it.

In short: screening must leave a spread; shares are not more alike than chance; a month without a
value stops nothing; there are no more events than decisions; small counts are flagged by exact
tails; rounding puts nothing beside the line; and a short baseline flags less, or provisionally.
"""

import math

import numpy as np
import pytest
from scipy.stats import binom

from followup.drift.c import c_chart
from followup.drift.funnel import funnel
from followup.drift.g import g_chart
from followup.drift.i import i_chart
from followup.drift.i_prime import i_prime_chart
from followup.drift.making_data_count import making_data_count
from followup.drift.mr import mr_chart
from followup.drift.p import p_chart
from followup.drift.p_prime import p_prime_chart
from followup.drift.phases import Phases
from followup.drift.ranges import mean_of_ranges
from followup.drift.run import run_chart
from followup.drift.s import s_chart
from followup.drift.t import t_chart
from followup.drift.u import u_chart
from followup.drift.u_prime import u_prime_chart
from followup.drift.xbar import xbar_chart

FLAT = [5.0] * 15
ONE_BLIP = [5.0] * 10 + [6.0] + [5.0] * 9
CONSTANT_RATIO = ([1, 3, 7, 9, 11, 13, 17, 19, 21, 23], [10, 30, 70, 90, 110, 130, 170, 190, 210, 230])


def test_screening_that_leaves_no_spread_is_undone():
    ours, theirs = i_chart(ONE_BLIP), i_chart(ONE_BLIP, compat=True)

    assert theirs.signal.tolist() == [True] * 20
    assert ours.signal.tolist() == [False] * 10 + [True] + [False] * 9
    assert ours.upper[0] == pytest.approx(5.05 + 3 * (2 / 19) / 1.128)


def test_no_spread_gives_no_limits():
    ours, theirs = i_chart(FLAT, screened=False), i_chart(FLAT, screened=False, compat=True)

    assert (math.isnan(ours.upper[0]), theirs.upper[0]) == (True, 5)
    assert ours.signal.tolist() == theirs.signal.tolist() == [False] * 15


def test_one_point_off_a_flat_baseline_is_no_flag():
    y, phases = [*FLAT, 5.1], Phases(freeze=15)

    assert i_chart(y, phases=phases, screened=False).signal.tolist() == [False] * 16
    assert i_chart(y, phases=phases, screened=False, compat=True).signal.tolist() == [False] * 15 + [True]
    assert mr_chart(y, phases=phases).signal.tolist() == [False] * 16
    assert mr_chart(y, phases=phases, compat=True).signal.tolist() == [False] * 15 + [True]


@pytest.mark.parametrize("chart_of", [run_chart, i_chart])
def test_rounding_puts_no_point_beside_the_line(chart_of):
    almost_alike = [0.1 + 0.2, 0.3] * 10

    assert chart_of(almost_alike).runs[0].useful == 0
    assert chart_of(almost_alike, compat=True).runs[0].useful == 10


@pytest.mark.parametrize("chart_of", [run_chart, i_chart, p_chart, p_prime_chart, u_chart, u_prime_chart])
def test_constant_ratio_lies_on_the_line(chart_of):
    """Sums without rounding error see to that, whoever is asked to be like."""
    for compat in (False, True):
        assert chart_of(*CONSTANT_RATIO, compat=compat).runs[0].useful == 0


def test_median_gives_way_where_many_points_lie_on_it():
    seldom, often = [0, 0, 1, 3, 2, 4, 5, 6, 7], [0, 0, 0, 0, 1, 3, 2]

    assert run_chart(seldom).centre[0] == run_chart(seldom, compat=True).centre[0] == 3
    assert (run_chart(often).centre[0], run_chart(often, compat=True).centre[0]) == (pytest.approx(6 / 7), 0)


def test_ranges_of_nothing_and_of_zeros():
    nothing, zeros = np.array([]), np.zeros(5)

    assert math.isnan(mean_of_ranges(nothing))
    assert math.isnan(mean_of_ranges(zeros))
    assert mean_of_ranges(zeros, screened=False, compat=True) == 0


def test_count_is_flagged_by_its_exact_tail():
    """Two where .2 are usual is outside 3 sigma of a normal curve, and not that rare in truth."""
    usual = Phases(centre=0.2)

    assert [c_chart([x], phases=usual).signal[0] for x in (2, 3)] == [False, True]
    assert [c_chart([x], phases=usual, compat=True).signal[0] for x in (2, 3)] == [True, True]
    assert [u_chart([x], [2], phases=Phases(centre=0.1)).signal[0] for x in (2, 3)] == [False, True]


def test_too_few_events_are_flagged_where_the_limit_is_cut_at_zero():
    """None where 8 are usual happens once in 3,000; the normal limit would be below 0."""
    usual = Phases(centre=8)

    assert c_chart([0], phases=usual).signal[0]
    assert not c_chart([0], phases=usual, compat=True).signal[0]


def test_limits_are_never_narrower_than_chance():
    """Shares more alike than chance (sigma of z below 1) do not make a usual month an alarm."""
    events, totals = [50] * 6 + [51] * 6 + [62], [200] * 13
    frozen = Phases(freeze=12)

    ours, theirs = (p_prime_chart(events, totals, phases=frozen, compat=same) for same in (False, True))
    assert (ours.signal[-1], theirs.signal[-1]) == (False, True)
    assert ours.upper == pytest.approx(p_chart(events, totals, phases=frozen).upper)
    ours, theirs = (u_prime_chart(events, totals, phases=frozen, compat=same) for same in (False, True))
    assert (ours.signal[-1], theirs.signal[-1]) == (False, True)
    assert ours.upper == pytest.approx(u_chart(events, totals, phases=frozen).upper)


def test_flag_of_a_prime_chart_is_also_rare_by_its_exact_tail():
    events, totals, frozen = [1] * 13, [100, 90, 110] * 4 + [2], Phases(freeze=12)

    for chart_of in (p_prime_chart, u_prime_chart):
        ours, theirs = (chart_of(events, totals, phases=frozen, compat=same) for same in (False, True))
        assert ours.y[-1] > ours.upper[-1]
        assert (ours.signal[-1], theirs.signal[-1]) == (False, True)


@pytest.mark.parametrize("chart_of", [p_chart, p_prime_chart])
def test_more_events_than_decisions_are_refused(chart_of):
    with pytest.raises(ValueError, match="events exceed the total"):
        chart_of([3, 1], [2, 2])

    theirs = chart_of([3, 1], [2, 2], compat=True)
    assert (theirs.y.tolist(), theirs.centre.tolist()) == ([1.5, 0.5], [1, 1])
    assert np.isnan(chart_of([3, 1], [2, 1], compat=True).upper).all()


@pytest.mark.parametrize("chart_of", [xbar_chart, s_chart])
def test_empty_month_leaves_the_spread_alone(chart_of):
    values, months = [1, 3, 2, 4, 1, 3], [1, 1, 2, 2, 3, 3]
    with_empty = chart_of([*values, None], months=[*months, 4])

    assert with_empty.upper[0] == chart_of(values, months=months).upper[0]
    assert chart_of([*values, None], months=[*months, 4], compat=True).upper[0] > with_empty.upper[0]


def test_no_spread_within_months_gives_no_limits():
    values, months = [1, 1, 2, 2, 1, 1], [1, 1, 2, 2, 3, 3]

    assert np.isnan(xbar_chart(values, months=months).upper).all()
    assert xbar_chart(values, months=months, compat=True).signal.tolist() == [True] * 3
    assert np.isnan(s_chart(values, months=months).upper).all()


def test_g_chart_cuts_off_tails_of_the_geometric_distribution():
    """Of geometric counts about 18 in 1,000 are 3 standard deviations above the mean."""
    between = np.random.default_rng(8).geometric(0.05, 200_000) - 1

    ours, theirs = (g_chart([19], phases=Phases(centre=19), compat=same) for same in (False, True))

    assert (between > theirs.upper[0]).mean() == pytest.approx(0.018, abs=0.001)
    assert (between > ours.upper[0]).mean() == pytest.approx(0.00135, abs=0.0003)


def test_waiting_times_and_weighed_values_without_spread_have_no_limits():
    assert np.isnan(t_chart([7] * 9).lower).all()
    assert t_chart([7] * 9, compat=True).lower.tolist() == [0] * 9
    assert np.isnan(i_prime_chart([5] * 9, [1] * 9, screened=False).upper).all()
    assert (i_prime_chart([5] * 9, [1] * 9, screened=False, compat=True).upper == 5).all()


# Baselines that are short


@pytest.mark.parametrize("chart_of", [i_chart, c_chart, mr_chart])
def test_one_month_of_baseline_flags_nothing(chart_of):
    """Two for the chart of ranges: one range."""
    values, phases = [4.0, 5.0, 40.0], Phases(freeze=2 if chart_of is mr_chart else 1)

    assert chart_of(values, phases=phases).signal.tolist() == [False] * 3
    theirs = chart_of(values, phases=phases, compat=True).signal.tolist()
    assert theirs == ([False] * 3 if chart_of is i_chart else [False, False, True])


def test_fewer_than_twelve_months_of_baseline_are_provisional():
    """Theirs says nothing of it, so compat makes no difference."""
    for compat in (False, True):
        assert i_chart([4.0, 5.0] * 5, compat=compat).provisional == (True,)
        assert i_chart([4.0, 5.0] * 6, compat=compat).provisional == (False,)


# A share, an XmR series and a funnel


def test_p_chart_flag_uses_exact_tail_where_normal_limits_fail():
    """Two of 4 where 2 % is usual is outside 3 sigma of a normal curve, and not that rare in truth."""
    events, totals = [2, 8, 0], [4, 400, 96]

    departed = p_chart(events, totals, phases=Phases(centre=0.02))
    reference = p_chart(events, totals, phases=Phases(centre=0.02), compat=True)

    assert reference.signal.tolist() == [True, False, False]
    assert departed.signal.tolist() == [True, False, False]
    one_of_two = dict(events=[1], totals=[2], phases=Phases(centre=0.01))
    assert p_chart(**one_of_two, compat=True).signal.tolist() == [True]
    assert p_chart(**one_of_two).signal.tolist() == [False]


def test_month_without_a_value_stops_nothing_and_breaks_ranges():
    found = making_data_count([1, 2, 1, None, 9, 8, 9, 8], screened=False)

    assert np.isnan(found.chart.y).tolist() == [False] * 3 + [True] + [False] * 4
    assert found.chart.upper[0] - found.chart.centre[0] == pytest.approx(2.66 * 1)


def test_screening_of_an_xmr_series_that_leaves_no_spread_is_undone():
    values = [5.0] * 10 + [6.0] + [5.0] * 9

    assert making_data_count(values, compat=True).chart.signal.tolist() == [True] * 20
    assert set(making_data_count(values, compat=True).cause) == {"above", "below"}
    assert making_data_count(values).cause[10] == "above"
    assert "below" not in making_data_count(values).cause


def test_no_spread_gives_no_assurance():
    assert making_data_count([5] * 15, target=9).assurance is None
    assert making_data_count([5] * 15, target=9, compat=True).assurance == "inconsistent"


def test_rebase_between_months_starts_at_the_next():
    values, months = [1, 2, 1, 8, 9, 8], [1, 2, 3, 4, 5, 6]

    assert making_data_count(values, months=months, rebase=[3.5]).chart.phase.tolist() == [1, 1, 1, 2, 2, 2]
    assert making_data_count(values, months=months, rebase=[3.5], compat=True).chart.phase.max() == 1


def test_rounding_puts_no_month_of_an_xmr_series_beside_the_mean():
    values = [0.1 + 0.2, 0.3] * 10

    assert making_data_count(values, screened=False).chart.signal.sum() == 0
    assert making_data_count([0.3] * 12 + [0.1 + 0.2] * 8, compat=True).chart.signal.any()


def test_limits_by_chance_are_exact_where_the_arcsine_is_not():
    events, totals = [1] * 9 + [3], [50] * 9 + [10]

    ours, theirs = funnel(events, totals), funnel(events, totals, compat=True)

    law = binom(10, 12 / 460)
    between = (law.cdf(3) - 0.999) / law.pmf(3)
    assert ours.chance.upper_998[-1] == pytest.approx((3 - between) / 10)
    assert theirs.chance.upper_998[-1] != pytest.approx(ours.chance.upper_998[-1], rel=0.02)


def test_largest_unit_without_events_is_no_outlier_where_the_limit_is_zero():
    events, totals = [0, 0, 0, 0, 2], [40, 41, 42, 60, 43]

    assert funnel(events, totals).chance.lower_998.tolist() == [0] * 5
    assert not funnel(events, totals).outlier[3]
    assert funnel(events, totals, compat=True).outlier[3]
