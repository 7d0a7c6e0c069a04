"""How each team decides each month: shares above and below the frame, and of those without a reason."""

from dataclasses import dataclass

import numpy as np

from followup.simulation.days import Days
from followup.simulation.drifts import FACTORS, LEVELS, Drift, covered, month_index
from followup.simulation.organisation import TEAMS
from followup.simulation.plan import Plan
from followup.simulation.services import Catalogue, Floats

ABOVE, BELOW, SILENT = 0.105, 0.075, 0.19
"""Shares in an ordinary month: above the frame, below it, and deviations without a reason."""
REFUSED, IN_TIME, AT_MAXIMUM, SAME_REASON = 0.11, 0.86, 0.06, 0.26
"""Shares of applications, of decisions, of amounts inside the frame, and of amounts above it."""
HEAVY, HEAVY_SHARE = 2, 0.14 * 0.86**2
"""The target group whose cases need most, and its share where nothing has changed."""
HEAVY_ODDS, LIGHT_ODDS = 4.5, 0.7
"""Odds of an amount above the frame in that group and in the others; the whole is as usual."""
RHO = 0.02
"""Correlation within a month: decisions of one team and month are somewhat alike."""
BETWEEN_TEAMS = 0.15
"""Standard deviation between teams, on the logit."""
NO_FRAME, INSIDE, OVER, UNDER = 0, 1, 2, 3


@dataclass(frozen=True, eq=False)
class Practice:
    """(teams, services, months) probabilities; extent and price: factors on what is usual.

    full: amounts inside the frame that are all it allows. need: the chance of being assessed one level
    higher than before. heavy: the chance that an applicant is of the group that needs most.
    """

    above: Floats
    below: Floats
    silent: Floats
    refused: Floats
    in_time: Floats
    full: Floats
    same_reason: Floats
    extent: Floats
    price: Floats
    need: Floats
    heavy: Floats

    def relation(self, rng: np.random.Generator, team: Days, service: Days, month: Days, group: Days) -> Days:
        """Inside, over or under for each decision."""
        chance = rng.random(len(team))
        usual, below = self.above[team, service, month], self.below[team, service, month]
        above = _at_odds(usual, np.where(group == HEAVY, HEAVY_ODDS, LIGHT_ODDS))
        below = below * (1 - above) / (1 - usual)
        return np.where(chance < above, OVER, np.where(chance < above + below, UNDER, INSIDE))


def practise(plan: Plan, catalogue: Catalogue, drifts: list[Drift]) -> Practice:
    rng = plan.chance(3)
    means = _means(rng, plan, catalogue)
    for drift in drifts:
        _shift(means, drift, plan, catalogue)
    return Practice(
        *_scattered(rng, means),
        refused=means["share_refused"],
        in_time=means["decided_in_time"],
        full=means["share_at_maximum"],
        same_reason=means["same_reason"],
        extent=means["extent"],
        price=means["unit_price"],
        need=means["need_level"],
        heavy=means["case_mix"],
    )


def _means(rng: np.random.Generator, plan: Plan, catalogue: Catalogue) -> dict[str, Floats]:
    """What each measure is where nothing has changed."""
    shape = (len(TEAMS), len(catalogue.services), plan.months)
    other = plan.chance(9)
    return {
        "share_above": _ordinary(rng, ABOVE, shape),
        "share_below": _ordinary(rng, BELOW, shape),
        "share_without_reason": _ordinary(rng, SILENT, shape),
        "share_refused": _ordinary(other, REFUSED, shape),
        "decided_in_time": _ordinary(other, IN_TIME, shape),
        "share_at_maximum": _ordinary(other, AT_MAXIMUM, shape),
        "same_reason": _ordinary(other, SAME_REASON, shape),
        "extent": np.ones(shape),
        "unit_price": np.ones(shape),
        "need_level": np.zeros(shape),
        "case_mix": np.full(shape, HEAVY_SHARE),
    }


def _ordinary(rng: np.random.Generator, share: float, shape: tuple[int, int, int]) -> Floats:
    level = np.log(share / (1 - share)) + BETWEEN_TEAMS * rng.standard_normal(shape[:2])
    return np.repeat(1 / (1 + np.exp(-level))[:, :, None], shape[2], axis=2)


def _scattered(rng: np.random.Generator, means: dict[str, Floats]) -> tuple[Floats, Floats, Floats]:
    """Above, below and silent as each month happens to be."""
    above, below, silent = (means[name] for name in ("share_above", "share_below", "share_without_reason"))
    scatter = (1 - RHO) / RHO
    parts = rng.standard_gamma(scatter * np.stack([above, below, 1 - above - below]))
    shares = parts / parts.sum(axis=0)
    return shares[0], shares[1], rng.beta(scatter * silent, scatter * (1 - silent))


def _shift(means: dict[str, Floats], drift: Drift, plan: Plan, catalogue: Catalogue) -> None:
    """Above and below share what is left in the proportion they had."""
    teams, service = covered(drift, catalogue)
    last = plan.months if drift.until is None else month_index(plan, drift.until) + 1
    where = np.ix_(teams, [service], range(month_index(plan, drift.month), last))
    before = means[drift.measure][where]
    after = _moved(drift, before)
    means[drift.measure][where] = after
    other = {"share_above": "share_below", "share_below": "share_above"}.get(drift.measure)
    if other:
        means[other][where] *= (1 - after) / (1 - before)


def _moved(drift: Drift, before: Floats) -> Floats:
    if drift.measure in FACTORS:
        return before * drift.size
    if drift.measure in LEVELS:
        return before + drift.size
    return _at_odds(before, drift.size)


def _at_odds(share: Floats, odds: Floats | float) -> Floats:
    moved: Floats = odds * share / (1 - share + odds * share)
    return moved
