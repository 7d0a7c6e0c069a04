"""The slow, obvious filter: every path through the states, one by one."""

import itertools
import math

import numpy as np
from scipy.special import expit
from scipy.stats import betabinom

from followup.drift.evidence import prior_levels


def slow_path_weights(x, n, prior, model):
    """Yield (states, weight) of every path through the states of a share, from every level."""
    worth = (1 - prior.rho) / prior.rho

    def fit(levels):
        p = expit(levels)[:, None]
        return betabinom.pmf(x, n, p * worth, (1 - p) * worth)

    yield from slow_paths(zip(*prior_levels(prior, model.levels), strict=True), fit, len(x), model)


def slow_paths(levels, fit, months, model):
    """Yield (states, weight) of every path. levels: pairs of a level and its weight.

    fit: from (states,) levels to (states, months) likelihoods.
    """
    shifts = np.array([0.0, *model.shifts])
    usual = [0.0, *model.shift_weight]
    g = model.returning
    for level, likely in levels:
        likelihood = fit(level + shifts)
        for path in itertools.product(range(len(shifts)), repeat=months):
            weight, before = likely, 0
            for month, state in enumerate(path):
                h = model.hazard if month >= model.baseline_months else 0.0
                if before == 0:
                    weight *= h * usual[state] if state else 1 - h
                else:
                    weight *= (1 - g) * (state == before) if state else g
                weight *= likelihood[state, month]
                before = state
            yield path, weight


def chances(paths, rises):
    """Return the weight of all (path, weight), and the part of it that ends changed, and risen.

    rises: the states that are rises.
    """
    whole = math.fsum(weight for _, weight in paths)
    away = math.fsum(weight for path, weight in paths if path[-1] > 0)
    rise = math.fsum(weight for path, weight in paths if path[-1] in rises)
    return whole, away / whole, rise / whole
