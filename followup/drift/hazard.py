"""How often do series of a measure change? Learnt from all of them together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from followup.drift.chart import Floats, Ints
from followup.drift.recursion import Settings
from followup.drift.states import Filtered

TRIED = np.geomspace(0.0002, 0.02, 7)
"""Monthly hazards whose likelihoods are computed; between them it is interpolated.
What moves more often than every fourth year is unrest, not practice that has changed."""
USUAL, UNSURE = 0.005, 1.0
"""What few series are taken to be like: this hazard, with that standard deviation of its logarithm."""
ENOUGH = 500
"""Series that are enough to learn from; the time is proportional to them."""

Evidence = Callable[[Settings], Floats]
"""From settings with (trials,) hazards or wanders to (trials, series) log-likelihoods of the counts."""


def likeliest_hazard(evidence: Evidence, settings: Settings) -> float:
    """Return the hazard whose evidence is greatest, with the weak prior around USUAL.

    evidence: called once, with TRIED.

    >>> round(likeliest_hazard(lambda settings: np.zeros((len(settings.hazard), 0)), Settings()), 4)
    0.005
    """
    usual = (np.log(TRIED / USUAL) / UNSURE) ** 2 / 2
    return peak(np.log(TRIED), evidence(replace(settings, hazard=TRIED)).sum(axis=1) - usual)


def evidence_of(rows: Ints, filtered: Callable[[Ints, Settings], Filtered[Any]]) -> Evidence:
    """Return the evidence of some series; all trials go side by side in one run.

    rows: numbers of the series. filtered: filters series by numbers, of which some may be the same.
    """

    def evidence(settings: Settings) -> Floats:
        hazard, wander = np.broadcast_arrays(np.atleast_1d(settings.hazard), settings.wander)
        each = replace(settings, hazard=hazard.repeat(len(rows)), wander=wander.repeat(len(rows)))
        found = filtered(np.tile(rows, len(hazard)), each)
        return found.log_evidence.reshape(len(hazard), len(rows))

    return evidence


def sample(series: int, most: int = ENOUGH) -> Ints:
    """Return which series to learn from: all, or evenly spread ones if there are more than ``most``.

    >>> sample(5, 3).tolist()
    [0, 1, 3]
    """
    return np.arange(min(series, most)) * series // max(1, min(series, most))


def peak(at: Floats, height: Floats) -> float:
    """Return exp of where the parabola through the highest point and its neighbours peaks."""
    best = int(np.clip(height.argmax(), 1, len(at) - 2))
    curve = np.polyfit(at[best - 1 : best + 2] - at[best], height[best - 1 : best + 2], 2)
    step = -curve[1] / (2 * curve[0]) if curve[0] < 0 else np.copysign(np.inf, curve[1])
    return float(np.exp(np.clip(at[best] + step, at[0], at[-1])))
