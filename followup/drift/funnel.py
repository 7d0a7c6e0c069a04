"""The funnel plot: units side by side, with limits that narrow as a unit has more decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import binom, poisson

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

    @property
    def limits(self) -> Limits:
        """Return the limits to draw."""
        return self.adjusted if self.tau2 > 0 else self.chance


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


def funnel(
    events: ArrayLike,
    totals: ArrayLike,
    *,
    kind: Kind = "share",
    trim: float = 0.1,
    compat: bool = False,
) -> Funnel:
    """Compare units by ``events / totals``.

    events, totals: (units,) counts; missing (None, NaN) in either, or total 0, leaves the unit out.
    kind: "share" of decisions (binomial), or "rate" per exposure (Poisson).
    trim: share of units in each tail whose z is drawn in before the spread is estimated.
    compat: as the R package FunnelPlotR does, measure z on the arcsine scale (rates: the log scale, but
        limits with the standard error of the arcsine) and take normal limits there. Otherwise z is
        measured on the shares themselves, and limits by chance are exact.
    Raises ValueError if shapes differ, a count is negative or infinite, or a share is above 1.
    Source: Spiegelhalter, Stat Med 2005;24:1185 (exact limits); Qual Saf Health Care 2005;14:347
        (winsorised z, additive over-dispersion).

    >>> found = funnel([10, 12, 9, 11, 10, 30], [100, 100, 100, 100, 100, 100], trim=0.2)
    >>> found.tau2, found.outlier.tolist()
    (0.0, [False, False, False, False, False, True])
    """
    x, n = (checked_counts if kind == "share" else checked_rates)(events, totals)
    known = ~np.isnan(x + n) & (n > 0)
    x, n = np.where(known, x, np.nan), np.where(known, n, np.nan)
    centre = float(np.nansum(x) / np.nansum(n)) if known.any() else float("nan")
    scale = _transformed(x, n, centre, kind) if compat else _plain(x, n, centre, kind)
    z, winsorised = _scores(scale, trim)
    phi, tau2 = _spread(winsorised, scale.error)
    chance = _normal_limits(scale, 0.0) if compat else _exact_limits(n, centre, kind)
    adjusted = _normal_limits(scale, tau2)
    outside = _outside(x / n, adjusted if tau2 > 0 else chance)
    outlier = outside if compat or tau2 > 0 else _is_rare(x, n, centre, kind)
    return Funnel(x / n, centre, z, winsorised, phi, tau2, chance, adjusted, outlier)


def _plain(x: Floats, n: Floats, centre: float, kind: Kind) -> Scale:
    is_share = kind == "share"
    error = np.sqrt(centre * (1 - centre if is_share else 1) / n)
    return Scale(x / n, centre, error, error, lambda line: np.clip(line, 0, 1 if is_share else np.inf))


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


def _spread(winsorised: Floats, error: Floats) -> tuple[float, float]:
    known = ~np.isnan(winsorised) & (error > 0)
    units = int(known.sum())
    if units < 2:
        return float("nan"), 0.0
    phi = float(np.mean(winsorised[known] ** 2))
    weight = 1 / error[known] ** 2
    if units * phi < units - 1:
        return phi, 0.0
    return phi, float((units * phi - (units - 1)) / (weight.sum() - (weight**2).sum() / weight.sum()))


def _normal_limits(scale: Scale, tau2: float) -> Limits:
    reach = np.sqrt(scale.reach**2 + tau2)
    return Limits(*(scale.back(scale.centre + ndtri(tail) * reach) for tail in (*TAILS_95, *TAILS_998)))


def _exact_limits(n: Floats, centre: float, kind: Kind) -> Limits:
    return Limits(*(_quantile(n, centre, tail, kind) / n for tail in (*TAILS_95, *TAILS_998)))


def _quantile(n: Floats, centre: float, tail: float, kind: Kind) -> Floats:
    """Return the count below which ``tail`` of the distribution lies, interpolated between counts."""
    law = binom(n, centre) if kind == "share" else poisson(centre * n)
    count = law.ppf(tail)
    through, below = law.cdf(count), law.cdf(count - 1)
    inside = np.divide(through - tail, through - below, out=np.zeros(len(n)), where=through > below)
    return np.maximum(np.where(np.isnan(n), np.nan, count - inside), 0)


def _outside(y: Floats, limits: Limits) -> Bools:
    return np.asarray((y < limits.lower_998) | (y > limits.upper_998))


def _is_rare(x: Floats, n: Floats, centre: float, kind: Kind) -> Bools:
    law = binom(n, centre) if kind == "share" else poisson(centre * n)
    above = law.sf(x) + law.pmf(x) / 2
    return np.asarray(np.minimum(above, 1 - above) < TAILS_998[0])
