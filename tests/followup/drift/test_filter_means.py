import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from followup.drift.detect import describe, judge_means
from followup.drift.means import advance_means, filter_means, find_mean_onset
from followup.drift.means_prior import MeansPrior, estimate_means_prior
from followup.drift.recursion import Settings
from tests.followup.drift.paths import chances, slow_paths

# One unit is the spread of single decisions: 10 of them tell a mean to a third.
PRIOR = MeansPrior(np.zeros(1), np.ones(1), np.zeros(1), 0.5, 0.05)


def months(line, n=10):
    """One mean a month, in tenths of the spread of single decisions."""
    means = np.array([[int(number) for number in line.split()]]) / 10
    totals = np.full(means.shape, n)
    return totals, totals * means, totals * means**2 + totals - 1


def alarms(line, n=10, **known):
    probability = filter_means(*months(line, n), prior=PRIOR, **known).probability[0]
    return " ".join("^" if p >= 0.5 else "?" if math.isnan(p) else "." for p in probability)


# Drawn


def test_steady_means_are_quiet():
    means = "0 3 -3 2 -1 4 -4 0 1 -2 3 -3 2 -1 4 -4 0 1 -2 3"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . . . . . ."

    assert alarms(means) == expect


def test_rise_and_return_are_seen():
    means = "0 3 -3 2 -1 4 -4 0 1 -2 3 -3 2 -1 9 12 8 10 9 -2 3 0 -3 1"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . ^ ^ ^ ^ . . . . ."

    assert alarms(means) == expect


def test_fall_is_seen():
    means = "0 3 -3 2 -1 4 -4 0 1 -2 3 -3 2 -1 -9 -12 -8 -10"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . ^ ^ ^"

    assert alarms(means) == expect


@pytest.mark.parametrize("n", [1, 3, 20])
def test_one_wild_decision_is_no_alarm(n):
    totals, sums, squares = months("0 3 -3 2 -1 4 -4 0 1 -2 3 -3 2 -1 0 0 -3 2", n)
    sums[0, 14], squares[0, 14] = 40, 40**2 + n - 1  # all others are usual
    all_alike = sums.copy(), squares.copy()
    all_alike[0][0, 14], all_alike[1][0, 14] = 40, 40**2 / n + n - 1

    odd = filter_means(totals, sums, squares, prior=PRIOR).probability[0, 12:]
    alike = filter_means(totals, *all_alike, prior=PRIOR).probability[0, 12:]

    assert (odd < 0.5).all()
    assert (alike.max() > 0.9) == (n == 20)


def test_adoption_forgets_the_change_and_finds_the_next():
    means = "0 3 -3 2 -1 4 -4 0 1 -2 3 -3 9 10 12 10 9 9 11 10 10 9 11 0 1 -1"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . ^ . . . . . . . . . . ^"

    assert alarms(means, adoption=[15]) == expect


def test_offsets_explain_a_rise_away():
    means = "0 3 -3 2 -1 4 -4 0 1 -2 3 -3 9 10 12 10 9 9 11"

    assert "^" in alarms(means)
    assert "^" not in alarms(means, offsets=np.where(np.arange(19) < 12, 0, 1.0)[None])


# Against full enumeration


def test_filter_equals_enumeration_of_every_path():
    model = Settings(0.05, 0.1, (math.exp(0.5), math.e), (0.7, 0.3), adoption_sd=0.75, baseline_months=2)
    prior = MeansPrior(np.array([2.0]), np.array([0.5]), np.array([0.3]), 0.4, 0.1)
    n, means, spread = np.array([4, 1, 9, 0]), np.array([2.1, 2.9, 2.7, 0]), np.array([0.6, 0, 0.4, 0])
    squares = n * means**2 + np.maximum(n - 1, 0) * spread**2
    offsets = np.array([0, 0.1, 0.2, 0])

    found = filter_means([n], [n * means], [squares], prior=prior, offsets=[offsets], settings=model)

    grid = np.linspace(-1.6, 1.6, 33)
    edges = [-math.inf, *(grid[1:] - 0.05), math.inf]
    likely = np.diff(t.cdf((np.array(edges) - 0.3) / 0.4, 4))
    variance = (4 + np.maximum(n - 1, 0) * (spread / 0.5) ** 2) / (n + 3)
    scale = np.sqrt(variance / np.maximum(n, 1) + 0.1**2)

    def fit(levels):
        away = ((means - offsets - 2) / 0.5 - levels[:, None]) / scale
        return np.where(n > 0, t.pdf(away, n + 3), 1)

    for month in (3, 4):
        paths = list(slow_paths(zip(grid, likely, strict=True), fit, month, model))
        _, away, rise = chances(paths, {1, 2})
        at = found.probability[0, month - 1], found.up[0, month - 1]
        assert at == pytest.approx((away, rise), rel=1e-5)


