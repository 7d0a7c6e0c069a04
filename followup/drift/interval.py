"""Where may a share lie, given what was counted?"""

import numpy as np
from scipy.special import betaincinv

from followup.drift.chart import Floats


def jeffreys(events: Floats, totals: Floats, effect: Floats, cover: float = 0.8) -> tuple[Floats, Floats]:
    """Return the Jeffreys interval of each share; counts are divided by the design effect.

    events, totals, effect: (series,). NaN where there are no decisions.
    Source: Brown, Cai & DasGupta, Stat Sci 2001;16:101.

    >>> [round(float(end[0]), 3) for end in jeffreys(np.ones(1), np.full(1, 10.0), np.ones(1))]
    [0.03, 0.275]
    """
    x, rest = events / effect + 0.5, (totals - events) / effect + 0.5
    outside = (1 - cover) / 2
    low, high = betaincinv(x, rest, outside), betaincinv(x, rest, 1 - outside)
    none = totals == 0
    low = np.where(events == 0, 0.0, low)
    high = np.where(events == totals, 1.0, high)
    return np.where(none, np.nan, low), np.where(none, np.nan, high)
