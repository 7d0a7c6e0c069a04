"""The change-point filter: how probable is it, month by month, that a share has left its level?

Each series is in one of many states: unchanged at level k, or changed from level k by odds ratio
d. Every month some unchanged series change (hazard), some changed ones return (returning), and
the month's count weighs the states against each other.

Source: Shiryaev, Theory Probab Appl 1963;8:22, with an unknown level, unknown shifts and a return.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.evidence import LEAST_RHO, OFFSET_STEP, Weights, even_levels, logit, prior_levels
from followup.drift.months import checked_counts
from followup.drift.portfolio import Prior
from followup.drift.recursion import Block, Cells, Listen, Settings, Trace, sweep

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class State:
    """What has to be remembered to go on by a month.

    learning: series on the levels of the prior. adopted: series after an adoption.
    active: (series,) months with decisions so far. snap: (series,) offset that puts a level of
    the grid exactly on the declared one. declared: (series,) a declared level is in force.
    """

    prior: Prior
    settings: Settings
    learning: Block
    adopted: Block
    active: Ints
    snap: Floats
    declared: Bools


@dataclass(frozen=True, eq=False)
class Filtered:
    """What the filter thinks, each month from what was known then.

    probability: (series, months) that the share is away from its level; NaN while the baseline is
        learnt. up: the part of it that is a rise. log_evidence: (series,) log-likelihood of the
        counts without binomial coefficients, to compare settings by. state: to go on from.
    """

    probability: Floats
    up: Floats
    log_evidence: Floats
    state: State

    @property
    def direction(self) -> NDArray[np.str_]:
        """(series, months): "up" or "down", the likelier; "" where there is no probability."""
        rose = np.where(self.up >= self.probability / 2, "up", "down")
        return np.where(np.isnan(self.probability), "", rose)


def filter_shares(  # noqa: PLR0913  each keyword is one plain question
    events: ArrayLike,
    totals: ArrayLike,
    *,
    prior: Prior,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    declared: ArrayLike | None = None,
    settings: Settings = Settings(),  # noqa: B008  frozen
    listen: Listen | None = None,
) -> Filtered:
    """Filter the shares of one measure from the first month to the last.

    events, totals: (series, months) whole counts, oldest first; 0 of 0 where there was nothing.
    prior: where levels of this measure lie, and the correlation of decisions within a month.
    offsets: (series, months) by how much the share is expected to differ from its level for known
        reasons (case mix, season, late registration), on the logit; rounded to 1/64.
    adoption: (series,) the first month under the standard in force, 0 or less for none. There the
        change is forgotten and the level may have moved; it is learnt anew while being watched.
    declared: (series,) share the standard in force says, NaN for none. From the adoption on (from
        the first month if there is none) it is the level, and no baseline is needed.
    listen: called with a few series at a time before each month, by who wants to know more.
    Raises ValueError if the counts are not whole counts of one shape, or the rest does not fit them.

    >>> found = filter_shares([[2] * 24, [2] * 18 + [9] * 6], np.full((2, 24), 20), prior=Prior(3, 27, 0))
    >>> found.probability[:, -1].round(2).tolist(), str(found.direction[1, -1])
    ([0.02, 1.0], 'up')
    """
    x, n = whole_counts(events, totals)
    adopted = np.zeros(len(x), dtype=np.int64) if adoption is None else np.asarray(adoption, dtype=np.int64)
    level = np.full(len(x), np.nan) if declared is None else checked_shares(declared, len(x))
    state = _start(prior, settings, np.where(adopted > 0, np.nan, level))
    return _go_on(
        state, x, n, checked_offsets(offsets, x.shape), np.where(adopted > 0, adopted, NEVER), level, listen
    )


def advance(
    state: State,
    events: ArrayLike,
    totals: ArrayLike,
    *,
    offsets: ArrayLike | None = None,
    adopting: ArrayLike | None = None,
    declared: ArrayLike | None = None,
) -> Filtered:
    """Go on by one month; the result has that month alone and equals a rebuild from scratch.

    events, totals, offsets: (series,) of the new month. adopting: (series,) True where a standard
    takes effect this month. declared: (series,) the share it says, NaN for none; not looked at elsewhere.
    (A rebuild knows one adoption per series, the latest; going on month by month knows them all.)
    """
    x, n = whole_counts(np.atleast_1d(events)[:, None], np.atleast_1d(totals)[:, None])
    if len(x) != len(state.active):
        raise ValueError(f"the state has {len(state.active)} series, the month {len(x)}")
    moved = np.zeros(len(x), dtype=bool) if adopting is None else np.asarray(adopting, dtype=bool)
    new = None if offsets is None else np.asarray(offsets, dtype=float)[:, None]
    level = np.full(len(x), np.nan) if declared is None else checked_shares(declared, len(x))
    return _go_on(state, x, n, checked_offsets(new, x.shape), np.where(moved, 0, NEVER), level)


def whole_counts(events: ArrayLike, totals: ArrayLike) -> tuple[Ints, Ints]:
    """Return both as (series, months) integers, or raise ValueError."""
    x, n = checked_counts(events, totals)
    if x.ndim != 2:
        raise ValueError("events and totals must have shape (series, months)")
    if np.isnan(x).any() or np.isnan(n).any() or (x % 1).any() or (n % 1).any():
        raise ValueError("a count must be whole and not missing")
    return x.astype(np.int64), n.astype(np.int64)


def checked_offsets(offsets: ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    """Return (series, months) offsets, 0 if there are none, or raise ValueError."""
    if offsets is None:
        return np.zeros(shape)
    found = np.asarray(offsets, dtype=float)
    if found.shape != shape:
        raise ValueError(f"offsets have shape {found.shape}, counts {shape}")
    if not np.isfinite(found).all():
        raise ValueError("an offset must be a number")
    return found


def checked_shares(shares: ArrayLike, series: int) -> Floats:
    """Return (series,) shares between 0 and 1 (both excluded) or NaN, or raise ValueError."""
    found = np.asarray(shares, dtype=float)
    if found.shape != (series,):
        raise ValueError(f"declared has shape {found.shape}, there are {series} series")
    if (found <= 0).any() or (found >= 1).any():
        raise ValueError("a declared share must lie between 0 and 1")
    return found


def _start(prior: Prior, settings: Settings, level: Floats) -> State:
    levels, likely = prior_levels(prior, settings.levels)
    logits = _with_shifts(levels, settings)
    weights = np.zeros((len(logits), len(level), len(levels)), dtype=np.float32)
    weights[0], snap = _declare(levels, level, likely)
    wide = _with_shifts(even_levels(prior, settings.adopted_levels), settings)
    none = np.zeros((len(wide), 0, settings.adopted_levels), dtype=np.float32)
    return State(
        prior=prior,
        settings=settings,
        learning=Block(np.arange(len(level)), logits, weights),
        adopted=Block(np.arange(0), wide, none),
        active=np.zeros(len(level), dtype=np.int64),
        snap=snap,
        declared=~np.isnan(level),
    )


def _with_shifts(levels: Floats, settings: Settings) -> Floats:
    found: Floats = levels + np.concatenate([[0.0], settings.shifts])[:, None]
    return found


def _declare(levels: Floats, declared: Floats, otherwise: Floats) -> tuple[Floats, Floats]:
    """Return (series, levels) weights, all on the declared level where there is one; and its snap."""
    weights = np.broadcast_to(otherwise, (len(declared), len(levels))).copy()
    snap, said = np.zeros(len(declared)), np.flatnonzero(~np.isnan(declared))
    aim = logit(declared[said])
    nearest = np.abs(levels - aim[:, None]).argmin(axis=1)
    weights[said] = 0
    weights[said, nearest] = 1
    snap[said] = aim - levels[nearest]
    return weights, snap


def _go_on(  # noqa: PLR0913  the months, and what is known of them
    state: State,
    x: Ints,
    n: Ints,
    offsets: Floats,
    adoption: Ints,
    declared: Floats,
    listen: Listen | None = None,
) -> Filtered:
    """Filter the months given. adoption: (series,) counted from the first of them, NEVER for none."""
    months = x.shape[1]
    moves = adoption < months
    is_new = np.arange(months) >= adoption[:, None]
    said = moves & ~np.isnan(declared)
    snap = np.where(
        said, _declare(state.adopted.logits[0], declared, np.zeros(1))[1], np.where(moves, 0, state.snap)
    )
    in_force = np.where(is_new, said[:, None], state.declared[:, None])
    cells = _cells(state, x, n, offsets + np.where(is_new, snap[:, None], state.snap[:, None]), in_force)
    out = Trace(np.full(x.shape, np.nan), np.full(x.shape, np.nan), np.zeros(len(x)), listen)
    learning, adopted = _both_blocks(state, cells, adoption, declared, out)
    after = replace(
        state,
        learning=learning,
        adopted=adopted,
        active=state.active + (n > 0).sum(axis=1),
        snap=snap,
        declared=np.where(moves, said, state.declared),
    )
    return Filtered(out.probability, out.up, out.log_evidence, after)


def _cells(state: State, x: Ints, n: Ints, offsets: Floats, in_force: Bools) -> Cells:
    active = n > 0
    before = state.active[:, None] + np.cumsum(active, axis=1) - active
    is_watched = in_force | (before >= state.settings.baseline_months)
    hazard = np.where(is_watched, np.float32(state.settings.hazard), np.float32(0))
    return Cells(x, n, np.rint(offsets / OFFSET_STEP).astype(np.int64), hazard)


def _both_blocks(
    state: State, cells: Cells, adoption: Ints, declared: Floats, out: Trace
) -> tuple[Block, Block]:
    """Filter until the adoptions, hand those series over to the wide grid, and filter on."""
    months = cells.x.shape[1]
    rho, settings = max(state.prior.rho, LEAST_RHO), state.settings
    before = [
        sweep(block, cells, _spans(0, adoption[block.rows], len(block.rows), months), rho, settings, out)
        for block in (state.learning, state.adopted)
    ]
    moved = [_adopt(block, adoption, months, state.adopted.logits, settings, declared) for block in before]
    new = Block(
        np.concatenate([rows for rows, _ in moved]),
        state.adopted.logits,
        np.concatenate([weights for _, weights in moved], axis=1),
    )
    after = sweep(new, cells, _spans(adoption[new.rows], months, len(new.rows), months), rho, settings, out)
    kept = [_staying(block, adoption >= months) for block in before]
    return kept[0], Block(
        np.concatenate([kept[1].rows, after.rows]),
        after.logits,
        np.concatenate([kept[1].weights, after.weights], axis=1),
    )


def _spans(first: Ints | int, last: Ints | int, rows: int, months: int) -> Ints:
    spans = np.empty((rows, 2), dtype=np.int64)
    spans[:, 0], spans[:, 1] = first, np.minimum(last, months)
    return spans


def _staying(block: Block, stays: Bools) -> Block:
    keep = stays[block.rows]
    return block if keep.all() else Block(block.rows[keep], block.logits, block.weights[:, keep])


def _adopt(
    block: Block, adoption: Ints, months: int, logits: Floats, settings: Settings, declared: Floats
) -> tuple[Ints, Weights]:
    """Return the series that move, and their weights as the standard takes effect."""
    leaves = adoption[block.rows] < months
    rows = block.rows[leaves]
    share = np.concatenate([np.ones(1, dtype=np.float32), settings.shift_weight])
    now = block.weights[:, leaves] * share[:, None, None]
    apart = (block.logits[:, :, None] - logits[0]) / settings.adoption_sd
    kernel = np.exp(-(apart**2) / 2)
    kernel /= kernel.sum(axis=2, keepdims=True)
    level = np.einsum("dmk,dkj->mj", now.astype(float), kernel)
    level /= level.sum(axis=1, keepdims=True)
    weights = np.zeros((len(logits), len(rows), len(logits[0])), dtype=np.float32)
    weights[0], _ = _declare(logits[0], declared[rows], level)
    return rows, weights
