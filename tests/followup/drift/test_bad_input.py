"""What every chart and every detector does with numbers that are odd or cannot be."""

import math

import numpy as np
import pytest

from followup.drift.c import c_chart
from followup.drift.cusum import cusum
from followup.drift.detect import judge_counts, judge_means, judge_shares
from followup.drift.filter import advance, filter_shares
from followup.drift.funnel import funnel
from followup.drift.g import g_chart
from followup.drift.i import i_chart
from followup.drift.i_prime import i_prime_chart
from followup.drift.making_data_count import making_data_count
from followup.drift.mr import mr_chart
from followup.drift.onset import find_onset
from followup.drift.p import p_chart
from followup.drift.p_prime import p_prime_chart
from followup.drift.portfolio import Prior
from followup.drift.run import run_chart
from followup.drift.s import s_chart
from followup.drift.t import t_chart
from followup.drift.u import u_chart
from followup.drift.u_prime import u_prime_chart
from followup.drift.variation import too_little_variation
from followup.drift.xbar import xbar_chart


def xmr_chart(values, **options):
    return making_data_count(values, **options).chart


SHARES = [p_chart, p_prime_chart]
RATES = [u_chart, u_prime_chart]
RATIOS = [*SHARES, *RATES, i_prime_chart, run_chart, i_chart, mr_chart]
COUNTS = [c_chart, t_chart, g_chart]
SINGLES = [*COUNTS, run_chart, i_chart, mr_chart, xmr_chart]
MEASURED = [xbar_chart, s_chart]

PRIOR = Prior(3, 27, 0.01)


def every(rows):
    return np.ones(len(np.atleast_1d(rows)), dtype=bool)


DETECTORS = {
    "filter": lambda x, n: likely(filter_shares(x, n, prior=PRIOR)),
    "shares": lambda x, n: likely(judge_shares(x, n, leaf=every(x))),
    "variation": lambda x, n: too_little_variation(x, n, tail="low", leaf=every(x)).flagged,
    "cusum": lambda x, n: cusum(x, n, level=0.1, shifted=0.2, limit=4).signal.any(axis=1),
    "onset": lambda x, n: np.isinf(find_onset(x, n, prior=PRIOR).share),
    "counts": lambda x, n: likely(judge_counts(x, n, leaf=every(x))),
}
OF_SHARES = sorted(set(DETECTORS) - {"counts"})


def likely(judged):
    return (np.nan_to_num(judged.probability) > 0.9).any(axis=1)


def means(n, x):
    sums, size = np.asarray(x, dtype=float), np.asarray(n, dtype=float)
    return likely(judge_means(size, sums, sums**2 / np.maximum(size, 1), leaf=every(size)))


# Charts: what cannot be


@pytest.mark.parametrize("chart_of", SHARES)
def test_chart_of_shares_refuses_more_events_than_decisions(chart_of):
    with pytest.raises(ValueError, match="exceed"):
        chart_of([1, 3], [2, 2])


@pytest.mark.parametrize("chart_of", [*SHARES, *RATES])
@pytest.mark.parametrize(("x", "n"), [([1, -1], [2, 2]), ([1, 1], [2, -2]), ([0, 0], [-1, -1])])
def test_chart_of_counts_refuses_negative_ones(chart_of, x, n):
    with pytest.raises(ValueError, match="negative"):
        chart_of(x, n)


@pytest.mark.parametrize("chart_of", RATIOS)
def test_chart_of_ratios_refuses_negative_totals_infinities_and_other_shapes(chart_of):
    for x, n in (([1, 1], [2, -2]), ([1, math.inf], [2, 2]), ([1, 1], [2, math.inf]), ([1, 1], [2])):
        with pytest.raises(ValueError, match=r"negative|infinite|shape"):
            chart_of(x, n)


@pytest.mark.parametrize("chart_of", [*SINGLES, *MEASURED])
def test_chart_of_values_refuses_infinities(chart_of):
    for endless in (math.inf, -math.inf):
        with pytest.raises(ValueError, match=r"infinite|negative"):
            chart_of([1, endless])


@pytest.mark.parametrize("chart_of", COUNTS)
def test_chart_of_single_counts_refuses_negative_ones(chart_of):
    with pytest.raises(ValueError, match="negative"):
        chart_of([1, -1])


