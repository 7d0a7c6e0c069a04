"""The slow, obvious filter: every path through the states, one by one."""

import itertools

import numpy as np
from scipy.special import expit
from scipy.stats import betabinom

from followup.drift.evidence import prior_levels


def slow_path_weights(x, n, prior, model):
    """Yield (states, weight) of every path through the states from every level."""
    shifts = [0.0, *model.shifts]
    usual = [0.0, *np.tile(model.odds_weight, 2) / 2]
    g, worth = model.returning, (1 - prior.rho) / prior.rho
    for level, likely in zip(*prior_levels(prior, model.levels), strict=True):
        p = expit(level + np.array(shifts))[:, None]
        fit = betabinom.pmf(x, n, p * worth, (1 - p) * worth)
        for path in itertools.product(range(len(shifts)), repeat=len(x)):
            weight, before = likely, 0
            for month, state in enumerate(path):
                h = model.hazard if month >= model.baseline_months else 0.0
                if before == 0:
                    weight *= h * usual[state] if state else 1 - h
                else:
                    weight *= (1 - g) * (state == before) if state else g
                weight *= fit[state, month]
                before = state
            yield path, weight
