"""The change-point filter for counts: new grants, appeals, whatever happens so and so often a month.

A level is the logarithm of a rate, counted from the centre of the series' own grid; a shift is a
rate ratio. Months scatter more than chance alone would make them: negative binomial.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.counts_prior import CountsPrior, checked_events, effective, level_weights
from followup.drift.direct import direct_lookups, even_grid
from followup.drift.filter import checked_adoptions, checked_month, checked_offsets
from followup.drift.onset import Level, Memory, Onset, from_here_on, mixture, tails
from followup.drift.recursion import Listen, Lookup, Settings, Weights
from followup.drift.states import NEVER, Filtered, Gather, State, Told, go_on, start

RATIOS = (1.25, 1.5, 2.0, 3.0)
"""Rate ratios that are tried, upwards and downwards."""
RATIO_WEIGHT = (0.3, 0.3, 0.25, 0.15)
"""How usual each is."""
REACH, STEP = 2.4, 0.1
"""How far the levels of a series reach from its centre, and how close they lie, as logarithms."""


def count_settings(hazard: float | Floats = Settings.hazard) -> Settings:
    """Return the settings for counts."""
    return Settings(hazard=hazard, odds=RATIOS, odds_weight=RATIO_WEIGHT, adoption_sd=0.4)


class CountCells(NamedTuple):
    """What is known of each month; (series, months), of levels as logarithms from the centre.

    x: events. base: how many level 0 makes expect, 0 where nothing can happen. origin: the same per
    unit of exposure. shape: 1 / dispersion.
    """

    x: Ints
    base: Floats
    origin: Floats
    hazard: Weights
    shape: float

    def of(self, rows: Ints | Bools) -> "CountCells":
        return CountCells(self.x[rows], self.base[rows], self.origin[rows], self.hazard[rows], self.shape)

    def lookups(self, levels: Floats, stay: float) -> Iterator[tuple[Ints, Lookup]]:
        return direct_lookups(self, np.hstack([self.x, self.base]), levels, stay)

    def log_fit(self, months: list[int], levels: Floats) -> Floats:
        x, base = (part[:, months, None] for part in (self.x, self.base))
        flat = levels.ravel()
        fit = base / self.shape * np.exp(flat)
        np.log1p(fit, out=fit)
        fit *= -(x + self.shape)
        fit += x * (np.log(np.maximum(base, np.finfo(float).tiny)) + flat)
        return fit.reshape(*x.shape[:2], *levels.shape)

    def expected(self, months: list[int], levels: Floats) -> Floats:
        return np.asarray(self.origin[:, months, None] * np.exp(levels))


def filter_counts(  # noqa: PLR0913  each keyword is one plain question
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    prior: CountsPrior,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    settings: Settings | None = None,
    listen: Listen | None = None,
) -> Filtered[CountsPrior]:
    """Filter the counts of one measure from the first month to the last.

    counts: (series, months) events, oldest first. exposure: days (or any unit) in which they could
        happen; 0 for a month that says nothing. A month with exposure and no events says a lot.
    prior: what ``estimate_counts_prior`` says of these series.
    offsets: (series, months) by how much the rate is expected to differ from its level for known
        reasons, as a logarithm.
    adoption, listen: as for ``filter_shares``. settings: as ``count_settings`` makes them.
    Raises ValueError if shapes differ, counts are not whole or exposure is negative or missing.
    Source: Shiryaev, Theory Probab Appl 1963;8:22; Lawless, Can J Stat 1987;15:209 on the negative
    binomial with exposure.

    >>> from followup.drift.counts_prior import estimate_counts_prior
    >>> counts, days = [[4, 6] * 12, [4, 6] * 9 + [12] * 6], np.full((2, 24), 30)
    >>> prior = estimate_counts_prior(counts, days, leaf=[True, True])
    >>> filter_counts(counts, days, prior=prior).probability[:, -1].round(1).tolist()
    [0.0, 1.0]
    """
    settings = settings or count_settings()
    x, days = checked_events(counts, exposure)
    moved = checked_adoptions(adoption, len(x))
    grid, never = even_grid(REACH, STEP), np.full(len(x), np.nan)
    state = start(
        prior,
        settings,
        levels=grid,
        likely=level_weights(prior, grid),
        adopted_levels=even_grid(REACH + 3 * settings.adoption_sd, STEP),
        declared=never,
    )
    told = Told(days > 0, np.where(moved > 0, moved, NEVER), never, np.zeros(len(x)), listen)
    return go_on(state, told, _gather(x, days, checked_offsets(offsets, x.shape), prior))


def advance_counts(
    state: State[CountsPrior],
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    offsets: ArrayLike | None = None,
    adopting: ArrayLike | None = None,
) -> Filtered[CountsPrior]:
    """Go on by one month; the result has that month alone and equals a rebuild from scratch.

    counts, exposure, offsets: (series,) of the new month. adopting: as for ``advance``.
    """
    x, days = checked_events(np.atleast_1d(counts)[:, None], np.atleast_1d(exposure)[:, None])
    told = Told(days > 0, checked_month(state, len(x), adopting), np.full(len(x), np.nan), np.zeros(len(x)))
    new = None if offsets is None else np.asarray(offsets, dtype=float)[:, None]
    return go_on(state, told, _gather(x, days, checked_offsets(new, x.shape), state.prior))


def find_count_onset(  # noqa: PLR0913  what the filter was told, and how sure the answer shall be
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    prior: CountsPrior,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    settings: Settings | None = None,
    cover: float = 0.8,
) -> Onset:
    """Say when each series changed, and to what; the arguments are those of ``filter_counts``.

    n: exposure since, in whole units. observed, expected: events since, and what they would have
    been. share, low, high: of the rate since the change, events per unit of exposure.
    """
    x, days = checked_events(counts, exposure)
    settings = settings or count_settings()
    memory = Memory(x.shape, settings)
    known = {"offsets": offsets, "adoption": adoption}
    filter_counts(x, days, prior=prior, **known, settings=settings, listen=memory.hear)
    change = memory.recall(cover)
    return change.told(
        n=np.rint(change.since_then(days)).astype(np.int64),
        observed=change.since_then(x),
        expected=change.since_then(days * change.usual),
        level=_rate_since(x, days, prior, change.chance, cover),
    )


def _rate_since(x: Ints, days: Floats, prior: CountsPrior, chance: Floats, cover: float) -> Level:
    """Return mean and interval of the rate; the mixture of gammas, as one of its moments."""
    events, size, squares = (from_here_on(part) for part in (x.astype(float), days, days**2))
    effect = effective(events, size, squares, prior.dispersion)
    shape, scale = events / effect + 0.5, size / effect + 0.5 / prior.centre[:, None]
    mean, variance = mixture(chance, shape / scale, shape / scale**2)
    worth = np.divide(mean**2, variance, out=np.full(len(mean), np.nan), where=variance > 0)
    low, high = (gammaincinv(worth, tail) * mean / worth for tail in tails(cover))
    return mean, low, high


def _gather(x: Ints, days: Floats, offsets: Floats, prior: CountsPrior) -> Gather:
    if len(prior.centre) != len(x):
        raise ValueError(f"the prior has {len(prior.centre)} series, the counts {len(x)}")

    def cells(more: Floats, hazard: Weights) -> CountCells:
        origin = prior.centre[:, None] * np.exp(offsets + more)
        return CountCells(x, days * origin, origin, hazard, 1 / prior.dispersion)

    return cells
