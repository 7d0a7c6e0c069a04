"""How a rule is measured: when it first flags, how often falsely; and the filter as such a rule.

A rule turns events and totals into a statistic (series, months watched) that grows with suspicion.
"""

import numpy as np
from simulator import BASELINE, PRIOR

from followup.drift.filter import Settings, filter_shares
from followup.drift.hazard import evidence_of
from followup.drift.movement import learn_movement
from followup.drift.portfolio import Prior, estimate_prior

ODDS, HORIZON = (1.5, 2.0, 3.0), 120
TRUE = Prior(*PRIOR, 0.0)
OURS = Settings()
TAUGHT = 36
"""Months that teach how series move: what a municipality has."""


# Waiting for the first flag


def first_flag(statistic, threshold):
    """Months until the statistic first exceeds the threshold, and whether it does at all."""
    above = statistic > threshold
    found = above.any(axis=1)
    return np.where(found, above.argmax(axis=1) + 1, statistic.shape[1]), found


def false_alarms(statistic, threshold):
    """First flags per 100 series-years of watching."""
    waited, found = first_flag(statistic, threshold)
    return 1200 * found.sum() / waited.sum()


def threshold_at(statistic, wanted=1.0):
    """The lowest value of the statistic at which there are at most so many false alarms."""
    values = np.sort(statistic.max(axis=1))
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if false_alarms(statistic, values[middle]) > wanted:
            low = middle + 1
        else:
            high = middle
    return values[low]


def delay(statistic, threshold):
    return first_flag(statistic, threshold)[0].mean()


# The filter as a rule


def filtered(x, n, settings=OURS, prior=None, **known):
    """Statistics of the filter for both directions, and for rises alone."""
    found = filter_shares(x, n, prior=prior or estimated(x, n), settings=settings, **known)
    first = 0 if known.get("declared") is not None else BASELINE
    changed, up = found.probability[:, first:], found.up[:, first:]
    return log_odds(changed), log_odds(up / (1 - changed + up))


def both(x, n, **told):
    return filtered(x, n, **told)[0]


def estimated(x, n):
    is_baseline = np.broadcast_to(np.arange(x.shape[1]) < BASELINE, x.shape)
    return estimate_prior(x.astype(float), n.astype(float), is_baseline)


def all_knowing(odds):
    """Told the true prior, the size of the shift, and that changes last."""
    return {"settings": Settings(returning=0.0, levels=64, odds=(odds,), odds_weight=(1.0,)), "prior": TRUE}


def learnt(x, n, hazard=None, offsets=None):
    """Settings as the engine learns them from a portfolio's first years."""
    some = np.s_[:: max(1, len(x) // 1000), :TAUGHT]
    x, n = x[some], n[some]
    shift = np.zeros(x.shape) if offsets is None else offsets[some]
    prior = estimated(x, n)

    def filtered(rows, by):
        return filter_shares(x[rows], n[rows], prior=prior, offsets=shift[rows], settings=by)

    return learn_movement(evidence_of(np.arange(len(x)), filtered), OURS, hazard)


def log_odds(probability):
    p = np.clip(np.nan_to_num(probability), 1e-9, 1 - 1e-7)
    return np.log(p / (1 - p))
