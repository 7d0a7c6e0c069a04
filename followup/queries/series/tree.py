"""The organisation as positions: which units are looked at, and which figures count in which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from followup.drift.chart import Bools, Ints
from roles.models import Unit

LEVELS = {Unit.Kind.MUNICIPALITY: 0, Unit.Kind.DEPARTMENT: 1, Unit.Kind.TEAM: 2}
"""The kinds of unit that are looked at, the topmost first."""


@dataclass(frozen=True, eq=False)
class Tree:
    """pairs: (pairs, 2) each unit with each unit looked at that it counts in, itself included; sorted.

    above: unit → the nearest unit looked at above it. level: unit looked at → its level.
    parents: units with a unit beneath them.
    """

    pairs: Ints
    above: dict[int, int]
    level: dict[int, int]
    parents: Ints

    def is_leaf(self, units: Ints) -> Bools:
        return ~np.isin(units, self.parents)

    def levels(self, units: Ints) -> Ints:
        return np.array([self.level[unit] for unit in units.tolist()], dtype=np.int64)

    def roll_up(self, cells: Ints) -> tuple[Ints, sparse.csr_matrix]:
        """Return the cells (series, 3) of the units looked at, and how they add those given (cells, 3).

        The first column is the unit. The matrix is (series, cells) of ones.
        """
        owner, top = self.pairs.T
        first = np.searchsorted(owner, cells[:, 0], side="left")
        count = np.searchsorted(owner, cells[:, 0], side="right") - first
        source = np.repeat(np.arange(len(cells)), count)
        step = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
        counted = cells[source]
        counted[:, 0] = top[np.repeat(first, count) + step]
        keys, place = np.unique(counted, axis=0, return_inverse=True)
        ones = np.ones(len(source))
        return keys, sparse.csr_matrix((ones, (place.ravel(), source)), shape=(len(keys), len(cells)))

    def parent_positions(self, keys: Ints) -> Ints:
        """(series,) where among the keys (series, 3) the nearest unit above has the same; -1 for nowhere."""
        at = {key: place for place, key in enumerate(map(tuple, keys.tolist()))}
        return np.array([self._parent(at, *key) for key in keys.tolist()], dtype=np.int64)

    def _parent(self, at: dict[tuple[int, ...], int], unit: int, *rest: int) -> int:
        above = self.above.get(unit)
        while above is not None:
            if (above, *rest) in at:
                return at[above, *rest]
            above = self.above.get(above)
        return -1


def read_tree() -> Tree:
    """One query."""
    units = list(Unit.objects.order_by("path").values_list("pk", "kind", "parent_id"))
    level = {pk: LEVELS[Unit.Kind(kind)] for pk, kind, _ in units if kind in LEVELS}
    parent_of = {pk: parent for pk, _, parent in units}
    pairs = [(pk, top) for pk in parent_of for top in _lineage(pk, parent_of) if top in level]
    above = {pk: [top for top in _lineage(pk, parent_of)[1:] if top in level] for pk in parent_of}
    return Tree(
        pairs=np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2),
        above={pk: tops[0] for pk, tops in above.items() if tops},
        level=level,
        parents=np.array(sorted({parent for parent in parent_of.values() if parent}), dtype=np.int64),
    )


def _lineage(unit: int, parent_of: Mapping[int, int | None]) -> list[int]:
    """The unit and all above it, itself first."""
    found: list[int] = []
    at: int | None = unit
    while at is not None:
        found.append(at)
        at = parent_of[at]
    return found
