"""The funnel plot: units side by side, with limits that narrow as a unit has more decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import betabinom, binom, poisson

from followup.drift.chart import Bools, Floats
from followup.drift.months import checked_counts, checked_rates

TAILS_95 = (0.025, 0.975)
TAILS_998 = (0.001, 0.999)
Kind = Literal["share", "rate"]


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits that 95 % and 99.8 % of units keep; arrays of shape (units,), NaN without a total."""

    lower_95: Floats
    upper_95: Floats
    lower_998: Floats
    upper_998: Floats


@dataclass(frozen=True, eq=False)
class Funnel:
    """Units side by side; arrays of shape (units,), in the order given.

    y: events / totals, NaN where the total is 0. centre: all events / all totals.
    z: distance from the centre in standard errors. winsorised: the same with both tails drawn in.
    phi: mean square of the winsorised z; above 1 the units differ more than chance makes them.
    tau2: variance between units that chance does not explain, on the scale of z.
    chance: limits by chance alone. adjusted: limits that also allow for tau2.
    outlier: outside the adjusted 99.8 % limits if tau2 is above 0, else rarer by its exact mid-p tail
        than they let pass.
    size: decisions of average cases that would tell as much as the unit's own: where it stands on the chart.
    """

    y: Floats
    centre: float
    z: Floats
    winsorised: Floats
    phi: float
    tau2: float
    chance: Limits
    adjusted: Limits
    outlier: Bools
    size: Floats

    @property
    def limits(self) -> Limits:
        """Return the limits to draw."""
        return self.adjusted if self.tau2 > 0 else self.chance

    def curves(self, sizes: ArrayLike) -> Limits:
        """Return the limits of shares at any ``sizes`` (points,), whole numbers above 0."""
        n = np.asarray(sizes, dtype=float)
        norm = Norm(np.full(len(n), self.centre), np.ones(len(n)), self.centre, "share")
        return _normal_limits(_plain(n, n, norm), self.tau2) if self.tau2 > 0 else _exact_limits(n, norm)


@dataclass(frozen=True, eq=False)
class Scale:
    """Where z is measured: values, centre, standard errors, and the way back to shares or rates.

    reach: standard errors that the limits are drawn with, where they are not those of z.
    """

    y: Floats
    centre: float
    error: Floats
    reach: Floats
    back: Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Norm:
    """What a unit with its own cases would show by chance; arrays of shape (units,).

    level: its own expected share or rate. factor: centre / level, which brings it to the common scale.
    others: decisions that the level rests on, where it is itself uncertain.
    """

    level: Floats
    factor: Floats
    centre: float
    kind: Kind
    others: Floats | None = None

    @property
    def highest(self) -> float:
        """A share is at most 1; brought to the common scale it may lie above."""
        return 1.0 if self.kind == "share" and (self.factor == 1).all() else np.inf

    def law(self, n: Floats) -> Any:
        if self.others is not None:
            return Uncertain(n, self.level, self.others)
        return binom(n, self.level) if self.kind == "share" else poisson(self.level * n)

    def error(self, n: Floats) -> Floats:
        """Return the standard errors on the common scale."""
        spread = self.level * (1 - self.level if self.kind == "share" else 1) / n
        if self.others is not None:
            spread = spread * (self.others + n) / (self.others + 1)
        return np.asarray(np.sqrt(spread) * self.factor)


class Uncertain:
    """The beta-binomial law: counts of ``n`` whose level is known from ``others`` decisions alone."""

    def __init__(self, n: Floats, level: Floats, others: Floats) -> None:
        self._through = [_cumulated(*each) for each in zip(n, level, others, strict=True)]

    def ppf(self, tail: float) -> Floats:
        return np.array([np.searchsorted(each, tail) if len(each) else np.nan for each in self._through])

    def cdf(self, count: Floats) -> Floats:
        return np.array([_at(each, k) for each, k in zip(self._through, count, strict=True)])

    def sf(self, count: Floats) -> Floats:
        return 1 - self.cdf(count)

    def pmf(self, count: Floats) -> Floats:
        return self.cdf(count) - self.cdf(count - 1)


