"""What all others say of one series: the prior of its measure with its own counts left out."""

import numpy as np

from followup.drift.chart import Floats, Ints
from followup.drift.portfolio import FEW_SERIES, WEAK_PRIOR

Terms = Floats
"""(7, ...): number of series, decisions, events, and what the variance between them is made of."""

MOST_ERROR = 1.0
"""Standard error of the logarithm of the variance between series, at most."""
POINTS = ((-(3**0.5), 1 / 6), (0.0, 2 / 3), (3**0.5, 1 / 6))
"""Standard errors and weights that stand for a normal distribution (Gauss-Hermite)."""


def terms_of(hits: Floats, sums: Floats, effect: Floats | float = 1.0) -> Terms:
    """Return (7, series) what each series adds to a prior; hits, sums: events and decisions.

    effect: design effect that decisions are divided by. A series without decisions adds nothing.
    """
    size = sums / effect
    share = np.divide(hits, sums, out=np.zeros_like(size), where=sums > 0)
    return np.stack([sums > 0, sums, hits, size, size * share, size * share**2, size**2])


def total_by(terms: Terms, key: Ints, keys: int) -> Terms:
    """Return (7, keys) sums of (7, rows) terms by key."""
    return np.stack([np.bincount(key, one, minlength=keys).astype(float) for one in terms])


def prior_of(terms: Terms, *, off: float = 0.0) -> tuple[Floats, Floats]:
    """Return a, b of Beta, shaped like one of the terms; NaN without decisions.

    off: standard errors by which the variance between series (its logarithm) is taken to be larger
        than estimated.

    As ``portfolio.estimate_prior``, for many portfolios at once.
    Source: DerSimonian & Laird, Control Clin Trials 1986;7:177, on shares; the error of the
        variance is that of a chi-square.

    >>> a, b = prior_of(terms_of(np.full(9, 10.0), np.full(9, 100.0)).sum(axis=1))
    >>> round(float(a / (a + b)), 2), round(float(a + b))
    (0.1, 900)
    """
    number, sums, hits, size, level, squares, weights = terms
    mean = (hits + 0.5) / (sums + 1)
    spread = mean * (1 - mean)
    one = np.where(sums > 0, size, 1)
    heterogeneity = (squares - level**2 / one) / spread
    scale = (size - weights / one) / spread
    excess = heterogeneity - (number - 1)
    # Where nothing is left of the excess but rounding, the series are alike.
    is_told = (excess > 1e-9 * number) & (scale > 0)
    between = np.divide(excess, scale, out=np.zeros_like(scale), where=is_told)
    error = np.divide(heterogeneity, excess, out=np.zeros_like(scale), where=is_told)
    error = np.minimum(error * np.sqrt(2 / np.maximum(number - 1, 1)), MOST_ERROR)
    between *= np.exp(off * error)
    worth = np.divide(spread, between, out=np.full_like(scale, np.inf), where=is_told) - 1
    worth = np.clip(worth, 2, np.maximum(sums, 2))
    worth = np.where(sums > 0, np.where(number < FEW_SERIES, WEAK_PRIOR, worth), np.nan)
    return mean * worth, (1 - mean) * worth


def level_of(terms: Terms) -> Floats:
    """Return the share of all of them together, NaN without decisions."""
    level = (terms[2] + 0.5) / (terms[1] + 1)
    return np.where(terms[1] > 0, level, np.nan)
