"""The whole municipality from a plan: organisation, applications, decisions and its drifts."""

from dataclasses import dataclass

from followup.simulation.applications import Applications, apply
from followup.simulation.courses import Decisions, live
from followup.simulation.days import Days
from followup.simulation.drifts import Drift, plant
from followup.simulation.organisation import Staff, hire
from followup.simulation.plan import Plan, Window, window
from followup.simulation.practice import practise
from followup.simulation.registering import register
from followup.simulation.services import Catalogue, Document, read_catalogue
from followup.simulation.work import applications_per_month


@dataclass(frozen=True, eq=False)
class Municipality:
    """registered: (decisions,) the day; what was decided at the end may be registered after it."""

    plan: Plan
    window: Window
    catalogue: Catalogue
    staff: Staff
    drifts: list[Drift]
    applications: Applications
    decisions: Decisions
    registered: Days


def simulate(plan: Plan, standards: Document, catalogue: Document) -> Municipality:
    """standards, catalogue: the content of demo_standards.json and catalogue.json."""
    services = read_catalogue(standards, catalogue)
    staff = hire(plan)
    drifts = plant(plan, services, applications_per_month(plan, services))
    practice = practise(plan, services, drifts)
    applied = apply(plan, services, staff, practice)
    decisions = live(plan, services, applied, practice)
    registered = register(plan, decisions)
    return Municipality(plan, window(plan), services, staff, drifts, applied, decisions, registered)
