import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import betabinom, binom

from followup.drift.evidence import log_likelihood
from followup.drift.filter import Settings, advance, filter_shares
from followup.drift.portfolio import Prior
from tests.followup.drift.paths import slow_path_weights

PRIOR = Prior(3, 27, 0.01)
SMALL = Settings(
    hazard=0.05, returning=0.1, odds=(1.5, 3.0), odds_weight=(0.7, 0.3), levels=3, baseline_months=2
)


def drawn(line, total=20):
    """One number a month; the same total every month."""
    events = [[int(number) for number in line.split()]]
    return events, np.full(np.shape(events), total)


def alarms(line, total=20):
    probability = filter_shares(*drawn(line, total), prior=PRIOR).probability[0]
    return " ".join("^" if p >= 0.5 else "?" if math.isnan(p) else "." for p in probability)


# Drawn


def test_steady_series_is_quiet():
    events = "2 1 3 2 2 1 2 3 2 2 1 2 2 3 1 2 2 2 3 2 1 2"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . . . . . . . ."

    assert alarms(events) == expect


def test_large_rise_is_seen_in_its_second_month_and_its_return_too():
    events = "2 1 3 2 2 1 2 3 2 2 1 2 2 3 9 8 9 8 2 1 2 3 1"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . ^ ^ ^ ^ . . . ."

    assert alarms(events) == expect


def test_fall_is_seen():
    events = "9 8 9 9 7 9 8 9 9 8 9 9 9 8 2 2 1 2"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . . ^ ^"

    found = filter_shares(*drawn(events), prior=PRIOR)

    assert alarms(events) == expect
    assert found.direction[0, [0, -1]].tolist() == ["", "down"]


def test_change_in_the_baseline_is_only_learnt():
    events = "2 1 3 2 2 1 9 8 9 8 9 8 9 8 9 8 9 8"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . . . . . ."

    assert alarms(events) == expect


# Against full enumeration


def test_filter_equals_enumeration_of_every_path():
    x, n = [2, 1, 6, 7, 1], [10, 9, 12, 11, 10]

    found = filter_shares([x], [n], prior=PRIOR, settings=SMALL)

    for months in (3, 4, 5):
        paths = list(slow_path_weights(x[:months], n[:months], PRIOR, SMALL))
        whole = math.fsum(weight for _, weight in paths)
        away = math.fsum(weight for path, weight in paths if path[-1] > 0)
        rise = math.fsum(weight for path, weight in paths if path[-1] in (1, 2))
        at = found.probability[0, months - 1], found.up[0, months - 1]
        assert at == pytest.approx((away / whole, rise / whole), rel=1e-5)
    coefficients = sum(math.log(math.comb(total, hits)) for total, hits in zip(n, x, strict=True))
    assert found.log_evidence[0] + coefficients == pytest.approx(math.log(whole), rel=1e-6)


@pytest.mark.parametrize("rho", [0.0, 0.02, 0.3])
def test_likelihood_equals_scipy(rho):
    x, n, steps = np.array([0, 3, 10, 0]), np.array([10, 10, 10, 0]), np.array([0, 64, -32, 0])
    levels = np.array([-3.0, 0.0, 2.0])

    found = log_likelihood(x, n, steps, levels, rho)

    p = expit(levels + steps[:, None] / 64)
    worth = (1 - rho) / rho if rho else 1.0
    known = betabinom(n[:, None], p * worth, (1 - p) * worth) if rho else binom(n[:, None], p)
    coefficient = binom(n, 0.5).logpmf(x) + n * math.log(2)
    np.testing.assert_allclose(found + coefficient[:, None], known.logpmf(x[:, None]), atol=1e-9)


# Symmetry, offsets, declared levels, adoptions


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30))
@settings(max_examples=30)
def test_directions_mirror_each_other(line):
    x, n = np.array([line]), np.full((1, len(line)), 20)

    found = filter_shares(x, n, prior=Prior(3, 27, 0.01))
    mirrored = filter_shares(n - x, n, prior=Prior(27, 3, 0.01))

    np.testing.assert_allclose(found.probability, mirrored.probability, atol=1e-5)
    np.testing.assert_allclose(found.up, mirrored.probability - mirrored.up, atol=1e-5)


def test_offsets_explain_a_rise_away():
    events, totals = drawn("2 2 2 2 2 2 2 2 2 2 2 2 6 6 6 6 6 6 6")
    offsets = np.where(np.arange(19) < 12, 0, logit(0.3) - logit(0.1))[None]

    without = filter_shares(events, totals, prior=PRIOR).probability[0, -1]
    with_them = filter_shares(events, totals, prior=PRIOR, offsets=offsets).probability[0, -1]

    assert (without > 0.9, with_them < 0.05) == (True, True)


def test_declared_level_needs_no_baseline():
    events, totals = drawn("2 2 2 7 8 7 8")

    found = filter_shares(events * 2, np.vstack([totals] * 2), prior=PRIOR, declared=[0.1, np.nan])

    assert (found.probability[0] >= 0.5).tolist() == [False] * 4 + [True] * 3
    assert np.isnan(found.probability[1]).all()


def test_declared_level_is_met_exactly():
    rare = Prior(3, 27, 0.0)
    months = (np.full((1, 30), 13), np.full((1, 30), 1000))

    assert filter_shares(*months, prior=rare, declared=[0.013]).probability[0, -1] < 0.01


