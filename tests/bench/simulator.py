"""Series of decisions whose truth is known, for the measurements of the alarm."""

import numpy as np

SIZES, BASELINE = (5, 15, 40, 150), 12
PRIOR = (3, 27)


def draw(
    rng,
    series,
    months,
    *,
    rho=0.0,
    drifted=0.0,
    odds=2.0,
    start=BASELINE,
    sizes=SIZES,
    turns=(-1, 1),
    wander=0.0,
    shared=0.0,
):
    """Return events, totals, size of each series and how it turns at ``start``: +1, -1 or 0.

    Levels are Beta(3, 27), decisions a month Poisson of one of ``sizes``. start: one month, or one for
    each series. wander: standard deviation on the logit of a level that moves by itself, correlated .95
    from month to month, as with an unmodelled case mix; shared: the part of its variance that all series
    have in common.
    """
    size = np.repeat(sizes, series // len(sizes))
    totals = rng.poisson(size[:, None], (len(size), months))
    level = np.repeat(rng.beta(*PRIOR, (len(size), 1)), months, axis=1)
    turn = np.where(rng.random(len(size)) < drifted, rng.choice(turns, len(size)), 0)
    has_turned = np.arange(months) >= np.broadcast_to(start, len(size))[:, None]
    change = np.log(odds) * turn[:, None] * has_turned
    if wander:
        own = np.sqrt(1 - shared) * _wandering(rng, level.shape)
        change = change + wander * (own + np.sqrt(shared) * _wandering(rng, (1, months)))
    level = 1 / (1 + (1 / level - 1) * np.exp(-change))
    if rho:
        worth = (1 - rho) / rho
        level = rng.beta(np.maximum(level * worth, 1e-9), np.maximum((1 - level) * worth, 1e-9))
    return rng.binomial(totals, level), totals, size, turn


def draw_cases(rng, series, months, *, sizes=SIZES, spread=0.6):
    """Return events and totals (series, months, 2) of mild and severe cases, whose mix moves slowly.

    Severe cases have five times the odds. spread: standard deviation on the logit of the share of them,
    correlated .95 from month to month; it moves the whole share by about .2 on the logit, as ``wander``.
    """
    size = np.repeat(sizes, series // len(sizes))
    totals = rng.poisson(size[:, None], (len(size), months))
    own = rng.normal(-0.7, 0.5, (len(size), 1))
    severe = rng.binomial(totals, 1 / (1 + np.exp(-own - spread * _wandering(rng, totals.shape))))
    odds = rng.gamma(3, 0.018, (len(size), 1, 1)) * np.array([1, 5])
    cases = np.stack([totals - severe, severe], axis=2)
    return rng.binomial(cases, odds / (1 + odds)), cases


def _wandering(rng, shape, memory=0.95):
    steps = rng.normal(0, 1, shape)
    for month in range(1, shape[1]):
        steps[:, month] = memory * steps[:, month - 1] + np.sqrt(1 - memory**2) * steps[:, month]
    return steps
