"""The drifts that are planted: where, in what, from when, how strong. The alarm is tried on them."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from followup.simulation.days import NEVER, month_number
from followup.simulation.organisation import DEPARTMENTS, TEAMS
from followup.simulation.plan import Plan, window
from followup.simulation.services import Catalogue, Floats

# A new level needs a year of its own before a change can be seen against it.
BASELINE = 12
# Months that a drift lasts when it returns.
SHORTEST, LONGEST = 6, 9


@dataclass(frozen=True)
class Drift:
    """One change of practice. month and until: "YYYY-MM", first and last; None if it still lasts.

    size: the odds of the measure while it lasts, relative to before; below 1 the direction is "down".
    """

    unit: str
    standard: str
    intervention: str
    measure: str
    month: str
    direction: str
    size: float
    until: str | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Shape:
    """recent: begins within the last half year. returns: is over again after 6-9 months.

    plain: has lasted so long that nobody can miss it, and still does.
    """

    measure: str
    size: float
    plain: bool = False
    recent: bool = False
    returns: bool = False
    department: bool = False


SHAPES = (
    Shape("share_above", 4.0, plain=True),
    Shape("share_below", 3.0),
    Shape("share_above", 3.0, returns=True),
    Shape("share_without_reason", 4.0, recent=True),
    Shape("share_above", 0.3),
    Shape("share_above", 2.5, department=True),
    Shape("share_below", 3.5, returns=True),
    Shape("share_without_reason", 3.0),
    Shape("share_above", 1.7),
    Shape("share_below", 0.3, returns=True),
    Shape("share_below", 2.0, recent=True, department=True),
    Shape("share_above", 2.0, returns=True),
)
Place = tuple[str, int, frozenset[tuple[int, int]]]
"""Unit code, service, and the (team, service) series it consists of."""


def plant(plan: Plan, catalogue: Catalogue, volume: Floats) -> list[Drift]:
    """The profile's number of drifts on the busiest series; at most one on each team × standard.

    volume: (teams, services) applications a month.
    """
    rng = plan.chance(2)
    taken: set[tuple[int, int]] = set()
    planted = []
    for number in range(plan.size.drifts):
        shape = SHAPES[number % len(SHAPES)]
        if number >= len(SHAPES) / 2:  # by then no department has all its teams left
            shape = replace(shape, department=False)
        place = _find(plan, catalogue, volume, shape, taken) or _find(
            plan, catalogue, volume, replace(shape, plain=False, recent=False, returns=False), taken
        )
        if place:
            taken |= place[2]
            planted.append(_drift(plan, catalogue, place, shape, rng))
    return planted


def _find(
    plan: Plan, catalogue: Catalogue, volume: Floats, shape: Shape, taken: set[tuple[int, int]]
) -> Place | None:
    """The busiest place with room for the shape."""
    for place in _places(catalogue, volume, shape.department):
        if not place[2] & taken and _room(plan, catalogue, place[1], shape):
            return place
    return None


def covered(drift: Drift, catalogue: Catalogue) -> tuple[list[int], int]:
    """The teams and the service that the drift changes."""
    service = next(
        number
        for number, each in enumerate(catalogue.services)
        if (each.standard, each.intervention) == (drift.standard, drift.intervention)
    )
    return [n for n, team in enumerate(TEAMS) if (team.code + "-").startswith(drift.unit + "-")], service


def _places(catalogue: Catalogue, volume: Floats, department: bool) -> list[Place]:
    """The busiest first; last those whose work mostly goes to another law on the way."""
    units = DEPARTMENTS if department else TEAMS
    found = []
    for number, service in enumerate(catalogue.services):
        if not service.guiding or service.typical_only:
            continue
        for unit in units:
            teams = [n for n, team in enumerate(TEAMS) if (team.code + "-").startswith(unit.code + "-")]
            busy = [team for team in teams if volume[team, number]]
            if len(busy) > department:
                place = (unit.code, number, frozenset((team, number) for team in busy))
                found.append((service.pension_from != NEVER, -float(volume[busy, number].sum()), place))
    return [place for _, _, place in sorted(found, key=lambda each: each[:2])]


def _room(plan: Plan, catalogue: Catalogue, service: int, shape: Shape) -> range:
    """The months, counted from the first one simulated, in which it can begin and be seen."""
    adopted = month_number(np.array(catalogue.services[service].adopted)) - window(plan).first_month
    earliest = BASELINE + max(int(adopted.max()), 0)
    if shape.plain:
        return range(max(earliest, plan.months - LONGEST), plan.months - 7)
    if shape.recent:
        return range(max(earliest, plan.months - 6), plan.months - 3)
    return range(earliest, plan.months - 2 - (LONGEST if shape.returns else 0))


def _drift(plan: Plan, catalogue: Catalogue, place: Place, shape: Shape, rng: np.random.Generator) -> Drift:
    service = catalogue.services[place[1]]
    room = _room(plan, catalogue, place[1], shape)
    returns = shape.returns and len(room) > 0
    begins = int(rng.choice(room or _room(plan, catalogue, place[1], Shape(shape.measure, shape.size))))
    length = int(rng.integers(SHORTEST, LONGEST + 1))
    return Drift(
        unit=place[0],
        standard=service.standard,
        intervention=service.intervention,
        measure=shape.measure,
        month=month_name(plan, begins),
        direction="up" if shape.size > 1 else "down",
        size=shape.size,
        until=month_name(plan, begins + length - 1) if returns else None,
    )


def month_name(plan: Plan, number: int) -> str:
    return str(np.datetime64(plan.until, "M") - plan.months + 1 + number)


def month_index(plan: Plan, name: str) -> int:
    return int((np.datetime64(name, "M") - np.datetime64(plan.until, "M")).astype(int)) + plan.months - 1
