"""The CUSUM that knows level, shift and direction: the best there is, exactly, by a Markov chain.

Its value is cut into cells; from one month to the next it moves by the log-likelihood ratio of the
month's count. Source: Brook & Evans, Biometrika 1972;59:539; optimality: Moustakides 1986.
"""

from functools import cache

import numpy as np
from scipy.stats import binom, poisson

CELLS, HORIZON = 400, 120


@cache
def gains(size, level, odds, *, changed, fixed=False):
    """Log-likelihood ratios a month can bring, and how probable each is."""
    after = level * odds / (1 - level + level * odds)
    totals = (
        np.array([int(size)]) if fixed else np.arange(poisson.ppf(1e-10, size), poisson.isf(1e-10, size) + 1)
    )
    weight = np.ones(1) if fixed else poisson.pmf(totals, size)
    n = np.repeat(totals, (totals + 1).astype(int))
    x = np.concatenate([np.arange(total + 1) for total in totals])
    likely = np.repeat(weight, (totals + 1).astype(int)) * binom.pmf(x, n, after if changed else level)
    gain = x * np.log(after / level) + (n - x) * np.log((1 - after) / (1 - level))
    order = np.argsort(gain)
    return gain[order], np.cumsum(likely[order])


def chain(threshold, gain, through):
    """(cells, cells) probabilities of moving without passing the threshold."""
    width = 2 * threshold / (2 * CELLS - 1)
    edges = (np.arange(-CELLS, CELLS) + 0.5) * width
    below = np.append(0, through)[np.searchsorted(gain, edges, side="right")]
    step = np.subtract.outer(np.arange(CELLS), np.arange(CELLS)).T
    moves = below[step + CELLS] - below[step + CELLS - 1]
    moves[:, 0] = below[CELLS - np.arange(CELLS)]
    return moves


def alive(threshold, gain, through):
    """(months,): probability of no flag by the end of each of HORIZON months, from 0."""
    moves, now, found = chain(threshold, gain, through), np.eye(CELLS)[0], []
    for _ in range(HORIZON):
        now = now @ moves
        found.append(now.sum())
    return np.array(found)


def run_length(threshold, gain, through):
    """Mean months to a flag, however long."""
    moves = chain(threshold, gain, through)
    return np.linalg.solve(np.eye(CELLS) - moves, np.ones(CELLS))[0]


def mean_delay(threshold, size, level, odds, *, fixed=False):
    """Mean months to a flag after a change, cut at HORIZON, and uncut."""
    law = gains(size, level, odds, changed=True, fixed=fixed)
    return 1 + alive(threshold, *law)[:-1].sum(), run_length(threshold, *law)


def false_rate(threshold, size, level, odds, *, fixed=False):
    """First flags per 100 series-years within HORIZON months."""
    left = alive(threshold, *gains(size, level, odds, changed=False, fixed=fixed))
    return 1200 * (1 - left[-1]) / (1 + left[:-1].sum())


@cache
def threshold_of(size, level, odds, *, wanted=1.0, fixed=False):
    low, high = 0.1, 14.0
    for _ in range(16):
        middle = (low + high) / 2
        if false_rate(middle, size, level, odds, fixed=fixed) > wanted:
            low = middle
        else:
            high = middle
    return high
