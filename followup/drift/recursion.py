"""One month after the other: how the weights of the filter's states move and are weighed.

The weights are single precision (the likelihoods are computed in double), and scaled by powers of
two only, so that where the months are cut makes no difference to the last digit.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from followup.drift.chart import Bools, Floats, Ints

Weights = NDArray[np.float32]

CHUNK = 1024
"""Series worked on at a time, so that their weights stay in the processor's cache."""
CLOSEST = 1e-3
"""Distance between neighbouring levels that are told apart."""
NOTHING = 1e-12
"""Weight that need not be moved."""
SMALL = 1e-6
"""Weights whose sum falls below this are scaled up."""
SURPRISE = 1e-15
"""A month that leaves less than this of the weights is worked out again in logarithms."""


@dataclass(frozen=True)
class Settings:
    """What the filter takes for granted.

    hazard, returning: monthly probability that a series changes, and that a changed one returns.
    odds, odds_weight: sizes of change as odds ratios, each tried upwards and downwards, and how
        usual each is. levels, adopted_levels: fineness of the level before and after an adoption.
    adoption_sd: how far an adoption may move the level, as standard deviation on the logit.
    baseline_months: the first so many months with decisions only teach the level.
    wander: how far levels move by themselves each month, as standard deviation on the logit.
    Hazard and wander may be (series,), to try several in one run.
    """

    hazard: float | Floats = 0.005
    returning: float = 1 / 60
    odds: tuple[float, ...] = (1.5, 2.2, 4.0)
    odds_weight: tuple[float, ...] = (0.4, 0.4, 0.2)
    levels: int = 32
    adopted_levels: int = 64
    adoption_sd: float = 0.6
    baseline_months: int = 12
    wander: float | Floats = 0.0

    @property
    def shifts(self) -> Floats:
        """(shifts,) on the logit: up, then down."""
        size = np.log(self.odds)
        return np.concatenate([size, -size])

    @property
    def shift_weight(self) -> Weights:
        """(shifts,) probability of each shift."""
        each = np.tile(self.odds_weight, 2)
        return np.asarray(each / each.sum(), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Lookup:
    """Likelihoods of the cells of a block of series.

    table: (states, keys, levels), each key's largest is 1. scale: (keys,) log of what that was.
    index: (series, months), the key of each cell.
    """

    table: Weights
    scale: Floats
    index: Ints


class Cells(Protocol):
    """What was counted of some series month by month, and how well a level explains it.

    Each family of measures has its own: shares, means, counts. Levels are on its own scale, where
    a change is an addition. hazard: (series, months), 0 in the baseline.
    """

    @property
    def hazard(self) -> Weights: ...

    def of(self, rows: Ints | Bools) -> Self:
        """Return those series alone."""
        ...

    def lookups(self, levels: Floats, stay: float) -> Iterator[tuple[Ints, Lookup]]:
        """Yield stretches of the series, short enough for one table each, with the table.

        levels: (states, levels). stay: probability of not going back, multiplied into every state
        but the first.
        """
        ...

    def log_fit(self, months: list[int], levels: Floats) -> Floats:
        """Return (series, months, *levels.shape): log-likelihood of those months under the levels."""
        ...

    def expected(self, months: list[int], levels: Floats) -> Floats:
        """Return (series, months, levels): the share, mean or rate expected there at those levels."""
        ...


class Block(NamedTuple):
    """Series on one grid of levels, and the weights of their states.

    rows: (n,) which series. levels: (1 + shifts, levels). weights: (1 + shifts, n, levels), not
    normalised, those of the changed states divided by the probability of the shift.
    """

    rows: Ints
    levels: Floats
    weights: Weights


class Trace(NamedTuple):
    """What comes out; (series, months), and (series,) for log_evidence. Filled in place.

    listen: is called before each month.
    """

    probability: Floats
    up: Floats
    log_evidence: Floats
    listen: "Listen | None"


def sweep(block: Block, cells: Cells, spans: Ints, settings: Settings, out: Trace) -> Block:
    """Take each series of the block through its span of months; returns the block afterwards.

    cells, out: of all series. spans: (rows of the block, 2), first month and the one after the last.
    """
    weights = np.empty(block.weights.shape, dtype=np.float32)
    stay = 1 - settings.returning
    wander = np.broadcast_to(settings.wander, len(cells.hazard))[block.rows]
    for part, lookup in _own(block, cells).lookups(block.levels, stay) if len(block.rows) else ():
        for chunk in _chunks(spans[part], wander[part]):
            at = part[chunk]
            run = Run(block, at, cells, (lookup, lookup.index[chunk]), settings)
            for month in range(*spans[at[0]]):
                if out.listen:
                    out.listen(run, month, out.log_evidence[run.rows] + run.log_evidence)
                run.step(month)
                run.write(month)
            run.hand_over(out, *spans[at[0]].tolist())
            weights[:, at] = run.weights
    return Block(block.rows, block.levels, weights)


def _own(block: Block, cells: Cells) -> Cells:
    """Return the cells of the block's series; not a copy if those are all of them."""
    return cells if np.array_equal(block.rows, np.arange(len(cells.hazard))) else cells.of(block.rows)


def _chunks(spans: Ints, wander: Floats) -> Iterator[Ints]:
    """Yield rows that share a span, a few at a time, those that wander alike beside each other."""
    order = np.lexsort((wander, spans[:, 1], spans[:, 0]))
    new = np.flatnonzero(np.any(np.diff(spans[order], axis=0) != 0, axis=1)) + 1
    for same in np.split(order, new):
        yield from (same[i : i + CHUNK] for i in range(0, len(same), CHUNK))


def spreading(levels: Floats, wander: float) -> Weights:
    """Return (levels, levels): where the weight on each level is a month later, if levels wander.

    levels: (levels,) ascending, at any distances. Each spreads by ``wander`` and keeps its mean, in as
    many small steps to its neighbours as it takes; at the ends it is kept from leaving.

    >>> spreading(np.array([0.0, 0.1, 0.2]), 0.05)[1].round(3).tolist()
    [0.125, 0.75, 0.125]
    """
    gap = np.maximum(np.diff(levels), CLOSEST)
    above, below = np.append(gap, gap[-1]), np.insert(gap, 0, gap[0])
    times = math.ceil(wander**2 / (above * below).min())
    share = wander**2 / times / (above + below)
    up, down = (share / above)[:-1], (share / below)[1:]
    step = np.diag(up, 1) + np.diag(down, -1)
    step += np.diag(1 - step.sum(axis=1))
    month = np.linalg.matrix_power(step, times)
    return np.where(month < NOTHING, 0, month).astype(np.float32)


def _spreads(levels: Floats, wander: Floats) -> list[tuple[slice, Weights]]:
    """Return the stretches of (series,) that wander alike, and how the weights of each spread."""
    ends = [0, *(np.flatnonzero(np.diff(wander)) + 1).tolist(), len(wander)]
    return [
        (slice(first, last), spreading(levels, float(wander[first])))
        for first, last in pairwise(ends)
        if wander[first]
    ]


class Run:
    """A few series on their way through the months."""

    def __init__(
        self, block: Block, at: Ints, cells: Cells, table: tuple[Lookup, Ints], settings: Settings
    ) -> None:
        self.rows = block.rows[at]
        self.levels, self.settings = block.levels, settings
        self.cells = cells.of(self.rows)
        self.lookup, self.keys = table
        self.weights = np.ascontiguousarray(block.weights[:, at])
        self._spare = np.zeros_like(self.weights)
        self.log_evidence = np.zeros(len(at))
        self._seen = np.empty((2, *self.keys.shape))
        self._share = settings.shift_weight
        self._spread = _spreads(
            block.levels[0], np.broadcast_to(settings.wander, len(cells.hazard))[self.rows]
        )
        self._add_up(self.weights)

    def _add_up(self, weights: Weights) -> None:
        share, half = self._share, len(self._share) // 2
        self.rise = np.einsum("d,dmk->mk", share[:half], weights[1 : half + 1])
        self.changed = self.rise + np.einsum("d,dmk->mk", share[half:], weights[half + 1 :])
        self.total = np.einsum("mk->m", weights[0]) + np.einsum("mk->m", self.changed)

    def step(self, month: int) -> None:
        """Let series change and return, then weigh the states by the month's counts."""
        hazard, keys = self.cells.hazard[:, month, None], self.keys[:, month]
        is_quiet = not hazard.any() and not self.changed.any()
        if not is_quiet:
            self._move(hazard)
        states = 1 if is_quiet else len(self.weights)
        for alike, spread in self._spread:
            now = self.weights[:states, alike]
            now[:] = np.matmul(now, spread, out=self._spare[:states, alike])
        new = np.take(self.lookup.table[:states], keys, axis=1, out=self._spare[:states], mode="clip")
        new *= self.weights[:states]
        self.weights, self._spare = self._spare, self.weights
        self._weigh(month, keys)

    def _move(self, hazard: Weights) -> None:
        """Move weight between unchanged and changed; that some changed ones stay is in the table."""
        leaving = hazard * self.weights[0]
        back = np.float32(self.settings.returning) * self.changed
        self.weights[1:] += leaving / np.float32(1 - self.settings.returning)
        self.weights[0] += back - leaving

    def _weigh(self, month: int, keys: Ints) -> None:
        before, gained = self.total, self.lookup.scale[keys]
        self._add_up(self.weights)
        surprised = self.total < SURPRISE * before
        if surprised.any():
            gained[surprised] = self._in_logarithms(surprised, month)
            self._add_up(self.weights)
        self.log_evidence += gained + np.log(self.total.astype(float) / before)
        if self.total.min() < SMALL:
            self._scale_up()

    def _in_logarithms(self, rows: Bools, month: int) -> Floats:
        """Weigh these series again from their weights before; returns the log of the scale."""
        cells = self.cells.of(rows)
        fit = cells.log_fit([month], self.levels)[:, 0].transpose(1, 0, 2)
        fit[1:] += np.log1p(-self.settings.returning)
        with np.errstate(divide="ignore"):
            fit += np.log(self._spare[:, rows].astype(float))
        best = fit.max(axis=(0, 2))
        self.weights[:, rows] = np.exp(fit - best[:, None])
        return np.asarray(best, dtype=float)

    def _scale_up(self) -> None:
        factor = np.ldexp(np.float32(1), -np.frexp(self.total)[1])
        self.total = self.total * factor
        self.weights *= factor[:, None]
        self.rise, self.changed = self.rise * factor[:, None], self.changed * factor[:, None]

    def write(self, month: int) -> None:
        """Note the probabilities of the month."""
        is_watched = self.cells.hazard[:, month] > 0
        total = self.total.astype(float)
        away = np.einsum("mk->m", self.changed) / total
        self._seen[0, :, month] = np.where(is_watched, np.minimum(away, 1), np.nan)
        self._seen[1, :, month] = np.where(is_watched, np.einsum("mk->m", self.rise) / total, np.nan)

    def hand_over(self, out: Trace, first: int, last: int) -> None:
        """Write what was noted of these months into the trace."""
        out.probability[self.rows, first:last], out.up[self.rows, first:last] = self._seen[:, :, first:last]
        out.log_evidence[self.rows] += self.log_evidence


Listen = Callable[[Run, int, Floats], None]
"""Told who are on their way, the month they come to, and their log-evidence until then."""
