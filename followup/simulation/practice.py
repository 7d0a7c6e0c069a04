"""How each team decides each month: shares above and below the frame, and of those without a reason."""

from dataclasses import dataclass

import numpy as np

from followup.simulation.days import Days
from followup.simulation.drifts import Drift, covered, month_index
from followup.simulation.organisation import TEAMS
from followup.simulation.plan import Plan
from followup.simulation.services import Catalogue, Floats

ABOVE, BELOW, SILENT = 0.105, 0.075, 0.17
"""Shares in an ordinary month: above the frame, below it, and deviations without a reason."""
RHO = 0.02
"""Correlation within a month: decisions of one team and month are somewhat alike."""
BETWEEN_TEAMS = 0.15
"""Standard deviation between teams, on the logit."""
NO_FRAME, INSIDE, OVER, UNDER = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Practice:
    """(teams, services, months) probabilities."""

    above: Floats
    below: Floats
    silent: Floats

    def relation(self, rng: np.random.Generator, team: Days, service: Days, month: Days) -> Days:
        """Inside, over or under for each decision."""
        chance = rng.random(len(team))
        above, below = self.above[team, service, month], self.below[team, service, month]
        return np.where(chance < above, OVER, np.where(chance < above + below, UNDER, INSIDE))


def practise(plan: Plan, catalogue: Catalogue, drifts: list[Drift]) -> Practice:
    rng = plan.chance(3)
    shape = (len(TEAMS), len(catalogue.services), plan.months)
    above, below, silent = (_ordinary(rng, share, shape) for share in (ABOVE, BELOW, SILENT))
    means = {"share_above": above, "share_below": below, "share_without_reason": silent}
    for drift in drifts:
        _shift(means, drift, plan, catalogue)
    scatter = (1 - RHO) / RHO
    parts = rng.standard_gamma(scatter * np.stack([above, below, 1 - above - below]))
    shares = parts / parts.sum(axis=0)
    explained = rng.beta(scatter * silent, scatter * (1 - silent))
    return Practice(shares[0], shares[1], explained)


def _ordinary(rng: np.random.Generator, share: float, shape: tuple[int, int, int]) -> Floats:
    level = np.log(share / (1 - share)) + BETWEEN_TEAMS * rng.standard_normal(shape[:2])
    return np.repeat(1 / (1 + np.exp(-level))[:, :, None], shape[2], axis=2)


def _shift(means: dict[str, Floats], drift: Drift, plan: Plan, catalogue: Catalogue) -> None:
    """Multiply the odds; above and below share what is left in the proportion they had."""
    teams, service = covered(drift, catalogue)
    last = plan.months if drift.until is None else month_index(plan, drift.until) + 1
    where = np.ix_(teams, [service], range(month_index(plan, drift.month), last))
    before = means[drift.measure][where]
    after = drift.size * before / (1 - before + drift.size * before)
    means[drift.measure][where] = after
    other = {"share_above": "share_below", "share_below": "share_above"}.get(drift.measure)
    if other:
        means[other][where] *= (1 - after) / (1 - before)