@pytest.mark.parametrize("chart_of", [*SINGLES, *MEASURED])
def test_months_that_are_fewer_than_the_values_are_refused(chart_of):
    with pytest.raises(ValueError, match="one length"):
        chart_of([1, 2], months=[1])


# Charts: what is odd

RISING = [3, 5, 4, 6, 5, 4, 5, 30]


def given_to(chart_of, values, totals=20):
    return (values, [totals] * len(values)) if chart_of in RATIOS[:5] else (values,)


@pytest.mark.parametrize("chart_of", [*RATIOS[:5], *SINGLES])
def test_unsorted_months_are_sorted(chart_of):
    order = [4, 0, 7, 2, 6, 1, 5, 3]
    usual = chart_of(*given_to(chart_of, RISING, 40), months=list(range(8)))

    mixed = chart_of(*given_to(chart_of, [RISING[i] for i in order], 40), months=order)

    for name in ("y", "centre", "upper", "lower", "signal"):
        np.testing.assert_array_equal(getattr(mixed, name), getattr(usual, name))
    assert mixed.months == tuple(range(8))


@pytest.mark.parametrize("chart_of", RATIOS[:5])
def test_duplicate_months_of_a_ratio_are_summed(chart_of):
    chart = chart_of([1, 2, 3], [10, 20, 30], months=["a", "b", "a"])

    assert (chart.months, chart.y.tolist()) == (("a", "b"), pytest.approx([0.1, 0.1]))


@pytest.mark.parametrize(
    ("chart_of", "january"), [(c_chart, 4), (i_chart, 2), (run_chart, 2), (xmr_chart, 2)]
)
def test_duplicate_months_of_single_values_are_gathered(chart_of, january):
    assert chart_of([1, 5, 3], months=[1, 2, 1]).y.tolist() == [january, 5]


@pytest.mark.parametrize("chart_of", [*RATIOS[:5], *SINGLES])
def test_gaps_and_missing_values_have_neither_limits_nor_flags(chart_of):
    line = [3, 5, None, 6, 5, math.nan, 5, 3]
    chart = chart_of(*given_to(chart_of, line))

    gone = np.array([value is None or math.isnan(value) for value in line])
    assert np.isnan(chart.y[gone]).all()
    assert not chart.signal[gone].any()
    assert not np.isnan(chart.centre).any() or chart_of is mr_chart


@pytest.mark.parametrize("chart_of", [*RATIOS[:5], *SINGLES, *MEASURED])
@pytest.mark.parametrize("line", [[], [4], [None], [0], [0] * 12, [math.nan] * 3, [20] * 15])
def test_little_or_all_the_same_is_quiet(chart_of, line):
    chart = chart_of(*given_to(chart_of, line))

    assert chart.signal.tolist() == [False] * len(line)
    assert not any(runs.signal for runs in chart.runs)


@pytest.mark.parametrize("chart_of", RATIOS[:5])
def test_wildly_unequal_totals_have_limits_of_their_own(chart_of):
    totals = [1, 100_000, 3, 50_000, 10, 20_000] * 4
    x = np.random.default_rng(3).binomial(totals, 0.2)

    chart = chart_of(x, totals)

    assert np.isfinite(chart.upper).all()
    assert chart.upper[0] > chart.upper[1]
    assert chart.signal.sum() <= 1


def test_funnel_leaves_out_units_without_decisions_and_survives_the_rest():
    for x, n in (([], []), ([0], [0]), ([4], [9]), ([0, 0], [5, 9]), ([5, 9], [5, 9]), ([None, 2], [3, 9])):
        assert not funnel(x, n).outlier.any()
    found = funnel([1, 200_000, 0], [1, 1_000_000, 3])
    assert np.isfinite(found.chance.upper_998).all()


# Detectors: what cannot be

ONE = np.ones((9, 24), dtype=int)


@pytest.mark.parametrize("name", OF_SHARES)
def test_detector_of_shares_refuses_more_events_than_decisions(name):
    with pytest.raises(ValueError, match="exceed"):
        DETECTORS[name](ONE * 3, ONE * 2)