def test_onset_equals_enumeration_of_every_path():
    model = Settings(0.05, 0.1, (math.exp(0.5), math.e), (0.7, 0.3), adoption_sd=0.75, baseline_months=2)
    n, means = np.full(5, 6), np.array([0.1, -0.1, 0.9, 0.2, 1.2])
    grid = np.linspace(-1.6, 1.6, 33)
    likely = np.diff(t.cdf(np.array([-math.inf, *(grid[1:] - 0.05), math.inf]) / 0.5, 4))

    def fit(levels):
        return t.pdf((means - levels[:, None]) / math.sqrt(1 / 6 + 0.05**2), 9)

    begun = np.zeros(5)
    for path, weight in slow_paths(zip(grid, likely, strict=True), fit, 5, model):
        if path[-1] in (1, 2):
            begun[max([month for month in range(5) if not path[month]], default=-1) + 1] += weight

    squares = n * means**2 + 5
    found = find_mean_onset([n], [n * means], [squares], prior=PRIOR, settings=model)

    assert found.direction[0] == "up"
    assert found.chance[0] == pytest.approx(begun / begun.sum(), rel=1e-5)


def drawn_portfolio(series=40, length=30, *, sizes=(0.5, 5, 40), shift=1.0):
    """The last five series rise by so many spreads in month 20."""
    rng = np.random.default_rng(3)
    n = rng.poisson(rng.choice(sizes, (series, 1)), (series, length))
    level = rng.normal(0, 0.4, (series, 1)) + np.zeros((series, length))
    level[-5:, 20:] += shift
    means = level + rng.normal(size=n.shape) / np.sqrt(np.maximum(n, 1))
    around = np.where(n > 1, rng.chisquare(np.maximum(n - 1, 1)), 0)
    return n, n * means, n * means**2 + around


def test_going_on_by_a_month_equals_a_rebuild():
    n, sums, squares = drawn_portfolio()
    rng = np.random.default_rng(9)
    adoption = np.where(rng.random(40) < 0.4, rng.integers(1, 32, 40), 0)
    offsets = rng.normal(0, 0.3, n.shape)
    prior = estimate_means_prior(n, sums, squares, leaf=np.full(40, True))
    whole = filter_means(n, sums, squares, prior=prior, offsets=offsets, adoption=adoption)

    month = filter_means(n[:, :1], sums[:, :1], squares[:, :1], prior=prior, offsets=offsets[:, :1])
    seen, evidence = [month.probability], month.log_evidence
    for at in range(1, n.shape[1]):
        month = advance_means(
            month.state,
            n[:, at],
            sums[:, at],
            squares[:, at],
            offsets=offsets[:, at],
            adopting=adoption == at,
        )
        seen.append(month.probability)
        evidence = evidence + month.log_evidence

    np.testing.assert_array_equal(np.hstack(seen), whole.probability)
    np.testing.assert_allclose(evidence, whole.log_evidence, rtol=1e-12)


def test_each_series_is_filtered_by_itself():
    n, sums, squares = drawn_portfolio()
    prior = estimate_means_prior(n, sums, squares, leaf=np.full(40, True))

    whole = filter_means(n, sums, squares, prior=prior).probability

    for one in ([7], [39, 2]):
        alone = filter_means(n[one], sums[one], squares[one], prior=prior.of(np.array(one))).probability
        np.testing.assert_array_equal(alone, whole[one])


# The portfolio


def test_the_spread_and_the_levels_are_found():
    rng = np.random.default_rng(2)
    n = rng.poisson(12, (400, 24))
    level = rng.normal(3, 0.6, (400, 1)) + rng.normal(0, 0.3, n.shape)
    means = level + 1.5 * rng.normal(size=n.shape) / np.sqrt(np.maximum(n, 1))
    squares = n * means**2 + 1.5**2 * rng.chisquare(np.maximum(n - 1, 1)) * (n > 1)

    prior = estimate_means_prior(n, n * means, squares, leaf=np.full(400, True))

    assert prior.spread[0] == pytest.approx(1.5, rel=0.02)
    assert prior.between * 1.5 == pytest.approx(0.6, rel=0.1)
    assert prior.within * 1.5 == pytest.approx(0.3, rel=0.1)
    assert np.median(prior.centre + prior.usual * prior.spread) == pytest.approx(3, abs=0.1)


