"""Who applies for what, when, and how long the answer takes."""

from dataclasses import dataclass

import numpy as np

from followup.simulation.days import (
    LATER,
    NEVER,
    Days,
    age,
    birthday,
    first_day,
    month_number,
    next_workday,
)
from followup.simulation.organisation import TEAMS, Staff
from followup.simulation.plan import Plan, window
from followup.simulation.practice import HEAVY, HEAVY_SHARE, Practice
from followup.simulation.services import LAST_AGE, Bools, Catalogue, Floats
from followup.simulation.work import EARLIER, applications_per_month, rhythm

WITHDRAWN = 0.025
SHARED = 0.2
"""Applications of a person who also applies for something else."""
NO_GROUP = 0.02
COMMON = 0.14
"""Share of the commonest target group; each next one has that share of the rest."""


@dataclass(frozen=True, eq=False)
class Applications:
    """One row each: days, and numbers of team, chair, service, case, target group and need (-1 none).

    service: the one that applies at the decision. decided: NEVER if withdrawn. withdrawn: NEVER if not.
    """

    team: Days
    chair: Days
    service: Days
    case: Days
    born: Days
    group: Days
    need: Days
    received: Days
    deadline: Days
    decided: Days
    withdrawn: Days

    def __len__(self) -> int:
        return len(self.team)


def apply(plan: Plan, catalogue: Catalogue, staff: Staff, practice: Practice) -> Applications:
    rng = plan.chance(4)
    team, service, received = _arrivals(rng, plan, catalogue)
    born = _born(rng, catalogue, service, received)
    month = _month(plan, received)
    group = _groups(rng, practice.heavy[team, service, month])
    need = _needs(rng, catalogue, service)
    case = _share_persons(rng, catalogue, team, service, received, born)
    born, group = born[case], group[case]
    deadline = _deadline(catalogue, service, received)
    in_time = rng.random(len(team)) < practice.in_time[team, service, _month(plan, deadline)]
    decided = _decided(rng, received, deadline, in_time)
    service = at_pension_age(rng, catalogue, service, born, decided)
    withdrawn = rng.random(len(team)) < WITHDRAWN
    gone = next_workday(received + ((decided - received) * rng.random(len(team))).astype(np.int64))
    return Applications(
        team=team,
        chair=(staff.size[team] * rng.random(len(team)) ** 1.5).astype(np.int64),
        service=service,
        case=case,
        born=born,
        group=group,
        need=need,
        received=received,
        deadline=deadline,
        decided=np.where(withdrawn, NEVER, decided),
        withdrawn=np.where(withdrawn, gone, NEVER),
    )


def _arrivals(rng: np.random.Generator, plan: Plan, catalogue: Catalogue) -> tuple[Days, Days, Days]:
    rate = applications_per_month(plan, catalogue)[:, :, None] * rhythm(plan)
    count = rng.poisson(rate)
    team, service, month = np.indices(rate.shape).reshape(3, -1).repeat(count.ravel(), axis=1)
    start = first_day(window(plan).first_month - EARLIER + month)
    length = first_day(window(plan).first_month - EARLIER + month + 1) - start
    received = next_workday(start + (length * rng.random(len(team))).astype(np.int64))
    return team, service, np.minimum(received, start + length - 1)


def _born(rng: np.random.Generator, catalogue: Catalogue, service: Days, received: Days) -> Days:
    low, high = np.array([each.ages for each in catalogue.services]).T
    pension = np.array([each.pension_from for each in catalogue.services]) != NEVER
    share = rng.beta(1.1, 1.6, len(service))
    years = low[service] + share * (high[service] + 0.95 - low[service])
    old = pension[service] & (rng.random(len(service)) < 0.72)
    years = np.where(old, 67 + 30 * rng.beta(1.5, 2.0, len(service)), years)
    return (received - years * 365.25).astype(np.int64) - 1


