"""The repeated reason: where most deviations are told by one reason, the standard does not fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.discovery import adjust
from followup.drift.months import checked_values
from followup.drift.others import prior_of, terms_of, total_by
from followup.drift.tails import from_up

LEAST_N = 20
"""Deviations below which nothing is tested."""
LEAST_SHARE = 0.5
"""Share of the deviations below which a reason is not repeated, however rare it is elsewhere."""


@dataclass(frozen=True, eq=False)
class Repeated:
    """The commonest reason of each unit and standard; every array has shape (rows,).

    reason: its number, -1 where there are no deviations. n, observed: deviations, and those with it.
    expected: those with it if reasons were as under the other standards; NaN where not tested.
    p, adjusted_p: exact upper tail, and Benjamini-Hochberg over every reason of every row tested.
    flagged: adjusted_p is at most q and the share at least 0.5.
    """

    reason: Ints
    n: Ints
    observed: Ints
    expected: Floats
    p: Floats
    adjusted_p: Floats
    flagged: Bools


def repeated_reason(
    counts: ArrayLike, *, standard: ArrayLike, leaf: ArrayLike, least_n: int = LEAST_N, q: float = 0.10
) -> Repeated:
    """Flag units whose deviations from a standard have one and the same reason.

    counts: (rows, reasons) deviations of the window (24 months) by reason, whole numbers; one row per
        unit and standard. standard: (rows,) number or name.
    leaf: (rows,) bools, False for sums of other rows, which are tested but teach nothing.
    least_n: deviations needed. q: false-discovery rate over all reasons of all rows.

    Each reason's share is compared with a beta-binomial of its level and scatter under all other
    standards: units with the same standard do not make its misfit usual. With one standard alone
    nothing is tested.
    Raises ValueError if the counts are not whole counts, or the shapes differ.
    Source: as ``variation``.

    >>> counts = [[5, 6, 4, 5]] * 12 + [[22, 3, 2, 3]]
    >>> found = repeated_reason(counts, standard=range(13), leaf=[True] * 13)
    >>> np.flatnonzero(found.flagged).tolist(), int(found.reason[12]), float(found.expected[12].round(1))
    ([12], 0, 7.5)
    """
    x = _whole(counts)
    kinds, of = np.unique(np.asarray(standard), return_inverse=True)
    is_leaf = np.asarray(leaf, dtype=bool)
    if of.shape != is_leaf.shape or len(of) != len(x):
        raise ValueError("standard and leaf must have one value for each row of counts")
    n = x.sum(axis=1)
    a, b = (one[of] for one in _priors(x[is_leaf], of[is_leaf], len(kinds)))
    tested = (n >= least_n)[:, None] & ~np.isnan(a)
    p = np.full(x.shape, np.nan)
    p[tested] = from_up(x[tested], np.broadcast_to(n[:, None], x.shape)[tested], a[tested], b[tested])
    adjusted = adjust(p.ravel()).reshape(p.shape)
    return _commonest(x, n, a / (a + b), p, adjusted, q)


def _whole(counts: ArrayLike) -> Floats:
    x, _ = checked_values(counts, counts)
    if x.ndim != 2 or not x.shape[1] or np.isnan(x).any() or (x % 1).any():
        raise ValueError("counts must be whole, not missing, and have shape (rows, reasons)")
    return x


def _priors(x: Floats, of: Ints, standards: int) -> tuple[Floats, Floats]:
    """Return a, b (standards, reasons) of each reason's share under all other standards."""
    by_standard = total_by(x.T, of, standards)
    sums = by_standard.sum(axis=0)
    found = []
    for hits in by_standard:
        terms = terms_of(hits, sums)
        others = terms.sum(axis=1)[:, None] - terms
        found.append(prior_of(np.where(others[0] > 0, others, 0)))
    a, b = np.moveaxis(np.array(found), 1, 0)
    return a.T, b.T


def _commonest(  # noqa: PLR0913  all that was found out about every reason
    x: Floats, n: Floats, level: Floats, p: Floats, adjusted: Floats, q: float
) -> Repeated:
    rows, reason = np.arange(len(x)), x.argmax(axis=1)
    observed, tail = x[rows, reason], p[rows, reason]
    is_rare = np.nan_to_num(adjusted[rows, reason], nan=1) <= q
    return Repeated(
        reason=np.where(n > 0, reason, -1),
        n=n.astype(np.int64),
        observed=observed.astype(np.int64),
        expected=np.where(np.isnan(tail), np.nan, n * level[rows, reason]),
        p=tail,
        adjusted_p=adjusted[rows, reason],
        flagged=is_rare & (observed >= LEAST_SHARE * n),
    )
