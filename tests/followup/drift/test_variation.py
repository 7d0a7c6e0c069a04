import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from followup.drift.discovery import adjust
from followup.drift.others import POINTS, prior_of, terms_of
from followup.drift.portfolio import estimate_prior
from followup.drift.variation import too_little_variation


def with_portfolio(*drawn, total=10, seed=1, level=0.2):
    """Return 40 usual series after the drawn ones: one number a month, the last repeated for 24 months."""
    rows = [[int(number) for number in line.split()] for line in drawn]
    rows = [row + row[-1:] * (24 - len(row)) for row in rows]
    rng = np.random.default_rng(seed)
    usual = rng.binomial(total, rng.beta(20 * level, 20 * (1 - level), (40, 1)), (40, 24))
    return np.vstack([rows, usual]), np.full((len(rows) + 40, 24), total)


def flagged(*drawn, tail, **options):
    x, n = with_portfolio(*drawn, **options)
    found = too_little_variation(x, n, tail=tail, leaf=np.ones(len(x), dtype=bool))
    return found.flagged[: len(drawn)].tolist()


def test_unit_that_never_deviates_is_flagged_and_one_that_seldom_does_is_not():
    assert flagged("0", "0 1 0 2 1 0 1 0 2 1", "2", tail="low") == [True, False, False]


def test_unit_that_always_grants_the_maximum_is_flagged():
    assert flagged("10", "9", "4", tail="high", level=0.4) == [True, True, False]


def test_a_group_that_is_always_at_its_maximum_is_compared_with_itself():
    x, n = with_portfolio(*["10"] * 6, "4", level=0.4)
    group = np.r_[np.ones(6), np.zeros(41)]
    leaf = np.ones(len(x), dtype=bool)

    among_all = too_little_variation(x, n, tail="high", leaf=leaf)
    among_alike = too_little_variation(x, n, tail="high", leaf=leaf, group=group)

    assert among_all.flagged[:6].tolist() == [True] * 6
    assert among_alike.flagged[:6].tolist() == [False] * 6


def test_one_that_differs_within_its_group_is_flagged():
    x, n = with_portfolio("10", *["4"] * 3)
    group = np.r_[np.ones(4), np.zeros(40)]

    found = too_little_variation(x, n, tail="high", leaf=np.ones(len(x), dtype=bool), group=group)

    assert found.flagged[:4].tolist() == [True, False, False, False]


def test_the_other_tail_is_no_matter_here():
    assert flagged("9", tail="low") == flagged("0", tail="high", level=0.4) == [False]


def test_only_the_window_counts():
    x, n = with_portfolio("0")
    before = np.full((41, 12), 8)

    found = too_little_variation(
        np.hstack([before, x]), np.hstack([before, n]), tail="low", leaf=np.ones(41, dtype=bool)
    )

    assert (found.flagged[0], found.n[0], found.observed[0]) == (True, 240, 0)


def test_few_decisions_are_not_tested():
    x, n = with_portfolio("0", "0")
    n[0, 2:] = n[1, 3:] = 0  # 20 and 30 decisions

    found = too_little_variation(x, n, tail="low", leaf=np.ones(42, dtype=bool))

    assert found.tested[:2].tolist() == [False, True]
    assert (math.isnan(found.p[0]), found.flagged[0], found.low[0]) == (True, False, 0)


def test_others_that_scatter_widely_make_nothing_unusual():
    rng = np.random.default_rng(4)
    x = rng.binomial(10, rng.beta(0.3, 1.2, (60, 1)), (60, 24))
    x[0] = 0

    found = too_little_variation(x, np.full((60, 24), 10), tail="low", leaf=np.ones(60, dtype=bool))

    assert not found.flagged.any()


def test_series_and_what_it_sums_do_not_make_themselves_usual():
    """Half of all teams, one department's, never deviate; each is compared with all but its own."""
    teams, n = with_portfolio(*["0"] * 40)
    x = np.vstack([teams, teams[:40].sum(axis=0), teams.sum(axis=0)])
    n = np.vstack([n, n[:40].sum(axis=0), n.sum(axis=0)])
    parent, leaf = [*[80] * 40, *[81] * 40, 81, -1], np.arange(82) < 80

    found = too_little_variation(x, n, tail="low", leaf=leaf, parent=parent)

    assert found.flagged[80]
    assert not found.flagged[:80].any()
    assert (found.tested[81], math.isnan(found.expected[81])) == (False, True)
    assert found.expected[80] / found.n[80] == pytest.approx(teams[40:].mean() / 10, rel=0.01)


