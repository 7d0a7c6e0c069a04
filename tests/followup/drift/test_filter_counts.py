import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma, nbinom

from followup.drift.counts import advance_counts, filter_counts
from followup.drift.counts_prior import CountsPrior, estimate_counts_prior
from followup.drift.detect import describe, judge_counts
from followup.drift.recursion import Settings
from tests.followup.drift.paths import chances, slow_paths

# About 8 a month of 30 days.
PRIOR = CountsPrior(np.full(1, 8 / 30), np.full(1, 8 / 30), np.full(1, 4.0), 0.01)


def alarms(line, days=30, **known):
    """One count a month."""
    counts = [[int(number) for number in line.split()]]
    exposure = np.broadcast_to(days, np.shape(counts))
    probability = filter_counts(counts, exposure, prior=PRIOR, **known).probability[0]
    return " ".join("^" if p >= 0.5 else "?" if math.isnan(p) else "." for p in probability)


# Drawn


def test_steady_counts_are_quiet():
    counts = "8 10 6 9 7 8 11 5 8 9 7 8 10 6 9 7 8 11 5 8"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . . . . . ."

    assert alarms(counts) == expect


def test_rise_and_return_are_seen():
    counts = "8 10 6 9 7 8 11 5 8 9 7 8 10 6 20 22 18 21 8 6 9 7 8 8"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . ^ ^ ^ ^ . . . . ."

    assert alarms(counts) == expect


def test_silence_is_a_fall():
    counts = "8 10 6 9 7 8 11 5 8 9 7 8 10 6 0 0 0 0"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . ^ ^ ^"

    assert alarms(counts) == expect


def test_a_month_without_exposure_says_nothing():
    counts = "8 10 6 9 7 8 11 5 8 9 7 8 10 6 0 0 0 0"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . . . ."

    assert alarms(counts, np.where(np.arange(18) < 14, 30, 0)) == expect


def test_longer_months_hold_more():
    counts = "8 10 6 9 7 8 11 5 8 9 7 8 10 6 20 22 18 21"
    days = np.where(np.arange(18) < 14, 30, 75)

    assert "^" in alarms(counts)
    assert "^" not in alarms(counts, days)


def test_adoption_forgets_the_change_and_finds_the_next():
    counts = "8 10 6 9 7 8 11 5 8 9 7 8 20 22 18 21 20 19 22 18 20 21 19 20 8 7 6"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . ^ ^ . . . . . . . . . . ^ ^"

    assert alarms(counts, adoption=[15]) == expect


def test_offsets_explain_a_rise_away():
    counts = "8 10 6 9 7 8 11 5 8 9 7 8 10 6 20 22 18 21"

    assert "^" not in alarms(counts, offsets=np.where(np.arange(18) < 14, 0, math.log(2.5))[None])


# Against full enumeration


def test_filter_equals_enumeration_of_every_path():
    model = Settings(0.05, 0.1, (1.5, 3.0), (0.7, 0.3), adoption_sd=0.4, baseline_months=2)
    prior = CountsPrior(np.array([0.2]), np.array([0.3]), np.array([3.0]), 0.2)
    counts, days = np.array([5, 7, 19, 0]), np.array([31.0, 28, 31, 0])
    offsets = np.array([0, 0.1, 0.2, 0])

    found = filter_counts([counts], [days], prior=prior, offsets=[offsets], settings=model)

    grid = np.linspace(-2.4, 2.4, 49)
    rates = 0.2 * np.exp([-math.inf, *(grid[1:] - 0.05), math.inf])
    likely = np.diff(gamma.cdf(rates, 3, scale=0.3 / 3))

    def fit(levels):
        mean = 0.2 * days * np.exp(offsets + levels[:, None])
        return np.where(days > 0, nbinom.pmf(counts, 5, 5 / (5 + mean)), 1)

    for month in (3, 4):
        paths = list(slow_paths(zip(grid, likely, strict=True), fit, month, model))
        _, away, rise = chances(paths, {1, 2})
        at = found.probability[0, month - 1], found.up[0, month - 1]
        assert at == pytest.approx((away, rise), rel=1e-5)


DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 3)[:30]


def drawn_portfolio(series=40, *, monthly=(0.3, 4, 60), ratio=2.5, seed=3):
    """The last five series rise by the ratio in month 20."""
    rng = np.random.default_rng(seed)
    rate = rng.choice(monthly, (series, 1)) * rng.gamma(8, 1 / 8, (series, 1)) * DAYS / 30
    rate[-5:, 20:] *= ratio
    return rng.poisson(rate), np.tile(DAYS, (series, 1))


def test_going_on_by_a_month_equals_a_rebuild():
    counts, days = drawn_portfolio()
    rng = np.random.default_rng(9)
    adoption = np.where(rng.random(40) < 0.4, rng.integers(1, 32, 40), 0)
    offsets = rng.normal(0, 0.3, counts.shape)
    prior = estimate_counts_prior(counts, days, leaf=np.full(40, True))
    whole = filter_counts(counts, days, prior=prior, offsets=offsets, adoption=adoption)

    month = filter_counts(counts[:, :1], days[:, :1], prior=prior, offsets=offsets[:, :1])
    seen, evidence = [month.probability], month.log_evidence
    for at in range(1, counts.shape[1]):
        month = advance_counts(
            month.state, counts[:, at], days[:, at], offsets=offsets[:, at], adopting=adoption == at
        )
        seen.append(month.probability)
        evidence = evidence + month.log_evidence

    np.testing.assert_array_equal(np.hstack(seen), whole.probability)
    np.testing.assert_allclose(evidence, whole.log_evidence, rtol=1e-12)


def test_each_series_is_filtered_by_itself():
    counts, days = drawn_portfolio()
    prior = estimate_counts_prior(counts, days, leaf=np.full(40, True))

    whole = filter_counts(counts, days, prior=prior).probability

    for one in ([7], [39, 2]):
        alone = filter_counts(counts[one], days[one], prior=prior.of(np.array(one))).probability
        np.testing.assert_array_equal(alone, whole[one])


# The portfolio


def test_the_levels_and_the_dispersion_are_found():
    rng = np.random.default_rng(2)
    rate = rng.gamma(5, 1 / 5, (400, 1)) * np.full((400, 30), 20.0)
    counts = rng.poisson(rng.gamma(1 / 0.05, rate * 0.05))

    prior = estimate_counts_prior(counts, np.full(counts.shape, 30), leaf=np.full(400, True))

    assert prior.usual[0] == pytest.approx(20 / 30, rel=0.1)
    assert prior.shape[0] == pytest.approx(5, rel=0.2)
    assert prior.dispersion == pytest.approx(0.05, rel=0.15)


def test_shifts_hardly_look_like_dispersion():
    counts, days = drawn_portfolio(ratio=1)
    shifted = counts * np.where(np.arange(30) < 20, 1, 3)

    calm = estimate_counts_prior(counts, days, leaf=np.full(40, True)).dispersion

    assert estimate_counts_prior(shifted, days, leaf=np.full(40, True)).dispersion - calm < 0.05


def test_groups_have_rates_of_their_own():
    many = np.arange(20) >= 10
    counts = np.tile([9, 11], (20, 15)) * np.where(many, 10, 1)[:, None]

    prior = estimate_counts_prior(counts, np.full(counts.shape, 30), leaf=np.full(20, True), group=many)

    np.testing.assert_allclose(prior.usual * 30, np.where(many, 100, 10), rtol=0.01)
    assert prior.shape[0] == 400


