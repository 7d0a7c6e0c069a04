"""How often do series of a measure change? Learnt from all of them together."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Floats, Ints
from followup.drift.filter import filter_shares, whole_counts
from followup.drift.portfolio import Prior
from followup.drift.recursion import Settings

TRIED = np.geomspace(0.0002, 0.05, 7)
"""Monthly hazards whose likelihoods are computed; between them it is interpolated."""
USUAL, UNSURE = 0.005, 1.5
"""What few series are taken to be like: this hazard, with that standard deviation of its logarithm."""
ENOUGH = 2000
"""Series that are enough to learn from; the time is proportional to them."""


def estimate_hazard(  # noqa: PLR0913  what the filter is told, too
    events: ArrayLike,
    totals: ArrayLike,
    *,
    prior: Prior,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    declared: ArrayLike | None = None,
    settings: Settings = Settings(),  # noqa: B008
) -> float:
    """Return the monthly probability of a change that makes the counts likeliest.

    events, totals: (series, months) counts of leaf units only; every so many are used if there are
        more than ENOUGH. offsets, adoption, declared: as for ``filter_shares``. A weak log-normal
        prior around USUAL decides where the counts say little.

    >>> steady = np.random.default_rng(1).binomial(20, 0.1, (400, 36))
    >>> estimate_hazard(steady, np.full((400, 36), 20), prior=Prior(90, 810, 0)) < 0.001
    True
    """
    x, n = whole_counts(events, totals)
    some = sample(len(x))

    def evidence(hazard: float) -> Floats:
        return filter_shares(
            x[some],
            n[some],
            prior=prior,
            offsets=None if offsets is None else np.asarray(offsets, dtype=float)[some],
            adoption=None if adoption is None else np.asarray(adoption)[some],
            declared=None if declared is None else np.asarray(declared, dtype=float)[some],
            settings=replace(settings, hazard=hazard),
        ).log_evidence

    return likeliest_hazard(evidence)


def likeliest_hazard(evidence: Callable[[float], Floats]) -> float:
    """Return the hazard whose evidence is greatest, with the weak prior around USUAL.

    evidence: returns (series,) the log-likelihood under a hazard; called once for each of TRIED.

    >>> round(likeliest_hazard(lambda hazard: np.zeros(0)), 4)
    0.005
    """
    fits = [evidence(hazard).sum() - (np.log(hazard / USUAL) / UNSURE) ** 2 / 2 for hazard in TRIED.tolist()]
    return peak(np.log(TRIED), np.array(fits))


def sample(series: int, most: int = ENOUGH) -> Ints:
    """Return which series to learn from: all, or evenly spread ones if there are more than ``most``."""
    return np.arange(0, series, max(1, -(-series // most)))


def peak(at: Floats, height: Floats) -> float:
    """Return exp of where the parabola through the highest point and its neighbours peaks."""
    best = int(np.clip(height.argmax(), 1, len(at) - 2))
    curve = np.polyfit(at[best - 1 : best + 2] - at[best], height[best - 1 : best + 2], 2)
    step = -curve[1] / (2 * curve[0]) if curve[0] < 0 else np.copysign(np.inf, curve[1])
    return float(np.exp(np.clip(at[best] + step, at[0], at[-1])))
