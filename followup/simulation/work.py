"""Who gets which work: the weight of every standard in every team, over the year and over the months."""

import numpy as np

from followup.simulation.days import NEVER
from followup.simulation.organisation import TEAMS
from followup.simulation.plan import Plan
from followup.simulation.services import Catalogue, Floats

# Applications a month of each standard in the smallest municipality; a few series carry most of the work.
WORK = {
    "FJO-SS-VH-T1": {"FJ-V01": 40.0, "FJ-V02": 1.0, "FJ-V03": 0.6},
    "FJO-SS-VH-T2": {"FJ-V01": 8.0, "FJ-V02": 1.0, "FJ-V03": 0.4},
    "FJO-SS-VH-T3": {"FJ-V01": 4.0, "FJ-V02": 0.8, "FJ-V03": 0.3},
    "FJO-SS-VI-T1": {"FJ-V05": 4.0, "FJ-V06": 5.0},
    "FJO-SS-VI-T2": {"FJ-V05": 2.0, "FJ-V06": 3.0},
    "FJO-SS-VI-T3": {"FJ-V05": 1.5, "FJ-V06": 2.0},
    "FJO-SS-VT-T1": {"FJ-V04": 16.0, "FJ-V07": 0.8, "FJ-V08": 0.4},
    "FJO-SS-VT-T2": {"FJ-V04": 2.5, "FJ-V07": 0.5, "FJ-V08": 0.3},
    "FJO-UN-BH-T1": {"FJ-B02": 3.0, "FJ-B04": 1.5},
    "FJO-UN-BH-T2": {"FJ-B02": 1.5, "FJ-B04": 1.0},
    "FJO-UN-FA-T1": {"FJ-B01": 30.0, "FJ-B03": 1.5},
    "FJO-UN-FA-T2": {"FJ-B01": 3.0, "FJ-B03": 1.0},
    "FJO-UN-FA-T3": {"FJ-B01": 2.0, "FJ-B03": 1.0},
}
# A standard that the table does not know is spread over these departments' teams.
HOME_OF_AREA = {"voksen": "FJO-SS-VH", "aeldre": "FJO-SS-VI", "boern": "FJO-UN"}
# January to December: quiet in the holidays, busy before the budget year ends.
SEASON = np.array([1.0, 1.0, 1.05, 0.95, 1.0, 0.95, 0.65, 0.9, 1.05, 1.1, 1.2, 1.15])
# Months before the first one simulated whose grants still run in it. In the first of them so many more
# apply that as many grants run from the start as later on: else endings would grow by themselves.
EARLIER, GATHERING, GATHERED = 18, 12, 2.0
# Decisions in the months simulated for each application in them, measured.
DECISIONS_PER_APPLICATION = 3.45


def applications_per_month(plan: Plan, catalogue: Catalogue) -> Floats:
    """(teams, services): the mean number of applications in an ordinary month."""
    known = {code for weights in WORK.values() for code in weights}
    weights = np.zeros((len(TEAMS), len(catalogue.services)))
    for row, team in enumerate(TEAMS):
        for column, service in enumerate(catalogue.services):
            weights[row, column] = WORK[team.code].get(service.standard, 0.0)
            if service.standard not in known and team.code.startswith(HOME_OF_AREA[service.area]):
                weights[row, column] = 1.0
    if any(service.pension_from != NEVER for service in catalogue.services):
        weights[:, catalogue.pathways()] = 0.0  # they come by age, from the services they replaced
    weights = np.where(weights, weights**plan.size.evenness, 0.0)
    wanted = plan.size.registrations / DECISIONS_PER_APPLICATION / plan.months
    per_month: Floats = weights * wanted / weights.sum()
    return per_month


def rhythm(plan: Plan) -> Floats:
    """Factor per month, oldest first, from EARLIER months before the first one simulated."""
    months = EARLIER + plan.months
    calendar = (plan.until.month - 1 + np.arange(1 - months, 1)) % 12
    factor: Floats = SEASON[calendar].copy()
    factor /= factor[EARLIER:].mean()
    factor[:GATHERING] *= GATHERED
    return factor
