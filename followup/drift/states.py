"""What the filter remembers of its series, and what a standard that takes effect does to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.recursion import Block, Cells, Listen, Settings, Trace, Weights, sweep

NEVER = np.iinfo(np.int64).max

Knowledge = TypeVar("Knowledge")


@dataclass(frozen=True, eq=False)
class State(Generic[Knowledge]):
    """What has to be remembered to go on by a month.

    prior: what the portfolio says. learning: series on the levels of the prior. adopted: series
    after an adoption. active: (series,) months with something counted so far. snap: (series,)
    offset that puts a level of the grid exactly on the declared one. declared: (series,) a
    declared level is in force.
    """

    prior: Knowledge
    settings: Settings
    learning: Block
    adopted: Block
    active: Ints
    snap: Floats
    declared: Bools


@dataclass(frozen=True, eq=False)
class Filtered(Generic[Knowledge]):
    """What the filter thinks, each month from what was known then.

    probability: (series, months) that the level is away from the usual one; NaN while the baseline
        is learnt. up: the part of it that is a rise. log_evidence: (series,) log-likelihood of the
        months but for terms that no setting changes, to compare settings by. state: to go on from.
    """

    probability: Floats
    up: Floats
    log_evidence: Floats
    state: State[Knowledge]

    @property
    def direction(self) -> NDArray[np.str_]:
        """(series, months): "up" or "down", the likelier; "" where there is no probability."""
        rose = np.where(self.up >= self.probability / 2, "up", "down")
        return np.where(np.isnan(self.probability), "", rose)


class Told(NamedTuple):
    """What is known of the months to come.

    active: (series, months) something was counted. adoption: (series,) month in which a standard
    takes effect, counted from the first of them, NEVER for none. declared: (series,) the level it
    says, NaN for none. far: (series,) where the level has gone at the adoption if that is out of the
    grid's reach, else 0. listen: as for ``filter_shares``.
    """

    active: Bools
    adoption: Ints
    declared: Floats
    far: Floats
    listen: Listen | None = None


Gather = Callable[[Floats, Weights], Cells]
"""Makes cells of (series, months) additional offsets and hazards."""


def start(  # noqa: PLR0913  the two grids, and where a series begins on the first
    prior: Knowledge,
    settings: Settings,
    *,
    levels: Floats,
    likely: Floats,
    adopted_levels: Floats,
    declared: Floats,
) -> State[Knowledge]:
    """Return the state before the first month.

    levels, adopted_levels: the grids before and after an adoption, ascending. likely: (levels,) or
    (series, levels) weights. declared: (series,) level in force from the start, NaN for none.
    """
    grid, wide = _with_shifts(levels, settings), _with_shifts(adopted_levels, settings)
    weights = np.zeros((len(grid), len(declared), len(levels)), dtype=np.float32)
    weights[0], snap = _declare(levels, declared, likely)
    none = np.zeros((len(wide), 0, len(adopted_levels)), dtype=np.float32)
    return State(
        prior=prior,
        settings=settings,
        learning=Block(np.arange(len(declared)), grid, weights),
        adopted=Block(np.arange(0), wide, none),
        active=np.zeros(len(declared), dtype=np.int64),
        snap=snap,
        declared=~np.isnan(declared),
    )


def go_on(state: State[Knowledge], told: Told, gather: Gather) -> Filtered[Knowledge]:
    """Filter the months told of."""
    shape = told.active.shape
    moves = told.adoption < shape[1]
    is_new = np.arange(shape[1]) >= told.adoption[:, None]
    said = moves & ~np.isnan(told.declared)
    to_grid = _declare(state.adopted.levels[0], told.declared, np.zeros(1))[1]
    snap = np.where(said, to_grid, np.where(moves, told.far, state.snap))
    in_force = np.where(is_new, said[:, None], state.declared[:, None])
    hazard = _hazard(state, told.active, in_force)
    cells = gather(np.where(is_new, snap[:, None], state.snap[:, None]), hazard)
    out = Trace(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape[0]), told.listen)
    learning, adopted = _both_blocks(state, cells, told, out)
    after = replace(
        state,
        learning=learning,
        adopted=adopted,
        active=state.active + told.active.sum(axis=1),
        snap=snap,
        declared=np.where(moves, said, state.declared),
    )
    return Filtered(out.probability, out.up, out.log_evidence, after)


def _hazard(state: State[Knowledge], active: Bools, in_force: Bools) -> Weights:
    before = state.active[:, None] + np.cumsum(active, axis=1) - active
    is_watched = in_force | (before >= state.settings.baseline_months)
    own = np.asarray(state.settings.hazard, dtype=np.float32).reshape(-1, 1)
    return np.where(is_watched, own, np.float32(0))


def _with_shifts(levels: Floats, settings: Settings) -> Floats:
    found: Floats = levels + np.concatenate([[0.0], settings.shifts])[:, None]
    return found


def _declare(levels: Floats, declared: Floats, otherwise: Floats) -> tuple[Floats, Floats]:
    """Return (series, levels) weights, all on the declared level where there is one; and its snap."""
    weights = np.broadcast_to(otherwise, (len(declared), len(levels))).copy()
    snap, said = np.zeros(len(declared)), np.flatnonzero(~np.isnan(declared))
    aim = declared[said]
    nearest = np.abs(levels - aim[:, None]).argmin(axis=1)
    weights[said] = 0
    weights[said, nearest] = 1
    snap[said] = aim - levels[nearest]
    return weights, snap


def _both_blocks(state: State[Knowledge], cells: Cells, told: Told, out: Trace) -> tuple[Block, Block]:
    """Filter until the adoptions, hand those series over to the wide grid, and filter on."""
    months, adoption, settings = told.active.shape[1], told.adoption, state.settings
    before = [
        sweep(block, cells, _spans(0, adoption[block.rows], len(block.rows), months), settings, out)
        for block in (state.learning, state.adopted)
    ]
    moved = [_adopt(block, told, state.adopted.levels, settings) for block in before]
    new = Block(
        np.concatenate([rows for rows, _ in moved]),
        state.adopted.levels,
        np.concatenate([weights for _, weights in moved], axis=1),
    )
    after = sweep(new, cells, _spans(adoption[new.rows], months, len(new.rows), months), settings, out)
    kept = [_staying(block, adoption >= months) for block in before]
    return kept[0], Block(
        np.concatenate([kept[1].rows, after.rows]),
        after.levels,
        np.concatenate([kept[1].weights, after.weights], axis=1),
    )


def _spans(first: Ints | int, last: Ints | int, rows: int, months: int) -> Ints:
    spans = np.empty((rows, 2), dtype=np.int64)
    spans[:, 0], spans[:, 1] = first, np.minimum(last, months)
    return spans


def _staying(block: Block, stays: Bools) -> Block:
    keep = stays[block.rows]
    return block if keep.all() else Block(block.rows[keep], block.levels, block.weights[:, keep])


def _adopt(block: Block, told: Told, levels: Floats, settings: Settings) -> tuple[Ints, Weights]:
    """Return the series that move, and their weights as the standard takes effect."""
    leaves = told.adoption[block.rows] < told.active.shape[1]
    rows = block.rows[leaves]
    share = np.concatenate([np.ones(1, dtype=np.float32), settings.shift_weight])
    now = block.weights[:, leaves] * share[:, None, None]
    apart = (block.levels[:, :, None] - levels[0]) / settings.adoption_sd
    kernel = np.exp((np.min(apart**2, axis=2, keepdims=True) - apart**2) / 2)
    kernel /= kernel.sum(axis=2, keepdims=True)
    level = np.einsum("dmk,dkj->mj", now.astype(float), kernel)
    level /= level.sum(axis=1, keepdims=True)
    level[told.far[rows] != 0] = 1 / len(levels[0])
    weights = np.zeros((len(levels), len(rows), len(levels[0])), dtype=np.float32)
    weights[0], _ = _declare(levels[0], told.declared[rows], level)
    return rows, weights