def test_few_false_discoveries_where_nothing_is_wrong():
    rng, wrong = np.random.default_rng(8), 0
    for _ in range(200):
        x = rng.binomial(8, rng.beta(6, 24, (80, 1)), (80, 24))
        n = np.full(x.shape, 8)
        wrong += too_little_variation(x, n, tail="low", leaf=np.ones(80, dtype=bool)).flagged.any()

    assert wrong / 200 <= 0.14  # 0.10 promised, give or take two standard errors


def test_scatter_that_is_badly_known_makes_tails_longer():
    few, many = (terms_of(*np.array([[5.0, 9, 14] * size, [50.0] * 3 * size])) for size in (3, 30))

    spread = [
        np.divide(*(sum(prior_of(some.sum(axis=1), off=off)) for off in (1, 0))) for some in (few, many)
    ]

    assert spread[0] < spread[1] < 1


COUNTS = st.lists(st.tuples(st.integers(0, 30), st.integers(30, 60)), min_size=2, max_size=14)


@given(COUNTS)
@settings(max_examples=60)
def test_prior_of_all_others_equals_leaving_each_out(counts):
    x, n = (np.array(column, dtype=float) for column in zip(*counts, strict=True))
    terms = terms_of(x, n)

    a, b = prior_of(terms.sum(axis=1)[:, None] - terms)

    for i in range(len(x)):
        rest = np.arange(len(x)) != i
        one = estimate_prior(x[rest, None], n[rest, None], np.ones((len(x) - 1, 1), dtype=bool))
        assert (a[i], b[i]) == pytest.approx((one.a, one.b), rel=1e-6)


@given(st.lists(st.integers(0, 40), min_size=3, max_size=10))
@settings(max_examples=40)
def test_tails_equal_scipy(counts):
    """One month each, so that nothing is known of correlation within months."""
    x, n = np.array(counts)[:, None], np.full((len(counts), 1), 40)

    found = too_little_variation(x, n, tail="low", leaf=np.ones(len(x), dtype=bool), months=1)

    terms = terms_of(x[:, 0].astype(float), n[:, 0].astype(float))
    others = terms.sum(axis=1)[:, None] - terms
    laws = [(weight, betabinom(40, *prior_of(others, off=off))) for off, weight in POINTS]
    assert found.p == pytest.approx(sum(weight * law.cdf(x[:, 0]) for weight, law in laws), abs=1e-9)
    assert found.adjusted_p == pytest.approx(adjust(found.p), abs=1e-12)


def test_nothing_and_one_series_say_nothing():
    nothing = too_little_variation(np.zeros((0, 0)), np.zeros((0, 0)), tail="low", leaf=[])
    alone = too_little_variation([[0] * 24], [[9] * 24], tail="low", leaf=[True])

    assert nothing.flagged.tolist() == []
    assert (alone.tested.tolist(), alone.flagged.tolist()) == ([False], [False])


@pytest.mark.parametrize(("x", "n"), [([[3]], [[2]]), ([[-1]], [[2]]), ([[0.5]], [[2]]), ([[1, 2]], [[3]])])
def test_what_cannot_be_counts_is_refused(x, n):
    with pytest.raises(ValueError, match=r"exceed|negative|whole|shape"):
        too_little_variation(x, n, tail="low", leaf=[True])


def test_months_in_which_others_had_drifted_do_not_tell_what_is_usual():
    x, n = with_portfolio("1")
    usual = too_little_variation(x, n, tail="low", leaf=np.ones(41, dtype=bool)).expected[0]
    moved = np.zeros(x.shape, dtype=bool)
    x[1:21, 12:], moved[1:21, 12:] = 9, True

    blind, told = (
        too_little_variation(x, n, tail="low", leaf=np.ones(41, dtype=bool), moved=known).expected[0]
        for known in (None, moved)
    )

    assert blind > 1.5 * usual
    assert told == pytest.approx(usual, rel=0.1)