def test_adoption_forgets_the_change_and_finds_the_next():
    events = "2 2 2 2 2 2 2 2 2 2 2 2 8 8 8 8 8 8 8 8 8 8 8 8 8 8 2 1 2 1"
    expect = "? ? ? ? ? ? ? ? ? ? ? ? . ^ ^ . . . . . . . . . . . . ^ ^ ^"

    found = filter_shares(*drawn(events), prior=PRIOR, adoption=[15]).probability[0]

    assert " ".join("^" if p >= 0.5 else "?" if math.isnan(p) else "." for p in found) == expect


def random_portfolio(series=60, months=30):
    rng = np.random.default_rng(11)
    totals = rng.poisson(rng.choice([0.3, 5, 40, 900], (series, 1)), (series, months))
    level = rng.beta(3, 27, (series, 1)) * np.where(np.arange(months) < 20, 1, 2)
    adoption = np.where(rng.random(series) < 0.4, rng.integers(-3, months + 4, series), 0)
    declared = np.where(rng.random(series) < 0.4, 0.12, np.nan)
    return rng.binomial(totals, level), totals, adoption, declared, rng.normal(0, 0.3, totals.shape)


def test_going_on_by_a_month_equals_a_rebuild():
    x, n, adoption, declared, offsets = random_portfolio()
    whole = filter_shares(x, n, prior=PRIOR, offsets=offsets, adoption=adoption, declared=declared)

    at_once = np.where(adoption <= 0, declared, np.nan)
    month = filter_shares(x[:, :1], n[:, :1], prior=PRIOR, offsets=offsets[:, :1], declared=at_once)
    seen, evidence = [month.probability], month.log_evidence
    for t in range(1, x.shape[1]):
        month = advance(
            month.state, x[:, t], n[:, t], offsets=offsets[:, t], adopting=adoption == t, declared=declared
        )
        seen.append(month.probability)
        evidence = evidence + month.log_evidence

    np.testing.assert_allclose(np.hstack(seen), whole.probability, rtol=0, atol=1e-12)
    np.testing.assert_allclose(evidence, whole.log_evidence, rtol=1e-12)


def test_each_series_is_filtered_by_itself():
    x, n, adoption, declared, offsets = random_portfolio()

    whole = filter_shares(x, n, prior=PRIOR, offsets=offsets, adoption=adoption, declared=declared)

    for one in range(0, len(x), 7):
        at = slice(one, one + 1)
        alone = filter_shares(
            x[at], n[at], prior=PRIOR, offsets=offsets[at], adoption=adoption[at], declared=declared[at]
        )
        np.testing.assert_allclose(alone.probability[0], whole.probability[one], rtol=0, atol=1e-12)


# Bad and extreme input


@pytest.mark.parametrize(
    ("events", "totals", "complaint"),
    [
        ([[3]], [[2]], "events exceed the total"),
        ([[-1]], [[2]], "a count cannot be negative"),
        ([[1]], [[-2]], "a count cannot be negative"),
        ([[math.nan]], [[2]], "a count must be whole and not missing"),
        ([[1]], [[math.inf]], "a count cannot be infinite"),
        ([[0.5]], [[2]], "a count must be whole and not missing"),
        ([1], [2], r"events and totals must have shape \(series, months\)"),
        ([[1, 2]], [[2]], "events have shape"),
    ],
)
def test_bad_counts_are_refused(events, totals, complaint):
    with pytest.raises(ValueError, match=complaint):
        filter_shares(events, totals, prior=PRIOR)


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"offsets": [[0.0, 0.0]]}, "offsets have shape"),
        ({"offsets": [[math.nan]]}, "an offset must be a number"),
        ({"declared": [1.0]}, "a declared share must lie between 0 and 1"),
        ({"declared": [0.1, 0.1]}, "declared has shape"),
    ],
)
def test_bad_knowledge_is_refused(more, complaint):
    with pytest.raises(ValueError, match=complaint):
        filter_shares([[1]], [[2]], prior=PRIOR, **more)


def test_month_of_other_series_is_refused():
    state = filter_shares([[1]], [[2]], prior=PRIOR).state

    with pytest.raises(ValueError, match="the state has 1 series, the month 2"):
        advance(state, [1, 1], [2, 2])


@pytest.mark.parametrize("months", [0, 1])
def test_too_few_months_say_nothing(months):
    found = filter_shares(np.ones((2, months)), np.ones((2, months)), prior=PRIOR)

    assert (found.probability.shape, np.isnan(found.probability).all()) == ((2, months), True)


def test_gaps_do_not_count_as_baseline():
    totals = np.tile([20, 0], 15)[None]

    found = filter_shares(totals // 10, totals, prior=PRIOR)

    assert np.flatnonzero(~np.isnan(found.probability[0]))[0] == 23


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize("prior", [PRIOR, Prior(0.001, 1.999, 0.0), Prior(5e5, 5e5, 0.3)])
def test_constant_series_of_any_size_end_in_a_number(share, prior):
    totals = np.tile([[1], [7], [20_000], [3_000_000]], 30)

    found = filter_shares(totals * share, totals, prior=prior).probability[:, 12:]

    assert ((found >= 0) & (found <= 1)).all()


def test_a_leap_beyond_all_levels_is_a_change():
    totals = np.tile([[50_000]], 20)
    events = np.where(np.arange(20) < 15, 500, 49_900)[None]

    found = filter_shares(events, totals, prior=Prior(3, 27, 0.0)).probability[0]

    assert (found[12:] >= 0.5).tolist() == [False] * 3 + [True] * 5


def test_wildly_unequal_months_weigh_by_their_size():
    totals = np.tile([1, 4000, 0], 10)[None]
    events = totals // 10
    events[0, 27] = 1  # one of one

    assert np.nanmax(filter_shares(events, totals, prior=PRIOR).probability) < 0.5