def _cumulated(n: float, level: float, others: float) -> Floats:
    """Return the chance of at most 0, 1, … n; empty where n, the level or the others are not known."""
    if not (n > 0 and others > 0 and 0 <= level <= 1):
        return np.empty(0)
    if level in (0.0, 1.0):
        return (np.arange(n + 1) >= n * level).astype(float)
    weight = betabinom.pmf(np.arange(n + 1), int(n), level * others, (1 - level) * others)
    return np.asarray(np.cumsum(weight) / weight.sum())


def _at(through: Floats, count: float) -> float:
    if not len(through) or np.isnan(count):
        return float("nan")
    return 0.0 if count < 0 else float(through[min(int(count), len(through) - 1)])


def funnel(  # noqa: PLR0913  one option each
    events: ArrayLike,
    totals: ArrayLike,
    *,
    kind: Kind = "share",
    expected: ArrayLike | None = None,
    others: ArrayLike | None = None,
    trim: float = 0.1,
    fewest: int = 2,
    compat: bool = False,
) -> Funnel:
    """Compare units by ``events / totals``.

    events, totals: (units,) counts; missing (None, NaN) in either, or total 0, leaves the unit out.
    kind: "share" of decisions (binomial), or "rate" per exposure (Poisson).
    expected: (units,) events that each unit's own cases would give elsewhere (indirect standardisation),
        NaN where that is not known: y is then NaN too.
        Then y is events / expected × centre, which may lie above 1, and every unit has limits of its own.
    others: (units,) decisions that what is expected rests on; None takes it as known. Shares only.
    trim: share of units in each tail whose z is drawn in before the spread is estimated.
    fewest: units below which chance alone is allowed for: among a few, the one that differs makes the spread.
    compat: as the R package FunnelPlotR does, measure z on the arcsine scale (rates: the log scale, but
        limits with the standard error of the arcsine) and take normal limits there. Otherwise z is
        measured on the shares themselves, and limits by chance are exact.
    Raises ValueError if shapes differ, a count is negative or infinite, a share is above 1, or expected
        is combined with compat, or others with a rate.
    Source: Spiegelhalter, Stat Med 2005;24:1185 (exact limits); Qual Saf Health Care 2005;14:347
        (winsorised z, additive over-dispersion).

    >>> found = funnel([10, 12, 9, 11, 10, 30], [100, 100, 100, 100, 100, 100], trim=0.2)
    >>> found.tau2, found.outlier.tolist()
    (0.0, [False, False, False, False, False, True])
    """
    x, n = (checked_counts if kind == "share" else checked_rates)(events, totals)
    if expected is not None and (compat or (others is not None and kind == "rate")):
        raise ValueError("expected events go with exact limits, and others with shares")
    known = ~np.isnan(x + n) & (n > 0)
    x, n = np.where(known, x, np.nan), np.where(known, n, np.nan)
    centre = float(np.nansum(x) / np.nansum(n)) if known.any() else float("nan")
    norm = _norm(n, expected, others, centre, kind)
    scale = _transformed(x, n, centre, kind) if compat else _plain(x, n, norm)
    z, winsorised = _scores(scale, trim)
    phi, tau2 = _spread(winsorised, scale.error, fewest)
    chance = _normal_limits(scale, 0.0) if compat else _exact_limits(n, norm)
    adjusted = _normal_limits(scale, tau2)
    y = x / n * norm.factor
    outside = _outside(y, adjusted if tau2 > 0 else chance)
    outlier = outside if compat or tau2 > 0 else _is_rare(x, n, norm)
    spread = centre * (1 - centre if kind == "share" else 1)
    size = n if expected is None else np.divide(spread, scale.error**2, out=n.copy(), where=scale.error > 0)
    return Funnel(y, centre, z, winsorised, phi, tau2, chance, adjusted, outlier, size)