def test_shifts_hardly_look_like_scatter_of_months():
    n, sums, squares = drawn_portfolio(shift=0)
    risen = sums + n * np.where(np.arange(30) < 20, 0, 3)

    calm = estimate_means_prior(n, sums, squares, leaf=np.full(40, True))
    shifted = estimate_means_prior(
        n, risen, squares + risen**2 / n.clip(1) - sums**2 / n.clip(1), leaf=[True] * 40
    )

    assert shifted.within - calm.within < 0.15


def test_groups_have_levels_and_spreads_of_their_own():
    n = np.full((20, 24), 10)
    dear = np.arange(20) >= 10
    means = np.where(dear, 8.0, 4.0)[:, None] + np.tile([0.1, -0.1], 12)
    squares = n * means**2 + np.where(dear, 4.0, 1.0)[:, None] * 9

    prior = estimate_means_prior(n, n * means, squares, leaf=np.full(20, True), group=dear)

    np.testing.assert_allclose(prior.centre, np.where(dear, 8, 4), atol=0.01)
    np.testing.assert_allclose(prior.spread, np.where(dear, 2, 1), rtol=0.02)
    assert prior.between == 0.05


def test_sums_of_others_teach_nothing_unless_they_are_alone():
    n, sums, squares = drawn_portfolio(9)
    leaf = np.arange(9) < 8

    with_all = estimate_means_prior(n, sums, squares, leaf=leaf)
    other = estimate_means_prior(
        n, sums * np.where(leaf, 1, 3)[:, None], squares * np.where(leaf, 1, 9)[:, None], leaf=leaf
    )
    alone = estimate_means_prior(n, sums + 5 * n, squares + 10 * sums + 25 * n, leaf=leaf, group=leaf)

    np.testing.assert_array_equal(with_all.spread, other.spread)
    np.testing.assert_array_equal(with_all.centre[:8], other.centre[:8])
    assert alone.centre[8] == pytest.approx(5 + sums[8].sum() / n[8].sum(), abs=0.2)


# Judging and describing


def test_means_that_rose_are_found_and_described():
    n, sums, squares = drawn_portfolio(200, sizes=(40,))

    judged = judge_means(n, sums, squares, leaf=np.full(200, True))
    seen = np.flatnonzero(judged.probability[:, -1] >= 0.5)
    found = describe(judged, seen)

    assert (seen.tolist(), found.since.tolist()) == ([195, 196, 197, 198, 199], [20] * 5)
    assert set(judged.direction[seen]) == {"up"}
    size = n[seen, 20:].sum(axis=1)
    np.testing.assert_array_equal(found.n, size)
    np.testing.assert_allclose(found.observed, sums[seen, 20:].sum(axis=1) / size)
    np.testing.assert_allclose(found.share, found.observed, atol=0.02)
    np.testing.assert_allclose(found.observed - found.expected, 1, atol=0.25)
    assert ((found.low < found.observed) & (found.observed < found.high)).all()


def test_offsets_are_part_of_what_was_expected():
    n, sums, squares = months("0 3 -3 2 -1 4 -4 0 1 -2 3 -3 2 -1 29 32 28 30 29 28")
    offsets = np.where(np.arange(20) < 14, 0, 2.0)[None]

    judged = judge_means(n, sums, squares, leaf=[True], offsets=offsets)

    assert describe(judged, [0]).expected[0] == pytest.approx(2, abs=0.2)


@given(st.floats(0.05, 1000), st.floats(-100, 100))
@settings(max_examples=10, deadline=None)
def test_the_unit_of_the_values_does_not_matter(scale, origin):
    n, sums, squares = drawn_portfolio(12)
    leaf = np.full(12, True)

    plain = judge_means(n, sums, squares, leaf=leaf, hazard=0.005).probability
    moved = judge_means(
        n,
        scale * (sums + origin * n),
        scale**2 * (squares + 2 * origin * sums + origin**2 * n),
        leaf=leaf,
        hazard=0.005,
    ).probability

    np.testing.assert_allclose(moved, plain, atol=1e-3)


