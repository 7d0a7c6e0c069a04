"""The yardstick of the filter: the alarm by exact tails alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from followup.drift.portfolio import estimate_prior
from tests.bench.first_alarm import adjusted_p, scan
from tests.followup.drift.test_discovery import slow_adjust

STEADY_ = "2 1 3 2 2 1 2 3 2 1 2 3  2 1 2 3 2 2 1 2 3 2 2 1"
RISING_ = "2 1 3 2 2 1 2 3 2 1 2 3  2 1 2 3 2 2 7 6 8 5 7 6"
FALLING = "9 8 9 7 9 8 9 8 9 9 8 9  9 8 9 9 8 3 2 1 2 3 2 2"
ONE_OFF = "2 1 3 2 2 1 2 3 2 1 2 3  2 1 2 3 2 2 1 2 3 2 2 14"


def portfolio_with(*drawn, total=20, quiet=60, months=24):
    """Draw series as one number a month after ``quiet`` stable ones, so the prior has a portfolio."""
    rows = [[int(number) for number in line.split()] for line in drawn]
    stable = np.random.default_rng(7).binomial(total, 0.1, (quiet, months))
    return np.vstack([rows, stable]), np.full((len(rows) + quiet, months), total)


def test_scan_flags_drift_in_both_directions():
    found = scan(*portfolio_with(STEADY_, RISING_, FALLING, ONE_OFF))

    assert np.flatnonzero(found).tolist() == [1, 2, 3]


def test_scan_waits_for_six_months_and_one_more():
    events, totals = portfolio_with("2 2 2 2 2 2 15 16", months=8, quiet=0)

    tested = [~np.isnan(adjusted_p(events[:, :m], totals[:, :m]))[0] for m in range(1, 9)]
    assert tested == [False] * 6 + [True] * 2


def test_scan_skips_months_without_decisions():
    events, totals = portfolio_with(RISING_)
    gap = np.zeros((len(events), 5), dtype=int)

    gapped = adjusted_p(np.hstack([gap, events]), np.hstack([gap, totals]))

    assert gapped.tolist() == pytest.approx(adjusted_p(events, totals).tolist(), rel=1e-9)


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

    found = adjusted_p(events, totals)

    slow = [slow_smallest_p(x, n, prior) for x, n in zip(events.tolist(), totals.tolist(), strict=True)]
    assert found.tolist() == pytest.approx(slow_adjust(slow), rel=1e-7, abs=1e-12)
