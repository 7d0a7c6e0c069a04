"""How do the series of a measure move? By sudden changes, and by levels that wander all the time.

A mix of cases that shifts slowly, and that no offset explains, moves every level a little each
month. A filter that knows only sudden changes takes such movement for one of them. How far levels
wander is therefore learnt from the portfolio, together with how often they change.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from followup.drift.chart import Floats
from followup.drift.hazard import likeliest_hazard, peak
from followup.drift.portfolio import FEW_SERIES
from followup.drift.recursion import Settings

TRIED = np.geomspace(0.015, 0.24, 7)
"""Monthly movements, as standard deviation in the unit of the levels, that are tried from the smallest."""
CLEARLY = 2.0
"""Log-likelihood by which a level that wanders must explain the counts better than one that does not."""

Evidence = Callable[[Settings], Floats]
"""From settings to the (series,) log-likelihood of what the leaf series counted."""


def learn_movement(evidence: Evidence, settings: Settings, hazard: float | None = None) -> Settings:
    """Return the settings with the wander and the hazard that make the counts likeliest.

    evidence: called up to two dozen times; give it a sample of the series.
    hazard: the one to use, None learns it.

    >>> learn_movement(lambda settings: np.zeros(9), Settings()).wander
    0.0
    """
    still = _with_hazard(evidence, settings, hazard)
    wander = likeliest_wander(lambda wander: evidence(replace(still, wander=wander)))
    return _with_hazard(evidence, replace(settings, wander=wander), hazard) if wander else still


def _with_hazard(evidence: Evidence, settings: Settings, hazard: float | None) -> Settings:
    if hazard is None:
        hazard = likeliest_hazard(lambda tried: evidence(replace(settings, hazard=tried)))
    return replace(settings, hazard=hazard)


def likeliest_wander(evidence: Callable[[float], Floats]) -> float:
    """Return the wander whose evidence is greatest, 0 unless another is clearly better.

    evidence: returns (series,) the log-likelihood under a wander; called until it falls. Fewer than
        FEW_SERIES cannot show that their levels wander.
    """
    each = evidence(0.0)
    if len(each) < FEW_SERIES:
        return 0.0
    still, fits = float(each.sum()), list[float]()
    for wander in TRIED.tolist():
        fits.append(float(evidence(wander).sum()))
        if fits[-1] < max(fits[:-1], default=still):
            break
    if max(fits) < still + CLEARLY:
        return 0.0
    if len(fits) < 3:
        return float(TRIED[int(np.argmax(fits))])
    return peak(np.log(TRIED[: len(fits)]), np.array(fits))