def test_directions_mirror_each_other():
    n, sums, squares = drawn_portfolio()
    leaf = np.full(40, True)

    plain = judge_means(n, sums, squares, leaf=leaf, hazard=0.005)
    mirrored = judge_means(n, -sums, squares, leaf=leaf, hazard=0.005)

    np.testing.assert_allclose(mirrored.probability, plain.probability, atol=1e-5)
    np.testing.assert_allclose(mirrored.up, plain.probability - plain.up, atol=1e-5)


# Bad and extreme input


@pytest.mark.parametrize(
    ("totals", "sums", "squares", "complaint"),
    [
        ([[1]], [[1, 2]], [[1]], "totals have shape"),
        ([1], [1], [1], r"totals and sums must have shape \(series, months\)"),
        ([[-1]], [[1]], [[1]], "a total must be a whole number, 0 or more"),
        ([[0.5]], [[1]], [[1]], "a total must be a whole number, 0 or more"),
        ([[math.nan]], [[1]], [[1]], "a total must be a whole number, 0 or more"),
        ([[1]], [[math.inf]], [[1]], "a sum must be a number"),
        ([[1]], [[math.nan]], [[1]], "a sum must be a number"),
        ([[0]], [[1]], [[1]], "a month without decisions cannot have a sum"),
        ([[1]], [[1]], [[math.nan]], "a square must be a number"),
        ([[1]], [[1]], [[1, 2]], "squares have shape"),
        ([[2]], [[6]], [[10]], "squares are too small for their sums"),
    ],
)
def test_bad_sums_are_refused(totals, sums, squares, complaint):
    with pytest.raises(ValueError, match=complaint):
        judge_means(totals, sums, squares, leaf=[True])


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"leaf": [True, False]}, "leaf has shape"),
        ({"group": [1, 2]}, "group has shape"),
        ({"adoption": [1, 2]}, "adoption has shape"),
        ({"offsets": [[math.nan]]}, "an offset must be a number"),
        ({"hazard": 1.0}, "the hazard must lie between 0 and 1"),
    ],
)
def test_bad_knowledge_is_refused(more, complaint):
    with pytest.raises(ValueError, match=complaint):
        judge_means([[1]], [[1]], [[1]], **{"leaf": [True], **more})


@pytest.mark.parametrize("shape", [(0, 24), (1, 24), (3, 0), (3, 1)])
@pytest.mark.parametrize(("n", "mean"), [(0, 0), (1, 0), (7, 3.5), (100_000, 12.0)])
def test_little_or_constant_input_gives_a_quiet_answer(shape, n, mean):
    totals = np.full(shape, n)

    judged = judge_means(totals, totals * mean, totals * mean**2, leaf=np.full(shape[0], True))

    assert judged.probability.shape == shape
    assert not (judged.probability >= 0.5).any()


def test_gaps_do_not_count_as_baseline():
    totals = np.tile([20, 0], 15)[None]

    judged = judge_means(totals, totals * 2.0, totals * 5.0, leaf=[True])

    assert np.flatnonzero(~np.isnan(judged.probability[0]))[0] == 23


def test_wildly_unequal_months_weigh_by_their_size():
    totals = np.tile([1, 4000, 0], 10)[None]
    sums, squares = totals * 2.0, totals * 5.0
    sums[0, 27], squares[0, 27] = 9.0, 81.0  # one decision

    judged = judge_means(totals, sums, squares, leaf=[True])

    assert np.nanmax(judged.probability) < 0.5


@pytest.mark.parametrize(("n", "leap"), [(5, 8), (5, 20), (50, 100), (5000, 500)])
def test_a_leap_beyond_all_levels_is_a_change(n, leap):
    totals = np.full((1, 20), n)
    means = np.where(np.arange(20) < 15, 0, leap) + np.tile([0.1, -0.1], 10)

    judged = judge_means(totals, totals * means, totals * means**2 + n - 1, leaf=[True], hazard=0.005)

    assert (judged.probability[0, [12, 13, 14, 17, 18, 19]] >= 0.5).tolist() == [False] * 3 + [True] * 3


def test_a_standard_may_make_the_mean_leap():
    totals = np.full((1, 30), 5)
    means = np.tile([0.1, -0.1], 15) + np.repeat([0, 20, 22], [15, 10, 5])
    counted = totals, totals * means, totals * means**2 + 4

    with_it = judge_means(*counted, leaf=[True], adoption=[15], hazard=0.005).probability[0]

    assert (with_it[12:] >= 0.5).tolist() == [False] * 14 + [True] * 4
