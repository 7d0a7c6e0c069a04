"""The change-point filter for means: of the logarithms of extents, prices and days, or of need levels.

Everything is measured in the spread of single decisions: a level is so many spreads away from the
centre of the series' own grid, a shift is a quarter of a spread or more.
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.direct import direct_lookups, even_grid
from followup.drift.filter import checked_adoptions, checked_month, checked_offsets
from followup.drift.means_prior import MeansPrior, checked_sums, level_weights
from followup.drift.onset import Level, Memory, Onset, from_here_on, mixture, tails
from followup.drift.recursion import Listen, Lookup, Settings, Weights
from followup.drift.states import NEVER, Filtered, State, Told, go_on, start

SHIFTS = (0.25, 0.5, 0.75, 1.0)
"""Sizes of change that are tried, in spreads of single decisions."""
LEAPS, LEAP_WEIGHT = (2.5, 8.0, 30.0), (0.05, 0.002, 0.0005)
"""Sizes always tried besides, and how unusual they are: a fixed price may leap by many spreads, which
the heavy tails would take for odd decisions, and one odd decision of many spreads is no leap."""
REACH, STEP = 1.6, 0.1
"""How far the levels of a series reach from its centre, and how close they lie, in spreads."""
USUAL_SPREAD = 4
"""Decisions the usual spread is worth beside the spread of the month itself. A month with one odd
decision is a month of wide spread, and its mean proves little."""
MOST_FREEDOM = 200
"""A t distribution of more degrees of freedom is normal."""
FAR, LEAST_FAR = 2.0, 3
"""A standard that moves the mean by so many spreads, told by so many decisions, moves the grid too."""
VAGUE = 2.0
"""Standard deviation of the new mean before it is looked at, in spreads: enough to be no infinity."""


def mean_settings(hazard: float | Floats = Settings.hazard, shifts: tuple[float, ...] = SHIFTS) -> Settings:
    """Return the settings for means. shifts: sizes of change in spreads, besides the LEAPS."""
    return Settings(
        hazard=hazard,
        odds=tuple(math.exp(shift) for shift in (*shifts, *LEAPS)),
        odds_weight=(*((1 - sum(LEAP_WEIGHT)) / len(shifts) for _ in shifts), *LEAP_WEIGHT),
        adoption_sd=0.75,
    )


class MeanCells(NamedTuple):
    """What is known of each month; (series, months), of levels in spreads from the centre.

    mean, variance, freedom: a t distribution around the level, whose spread is partly the month's own,
    partly the usual one. power: (freedom + 1) / 2, 0 where
    there are no decisions. origin: level 0 in the measure's own unit. spread: (series,).
    """

    mean: Floats
    variance: Floats
    freedom: Floats
    power: Floats
    origin: Floats
    spread: Floats
    hazard: Weights

    def of(self, rows: Ints | Bools) -> "MeanCells":
        return MeanCells(
            self.mean[rows],
            self.variance[rows],
            self.freedom[rows],
            self.power[rows],
            self.origin[rows],
            self.spread[rows],
            self.hazard[rows],
        )

    def lookups(self, levels: Floats, stay: float) -> Iterator[tuple[Ints, Lookup]]:
        return direct_lookups(self, np.hstack(self[:4]), levels, stay)

    def log_fit(self, months: list[int], levels: Floats) -> Floats:
        mean, variance, freedom, power = (part[:, months, None] for part in self[:4])
        far = mean - levels.ravel()
        far *= far
        far /= variance * freedom
        np.log1p(far, out=far)
        far *= -power
        return far.reshape(*mean.shape[:2], *levels.shape)

    def expected(self, months: list[int], levels: Floats) -> Floats:
        return np.asarray(self.origin[:, months, None] + levels * self.spread[:, None, None])


MakeCells = Callable[[Floats, Weights], MeanCells]


def filter_means(  # noqa: PLR0913  each keyword is one plain question
    totals: ArrayLike,
    sums: ArrayLike,
    squares: ArrayLike,
    *,
    prior: MeansPrior,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    settings: Settings | None = None,
    listen: Listen | None = None,
) -> Filtered[MeansPrior]:
    """Filter the means of one measure from the first month to the last.

    totals: (series, months) decisions, oldest first. sums, squares: of their values and of their
        squared values; 0 where there are none.
    prior: what ``estimate_means_prior`` says of these series.
    offsets: (series, months) by how much the mean is expected to differ from its level for known
        reasons, in the unit of the values.
    adoption, listen: as for ``filter_shares``. settings: as ``mean_settings`` makes them.
    Raises ValueError if shapes differ, totals are not whole counts, sums not numbers or squares too
    small for them.
    Source: Shiryaev, Theory Probab Appl 1963;8:22; Lange, Little & Taylor, J Am Stat Assoc
    1989;84:881 on the t distribution.

    >>> from followup.drift.means_prior import estimate_means_prior
    >>> n = np.full((2, 24), 9)
    >>> means = np.array([[0.1, -0.1] * 12, [0.1, -0.1] * 9 + [0.6] * 6])
    >>> squares = n * (means**2 + 0.25)
    >>> prior = estimate_means_prior(n, n * means, squares, leaf=[True, True])
    >>> filter_means(n, n * means, squares, prior=prior).probability[:, -1].round(1).tolist()
    [0.0, 1.0]
    """
    settings = settings or mean_settings()
    n, values, around = checked_sums(totals, sums, squares)
    moved = checked_adoptions(adoption, len(n))
    grid = even_grid(REACH, STEP)
    never = np.full(len(n), np.nan)
    state = start(
        prior,
        settings,
        levels=grid,
        likely=level_weights(prior, grid),
        adopted_levels=even_grid(REACH + 3 * settings.adoption_sd, STEP),
        declared=never,
    )
    gather = _gather((n, values, around), checked_offsets(offsets, n.shape), prior)
    adopted = np.where(moved > 0, moved, NEVER)
    return go_on(state, Told(n > 0, adopted, never, _far(gather, n, adopted), listen), gather)


def advance_means(
    state: State[MeansPrior],
    totals: ArrayLike,
    sums: ArrayLike,
    squares: ArrayLike,
    *,
    offsets: ArrayLike | None = None,
    adopting: ArrayLike | None = None,
) -> Filtered[MeansPrior]:
    """Go on by one month; the result has that month alone and equals a rebuild from scratch.

    totals, sums, squares, offsets: (series,) of the new month. adopting: as for ``advance``.
    """
    n, values, around = checked_sums(*(np.atleast_1d(part)[:, None] for part in (totals, sums, squares)))
    new = None if offsets is None else np.asarray(offsets, dtype=float)[:, None]
    gather = _gather((n, values, around), checked_offsets(new, n.shape), state.prior)
    adopted = checked_month(state, len(n), adopting)
    return go_on(state, Told(n > 0, adopted, np.full(len(n), np.nan), _far(gather, n, adopted)), gather)


def _far(gather: MakeCells, n: Ints, adoption: Ints) -> Floats:
    """Return (series,) where the month of the adoption lies, 0 if the grid reaches it or it is unsure."""
    cells = gather(np.zeros(n.shape), np.zeros(n.shape, dtype=np.float32))
    found = np.zeros(len(n))
    moved = np.flatnonzero(adoption < n.shape[1])
    there = cells.mean[moved, adoption[moved]]
    is_far = (np.abs(there) > FAR) & (n[moved, adoption[moved]] >= LEAST_FAR)
    found[moved] = np.where(is_far, there, 0)
    return found


def find_mean_onset(  # noqa: PLR0913  what the filter was told, and how sure the answer shall be
    totals: ArrayLike,
    sums: ArrayLike,
    squares: ArrayLike,
    *,
    prior: MeansPrior,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    settings: Settings | None = None,
    cover: float = 0.8,
) -> Onset:
    """Say when each series changed, and to what; the arguments are those of ``filter_means``.

    n: decisions since. observed, expected: their mean, and what it would have been. share, low,
    high: of the mean since the change, chance included. All in the unit of the values.
    """
    n, values, around = checked_sums(totals, sums, squares)
    settings = settings or mean_settings()
    memory = Memory(n.shape, settings)
    known = {"offsets": offsets, "adoption": adoption}
    filter_means(n, values, squares, prior=prior, **known, settings=settings, listen=memory.hear)
    change = memory.recall(cover)
    size = np.maximum(change.since_then(n), 1)
    return change.told(
        n=change.since_then(n),
        observed=change.since_then(values) / size,
        expected=change.since_then(n * change.usual) / size,
        level=_mean_since(n, values, prior, change.chance, cover),
    )


def _mean_since(n: Ints, sums: Floats, prior: MeansPrior, chance: Floats, cover: float) -> Level:
    """Return mean and interval of the mean since the change: of each month's normal the mixture."""
    some = np.maximum(n, 1)
    weight = np.where(n > 0, 1 / (1 / some + prior.within**2), 0)
    far = (sums / some - prior.centre[:, None]) / prior.spread[:, None]
    known = from_here_on(weight) + VAGUE**-2
    mean, variance = mixture(chance, from_here_on(weight * far) / known, 1 / known)
    ends = (mean + ndtri(tail) * np.sqrt(variance) for tail in tails(cover))
    level, low, high = (prior.centre + prior.spread * value for value in (mean, *ends))
    return level, low, high


def _gather(counted: tuple[Ints, Floats, Floats], offsets: Floats, prior: MeansPrior) -> MakeCells:
    n, sums, around = counted
    if len(prior.centre) != len(n):
        raise ValueError(f"the prior has {len(prior.centre)} series, the sums {len(n)}")

    def cells(more: Floats, hazard: Weights) -> MeanCells:
        spread = prior.spread[:, None]
        some = np.maximum(n, 1)
        worth = n - 1.0 + USUAL_SPREAD
        own = (USUAL_SPREAD + around / spread**2) / worth
        origin, freedom = prior.centre[:, None] + offsets + more * spread, np.clip(worth, 1, MOST_FREEDOM)
        return MeanCells(
            mean=(sums / some - origin) / spread,
            variance=own / some + prior.within**2,
            freedom=freedom,
            power=np.where(n > 0, (freedom + 1) / 2, 0.0),
            origin=origin,
            spread=prior.spread,
            hazard=hazard,
        )

    return cells
