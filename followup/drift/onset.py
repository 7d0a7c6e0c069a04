"""When did a changed series change, and to what? For the few that are flagged.

The filter forgets in which month a change began. Here its unchanged states are kept month by
month, and each month is asked how well a change that began in it, and lasts, explains the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.evidence import LEAST_RHO
from followup.drift.filter import filter_shares, whole_counts
from followup.drift.portfolio import Prior, design_effect
from followup.drift.recursion import Run, Settings


@dataclass(frozen=True, eq=False)
class Onset:
    """The change that is in force in the newest month, if there is one.

    chance: (series, months) that it began in the month, given that there is one and its direction;
        0 where none can have begun. likely: (series, months) the fewest months with ``cover`` of it.
    direction: (series,) "up" or "down", "" where nothing can be said: then since is -1, the rest 0 or NaN.
    since: (series,) the likeliest month. n, observed: decisions and events from it on. expected:
        events there had the level held, offsets included.
    share, low, high: (series,) mean and central interval (``cover``) of the share since the
        change, over all months it may have begun in.
    """

    chance: Floats
    likely: Bools
    direction: NDArray[np.str_]
    since: Ints
    n: Ints
    observed: Floats | Ints
    expected: Floats
    share: Floats
    low: Floats
    high: Floats


def merge(parts: Sequence[tuple[Bools, Onset]], series: int) -> Onset:
    """Put answers about some of the series each together into one about all of them.

    parts: (series,) True for those an answer is about, in order, and the answer.
    """
    found = {}
    for field in fields(Onset):
        pieces = [getattr(answer, field.name) for _, answer in parts]
        whole = np.zeros((series, *pieces[0].shape[1:]), dtype=np.result_type(*pieces))
        for (at, _), piece in zip(parts, pieces, strict=True):
            whole[at] = piece
        found[field.name] = whole
    return Onset(**found)


Number = TypeVar("Number", np.int64, np.float64)
Level = tuple[Floats, Floats, Floats]


class _Told(NamedTuple):
    """Log probability of a change beginning in each month, and where the level was."""

    rise: Floats
    fall: Floats
    usual: Floats


def find_onset(  # noqa: PLR0913  what the filter was told, and how sure the answer shall be
    events: ArrayLike,
    totals: ArrayLike,
    *,
    prior: Prior,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    declared: ArrayLike | None = None,
    settings: Settings = Settings(),  # noqa: B008  frozen
    cover: float = 0.8,
) -> Onset:
    """Say when each series changed, and to what; the arguments are those of ``filter_shares``.

    Costs about 20 times the filter: pass the flagged series only.

    >>> found = find_onset([[2] * 18 + [9] * 6], np.full((1, 24), 20), prior=Prior(3, 27, 0))
    >>> int(found.since[0]), str(found.direction[0]), float(found.share[0].round(2))
    (18, 'up', 0.45)
    """
    x, n = whole_counts(events, totals)
    memory = Memory(x.shape, settings)
    filter_shares(
        x,
        n,
        prior=prior,
        offsets=offsets,
        adoption=adoption,
        declared=declared,
        settings=settings,
        listen=memory.hear,
    )
    change = memory.recall(cover)
    share, low, high = _share_since(x, n, change.chance, max(prior.rho, LEAST_RHO), cover)
    return change.told(
        n=change.since_then(n),
        observed=change.since_then(x),
        expected=change.since_then(n * change.usual),
        level=(share, low, high),
    )


@dataclass(frozen=True, eq=False)
class Change:
    """When each series changed: chance, likely, direction, since as in ``Onset``.

    usual: (series, months) the level expected had there been no change.
    """

    chance: Floats
    likely: Bools
    direction: NDArray[np.str_]
    since: Ints
    usual: Floats

    def since_then(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return (series,) sums of (series, months) values from the change on, 0 where there is none."""
        after = (np.arange(values.shape[1]) >= self.since[:, None]) & (self.since[:, None] >= 0)
        return np.asarray(np.where(after, values, values.dtype.type(0)).sum(axis=1), dtype=values.dtype)

    def told(self, n: Ints, observed: Floats | Ints, expected: Floats, level: Level) -> Onset:
        """Return the onset, NaN where nothing can be said. level: its mean, low and high end."""
        known = self.since >= 0
        expected, share, low, high = (np.where(known, value, np.nan) for value in (expected, *level))
        return Onset(
            self.chance, self.likely, self.direction, self.since, n, observed, expected, share, low, high
        )


