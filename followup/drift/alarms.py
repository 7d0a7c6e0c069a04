"""Which probabilities become signals, how long they stay, and the share of them that is false."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Floats, Ints

LIKELY = 0.5
"""Below this a series is not flagged, however few flags there are."""
FADED = 0.3
"""An open signal fades while the probability is below this,"""
MONTHS_FADED = 3
"""and is closed after so many months of it."""
MOST_SPARE = 0.5
"""False flags that may be saved up: enough for the one likely series too many that a month had."""


@dataclass(frozen=True, eq=False)
class Signals:
    """open: (series,) a signal is open. flagged: (series,) it was opened this month.

    faded: (series,) months in a row its probability has been below FADED.
    spare: expected false flags that q allowed so far and that were not needed.
    """

    open: Bools
    flagged: Bools
    faded: Ints
    spare: float = 0.0


def flag(probability: ArrayLike, open_before: ArrayLike, q: float = 0.10, spare: float = 0.0) -> Bools:
    """Return (series,) which series to flag: the most of those likely to have drifted, at most q false.

    probability: (series,) that each has drifted; NaN is never flagged.
    open_before: (series,) True where a signal is open already: it is not flagged again, and its
        certainty must not pay for new ones.
    q: the mean of 1 - probability over those flagged is at most this.
    spare: what earlier months left of their share, see ``unspent``; their sum may be so much larger.
    Source: Sun & Cai, J Am Stat Assoc 2007;102:901.

    >>> flag([0.99, 0.9, 0.7, 0.99, 0.2], [False, False, False, True, False]).tolist()
    [True, True, False, False, False]
    """
    likely = np.asarray(probability, dtype=float)
    candidates = np.flatnonzero((likely >= LIKELY) & ~np.asarray(open_before, dtype=bool))
    order = candidates[np.argsort(-likely[candidates], kind="stable")]
    allowed = q * np.arange(1, len(order) + 1) + spare
    flagged = np.zeros(likely.shape, dtype=bool)
    flagged[order[np.cumsum(1 - likely[order]) <= allowed]] = True
    return flagged


def unspent(probability: ArrayLike, flagged: ArrayLike, q: float = 0.10, spare: float = 0.0) -> float:
    """Return what flags with these probabilities leave for the next month of ``spare`` and their own share.

    A month has few candidates, and the next one would have been too many: without this, the false
    share of a year's flags stays far below q where flags are few.

    >>> round(unspent([0.99, 0.95, 0.7], [True, True, False]), 2)
    0.14
    """
    likely = np.asarray(probability, dtype=float)[np.asarray(flagged, dtype=bool)]
    return float(np.clip(spare + (q - (1 - likely)).sum(), 0, MOST_SPARE))


def begin(series: int) -> Signals:
    """Return that no signal is open."""
    none = np.zeros(series, dtype=bool)
    return Signals(none, none, np.zeros(series, dtype=np.int64))


def follow(signals: Signals, probability: ArrayLike, q: float = 0.10) -> Signals:
    """Return the signals after a month with these probabilities: closed, kept and new.

    probability: (series,). NaN (nothing to judge by) neither opens nor fades a signal.
    """
    likely = np.asarray(probability, dtype=float)
    low = likely < FADED
    faded = np.where(signals.open & low, signals.faded + 1, np.where(np.isnan(likely), signals.faded, 0))
    kept = signals.open & (faded < MONTHS_FADED)
    flagged = flag(likely, kept, q, signals.spare)
    spare = unspent(likely, flagged, q, signals.spare)
    return Signals(kept | flagged, flagged, np.where(kept, faded, 0), spare)


def replay(probability: Floats, q: float = 0.10) -> list[Signals]:
    """Follow (series, months) probabilities from the first month; returns one state per month.

    >>> one = np.array([[0.1, 0.99, 0.99, 0.2, 0.2, 0.2, 0.2]])
    >>> [bool(month.open[0]) for month in replay(one)]
    [False, True, True, True, True, False, False]
    """
    signals, found = begin(len(probability)), []
    for month in probability.T:
        signals = follow(signals, month, q)
        found.append(signals)
    return found