def _groups(rng: np.random.Generator, heavy: Floats) -> Days:
    """Numbers into the list of narrow target groups; the first few are common, the others rare.

    heavy: (rows,) the chance of the group whose cases need most; where it is raised, others give way.
    """
    rank = np.minimum(rng.geometric(COMMON, len(heavy)) - 1, 20)
    gives_way = rng.random(len(heavy)) < (heavy - HEAVY_SHARE) / (1 - HEAVY_SHARE)
    return np.where(rng.random(len(heavy)) < NO_GROUP, -1, np.where(gives_way, HEAVY, rank))


def _needs(rng: np.random.Generator, catalogue: Catalogue, service: Days) -> Days:
    """The level among those that the service's frames know, the middle ones most often."""
    need = np.full(len(service), -1)
    for number, each in enumerate(catalogue.services):
        rows = np.flatnonzero(service == number)
        levels = catalogue.needs(number)
        if each.scale and len(levels):
            weight = np.array([0.26, 0.36, 0.26, 0.12, 0.06, 0.04, 0.02])[: len(levels)]
            need[rows] = rng.choice(levels, len(rows), p=weight / weight.sum())
    return need


def _share_persons(  # noqa: PLR0913  columns of one table
    rng: np.random.Generator, catalogue: Catalogue, team: Days, service: Days, received: Days, born: Days
) -> Days:
    """The row whose person each application is about: its own, else one with another service."""
    case = np.arange(len(team))
    follows = rng.random(len(team)) < SHARED
    low, high = np.array([each.ages for each in catalogue.services]).T
    for number in range(len(TEAMS)):
        rows = np.flatnonzero(team == number)
        leaders, followers = rows[~follows[rows]], rows[follows[rows]]
        if not len(leaders):
            continue
        chosen = rng.choice(leaders, len(followers))
        years = age(born[chosen], received[followers])
        fits = (years >= low[service[followers]]) & (years <= high[service[followers]])
        fits &= service[followers] != service[chosen]
        _, first = np.unique(chosen, return_index=True)
        once = np.zeros(len(followers), dtype=bool)
        once[first] = True
        case[followers[fits & once]] = chosen[fits & once]
    return case


def _month(plan: Plan, days: Days) -> Days:
    """Number of the month simulated, the nearest one for what lies outside."""
    return np.clip(month_number(days) - window(plan).first_month, 0, plan.months - 1)


def _deadline(catalogue: Catalogue, service: Days, received: Days) -> Days:
    deadline = received.copy()
    for number, each in enumerate(catalogue.services):
        rows = service == number
        deadline[rows] = LATER[each.deadline_unit](received[rows], each.deadline)
    return deadline


def _decided(rng: np.random.Generator, received: Days, deadline: Days, in_time: Bools) -> Days:
    """Most use up much of their time; what is late is late by a quarter of it."""
    allowed = deadline - received
    taken = np.floor(allowed * (0.1 + 0.9 * rng.beta(3, 1.5, len(allowed))))
    over = np.ceil(allowed * rng.exponential(0.25, len(allowed)) + 0.5)
    return next_workday(np.where(in_time, received + taken, deadline + over).astype(np.int64))


def at_pension_age(
    rng: np.random.Generator, catalogue: Catalogue, service: Days, born: Days, on: Days
) -> Days:
    """The service under the law of that day: a pathway for those of pension age once that is in force."""
    pathways = catalogue.pathways()
    since = np.array([each.pension_from for each in catalogue.services])[service]
    if not pathways:
        return service
    usual = np.array([0.55, 0.3, 0.15, *[0.05] * 20])[: len(pathways)]
    pathway = rng.choice(pathways, len(service), p=usual / usual.sum())
    return np.where((on >= since) & (on >= birthday(born, 67)), pathway, service)


def age_band(born: Days, on: Days) -> Days:
    return np.searchsorted(LAST_AGE, age(born, on))


def price_factor(rng: np.random.Generator, count: int) -> Floats:
    factor: Floats = np.exp(rng.normal(0, 0.07, count))
    return factor