class Memory:
    """Hears the filter pass and keeps the unchanged states of each month."""

    def __init__(self, shape: tuple[int, ...], settings: Settings) -> None:
        self.settings = settings
        self.told = _Told(np.full(shape, -np.inf), np.full(shape, -np.inf), np.full(shape, np.nan))
        self._run: Run | None = None
        self._months: list[int] = []
        self._unchanged: list[Floats] = []

    def hear(self, run: Run, month: int, log_evidence: Floats) -> None:
        if run is not self._run:
            self._tell()
            self._run, self._months, self._unchanged = run, [], []
        with np.errstate(divide="ignore"):
            share = np.log(run.weights[0].astype(float)) - np.log(run.total.astype(float))[:, None]
        self._months.append(month)
        self._unchanged.append(share + log_evidence[:, None])

    def recall(self, cover: float) -> Change:
        """Return when each series changed; ``cover`` of the chance is in the likely months."""
        self._tell()
        rise, fall = (np.logaddexp.reduce(told, axis=1, initial=-np.inf) for told in self.told[:2])
        chance = _normalised(np.where((rise >= fall)[:, None], self.told.rise, self.told.fall))
        is_known = chance.sum(axis=1) > 0
        likeliest = chance.argmax(axis=1) if chance.shape[1] else np.zeros(len(chance), dtype=np.int64)
        return Change(
            chance=chance,
            likely=_fewest(chance, cover),
            direction=np.where(is_known, np.where(rise >= fall, "up", "down"), ""),
            since=np.where(is_known, likeliest, -1),
            usual=self.told.usual,
        )

    def _tell(self) -> None:
        """Work out the series just heard to the end; those that go on elsewhere are overwritten there."""
        run, months = self._run, self._months
        if run is None:
            return
        self.told.rise[run.rows] = self.told.fall[run.rows] = -np.inf
        joint = self._joint(run)
        rows, half = run.rows[:, None], joint.shape[2] // 2
        self.told.rise[rows, months] = np.logaddexp.reduce(joint[:, :, :half], axis=(2, 3))
        self.told.fall[rows, months] = np.logaddexp.reduce(joint[:, :, half:], axis=(2, 3))
        when = _normalised(np.logaddexp.reduce(joint, axis=(2, 3)))
        # The level as it was known when the change began: what came after must not pull at it.
        level = np.einsum("rm,rmk->rk", when, _normalised(np.stack(self._unchanged, axis=1)))
        usual = run.cells.expected(months, run.levels[0])
        self.told.usual[rows, months] = np.einsum("rk,rmk->rm", level, usual)

    def _joint(self, run: Run) -> Floats:
        """Return (rows, months, shifts, levels): log probability of beginning there and lasting."""
        at = self._months
        fit = run.cells.log_fit(at, run.levels[1:])
        rest = np.flip(np.cumsum(np.flip(fit, axis=1), axis=1), axis=1)
        stays = np.log1p(-self.settings.returning) * np.arange(len(at) - 1, -1, -1)
        with np.errstate(divide="ignore"):
            begins = np.log(run.cells.hazard[:, at].astype(float)) + stays
            usual = np.log(self.settings.shift_weight.astype(float))
        before = np.stack(self._unchanged, axis=1)
        joint: Floats = rest + begins[:, :, None, None] + usual[:, None] + before[:, :, None]
        return joint


def _normalised(log_weight: Floats) -> Floats:
    """Return weights that add to 1 along the last axis, all 0 where there are none."""
    best = log_weight.max(axis=-1, keepdims=True, initial=-np.inf)
    weight = np.exp(log_weight - np.where(np.isfinite(best), best, 0))
    total = weight.sum(axis=-1, keepdims=True)
    found: Floats = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return found


def _fewest(chance: Floats, cover: float) -> Bools:
    order = np.argsort(-chance, axis=1, kind="stable")
    ranked = np.take_along_axis(chance, order, axis=1)
    needed = (np.cumsum(ranked, axis=1) - ranked < cover) & (ranked > 0)
    found = np.zeros(chance.shape, dtype=bool)
    np.put_along_axis(found, order, needed, axis=1)
    return found


def _share_since(x: Ints, n: Ints, chance: Floats, rho: float, cover: float) -> Level:
    """Return mean and interval of the share; of each month's Beta the mixture, as one Beta of its moments."""
    hits, size, squares = (from_here_on(part.astype(float)) for part in (x, n, n * n))
    effect = design_effect(size, squares, rho)
    a, b = hits / effect + 0.5, (size - hits) / effect + 0.5
    each = a / (a + b)
    mean, variance = mixture(chance, each, each * (1 - each) / (a + b + 1))
    worth = np.divide(mean * (1 - mean), variance, out=np.full(len(mean), np.nan), where=variance > 0) - 1
    low, high = (betaincinv(mean * worth, (1 - mean) * worth, tail) for tail in tails(cover))
    return mean, low, high


def mixture(chance: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return (series,) mean and variance of the level, mixed over when the change may have begun.

    chance, mean, variance: (series, months) of a change that began there.
    """
    whole = (chance * mean).sum(axis=1)
    return whole, (chance * (variance + (mean - whole[:, None]) ** 2)).sum(axis=1)


def tails(cover: float) -> tuple[float, float]:
    """Return the two probabilities between which a central interval lies."""
    return (1 - cover) / 2, (1 + cover) / 2


def from_here_on(values: Floats) -> Floats:
    """Return (series, months) sums from each month to the last."""
    return np.flip(np.cumsum(np.flip(values, axis=1), axis=1), axis=1)
