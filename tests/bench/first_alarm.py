"""The alarm by exact tails alone, without a memory: a yardstick of the filter.

The last 1, 3, 6 and 12 months after the baseline are each tested in both directions by the mid-p tail
of a beta-binomial. Its level is what the baseline and the portfolio say, its width holds both their
uncertainty and the correlation within months. The smallest tail, times the number of tests, goes
through Benjamini-Hochberg.
"""

from typing import NamedTuple

import numpy as np

from followup.drift.chart import Floats
from followup.drift.discovery import adjust
from followup.drift.portfolio import design_effect, estimate_prior
from followup.drift.tails import mid_p_above, predictive

WINDOWS = (1, 3, 6, 12)
"""Lengths in months of the newest stretches that are compared with the baseline."""
BASELINE, LEAST_BASELINE = 12, 6
"""Months with decisions in a baseline, and in that of a series with no more than a full one."""


class Compared(NamedTuple):
    """x, n: (series, months) counts after the baseline, else 0. a, b: what is thought of each level."""

    x: Floats
    n: Floats
    a: Floats
    b: Floats
    rho: float


def scan(events, totals, q=0.10):
    """Return (series,) which have drifted, seen from the newest month.

    events, totals: (series, months) whole counts of one measure, oldest first.
    """
    return np.nan_to_num(adjusted_p(events, totals), nan=1.0) <= q


def adjusted_p(events, totals):
    """Return (series,) Benjamini-Hochberg over all series; NaN where there is nothing to compare."""
    x, n = np.asarray(events, dtype=float), np.asarray(totals, dtype=float)
    return adjust(_smallest_tails(_after_baseline(x, n)))


def _after_baseline(x, n):
    active = n > 0
    number, count = np.cumsum(active, axis=1), active.sum(axis=1)
    length = np.where(count > BASELINE, BASELINE, LEAST_BASELINE)[:, None]
    baseline = active & (number <= length)
    later = (number > length) & (count[:, None] > length)
    prior = estimate_prior(x, n, baseline)
    base = np.where(baseline, n, 0)
    size, hits = base.sum(axis=1), np.where(baseline, x, 0).sum(axis=1)
    effect = design_effect(size, (base**2).sum(axis=1), prior.rho)
    a, b = prior.a + hits / effect, prior.b + (size - hits) / effect
    return Compared(np.where(later, x, 0), np.where(later, n, 0), a, b, prior.rho)


def _smallest_tails(series):
    best, tests = np.full(len(series.x), np.nan), np.zeros(len(series.x))
    before = np.zeros(len(series.x))
    for length in WINDOWS:
        size = series.n[:, -length:].sum(axis=1)
        longer = size > before
        best[longer] = np.fmin(best[longer], _tail(Compared(*_rows(series, longer)), length))
        tests[longer] += 2
        before = size
    return np.minimum(best * tests, 1)


def _rows(series, chosen):
    return *(part[chosen] for part in series[:4]), series.rho


def _tail(series, length):
    """Return the smaller mid-p tail of a window."""
    x, n = series.x[:, -length:], series.n[:, -length:]
    hits, size = x.sum(axis=1), n.sum(axis=1)
    a, b = predictive(series.a, series.b, size, design_effect(size, (n**2).sum(axis=1), series.rho))
    return np.minimum(mid_p_above(hits, size, a, b), mid_p_above(size - hits, size, b, a))
