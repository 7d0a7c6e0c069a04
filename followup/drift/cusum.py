"""The CUSUM of shares: the quickest way to see a change whose size and starting level are known.

The yardstick of the filter, which has to learn both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom

from followup.drift.chart import Bools, Floats
from followup.drift.filter import whole_counts

NEGLIGIBLE = 1e-12
"""Chance of a sum still between 0 and the limit that no longer changes a run length."""


@dataclass(frozen=True, eq=False)
class Cusum:
    """Arrays of shape (series, months). statistic: 0 or more. signal: it is above the limit."""

    statistic: Floats
    signal: Bools


def cusum(
    events: ArrayLike, totals: ArrayLike, *, level: float, shifted: float, limit: float, restart: bool = True
) -> Cusum:
    """Add up, month by month, how much better ``shifted`` explains the counts than ``level`` does.

    events, totals: (series, months) whole counts, oldest first; 0 of 0 changes nothing.
    level, shifted: share before and after the change. limit: of the sum, which never falls below 0.
    restart: begin from 0 again after a signal.
    Raises ValueError if the counts are not whole counts or a share is not between 0 and 1.
    Source: Page, Biometrika 1954;41:100; Steiner et al., Biostatistics 2000;1:441.

    >>> found = cusum([[1, 2, 5, 6]], [[10] * 4], level=0.1, shifted=0.3, limit=3)
    >>> found.statistic.round(2).tolist(), found.signal.tolist()
    ([[0.0, 0.19, 4.42, 5.59]], [[False, False, True, True]])
    """
    x, n = whole_counts(events, totals)
    gain, loss = _gain(level, shifted)
    steps = x * gain - n * loss
    statistic = np.zeros(steps.shape)
    now = np.zeros(len(steps))
    for month in range(steps.shape[1]):
        now = np.maximum(now + steps[:, month], 0)
        statistic[:, month] = now
        if restart:
            now = np.where(now > limit, 0, now)
    return Cusum(statistic, statistic > limit)


def run_length(share: float, total: int, *, level: float, shifted: float, limit: float) -> float:
    """Return the mean number of months to a signal, from 0, when the share is ``share`` all along.

    total: decisions a month. The other arguments as for ``cusum``. Exact: from 0, the events and
    months since then say the sum, until it is back at 0 or above the limit.
    Source: by renewal, Wald, Sequential Analysis (1947).

    >>> round(run_length(0.1, 15, level=0.1, shifted=0.25, limit=2.0), 1)
    39.7
    """
    gain, loss = _gain(level, shifted)
    chance = binom.pmf(np.arange(total + 1), total, share)
    waiting, months, found, lived = np.ones(1), 0, 0.0, 0.0
    while waiting.sum() > NEGLIGIBLE:
        lived += waiting.sum()
        waiting, months = np.convolve(waiting, chance), months + 1
        value = np.arange(len(waiting)) * gain - months * total * loss
        found += waiting[value > limit].sum()
        waiting = np.where((value > 0) & (value <= limit), waiting, 0)
        waiting = waiting[: np.flatnonzero(value <= limit)[-1] + 1]
    return float(lived / found)


def _gain(level: float, shifted: float) -> tuple[float, float]:
    """Return what an event adds to the sum, and what each decision takes from it."""
    if not (0 < level < 1 and 0 < shifted < 1):
        raise ValueError("a share must lie between 0 and 1")
    rest = np.log((1 - level) / (1 - shifted))
    return float(np.log(shifted / level) + rest), float(rest)
