"""One shift, one signal: across the levels of the organisation and across measures.

A shift of the whole municipality shows in its departments and teams; a shift of one team shows in
the sums above it; and more decisions above the frame show as fewer below it. Such series are
gathered under one representative, and the share of false ones is kept among representatives.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.alarms import LIKELY, flag
from followup.drift.chart import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Tree:
    """How series belong together; arrays of shape (series,).

    parent: position of the same series one step up, -1 for none. level: 0 municipality,
        1 department, 2 team; a parent's is smaller than its children's.
    rest: probability that the parent without this series has moved the way this series has; NaN if
        it is not known, 0 if nothing is left (an only child explains its parent).
    shift: number or name, the same for series of one unit that show one shift (more above the
        frame, fewer below it), in the direction each has moved.
    """

    parent: Ints
    level: Ints
    rest: Floats
    shift: ArrayLike


@dataclass(frozen=True, eq=False)
class Families:
    """What becomes of each series; arrays of shape (series,), positions or -1.

    flagged: a new signal. folded_into: the signal, of another unit, that tells of this series' shift.
    also_of: the signal of the same unit that tells of it by another measure. Both may point to a
    signal that is open already, and are told of open series as well.
    """

    flagged: Bools
    folded_into: Ints
    also_of: Ints


@dataclass(frozen=True, eq=False)
class _Links:
    """One link per child shift: shifts by number, how likely the rest moved, and the parent's level."""

    child: Ints
    parent: Ints
    rest: Floats
    level: Ints


def flag_families(
    probability: ArrayLike, up: ArrayLike, tree: Tree, *, open_before: ArrayLike, q: float = 0.10
) -> Families:
    """Flag one representative per shift; at each level at most q of the new ones are false.

    probability: (series,) that each has drifted, NaN where nothing is known. up: the part that is a
        rise. open_before: (series,) a signal is open.

    Series that have likely drifted are gathered: of one shift in one unit the surest stands for all
    (an open one first); a child whose parent would have moved without it is folded into the parent;
    else the parent is folded into the child without which it moved least. Then each level flags the
    most representatives with a mean of 1 - probability of at most q. Those left over are given up
    from the top, which sets free what was folded into them. Folded series and open signals do not
    pay for doubtful ones, so the expected share of false new signals is at most q at each level,
    as far as the probabilities are right given all that decides here. (Each series' own probability
    knows nothing of the others: where no department ever moves by itself, the few departments that
    are left to stand for themselves are falser than teams and municipalities.)
    Raises ValueError if the shapes differ or a parent is not above its child.
    Source: Sun & Cai, J Am Stat Assoc 2007;102:901, on representatives; level by level as in
        Yekutieli, J Am Stat Assoc 2008;103:309.

    >>> tree = Tree(np.array([-1, 0, 0]), np.array([0, 1, 1]), np.array([np.nan, 0.1, 0.9]), [1, 2, 3])
    >>> found = flag_families([0.95, 0.99, 0.2], [0.95, 0.99, 0.1], tree, open_before=[False] * 3)
    >>> found.flagged.tolist(), found.folded_into.tolist()
    ([False, True, False], [1, -1, -1])
    """
    likely, rises = np.asarray(probability, dtype=float), np.asarray(up, dtype=float)
    is_open = np.asarray(open_before, dtype=bool)
    _check(likely, rises, is_open, tree)
    chosen = likely >= LIKELY
    shift = np.unique(np.asarray(tree.shift), return_inverse=True)[1].reshape(-1)
    first = _surest(chosen, shift, likely, is_open)
    links = _links(chosen, rises >= likely / 2, shift, tree)
    while True:
        stands_for = np.where(chosen, first[_roots(links, len(first))[shift]], -1)
        new = (stands_for == np.arange(len(likely))) & ~is_open
        flagged = _flag_by_level(np.where(new, likely, np.nan), tree.level, q)
        lost = new & ~flagged
        if not lost.any():
            return _told(flagged, stands_for, shift)
        given_up = np.unique(shift[lost & (tree.level == tree.level[lost].min())])
        chosen &= ~np.isin(shift, given_up)
        links = _without(links, given_up)


