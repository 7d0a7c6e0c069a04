"""How do the series of a measure move? By sudden changes, and by levels that wander all the time.

A mix of cases that shifts slowly, and that no offset explains, moves every level a little each
month. A filter that knows only sudden changes takes such movement for one of them. How far levels
wander is therefore learnt from the portfolio, together with how often they change.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from followup.drift.chart import Floats
from followup.drift.hazard import Evidence, likeliest_hazard, peak
from followup.drift.portfolio import FEW_SERIES
from followup.drift.recursion import Settings

TRIED = np.geomspace(0.015, 0.24, 7)
"""Monthly movements, as standard deviation in the unit of the levels, that are tried."""
CLEARLY = 2.0
"""Log-likelihood by which a level that wanders must explain the counts better than one that does not."""


def learn_movement(
    evidence: Evidence, settings: Settings, hazard: float | None = None, wander: float | None = None
) -> Settings:
    """Return the settings with the wander and the hazard that make the counts likeliest.

    evidence: called up to four times; give it a sample of the series.
    hazard, wander: the ones to use, None learns them.

    >>> indifferent = lambda by: np.zeros((max(np.size(by.hazard), np.size(by.wander)), 9))
    >>> learn_movement(indifferent, Settings()).wander
    0.0
    """
    if wander is not None:
        return _with_hazard(evidence, replace(settings, wander=wander), hazard)
    still = _with_hazard(evidence, settings, hazard)
    moving = likeliest_wander(lambda wanders: evidence(replace(still, wander=wanders)))
    return _with_hazard(evidence, replace(settings, wander=moving), hazard) if moving else still


def _with_hazard(evidence: Evidence, settings: Settings, hazard: float | None) -> Settings:
    return replace(settings, hazard=likeliest_hazard(evidence, settings) if hazard is None else hazard)


def likeliest_wander(evidence: Callable[[Floats], Floats]) -> float:
    """Return the wander whose evidence is greatest, 0 unless another is clearly better.

    evidence: from (wanders,) to (wanders, series) log-likelihoods; asked for what lies between only if
        every other of TRIED promises something. Fewer than FEW_SERIES cannot show that levels wander.
    """
    coarse = evidence(np.append(TRIED[::2], 0.0))
    *every_other, still = coarse.sum(axis=1).tolist()
    if coarse.shape[1] < FEW_SERIES or max(every_other) < still + CLEARLY / 2:
        return 0.0
    fits = np.empty(len(TRIED))
    fits[::2], fits[1::2] = every_other, evidence(TRIED[1::2]).sum(axis=1)
    return peak(np.log(TRIED), fits) if fits.max() >= still + CLEARLY else 0.0
