"""Exact tails of counts: is one month too rare for its centre line?"""

import numpy as np
from scipy.special import betainc, gammainc, ndtr

from followup.drift.chart import Bools, Floats

RARE = float(ndtr(-3.0))
"""The tail outside one 3-sigma limit of a normal curve."""


def rare_in_binomial(x: Floats, n: Floats, p: Floats) -> Bools:
    """Flag counts whose mid-p binomial tail is below that of 3 sigma; arrays of shape (months,).

    NaN in ``x`` or ``p``, or ``n`` 0, is never flagged.
    Source: Lancaster, J Am Stat Assoc 1961;56:223 (mid-p).

    >>> rare_in_binomial(np.array([1.0, 8.0]), np.array([20.0, 20.0]), np.array([0.1, 0.1])).tolist()
    [False, True]
    """
    return _is_rare((_at_least(x, n, p) + _at_least(x + 1, n, p)) / 2) & (n > 0)


def rare_in_poisson(x: Floats, expected: Floats) -> Bools:
    """Flag counts whose mid-p Poisson tail is below that of 3 sigma; arrays of shape (months,).

    NaN in ``x`` or ``expected`` is never flagged; an expected 0 makes any event rare.

    >>> rare_in_poisson(np.array([2.0, 9.0]), np.array([2.0, 2.0])).tolist()
    [False, True]
    """
    below, through = _under(x, expected), _under(x + 1, expected)
    return _is_rare(1 - (below + through) / 2)


def _is_rare(above: Floats) -> Bools:
    return np.asarray((above < RARE) | (1 - above < RARE))


def _at_least(x: Floats, n: Floats, p: Floats) -> Floats:
    """Return P(X >= x) for X ~ Bin(n, p), also where x is 0 or n + 1."""
    inside = (x > 0) & (x <= n)
    tail = betainc(np.where(inside, x, 1.0), np.where(inside, n - x + 1, 1.0), p)
    return np.where(np.isnan(x), np.nan, np.where(inside, tail, np.where(x <= 0, 1.0, 0.0)))


def _under(x: Floats, expected: Floats) -> Floats:
    """Return P(X < x) for X ~ Poisson(expected), also where x is 0."""
    tail = 1 - gammainc(np.where(x > 0, x, 1.0), expected)
    return np.where(np.isnan(x), np.nan, np.where(x > 0, tail, 0.0))