@pytest.mark.parametrize("name", sorted(DETECTORS))
@pytest.mark.parametrize(
    ("x", "n"),
    [
        (-ONE, ONE),
        (0 * ONE, -ONE),
        (ONE * math.nan, ONE),
        (ONE, ONE * math.nan),
        (ONE * math.inf, ONE * math.inf),
        (ONE * 0.5, ONE),
        (ONE, ONE[:, :3]),
        (ONE[0], ONE[0]),
    ],
)
def test_detector_refuses_what_are_no_counts(name, x, n):
    with pytest.raises(ValueError, match=r"negative|whole|missing|infinite|shape|0 or more"):
        DETECTORS[name](x, n)


@pytest.mark.parametrize(
    ("n", "x", "squares"),
    [
        (-ONE, ONE, ONE),
        (ONE * 0.5, ONE, ONE),
        (ONE, ONE * math.nan, ONE),
        (ONE, ONE * math.inf, ONE),
        (ONE, ONE, ONE * math.nan),
        (ONE, ONE[:, :3], ONE),
        (ONE[0], ONE[0], ONE[0]),
    ],
)
def test_detector_of_means_refuses_what_are_no_sums(n, x, squares):
    with pytest.raises(ValueError, match=r"whole|number|shape"):
        judge_means(n, x, squares, leaf=every(n))


@pytest.mark.parametrize("judge", [judge_shares, judge_counts])
def test_offsets_adoptions_and_leaves_must_fit_the_counts(judge):
    for wrong in ({"offsets": [[math.nan] * 24] * 9}, {"offsets": [0.1]}, {"leaf": every(ONE)[:3]}):
        with pytest.raises(ValueError, match=r"offset|shape|leaf"):
            judge(ONE, 9 * ONE, **({"leaf": every(ONE)} | wrong))
    for declared in ([0.0] * 9, [1.0] * 9, [1.5] * 9, [0.1]):
        with pytest.raises(ValueError, match="declared"):
            judge_shares(ONE, 9 * ONE, leaf=every(ONE), declared=declared)


def test_month_that_does_not_fit_the_state_is_refused():
    state = filter_shares(ONE, 9 * ONE, prior=PRIOR).state

    with pytest.raises(ValueError, match="the state has 9 series"):
        advance(state, [1], [9])
    with pytest.raises(ValueError, match="exceed"):
        advance(state, [10] * 9, [9] * 9)


# Detectors: what is odd (months are columns here: who makes the matrix sorts and sums them)

ODD = {
    "no series": (ONE[:0], ONE[:0]),
    "no months": (ONE[:, :0], ONE[:, :0]),
    "one month": (ONE[:, :1], 9 * ONE[:, :1]),
    "one series": (2 * ONE[:1], 20 * ONE[:1]),
    "nothing ever": (0 * ONE, 0 * ONE),
    "all zero": (0 * ONE, 20 * ONE),
    "gaps": (ONE * (np.arange(24) % 3 != 1), 9 * ONE * (np.arange(24) % 3 != 1)),
    "one decision a month": (ONE * (np.arange(24) % 10 == 4), ONE),
}


@pytest.mark.parametrize("name", sorted(DETECTORS))
@pytest.mark.parametrize("odd", ODD)
def test_detector_is_quiet_where_there_is_nothing_to_say(name, odd):
    x, n = ODD[odd]

    assert DETECTORS[name](x, n).tolist() == [False] * len(x)
    assert means(n, x).tolist() == [False] * len(x)


@pytest.mark.parametrize("name", ["shares", "variation", "counts"])
def test_detector_that_learns_its_level_is_quiet_where_all_are_all(name):
    assert not DETECTORS[name](20 * ONE, 20 * ONE).any()


@pytest.mark.parametrize("name", sorted(set(DETECTORS) - {"cusum", "variation"}))
def test_wildly_unequal_totals_are_no_drift(name):
    rng = np.random.default_rng(5)
    totals = rng.choice([0, 1, 4, 30, 500, 20_000], (9, 36))
    x = rng.binomial(totals, rng.beta(30, 270, (9, 1)))

    assert DETECTORS[name](x, totals).sum() == 0


def test_drift_is_found_among_wildly_unequal_totals():
    rng = np.random.default_rng(6)
    totals = rng.choice([1, 4, 30, 500], (20, 36))
    share = np.full((20, 36), 0.1)
    share[3, 24:] = 0.3

    found = DETECTORS["shares"](rng.binomial(totals, share), totals)

    assert np.flatnonzero(found).tolist() == [3]
