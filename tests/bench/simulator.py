"""Series of decisions whose truth is known, for the measurements of the alarm."""

import numpy as np

SIZES, BASELINE = (5, 15, 40, 150), 12
PRIOR = (3, 27)


def draw(rng, series, months, *, rho=0.0, drifted=0.0, odds=2.0, start=BASELINE, sizes=SIZES, wander=0.0):
    """Return events, totals, size of each series and how it turns at ``start``: +1, -1 or 0.

    Levels are Beta(3, 27), decisions a month Poisson of one of ``sizes``. start: one month, or one for
    each series. wander: standard deviation on the logit of a level that moves by itself, correlated .95
    from month to month, as with an unmodelled case mix.
    """
    size = np.repeat(sizes, series // len(sizes))
    totals = rng.poisson(size[:, None], (len(size), months))
    level = np.repeat(rng.beta(*PRIOR, (len(size), 1)), months, axis=1)
    turn = np.where(rng.random(len(size)) < drifted, rng.choice([-1, 1], len(size)), 0)
    has_turned = np.arange(months) >= np.broadcast_to(start, len(size))[:, None]
    change = np.log(odds) * turn[:, None] * has_turned
    if wander:
        change = change + wander * _wandering(rng, level.shape)
    level = 1 / (1 + (1 / level - 1) * np.exp(-change))
    if rho:
        worth = (1 - rho) / rho
        level = rng.beta(np.maximum(level * worth, 1e-9), np.maximum((1 - level) * worth, 1e-9))
    return rng.binomial(totals, level), totals, size, turn


def _wandering(rng, shape, memory=0.95):
    steps = rng.normal(0, 1, shape)
    for month in range(1, shape[1]):
        steps[:, month] = memory * steps[:, month - 1] + np.sqrt(1 - memory**2) * steps[:, month]
    return steps
