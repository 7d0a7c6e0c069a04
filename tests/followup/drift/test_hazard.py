import numpy as np
import pytest

from followup.drift.hazard import TRIED, estimate_hazard
from followup.drift.portfolio import Prior

PRIOR = Prior(30, 120, 0.01)


def portfolio(hazard, series=3000, months=36):
    rng = np.random.default_rng(8)
    begins = (rng.random((series, months)) < hazard) & (np.arange(months) >= 12)
    odds = np.where(begins.cumsum(axis=1) > 0, rng.choice([1 / 3, 2, 4], (series, 1)), 1)
    level = rng.beta(30, 120, (series, 1))
    share = level * odds / (1 - level + level * odds)
    totals = np.full((series, months), 40)
    return rng.binomial(totals, share), totals


@pytest.mark.parametrize("hazard", [0.002, 0.008])
def test_hazard_is_found(hazard):
    found = estimate_hazard(*portfolio(hazard), prior=PRIOR)

    assert found == pytest.approx(hazard, rel=0.35)


def test_few_series_say_little():
    events, totals = portfolio(0.0, series=3)

    assert estimate_hazard(events, totals, prior=PRIOR) == pytest.approx(0.005, rel=0.5)


def test_extremes_stay_within_what_was_tried():
    totals = np.full((300, 36), 40)
    wild = np.where(np.arange(36) % 8 < 4, 4, 30) * np.ones((300, 1), dtype=int)

    steady = estimate_hazard(np.full((300, 36), 8), totals, prior=PRIOR)

    assert TRIED[0] <= steady < 0.001
    assert 0.01 < estimate_hazard(wild, totals, prior=PRIOR) <= TRIED[-1] * 1.001
