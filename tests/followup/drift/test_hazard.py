import numpy as np
import pytest

from followup.drift.filter import filter_shares
from followup.drift.hazard import ENOUGH, TRIED, evidence_of, likeliest_hazard, sample
from followup.drift.portfolio import Prior
from followup.drift.recursion import Settings

PRIOR = Prior(30, 120, 0.01)


def portfolio(hazard, series=1000, months=36):
    rng = np.random.default_rng(8)
    begins = (rng.random((series, months)) < hazard) & (np.arange(months) >= 12)
    odds = np.where(begins.cumsum(axis=1) > 0, rng.choice([1 / 3, 2, 4], (series, 1)), 1)
    level = rng.beta(30, 120, (series, 1))
    share = level * odds / (1 - level + level * odds)
    totals = np.full((series, months), 40)
    return rng.binomial(totals, share), totals


def learnt(events, totals):
    def filtered(rows, settings):
        return filter_shares(events[rows], totals[rows], prior=PRIOR, settings=settings)

    return likeliest_hazard(evidence_of(np.arange(len(events)), filtered), Settings())


@pytest.mark.parametrize("hazard", [0.002, 0.008])
def test_hazard_is_found(hazard):
    found = learnt(*portfolio(hazard))

    assert found == pytest.approx(hazard, rel=0.35)


def test_few_series_say_little():
    events, totals = portfolio(0.0, series=3)

    assert learnt(events, totals) == pytest.approx(0.005, rel=0.5)


def test_extremes_stay_within_what_was_tried():
    totals = np.full((300, 36), 40)
    wild = np.where(np.arange(36) % 8 < 4, 4, 30) * np.ones((300, 1), dtype=int)

    steady = learnt(np.full((300, 36), 8), totals)

    assert TRIED[0] <= steady < 0.001
    assert 0.01 < learnt(wild, totals) <= TRIED[-1] * 1.001


def test_trials_side_by_side_equal_trials_one_by_one():
    events, totals = portfolio(0.01, series=30)

    def filtered(rows, settings):
        return filter_shares(events[rows], totals[rows], prior=PRIOR, settings=settings)

    def alone(hazard, wander):
        return filtered(np.arange(30), Settings(hazard=hazard, wander=wander)).log_evidence

    both = evidence_of(np.arange(30), filtered)(
        Settings(hazard=np.array([0.001, 0.02, 0.02]), wander=np.array([0.0, 0.0, 0.1]))
    )

    expected = [alone(0.001, 0.0), alone(0.02, 0.0), alone(0.02, 0.1)]
    np.testing.assert_allclose(both, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("series", [0, 1, ENOUGH, ENOUGH + 1, 3 * ENOUGH - 1])
def test_a_sample_is_spread_evenly(series):
    found = sample(series)

    assert len(found) == min(series, ENOUGH)
    assert set(np.diff(found)) <= {-(-series // ENOUGH), series // ENOUGH}