def _norm(n: Floats, expected: ArrayLike | None, others: ArrayLike | None, centre: float, kind: Kind) -> Norm:
    if expected is None:
        return Norm(np.full(len(n), centre), np.ones(len(n)), centre, kind)
    e, _ = (checked_counts if kind == "share" else checked_rates)(expected, n)
    level = e / n
    factor = np.divide(centre, level, out=np.ones(len(n)), where=level != 0)
    rests_on = None if others is None else checked_rates(others, n)[0]
    return Norm(level, factor, centre, kind, rests_on)


def _plain(x: Floats, n: Floats, norm: Norm) -> Scale:
    error = norm.error(n)
    y = x / n * norm.factor
    return Scale(y, norm.centre, error, error, lambda line: np.clip(line, 0, norm.highest))


def _transformed(x: Floats, n: Floats, centre: float, kind: Kind) -> Scale:
    reach = 1 / (2 * np.sqrt(n))
    if kind == "rate":
        error = np.sqrt(x / (x + 0.5) ** 2 + n / (n + 0.5) ** 2)
        return Scale(np.log((x + 0.5) / (n + 0.5)), float(np.log(centre)), error, reach, np.exp)

    def back(line: Floats) -> Floats:
        # Theirs folds a limit below 0 back up for the largest unit alone.
        is_cut = (line < 0) & (n < np.nanmax(n))
        return np.where(is_cut, 0.0, np.sin(np.minimum(line, np.pi / 2)) ** 2)

    return Scale(np.arcsin(np.sqrt(x / n)), float(np.arcsin(np.sqrt(centre))), reach, reach, back)


def _scores(scale: Scale, trim: float) -> tuple[Floats, Floats]:
    """Return z and winsorised z (units,); units alike beyond chance have z 0."""
    off = scale.y - scale.centre
    z = np.where(np.isnan(off), np.nan, 0.0)
    np.divide(off, scale.error, out=z, where=scale.error > 0)
    known = z[~np.isnan(z)]
    if not len(known):
        return z, z
    low, high = np.quantile(known, [trim, 1 - trim])
    return z, np.clip(z, low, high)


def _spread(winsorised: Floats, error: Floats, fewest: int) -> tuple[float, float]:
    known = ~np.isnan(winsorised) & (error > 0)
    units = int(known.sum())
    if units < 2:
        return float("nan"), 0.0
    phi = float(np.mean(winsorised[known] ** 2))
    weight = 1 / error[known] ** 2
    if units * phi < units - 1 or units < fewest:
        return phi, 0.0
    return phi, float((units * phi - (units - 1)) / (weight.sum() - (weight**2).sum() / weight.sum()))


def _normal_limits(scale: Scale, tau2: float) -> Limits:
    reach = np.sqrt(scale.reach**2 + tau2)
    return Limits(*(scale.back(scale.centre + ndtri(tail) * reach) for tail in (*TAILS_95, *TAILS_998)))


def _exact_limits(n: Floats, norm: Norm) -> Limits:
    return Limits(*(_quantile(n, norm, tail) / n * norm.factor for tail in (*TAILS_95, *TAILS_998)))


def _quantile(n: Floats, norm: Norm, tail: float) -> Floats:
    """Return the count below which ``tail`` of the distribution lies, interpolated between counts."""
    law = norm.law(n)
    count = law.ppf(tail)
    through, below = law.cdf(count), law.cdf(count - 1)
    inside = np.divide(through - tail, through - below, out=np.zeros(len(n)), where=through > below)
    return np.maximum(np.where(np.isnan(n), np.nan, count - inside), 0)


def _outside(y: Floats, limits: Limits) -> Bools:
    return np.asarray((y < limits.lower_998) | (y > limits.upper_998))


def _is_rare(x: Floats, n: Floats, norm: Norm) -> Bools:
    law = norm.law(n)
    above = law.sf(x) + law.pmf(x) / 2
    return np.asarray(np.minimum(above, 1 - above) < TAILS_998[0])
