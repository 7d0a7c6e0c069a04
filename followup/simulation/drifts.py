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
# Applications a month without which nobody could see a change within half a year.
ENOUGH = 3.0


@dataclass(frozen=True)
class Drift:
    """One change of practice. month and until: "YYYY-MM", first and last; None if it still lasts.

    size: of a share its odds while it lasts, relative to before; of FACTORS the mean relative to before;
    of LEVELS the chance that a need is assessed one level higher. The direction is "down" where a share
    or a mean is made smaller.
    case_mix is no drift: more applicants of the group that needs most; the alarm must see through it.
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

    plain: has lasted so long that nobody can miss it, and still does. long: for more than a year.
    """

    measure: str
    size: float
    plain: bool = False
    recent: bool = False
    returns: bool = False
    department: bool = False
    long: bool = False


FACTORS = ("extent", "unit_price")
LEVELS = ("need_level",)
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
# What can be changed besides, once in every municipality.
OTHERS = (
    Shape("decided_in_time", 0.3, plain=True),
    Shape("need_level", 0.6, plain=True),
    Shape("unit_price", 1.15, plain=True),
    Shape("case_mix", 30.0, plain=True),
    Shape("share_at_maximum", 40.0, long=True),
    Shape("share_refused", 4.0, plain=True),
    Shape("extent", 1.3, plain=True),
    Shape("same_reason", 12.0, plain=True),
    Shape("decided_in_time", 0.25, returns=True),
)
# Changes of one group in one place would hide each other.
ENTANGLED = (
    {"share_above", "extent", "share_at_maximum", "case_mix"},
    {"share_without_reason", "same_reason"},
)
Place = tuple[str, int, frozenset[tuple[int, int]]]
"""Unit code, service, and the (team, service) series it consists of."""


def plant(plan: Plan, catalogue: Catalogue, volume: Floats) -> list[Drift]:
    """The profile's number of drifts of the frame on the busiest series, then the others.

    volume: (teams, services) applications a month.
    """
    planted = _plant_of_frame(plan, catalogue, volume)
    return planted + _plant_others(plan, catalogue, volume, planted)


def _plant_of_frame(plan: Plan, catalogue: Catalogue, volume: Floats) -> list[Drift]:
    """At most one on each team × standard."""
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


def _plant_others(plan: Plan, catalogue: Catalogue, volume: Floats, planted: list[Drift]) -> list[Drift]:
    """Apart from those that they would be entangled with, and from each other where there is room."""
    rng = plan.chance(8)
    others: list[Drift] = []
    for shape in OTHERS:
        near = [drift for drift in planted + others if _entangled(drift.measure, shape.measure)]
        place = (
            _find(plan, catalogue, _enough(volume, shape), shape, _touched(near + others, catalogue))
            or _find(plan, catalogue, _enough(volume, shape), shape, _touched(near + others[-2:], catalogue))
            or _find(plan, catalogue, volume, shape, _touched(near, catalogue))
        )
        if place:
            others.append(_drift(plan, catalogue, place, shape, rng))
    return others


def _enough(volume: Floats, shape: Shape) -> Floats:
    """The work of the places where what is plain can be seen: it may share them with other changes."""
    return np.where(volume >= ENOUGH, volume, 0) if shape.plain else volume


def _touched(drifts: list[Drift], catalogue: Catalogue) -> set[tuple[int, int]]:
    return {
        (team, service)
        for drift in drifts
        for teams, service in [covered(drift, catalogue)]
        for team in teams
    }


def _entangled(one: str, other: str) -> bool:
    return one == other or any({one, other} <= group for group in ENTANGLED)


def _find(
    plan: Plan, catalogue: Catalogue, volume: Floats, shape: Shape, taken: set[tuple[int, int]]
) -> Place | None:
    """The busiest place with room for the shape."""
    for place in _places(catalogue, volume, shape.department):
        fits = _can_show(catalogue, place[1], shape.measure)
        if fits and not place[2] & taken and _room(plan, catalogue, place[1], shape):
            return place
    return None


def _can_show(catalogue: Catalogue, service: int, measure: str) -> bool:
    """Whether the service has what the measure is about: several needs, a price, a frame with room."""
    known = catalogue.frames[service, 0]
    if measure == "need_level":
        return bool(catalogue.services[service].scale) and len(catalogue.needs(service)) > 1
    if measure == "unit_price":
        return not catalogue.services[service].unit.startswith("kr.")
    if measure in ("extent", "share_at_maximum"):
        return bool(np.nanmin(known[..., 2] - known[..., 0], initial=np.inf) not in (0, np.inf))
    return True


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
    if shape.long:
        return range(max(earliest, plan.months - 18), plan.months - 12)
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
        direction="up" if shape.size > (0 if shape.measure in LEVELS else 1) else "down",
        size=shape.size,
        until=month_name(plan, begins + length - 1) if returns else None,
    )


def month_name(plan: Plan, number: int) -> str:
    return str(np.datetime64(plan.until, "M") - plan.months + 1 + number)


def month_index(plan: Plan, name: str) -> int:
    return int((np.datetime64(name, "M") - np.datetime64(plan.until, "M")).astype(int)) + plan.months - 1