def test_a_municipality_is_not_expected_to_count_what_a_team_does():
    counts, days = drawn_portfolio(40, monthly=(10,), ratio=1)
    counts, days = np.vstack([counts, counts.sum(axis=0)]), np.vstack([days, days[:1]])

    judged = judge_counts(counts, days, leaf=np.arange(41) < 40)

    assert np.nanmax(judged.probability[40]) < 0.5
    alone = judge_counts(counts[:40], days[:40], leaf=np.full(40, True))
    assert judged.hazard == alone.hazard
    np.testing.assert_array_equal(judged.probability[:40], alone.probability)


# Judging and describing


def test_counts_that_rose_are_found_and_described():
    counts, days = drawn_portfolio(100, monthly=(12,))

    judged = judge_counts(counts, days, leaf=np.full(100, True))
    seen = np.flatnonzero(judged.probability[:, -1] >= 0.5)
    found = describe(judged, seen)

    assert (seen.tolist(), found.since.tolist()) == ([95, 96, 97, 98, 99], [20] * 5)
    assert set(judged.direction[seen]) == {"up"}
    observed, exposure = counts[seen, 20:].sum(axis=1), DAYS[20:].sum()
    assert (found.observed.tolist(), set(found.n)) == (observed.tolist(), {exposure})
    np.testing.assert_allclose(found.share, observed / exposure, rtol=0.03)
    np.testing.assert_allclose(observed / found.expected, 2.5, rtol=0.25)
    assert ((found.low < found.share) & (found.share < found.high)).all()


def test_nothing_is_said_of_a_series_that_is_not_watched():
    judged = judge_counts([[3, 4]], [[30, 30]], leaf=[True])

    found = describe(judged, [0])

    assert (found.since[0], found.direction[0], found.observed[0]) == (-1, "", 0)
    assert np.isnan([found.expected, found.share, found.low, found.high]).all()


@given(st.floats(0.01, 1000))
@settings(max_examples=10, deadline=None)
def test_the_unit_of_exposure_does_not_matter(scale):
    counts, days = drawn_portfolio(12)
    leaf = np.full(12, True)

    plain = judge_counts(counts, days, leaf=leaf, hazard=0.005).probability
    other = judge_counts(counts, days * scale, leaf=leaf, hazard=0.005).probability

    np.testing.assert_allclose(other, plain, atol=1e-4)


# Bad and extreme input


@pytest.mark.parametrize(
    ("counts", "exposure", "complaint"),
    [
        ([[1]], [[1, 2]], "counts have shape"),
        ([1], [1], r"counts and exposure must have shape \(series, months\)"),
        ([[-1]], [[30]], "a count must be a whole number, 0 or more"),
        ([[0.5]], [[30]], "a count must be a whole number, 0 or more"),
        ([[math.nan]], [[30]], "a count must be a whole number, 0 or more"),
        ([[math.inf]], [[30]], "a count must be a whole number, 0 or more"),
        ([[1]], [[-30]], "exposure must be a number, 0 or more"),
        ([[1]], [[math.nan]], "exposure must be a number, 0 or more"),
        ([[1]], [[math.inf]], "exposure must be a number, 0 or more"),
        ([[1]], [[0]], "nothing can be counted without exposure"),
    ],
)
def test_bad_counts_are_refused(counts, exposure, complaint):
    with pytest.raises(ValueError, match=complaint):
        judge_counts(counts, exposure, leaf=[True])


@pytest.mark.parametrize("shape", [(0, 24), (1, 24), (3, 0), (3, 1)])
@pytest.mark.parametrize("monthly", [0, 1, 100_000])
def test_little_or_constant_input_gives_a_quiet_answer(shape, monthly):
    judged = judge_counts(np.full(shape, monthly), np.full(shape, 30), leaf=np.full(shape[0], True))

    assert judged.probability.shape == shape
    assert not (judged.probability >= 0.5).any()


def test_a_leap_beyond_all_levels_is_a_change():
    counts = np.where(np.arange(20) < 15, 10, 50_000)[None]

    judged = judge_counts(counts, np.full((1, 20), 30), leaf=[True], hazard=0.005)

    assert (judged.probability[0, 12:] >= 0.5).tolist() == [False] * 3 + [True] * 5
