"""The change-point filter: how probable is it, month by month, that a share has left its level?

Each series is in one of many states: unchanged at level k, or changed from level k by odds ratio
d. Every month some unchanged series change (hazard), some changed ones return (returning), and
the month's count weighs the states against each other.

Source: Shiryaev, Theory Probab Appl 1963;8:22, with an unknown level, unknown shifts and a return.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Floats, Ints
from followup.drift.evidence import LEAST_RHO, OFFSET_STEP, ShareCells, even_levels, logit, prior_levels
from followup.drift.months import checked_counts
from followup.drift.portfolio import Prior
from followup.drift.recursion import Listen, Settings, Weights
from followup.drift.states import NEVER, Filtered, Gather, State, Told, go_on, start


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
) -> Filtered[Prior]:
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
    adopted = checked_adoptions(adoption, len(x))
    level = logit(checked_shares(declared, len(x)))
    state = start(
        prior,
        settings,
        **_grids(prior, settings),
        declared=np.where(adopted > 0, np.nan, level),
    )
    told = Told(n > 0, np.where(adopted > 0, adopted, NEVER), level, np.zeros(len(x)), listen)
    return go_on(state, told, _gather(x, n, checked_offsets(offsets, x.shape), prior))


def advance(
    state: State[Prior],
    events: ArrayLike,
    totals: ArrayLike,
    *,
    offsets: ArrayLike | None = None,
    adopting: ArrayLike | None = None,
    declared: ArrayLike | None = None,
) -> Filtered[Prior]:
    """Go on by one month; the result has that month alone and equals a rebuild from scratch.

    events, totals, offsets: (series,) of the new month. adopting: (series,) True where a standard
    takes effect this month. declared: (series,) the share it says, NaN for none; not looked at elsewhere.
    (A rebuild knows one adoption per series, the latest; going on month by month knows them all.)
    """
    x, n = whole_counts(np.atleast_1d(events)[:, None], np.atleast_1d(totals)[:, None])
    level = logit(checked_shares(declared, len(x)))
    told = Told(n > 0, checked_month(state, len(x), adopting), level, np.zeros(len(x)))
    new = None if offsets is None else np.asarray(offsets, dtype=float)[:, None]
    return go_on(state, told, _gather(x, n, checked_offsets(new, x.shape), state.prior))


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


def checked_adoptions(adoption: ArrayLike | None, series: int) -> Ints:
    """Return (series,) months, 0 for none, or raise ValueError."""
    found = np.zeros(series, dtype=np.int64) if adoption is None else np.asarray(adoption, dtype=np.int64)
    if found.shape != (series,):
        raise ValueError(f"adoption has shape {found.shape}, there are {series} series")
    return found


def checked_month(state: State[Any], series: int, adopting: ArrayLike | None) -> Ints:
    """Return (series,) 0 where a standard takes effect in the one month to come, else NEVER."""
    if series != len(state.active):
        raise ValueError(f"the state has {len(state.active)} series, the month {series}")
    moved = np.zeros(series, dtype=bool) if adopting is None else np.asarray(adopting, dtype=bool)
    return np.where(moved, 0, NEVER)


def checked_shares(shares: ArrayLike | None, series: int) -> Floats:
    """Return (series,) shares between 0 and 1 (both excluded) or NaN, or raise ValueError."""
    found = np.full(series, np.nan) if shares is None else np.asarray(shares, dtype=float)
    if found.shape != (series,):
        raise ValueError(f"declared has shape {found.shape}, there are {series} series")
    if (found <= 0).any() or (found >= 1).any():
        raise ValueError("a declared share must lie between 0 and 1")
    return found


def _grids(prior: Prior, settings: Settings) -> dict[str, Floats]:
    levels, likely = prior_levels(prior, settings.levels)
    return {
        "levels": levels,
        "likely": likely,
        "adopted_levels": even_levels(prior, settings.adopted_levels),
    }


def _gather(x: Ints, n: Ints, offsets: Floats, prior: Prior) -> Gather:
    rho = max(prior.rho, LEAST_RHO)

    def cells(more: Floats, hazard: Weights) -> ShareCells:
        return ShareCells(x, n, np.rint((offsets + more) / OFFSET_STEP).astype(np.int64), hazard, rho)

    return cells
