"""What means and counts share: series on a grid of their own, weighed cell by cell.

The grid of each series is centred where its baseline already puts the level, so that few, fine
levels do for series of any size. It is a grid for summing over only: what is likely is said by the
portfolio's prior.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.evidence import tabulate
from followup.drift.recursion import Cells, Lookup

MOST_ENTRIES = 3_000_000
"""Numbers in one table."""


def direct_lookups(cells: Cells, seen: Floats, levels: Floats, stay: float) -> Iterator[tuple[Ints, Lookup]]:
    """Yield tables with a key for each cell of each distinct series.

    seen: (series, any) what the likelihoods depend on. The other arguments are those of ``Cells.lookups``.
    """
    months = cells.hazard.shape[1]
    at_a_time = max(1, MOST_ENTRIES // max(1, months * levels.size))
    some, same = _distinct(seen)
    for first in range(0, len(some), at_a_time):
        own = some[first : first + at_a_time]
        fit = cells.of(own).log_fit(list(range(months)), levels).reshape(-1, levels.size)
        part = np.flatnonzero((same >= first) & (same < first + len(own)))
        index = (same[part, None] - first) * months + np.arange(months)
        yield part, tabulate(fit, index, levels, stay)


def _distinct(rows: Floats) -> tuple[Ints, Ints]:
    """Return where each distinct row stands first, and which of them each row is."""
    if not rows.shape[1]:
        return np.arange(min(len(rows), 1)), np.zeros(len(rows), dtype=np.int64)
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
    _, some, same = np.unique(whole, return_index=True, return_inverse=True)
    return some, same


def even_grid(reach: float, step: float) -> Floats:
    """Return (levels,) from -reach to reach, about ``step`` apart, with 0 among them.

    >>> even_grid(0.2, 0.1).round(1).tolist()
    [-0.2, -0.1, 0.0, 0.1, 0.2]
    """
    return np.linspace(-reach, reach, 2 * int(np.ceil(reach / step)) + 1)


def between(levels: Floats) -> Floats:
    """Return (levels - 1,) the middles between neighbours."""
    return (levels[1:] + levels[:-1]) / 2


def groups(group: ArrayLike | None, teaches: Bools) -> Ints:
    """Return (series,) numbers from 0 of the groups whose series are comparable.

    group: (series,) numbers or names; None takes all as one. teaches: (series,) False for those that
        others are not learnt from.
    Raises ValueError if the shapes differ.
    """
    if group is None:
        return np.zeros(len(teaches), dtype=np.int64)
    names = np.asarray(group)
    if names.shape != teaches.shape:
        raise ValueError(f"group has shape {names.shape}, there are {len(teaches)} series")
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)


def teachers(leaf: Bools, group: Ints, has: Bools) -> Bools:
    """Return (series,) whom to learn from: the leaves, and all of a group in which no leaf has anything."""
    taught = np.zeros(int(group.max(initial=-1)) + 1, dtype=bool)
    taught[group[leaf & has]] = True
    return has & (leaf | ~taught[group])


def by_group(group: Ints, values: Floats) -> Floats:
    """Return (groups,) sums of (series,) values."""
    return np.bincount(group, values, minlength=int(group.max(initial=-1)) + 1).astype(float)
