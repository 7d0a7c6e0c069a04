"""Indirect standardisation: what a unit's own cases would give if they were decided as elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Floats, Ints
from followup.drift.months import checked_counts

BORROWED = 5.0
"""Decisions' worth of the wider share that a cell's own share is drawn towards."""


@dataclass(frozen=True, eq=False)
class Standardised:
    """Arrays of shape (units,).

    expected: events that the unit's cases would give elsewhere, NaN where nobody else has decided anything.
    others: decisions elsewhere that this rests on; few where a unit's cases are rare elsewhere.
    """

    expected: Floats
    others: Floats


def standardise(  # noqa: PLR0913  one option each
    unit: ArrayLike,
    cell: ArrayLike,
    events: ArrayLike,
    totals: ArrayLike,
    *,
    wider: ArrayLike | None = None,
    apart: ArrayLike = (),
) -> Standardised:
    """Expect of each unit the shares that all others have in cells of the same kind.

    unit, cell: (rows,) numbers from 0. events, totals: (rows,) counts.
    wider: (rows,) numbers from 0 of a coarser cell that each cell lies in; None takes all as one. A cell's
        share elsewhere is drawn towards that of its wider cell, and this towards that of everything, with
        the weight of 5 decisions: a cell that nobody else has is expected to be as the wider one.
    apart: numbers of units that nothing is expected from, because they differ themselves.
    Raises ValueError if shapes differ, a count is negative or infinite, or a share is above 1.
    Source: Breslow & Day, Statistical Methods in Cancer Research II (1987), 2.3; Spiegelhalter,
        Stat Med 2005;24:1185.

    >>> found = standardise([0, 0, 1, 1], [0, 1, 0, 1], [8, 1, 40, 10], [20, 20, 100, 100])
    >>> found.expected.round(1).tolist(), found.others.round().tolist()
    ([10.0, 45.0], [210.0, 50.0])
    """
    x, n = checked_counts(events, totals)
    u, c = np.asarray(unit, dtype=np.int64), np.asarray(cell, dtype=np.int64)
    w = np.zeros_like(c) if wider is None else np.asarray(wider, dtype=np.int64)
    units = int(u.max(initial=-1)) + 1
    is_apart = np.isin(u, np.asarray(apart, dtype=np.int64))
    lent, from_n = np.where(is_apart, 0, x), np.where(is_apart, 0, n)
    share = np.full(len(n), np.nan)
    everything = np.zeros_like(c)
    for place, borrowed in ((everything, 0.0), (w, BORROWED), (c, BORROWED)):
        elsewhere, of = _elsewhere(u, place, lent), _elsewhere(u, place, from_n)
        wide = np.nan_to_num(share) * borrowed
        share = np.divide(
            elsewhere + wide, of + borrowed, out=np.full(len(n), np.nan), where=of + borrowed > 0
        )
    share = np.where(_elsewhere(u, everything, from_n) > 0, share, np.nan)
    weight = n**2 / (_elsewhere(u, c, from_n) + BORROWED)
    total = np.bincount(u, n, minlength=units)
    spread = np.bincount(u, weight, minlength=units)
    others = np.divide(total**2, spread, out=np.zeros(units), where=spread > 0)
    expected = np.bincount(u, n * share, minlength=units).astype(float)
    return Standardised(expected, others)


def _elsewhere(unit: Ints, place: Ints, values: Floats) -> Floats:
    """Return for each row what all other units have in its place; (rows,)."""
    pair = np.unique(np.stack([unit, place]), axis=1, return_inverse=True)[1].ravel()
    if not len(values):
        return values
    return np.asarray(np.bincount(place, values)[place] - np.bincount(pair, values)[pair])
