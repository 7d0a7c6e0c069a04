import doctest
import importlib
import math
import pkgutil
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import betabinom

from followup import drift
from followup.drift.discovery import adjust
from followup.drift.portfolio import estimate_prior, estimate_rho
from followup.drift.scan import Portfolio, scan
from followup.drift.tails import mid_p_above


def portfolio_with(*drawn, total=20, quiet=60, months=None):
    """Draw series as one number a month after ``quiet`` stable ones, so the prior has a portfolio."""
    rows = [[int(number) for number in line.split()] for line in drawn]
    width = months or len(rows[0])
    stable = np.random.default_rng(7).binomial(total, 0.1, (quiet, width))
    return np.vstack([rows, stable]), np.full((len(rows) + quiet, width), total)


@pytest.mark.parametrize("module", [info.name for info in pkgutil.iter_modules(drift.__path__)])
def test_examples_in_docstrings_are_true(module):
    found = doctest.testmod(importlib.import_module(f"followup.drift.{module}"), extraglobs={"np": np})

    assert found.failed == 0


# Tails


def slow_mid_p(x, n, a, b):
    """Add up the distribution in whole fractions."""
    a, b = Fraction(a), Fraction(b)

    def rising(start, count):
        return math.prod((start + i for i in range(count)), start=Fraction(1))

    weight = [math.comb(n, k) * rising(a, k) * rising(b, n - k) for k in range(n + 1)]
    return float((sum(weight[x + 1 :]) + weight[x] / 2) / sum(weight))


@given(data=st.data(), n=st.integers(0, 40), a=st.floats(0.05, 300), b=st.floats(0.05, 300))
def test_mid_p_above_equals_whole_fractions(data, n, a, b):
    x = data.draw(st.integers(0, n))

    found = mid_p_above([x], [n], [a], [b])[0]

    assert found == pytest.approx(slow_mid_p(x, n, a, b), rel=1e-10, abs=1e-13)


@pytest.mark.parametrize(
    ("x", "n", "a", "b"), [(900, 1000, 30, 270), (40, 400, 300, 2700), (3, 1800, 90, 810)]
)
def test_mid_p_above_equals_scipy_on_large_counts(x, n, a, b):
    pmf = betabinom.pmf(np.arange(n + 1), n, a, b)

    assert mid_p_above([x], [n], [a], [b])[0] == pytest.approx(pmf[x + 1 :].sum() + pmf[x] / 2, rel=1e-8)


def test_mid_p_above_keeps_the_digits_of_a_tiny_tail():
    expected = math.log(0.5) + betaln(260, 270) - betaln(30, 270)  # all 230 of 230 are events

    assert math.log(mid_p_above([230], [230], [30], [270])[0]) == pytest.approx(expected, rel=1e-10)


@given(data=st.data(), n=st.integers(0, 200), a=st.floats(0.5, 500), b=st.floats(0.5, 500))
def test_mid_p_of_both_directions_add_to_one(data, n, a, b):
    x = data.draw(st.integers(0, n))

    assert mid_p_above([x], [n], [a], [b])[0] + mid_p_above([n - x], [n], [b], [a])[0] == pytest.approx(1)


# False discoveries


def slow_adjust(p):
    ranked = sorted(p)
    return [min([1.0, *(q * len(p) / (i + 1) for i, q in enumerate(ranked) if q >= one)]) for one in p]


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjust_equals_its_definition(p):
    assert adjust(p).tolist() == pytest.approx(slow_adjust(p))


def test_adjust_leaves_out_what_was_not_tested():
    assert adjust([0.01, math.nan, 0.5]).tolist() == pytest.approx([0.02, math.nan, 0.5], nan_ok=True)


# Portfolio


def test_prior_finds_the_spread_between_series():
    rng = np.random.default_rng(3)
    levels = rng.beta(4, 36, 4000)[:, None]
    totals = rng.poisson(15, (4000, 24)) + 1

    prior = estimate_prior(rng.binomial(totals, levels) * 1.0, totals * 1.0, np.full(totals.shape, True))

    assert (prior.a, prior.b, prior.rho) == pytest.approx((4, 36, 0), rel=0.06, abs=0.002)


