"""False alarms where months differ in ways no one told the filter of.

Thresholds are those with FA 1 where nothing of the kind goes on, series of the same size.
"""

import numpy as np
from drift_charts import p_three_sigma
from drift_rules import HORIZON, OURS, TAUGHT, both, false_alarms, learnt, threshold_at
from simulator import BASELINE, SIZES, draw, draw_cases

from followup.drift.offsets import case_mix_offsets

MONTHS = BASELINE + HORIZON


def wandering_mix(series):
    """Levels of mild and severe cases stay, their mix moves: without and with what the mix explains."""
    print("\n4 FA under a slowly moving mix of cases, sd .2 on the logit (nominal 1, goal <= 1.5)")
    print("  prototype: 2 at n = 5 to 13 at n = 150, with offsets 1")
    mixed = draw_cases(np.random.default_rng(5), 1000, TAUGHT)
    blind, told = (taught(mixed, knows) for knows in (False, True))
    print(f"  wander learnt a month: {blind.wander:.3f} without offsets, {told.wander:.3f} with them")
    print("     n   ours  with offsets  without either  p 3 sigma")
    for size in SIZES:
        still, moving = (
            draw_cases(np.random.default_rng([6, size]), series, MONTHS, sizes=(size,), spread=spread)
            for spread in (0.0, 0.6)
        )
        sums = whole(moving)
        at = threshold_at(both(*whole(still)))
        ours = false_alarms(both(*sums, settings=blind), at)
        with_offsets = false_alarms(both(*sums, settings=told, offsets=explained(moving)), at)
        neither, chart = false_alarms(both(*sums), at), new_flags(p_three_sigma(*sums))
        print(f"   {size:3} {ours:6.2f} {with_offsets:13.2f} {neither:15.2f} {chart:10.0f}", flush=True)


def taught(cases, knows):
    return learnt(*whole(cases), hazard=OURS.hazard, offsets=explained(cases) if knows else None)


def whole(cases):
    return tuple(part.sum(axis=2) for part in cases)


def explained(cases):
    """Offsets as the engine learns them, from the baseline months of all other series."""
    events, totals = cases
    shape = events.shape[:2]
    series, month, cell = (one.ravel() for one in np.indices(events.shape))
    baseline = np.broadcast_to(np.arange(shape[1]) < BASELINE, shape)
    columns = series, cell, month, events.ravel(), totals.ravel()
    return case_mix_offsets(*columns, shape=shape, baseline=baseline, group=np.zeros(shape[0], dtype=int))


def over_dispersed(series, size=150, rho=0.02):
    print(f"\n5 FA where decisions of a month are alike, rho = {rho}, n = {size} (nominal 1, goal <= 1.5)")
    rng, worth = np.random.default_rng(7), round(size / (1 + rho * (size - 1)))
    steady, of_worth = (
        threshold_at(both(*draw(rng, series, MONTHS, sizes=(one,))[:2])) for one in (size, worth)
    )
    alike = draw(rng, series, MONTHS, sizes=(size,), rho=rho)[:2]
    found = both(*alike)
    print(f"  ours {false_alarms(found, steady):.2f}   p 3 sigma {new_flags(p_three_sigma(*alike)):.0f}")
    same = false_alarms(found, of_worth)
    print(f"  ours at the threshold of n = {worth}, what {size} alike are worth: {same:.2f}", flush=True)


def new_flags(flags):
    """Flags per 100 series-years that were none the month before."""
    fresh = flags & ~np.hstack([np.zeros((len(flags), 1), dtype=bool), flags[:, :-1]])
    return 1200 * fresh.sum() / flags.size