def lineage(parent: ArrayLike, leaf: ArrayLike) -> tuple[Ints, Ints]:
    """Return each leaf with itself and with every series above it, as two flat arrays of positions.

    parent: (series,) position one step up, -1 for none. leaf: (series,) bools.

    >>> lineage([-1, 0, 1], [False, False, True])
    (array([2, 2, 2]), array([2, 1, 0]))
    """
    above = np.asarray(parent, dtype=np.int64)
    below = at = np.flatnonzero(np.asarray(leaf, dtype=bool))
    found = [(below, at)]
    while len(at):
        is_under = above[at] >= 0
        below, at = below[is_under], above[at[is_under]]
        found.append((below, at))
    return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])


def _check(likely: Floats, rises: Floats, is_open: Bools, tree: Tree) -> None:
    arrays = (rises, is_open, tree.parent, tree.level, tree.rest, np.asarray(tree.shift))
    if likely.ndim != 1 or any(one.shape != likely.shape for one in arrays):
        raise ValueError("every array must have shape (series,)")
    below = tree.parent >= 0
    if (tree.parent >= len(likely)).any() or (tree.level[tree.parent[below]] >= tree.level[below]).any():
        raise ValueError("a parent must be a series of a level above its child's")


def _surest(chosen: Bools, shift: Ints, likely: Floats, is_open: Bools) -> Ints:
    """Return (shifts,) the chosen series that stands for each shift: an open one first, then the surest."""
    first = np.full(int(shift.max(initial=-1)) + 1, -1, dtype=np.int64)
    order = np.flatnonzero(chosen)
    order = order[np.lexsort((order, -likely[order], ~is_open[order]))][::-1]
    first[shift[order]] = order
    return first


def _links(chosen: Bools, rose: Bools, shift: Ints, tree: Tree) -> _Links:
    """Return the pairs where both moved, the same way; of several measures the one whose rest moved most."""
    child = np.flatnonzero(chosen & (tree.parent >= 0) & ~np.isnan(tree.rest))
    parent = tree.parent[child]
    kept = chosen[parent] & (rose[parent] == rose[child])
    child, parent = child[kept], parent[kept]
    order = np.lexsort((-tree.rest[child], shift[child]))
    one = order[np.unique(shift[child[order]], return_index=True)[1]]
    child, parent = child[one], parent[one]
    return _Links(shift[child], shift[parent], tree.rest[child], tree.level[parent])


def _without(links: _Links, given_up: Ints) -> _Links:
    kept = ~np.isin(links.child, given_up) & ~np.isin(links.parent, given_up)
    return _Links(links.child[kept], links.parent[kept], links.rest[kept], links.level[kept])


def _roots(links: _Links, shifts: int) -> Ints:
    """Return (shifts,) the shift each is told by, from the lowest parents up."""
    root = np.arange(shifts)
    for level in np.unique(links.level)[::-1]:
        at = np.flatnonzero(links.level == level)
        at = at[np.lexsort((links.rest[at], links.parent[at]))]
        least = at[np.unique(links.parent[at], return_index=True)[1]]
        alone = least[links.rest[least] < LIKELY]
        shared = at[~np.isin(links.parent[at], links.parent[alone])]
        root[root[links.child[shared]]] = links.parent[shared]
        root[links.parent[alone]] = root[links.child[alone]]
        while (root[root] != root).any():
            root = root[root]
    return root


def _flag_by_level(likely: Floats, level: Ints, q: float) -> Bools:
    nothing_open = np.zeros(len(likely), dtype=bool)
    flagged = nothing_open.copy()
    for one in np.unique(level[~np.isnan(likely)]):
        flagged |= flag(np.where(level == one, likely, np.nan), nothing_open, q)
    return flagged


def _told(flagged: Bools, stands_for: Ints, shift: Ints) -> Families:
    is_other = (stands_for >= 0) & (stands_for != np.arange(len(shift)))
    is_same_unit = shift[stands_for] == shift
    return Families(
        flagged=flagged,
        folded_into=np.where(is_other & ~is_same_unit, stands_for, -1),
        also_of=np.where(is_other & is_same_unit, stands_for, -1),
    )