def test_rho_is_found_and_forgives_a_shift():
    rng = np.random.default_rng(4)
    level = np.where(np.arange(24) < 12, 0.1, 0.2) * np.ones((3000, 1))
    totals = np.full((3000, 24), 40)

    events = rng.binomial(totals, rng.beta(level * 49, (1 - level) * 49))

    assert estimate_rho(events * 1.0, totals * 1.0) == pytest.approx(0.02, abs=0.003)


def test_few_series_get_a_weak_prior():
    prior = estimate_prior(np.full((3, 12), 2.0), np.full((3, 12), 20.0), np.full((3, 12), True))

    assert prior.a + prior.b == pytest.approx(10)
    assert prior.a == pytest.approx(1, abs=0.01)


# The scan, drawn

STEADY_ = "2 1 3 2 2 1 2 3 2 1 2 3  2 1 2 3 2 2 1 2 3 2 2 1"
RISING_ = "2 1 3 2 2 1 2 3 2 1 2 3  2 1 2 3 2 2 7 6 8 5 7 6"
FALLING = "9 8 9 7 9 8 9 8 9 9 8 9  9 8 9 9 8 3 2 1 2 3 2 2"
ONE_OFF = "2 1 3 2 2 1 2 3 2 1 2 3  2 1 2 3 2 2 1 2 3 2 2 14"
SINCE__ = "                                     ^"


def month_at(mark, line):
    return len(line[: mark.index("^")].split())


def test_scan_flags_drift_in_both_directions_with_its_month():
    found = scan(*portfolio_with(STEADY_, RISING_, FALLING, ONE_OFF))

    assert found.flagged[:4].tolist() == [False, True, True, True]
    assert found.direction[1:4].tolist() == ["up", "down", "up"]
    assert found.since[:4].tolist() == [-1, month_at(SINCE__, RISING_), 17, 23]
    assert found.flagged[4:].sum() == 0


def test_scan_says_how_much():
    found = scan(*portfolio_with(RISING_))

    assert (found.observed[0], found.n[0]) == (39, 120)
    assert found.expected[0] == pytest.approx(12, abs=1)
    assert 0.26 < found.low[0] < 39 / 120 < found.high[0] < 0.39
    assert (found.baseline_n[0], found.baseline_share[0]) == (240, 24 / 240)
    assert found.probability[0] == pytest.approx(1 - found.adjusted_p[0])
    assert found.probability[0] > 0.99


def test_scan_of_untouched_series_reports_nothing():
    found = scan(*portfolio_with(STEADY_))

    assert (found.since[0], found.n[0], found.observed[0]) == (-1, 0, 0)
    assert np.isnan([found.expected[0], found.low[0], found.high[0]]).all()


def test_scan_waits_for_six_months_and_one_more():
    events, totals = portfolio_with("2 2 2 2 2 2 15 16", months=8, quiet=0)

    assert [bool(scan(events[:, :m], totals[:, :m]).tested[0]) for m in range(9)] == [False] * 7 + [True] * 2
    found = scan(events, totals)
    assert (found.flagged[0], found.provisional[0]) == (True, True)


def test_scan_is_no_longer_provisional_with_a_full_baseline():
    events, totals = portfolio_with(RISING_, quiet=0)

    assert [bool(scan(events[:, :m], totals[:, :m]).provisional[0]) for m in (11, 12, 13)] == [
        True,
        True,
        False,
    ]


def test_scan_restarts_at_the_adoption():
    events, totals = portfolio_with(RISING_, quiet=20)
    adopted = np.zeros(len(events), dtype=int)

    seen = []
    for month in (0, 18, 17):
        adopted[0] = month
        found = scan(events, totals, adoption=adopted)
        seen.append((bool(found.tested[0]), bool(found.flagged[0]), bool(found.provisional[0])))

    assert seen == [(True, True, False), (False, False, True), (True, False, True)]


def test_scan_calls_a_flag_that_rests_on_provisional_months_provisional():
    events, totals = portfolio_with(RISING_, ONE_OFF)

    found = scan(events, totals, provisional_months=2)

    assert found.flagged[:2].tolist() == [True, True]
    assert found.provisional[:2].tolist() == [False, True]


def test_scan_skips_months_without_decisions():
    events, totals = portfolio_with(RISING_)
    gap = np.zeros((len(events), 5), dtype=int)

    plain = scan(events, totals)
    gapped = scan(np.hstack([gap, events]), np.hstack([gap, totals]))

    assert gapped.adjusted_p.tolist() == pytest.approx(plain.adjusted_p.tolist(), rel=1e-9)
    assert gapped.since[0] == plain.since[0] + 5


