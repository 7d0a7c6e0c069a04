"""Shares: how well each possible level explains a month's count, looked up instead of computed.

A level is a logit. Most months of most series repeat the same few pairs of counts, so the
likelihood is tabulated once per distinct pair (and offset) and then only looked up.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import betainc, betaincinv, expit, gammaln

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.portfolio import Prior
from followup.drift.recursion import CHUNK, Lookup, Weights

MOST_KEYS = 100_000
"""Distinct cells in one table, at about 1 kB each."""
OFFSET_STEP = 1 / 64
"""Offsets are rounded to this on the logit, an error of at most 0.8 % in the odds."""
BINOMIAL_BELOW = 1e-6
"""A correlation below this is none: the beta-binomial loses its digits before it matters."""
FARTHEST = 12.0
"""Logits are kept within this of 0, shares within 0.000006 of 0 and 1."""
FINEST = 0.1
"""Distance on the logit between levels in the middle of the prior."""
MOST_LEVELS = 96
"""The time the filter takes is proportional to the levels."""
WIDER = 2
"""How much more the levels vary than the prior says."""
LEAST_RHO = 0.0005
"""Correlation within months that is always allowed for: the levels do not tell 2,000 a month apart."""
BEYOND = 2.0
"""How far past the prior the levels after an adoption reach, on the logit."""


class ShareCells(NamedTuple):
    """What is known of each month; (series, months). steps: offsets; hazard: 0 in the baseline.

    rho: correlation of decisions within a month. Levels are logits.
    """

    x: Ints
    n: Ints
    steps: Ints
    hazard: Weights
    rho: float

    def of(self, rows: Ints | Bools) -> "ShareCells":
        return ShareCells(self.x[rows], self.n[rows], self.steps[rows], self.hazard[rows], self.rho)

    def lookups(self, levels: Floats, stay: float) -> Iterator[tuple[Ints, Lookup]]:
        waiting = [np.arange(len(self.x))]
        while waiting:
            part = waiting.pop()
            keys, index = distinct_cells(self.x[part], self.n[part], self.steps[part])
            if len(keys[0]) > MOST_KEYS and len(part) > CHUNK:
                waiting += np.array_split(part, 2)
            else:
                yield part, tabulate(log_likelihood(*keys, levels.ravel(), self.rho), index, levels, stay)

    def log_fit(self, months: list[int], levels: Floats) -> Floats:
        x, n, steps = (part[:, months] for part in self[:3])
        fit = log_likelihood(x.ravel(), n.ravel(), steps.ravel(), levels.ravel(), self.rho)
        return fit.reshape(*x.shape, *levels.shape)

    def expected(self, months: list[int], levels: Floats) -> Floats:
        return np.asarray(expit(levels + self.steps[:, months, None] * OFFSET_STEP), dtype=float)


def prior_levels(prior: Prior, levels: int) -> tuple[Floats, Floats]:
    """Return (levels,) logits that cover the prior and its tails, and the prior's weight on each.

    levels: at least so many; more where the prior is so wide that they would lie FINEST apart or
    more, for then the gaps themselves would look like changes.

    >>> logits, weights = prior_levels(Prior(900, 900, 0), 4)
    >>> logits.round(2).tolist(), weights.round(2).tolist()
    ([-0.08, -0.02, 0.02, 0.08], [0.15, 0.35, 0.35, 0.15])
    """
    low, high = logit(np.asarray(betaincinv(prior.a, prior.b, [0.01, 0.99]), dtype=float))
    count = int(np.clip(np.ceil((high - low) / FINEST), levels, MOST_LEVELS))
    at = (np.arange(count) + 0.5) / count
    # Quantiles of a wider distribution: series in the tails of the prior need a level, too.
    logits = logit(np.asarray(betaincinv(prior.a / WIDER, prior.b / WIDER, at), dtype=float))
    between = expit((logits[1:] + logits[:-1]) / 2)
    weights = np.diff(betainc(prior.a, prior.b, between), prepend=0, append=1)
    return logits, np.asarray(weights / weights.sum(), dtype=float)


def even_levels(prior: Prior, levels: int) -> Floats:
    """Return (levels,) logits at even steps, from below what the prior allows to above it."""
    low, high = logit(np.asarray(betaincinv(prior.a, prior.b, [0.001, 0.999]), dtype=float))
    return np.linspace(low - BEYOND, high + BEYOND, levels)


def log_likelihood(x: Ints, n: Ints, steps: Ints, logits: Floats, rho: float) -> Floats:
    """Return (cells, levels): log beta-binomial without the binomial coefficient.

    x, n: (cells,) whole counts, 0 <= x <= n. steps: (cells,) offsets in OFFSET_STEP.
    logits: (levels,). rho: correlation of decisions within a month.
    """
    result = np.empty((len(x), len(logits)))
    for step in np.unique(steps):
        at = steps == step
        shifted = np.clip(logits + step * OFFSET_STEP, -2 * FARTHEST, 2 * FARTHEST)
        hits = _log_rising(expit(shifted), x[at], rho)
        misses = _log_rising(expit(-shifted), n[at] - x[at], rho)
        result[at] = hits + misses - _log_rising(np.ones(1), n[at], rho)
    return result


def _log_rising(share: Floats, counts: Ints, rho: float) -> Floats:
    """Return (cells, levels): log of s p (s p + 1) ... over s^count, by the few distinct counts."""
    distinct, at = np.unique(counts, return_inverse=True)
    if rho < BINOMIAL_BELOW:
        values = np.outer(distinct, np.log(share))
    else:
        worth = (1 - rho) / rho * share
        values = gammaln(distinct[:, None] + worth) - gammaln(worth)
    return np.asarray(values, dtype=float)[at]


def distinct_cells(x: Ints, n: Ints, steps: Ints) -> tuple[tuple[Ints, Ints, Ints], Ints]:
    """Return the distinct (x, n, step) as three (keys,) arrays, and the key of each cell."""
    lowest = int(steps.min(initial=0))
    width = int(steps.max(initial=0)) - lowest + 1
    code = (n * (n + 1) // 2 + x) * width + (steps - lowest)
    first, index = _first_and_index(code.ravel())
    keys = (x.ravel()[first], n.ravel()[first], steps.ravel()[first])
    return keys, index.reshape(x.shape)


def _first_and_index(code: Ints) -> tuple[Ints, Ints]:
    """Return where each distinct code stands, and which of them each is; counted if codes are small."""
    largest = int(code.max(initial=0))
    if largest > 4 * len(code) + 1_000_000:
        _, first, index = np.unique(code, return_index=True, return_inverse=True)
        return first, index
    place = np.full(largest + 1, -1, dtype=np.int64)
    place[code] = np.arange(len(code))
    used = np.flatnonzero(place >= 0)
    first = place[used]
    place[used] = np.arange(len(used))
    return first, place[code]


def tabulate(fit: Floats, index: Ints, levels: Floats, stay: float) -> Lookup:
    """Turn log-likelihoods into a table.

    fit: (keys, states * levels). levels: (states, levels). stay: as for ``Cells.lookups``.
    """
    scale = fit.max(axis=1)
    table = np.exp((fit - scale[:, None]).astype(np.float32)).reshape(-1, *levels.shape)
    table[:, 1:] *= stay
    return Lookup(np.ascontiguousarray(table.transpose(1, 0, 2)), scale, index)


def logit(share: Floats) -> Floats:
    """Return log odds, kept within FARTHEST of 0; NaN stays NaN."""
    with np.errstate(divide="ignore"):
        found: Floats = np.clip(np.log(share) - np.log1p(-share), -FARTHEST, FARTHEST)
    return found
