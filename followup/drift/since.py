"""When did it change, and to what?"""

import numpy as np
from scipy.special import betaincinv, betaln

from followup.drift.chart import Bools, Floats, Ints


def likeliest_month(events: Floats, totals: Floats, candidates: Bools, effect: Floats, up: Bools) -> Ints:
    """Return the month from which a new level explains each series best.

    events, totals: (series, months), 0 outside what is compared (before an adoption).
    candidates: (series, months), the months a change may have started in.
    effect: (series,) design effect that counts are divided by.
    up: (series,) True where the share rose; a month after which it moved the other way is no answer.

    The likelihood of a month is that of one level before it and another from it on, both unknown
    with Jeffreys' prior. The portfolio's prior would not do: where series hardly differ it denies
    that a level could have moved.
    """
    x, n = events / effect[:, None], totals / effect[:, None]
    after_x, after_n = _from_here_on(x), _from_here_on(n)
    before_x, before_n = x.sum(axis=1)[:, None] - after_x, n.sum(axis=1)[:, None] - after_n
    fit = _weight(before_x, before_n) + _weight(after_x, after_n)
    rise = after_x * before_n - before_x * after_n
    fits_direction = np.where(up[:, None], rise > 0, rise < 0)
    allowed = candidates & (totals > 0)
    sensible = allowed & fits_direction
    chosen = np.where(sensible.any(axis=1)[:, None], sensible, allowed)
    return np.asarray(np.argmax(np.where(chosen, fit, -np.inf), axis=1), dtype=np.int64)


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


def _weight(events: Floats, totals: Floats) -> Floats:
    return np.asarray(betaln(events + 0.5, totals - events + 0.5), dtype=float)


def _from_here_on(values: Floats) -> Floats:
    return np.flip(np.cumsum(np.flip(values, axis=1), axis=1), axis=1)
