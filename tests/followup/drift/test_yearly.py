"""The step that all prices take at the turn of the year."""

import numpy as np
import pytest

from followup.drift.means import filter_means
from followup.drift.means_prior import estimate_means_prior
from followup.drift.yearly import yearly_offsets

YEARS = np.repeat([2024, 2025, 2026], [12, 12, 10])


def prices(*, series=20, rise=0.03, drifted=0, n=20, seed=1):
    """Return numbers and sums of logarithms: all rise each January, the first few also in mid-2025."""
    rng = np.random.default_rng(seed)
    level = rng.normal(6, 0.1, (series, 1)) + rise * (YEARS - 2024)
    level[:drifted, 18:] += 0.15
    values = rng.normal(level[:, :, None], 0.09, (series, len(YEARS), n))
    return np.full(level.shape, n), values.sum(axis=2), (values**2).sum(axis=2)


@pytest.mark.parametrize("drifted", [0, 3])
def test_a_rise_that_all_share_is_told_and_the_few_that_drift_do_not_move_it(drifted):
    totals, sums, _ = prices(drifted=drifted)

    told = yearly_offsets(totals, sums, leaf=np.ones(20, dtype=bool), year=YEARS)

    assert told[:12].tolist() == [0.0] * 12
    assert told[[12, 24]] == pytest.approx([0.03, 0.06], abs=0.008)


@pytest.mark.parametrize("series", [0, 1, 5])
def test_few_series_share_nothing(series):
    totals, sums, _ = prices(series=series) if series else (np.zeros((0, 34)),) * 3

    told = yearly_offsets(totals, sums, leaf=np.ones(series, dtype=bool), year=YEARS)

    assert told.tolist() == [0.0] * 34


def test_a_year_without_decisions_and_sums_of_others_do_not_count():
    totals, sums, _ = prices()
    totals[:5, 12:24], sums[:5, 12:24] = 0, 0
    sums[10:] *= 2  # those above

    told = yearly_offsets(totals, sums, leaf=np.arange(20) < 15, year=YEARS)

    assert np.isfinite(told).all()
    assert told[-1] < 1


def test_the_common_rise_is_no_drift_and_one_beyond_it_is():
    totals, sums, squares = prices(drifted=1)
    leaf = np.ones(20, dtype=bool)
    offsets = np.zeros(totals.shape) + yearly_offsets(totals, sums, leaf=leaf, year=YEARS)
    prior = estimate_means_prior(totals, sums, squares, leaf=leaf)

    told = filter_means(totals, sums, squares, prior=prior, offsets=offsets).probability[:, -1]

    assert told[0] > 0.9
    assert np.median(told[1:]) < 0.2
