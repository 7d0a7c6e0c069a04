"""Exact tails of the beta-binomial distribution."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln

from followup.drift.chart import Floats, Ints

NEGLIGIBLE = 1e-17
"""What is left of a tail may be dropped when it cannot change the last digit."""
FIRST_STRIDE, MOST_AT_ONCE = 32, 500_000
"""Terms of each tail computed at a time at first, then twice as many each time; of all tails together."""


def mid_p_above(x: ArrayLike, n: ArrayLike, a: ArrayLike, b: ArrayLike) -> Floats:
    """Return P(X > x) + P(X = x)/2 for X ~ beta-binomial(n, a, b); 1 - that is the tail below.

    x, n: (tests,) whole counts, 0 <= x <= n. a, b: (tests,) positive.
    Terms are summed outward from x on the side away from the mean, so a small tail keeps its
    digits. Cost: proportional to the longest tail that still matters.

    >>> mid_p_above([0, 1], [1, 1], [1.0, 1.0], [1.0, 1.0]).tolist()
    [0.75, 0.25]
    """
    x, n, a, b = (np.asarray(value, dtype=float) for value in (x, n, a, b))
    is_high = x * (a + b) >= n * a
    # A tail below x in (x, n, a, b) is the tail above n - x with a and b exchanged.
    outer = _upper(np.where(is_high, x, n - x), n, np.where(is_high, a, b), np.where(is_high, b, a))
    return np.where(is_high, outer, 1 - outer)


def from_up(x: ArrayLike, n: ArrayLike, a: ArrayLike, b: ArrayLike) -> Floats:
    """Return P(X >= x) for X ~ beta-binomial(n, a, b); arguments and cost as ``mid_p_above``.

    >>> from_up([0, 1], [1, 1], [1.0, 1.0], [1.0, 1.0]).round(12).tolist()
    [1.0, 0.5]
    """
    x, n, a, b = (np.asarray(value, dtype=float) for value in (x, n, a, b))
    return np.minimum(mid_p_above(x, n, a, b) + _at(x, n, a, b) / 2, 1.0)


def predictive(a: Floats, b: Floats, size: Floats, effect: Floats) -> tuple[Floats, Floats]:
    """Widen Beta(a, b) so that a beta-binomial of ``size`` also holds the correlation within months.

    a, b, size, effect: (tests,); effect is the design effect of the months put together.

    The variance of the count is size * m(1-m) * [effect * (1-k) + size * k], k = 1/(a+b+1); the
    beta-binomial with the same mean and that variance is taken. Exact where effect is 1.

    >>> [end.round(3).tolist() for end in predictive(*np.ones((3, 1)) * [[1], [3], [9]], np.ones(1) * 2)]
    [[0.583], [1.75]]
    """
    level_share = 1 / (a + b + 1)
    growth = effect * (1 - level_share) + size * level_share
    correlation = np.divide(growth - 1, size - 1, out=level_share.copy(), where=size > 1)
    worth = 1 / correlation - 1
    mean = a / (a + b)
    return mean * worth, (1 - mean) * worth


def _upper(x: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    """Sum half the term at x and all terms above, by the ratio of neighbouring terms."""
    term = _at(x, n, a, b)
    total: Floats = term / 2
    has_one_peak = np.minimum(a, b) >= 1
    open_, k, stride = np.flatnonzero(x < n), x.copy(), FIRST_STRIDE
    while open_.size:
        terms = term[open_, None] * np.cumprod(_ratios(k, n, a, b, rows=open_, terms=stride), axis=1)
        total[open_] += terms.sum(axis=1)
        term[open_] = terms[:, -1]
        k[open_] += stride
        left = n[open_] - k[open_]
        done = has_one_peak[open_] & (term[open_] * left <= NEGLIGIBLE * total[open_])
        open_ = open_[(left > 0) & ~done]
        stride = min(2 * stride, max(FIRST_STRIDE, MOST_AT_ONCE // max(1, open_.size)))
    return total


def _ratios(k: Floats, n: Floats, a: Floats, b: Floats, *, rows: Ints, terms: int) -> Floats:
    """Return (rows, terms): each term above k over the one before it, 0 from the first that is above n."""
    at = k[rows, None] + np.arange(terms)
    left = np.maximum(n[rows, None] - at, 0)
    found: Floats = left * (at + a[rows, None]) / ((at + 1) * (np.maximum(left - 1, 0) + b[rows, None]))
    return found


def _at(x: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    ways = betaln(x + 1, n - x + 1)
    return np.asarray(np.exp(betaln(x + a, n - x + b) - betaln(a, b) - ways) / (n + 1), dtype=float)
