"""When each decision is registered: most within days, those outside the frame somewhat later."""

import numpy as np

from followup.simulation.courses import Decisions
from followup.simulation.days import Days, next_workday
from followup.simulation.plan import Plan
from followup.simulation.practice import OVER

AT_ONCE, SOON = 0.72, 0.97
"""Of decisions inside the frame or without one: registered within days, and within weeks."""
AT_ONCE_OUTSIDE, SOON_OUTSIDE = 0.5, 0.85


def register(plan: Plan, decisions: Decisions) -> Days:
    """(decisions,) days, also later than the last one simulated. A grant's decisions come in their order."""
    rng = plan.chance(6)
    count, outside = len(decisions), decisions.relation >= OVER
    chance = rng.random(count)
    at_once, soon = np.where(outside, AT_ONCE_OUTSIDE, AT_ONCE), np.where(outside, SOON_OUTSIDE, SOON)
    delay = np.select(
        [chance < at_once, chance < soon],
        [rng.integers(0, 3, count), rng.geometric(0.12, count)],
        rng.integers(25, 75, count),
    )
    registered = np.maximum(next_workday(decisions.decided + delay), decisions.decided)
    return _in_order(decisions, registered)


def _in_order(decisions: Decisions, registered: Days) -> Days:
    """None before an earlier one of the same application."""
    order = np.lexsort((decisions.decided, decisions.application))
    far = np.int64(1 << 24)  # days: further apart than any two dates
    apart = decisions.application[order] * far
    ordered = np.empty_like(registered)
    ordered[order] = np.maximum.accumulate(registered[order] + apart) - apart
    return ordered
