"""Keeping the share of false flags down when many series are tested at once."""

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Floats


def adjust(p: ArrayLike) -> Floats:
    """Return Benjamini-Hochberg adjusted p-values; NaN (not tested) stays NaN and is not counted.

    p: (tests,). A test is a discovery at false-discovery rate q when its adjusted p is at most q.
    Source: Benjamini & Hochberg, J R Stat Soc B 1995;57:289.

    >>> adjust([0.01, 0.04, 0.02]).round(3).tolist()
    [0.03, 0.04, 0.03]
    """
    p = np.asarray(p, dtype=float)
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return adjusted
