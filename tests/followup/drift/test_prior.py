import numpy as np
import pytest

from followup.drift.portfolio import estimate_prior, estimate_rho


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