def test_scan_learns_each_measure_from_its_own_leaves():
    events, totals = portfolio_with(STEADY_, RISING_)
    high = totals - events
    measure = np.repeat(["late", "on time"], len(events))
    leaf = np.full(2 * len(events), True)
    leaf[1] = leaf[len(events) + 1] = False

    found = scan(np.vstack([events, high]), np.vstack([totals, totals]), portfolio=Portfolio(measure, leaf))

    assert np.flatnonzero(found.flagged).tolist() == [1, len(events) + 1]
    assert found.direction[found.flagged].tolist() == ["up", "down"]


@pytest.mark.parametrize("months", [0, 1, 13, 24])
@pytest.mark.parametrize("share", [0, 1])
def test_scan_of_all_or_nothing_is_quiet(months, share):
    totals = np.full((12, months), 9)

    assert scan(totals * share, totals).flagged.tolist() == [False] * 12


def test_scan_of_nothing_is_empty():
    empty = np.zeros((0, 24))

    assert scan(empty, empty, provisional_months=2).flagged.tolist() == []
    assert scan(np.zeros((3, 24)), np.zeros((3, 24))).tested.tolist() == [False] * 3


@pytest.mark.parametrize(
    ("events", "totals", "problem"),
    [
        ([[3]], [[2]], "events exceed the total"),
        ([[-1]], [[2]], "a count cannot be negative"),
        ([[1.5]], [[2]], "a count must be whole"),
        ([[math.nan]], [[2]], "a count must be whole"),
        ([1], [2], "must have shape"),
        ([[1, 2]], [[3]], "events have shape"),
    ],
)
def test_scan_refuses_what_cannot_be_counts(events, totals, problem):
    with pytest.raises(ValueError, match=problem):
        scan(events, totals)


# A slow, obvious scan of one series, when the level and scatter are given by the portfolio


def slow_smallest_p(x, n, prior):
    base, later = slice(0, 12), len(x) - 12
    starts = sorted({len(x) - min(window, later) for window in (1, 3, 6, 12)})
    a, b = prior.a + sum(x[base]), prior.b + sum(n[base]) - sum(x[base])
    tails = []
    for start in starts:
        pmf = betabinom.pmf(np.arange(sum(n[start:]) + 1), sum(n[start:]), a, b)
        hits = sum(x[start:])
        above = pmf[hits + 1 :].sum() + pmf[hits] / 2
        tails += [above, 1 - above]
    return min(1, min(tails) * len(tails))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(13, 30))
def test_scan_equals_brute_force_without_correlation(seed, months):
    rng = np.random.default_rng(seed)
    totals = rng.integers(1, 30, (12, months))
    events = rng.binomial(totals, rng.beta(2, 10, (12, 1)))
    baseline = np.tile(np.arange(months) < 12, (12, 1))
    prior = estimate_prior(events * 1.0, totals * 1.0, baseline)
    if prior.rho > 0:
        return

    found = scan(events, totals)

    slow = [slow_smallest_p(x, n, prior) for x, n in zip(events.tolist(), totals.tolist(), strict=True)]
    assert found.adjusted_p.tolist() == pytest.approx(slow_adjust(slow), rel=1e-7, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_scan_does_not_depend_on_the_order_of_series(seed):
    rng = np.random.default_rng(seed)
    totals = rng.poisson(12, (20, 26))
    events = rng.binomial(totals, 0.2)
    order = rng.permutation(20)

    found, shuffled = scan(events, totals), scan(events[order], totals[order])

    assert shuffled.adjusted_p.tolist() == pytest.approx(found.adjusted_p[order].tolist(), nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_scan_of_the_opposite_share_turns_the_direction(seed):
    rng = np.random.default_rng(seed)
    totals = rng.poisson(12, (20, 26)) + 1
    events = rng.binomial(totals, 0.3)
    events[0, 14:] = totals[0, 14:]

    found, opposite = scan(events, totals), scan(totals - events, totals)

    assert (found.direction[0], opposite.direction[0]) == ("up", "down")
    assert opposite.adjusted_p.tolist() == pytest.approx(found.adjusted_p.tolist(), rel=1e-6)
