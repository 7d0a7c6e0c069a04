"""Fjordby Kommune: its units, who holds which role there, and when somebody is replaced."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from followup.simulation.days import Days, day
from followup.simulation.names import email, invent_names, staff_code
from followup.simulation.plan import Plan

SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    kind: str
    parent: str = ""
    district: str = ""


UNITS = (
    Unit("FJO", "Fjordby Kommune", "kommune"),
    Unit("FJO-SS", "Social og Sundhed", "forvaltning", "FJO"),
    Unit("FJO-SS-VH", "Voksenhandicap og psykiatri", "afdeling", "FJO-SS"),
    Unit("FJO-SS-VH-T1", "Voksenteam Nord", "team", "FJO-SS-VH", "Nordstranden"),
    Unit("FJO-SS-VH-T2", "Voksenteam Syd", "team", "FJO-SS-VH", "Sydmarken"),
    Unit("FJO-SS-VH-T3", "Voksenteam Vest", "team", "FJO-SS-VH", "Vestskoven"),
    Unit("FJO-SS-VI", "Visitation", "afdeling", "FJO-SS"),
    Unit("FJO-SS-VI-T1", "Visitation Nord", "team", "FJO-SS-VI", "Nordstranden"),
    Unit("FJO-SS-VI-T2", "Visitation Syd", "team", "FJO-SS-VI", "Sydmarken"),
    Unit("FJO-SS-VI-T3", "Visitation Vest", "team", "FJO-SS-VI", "Vestskoven"),
    Unit("FJO-SS-VT", "Botilbud og aktivitet", "afdeling", "FJO-SS"),
    Unit("FJO-SS-VT-T1", "Tilbudsteam Nord", "team", "FJO-SS-VT", "Nordstranden"),
    Unit("FJO-SS-VT-T2", "Tilbudsteam Syd", "team", "FJO-SS-VT", "Sydmarken"),
    Unit("FJO-UN", "Børn og Unge", "forvaltning", "FJO"),
    Unit("FJO-UN-BH", "Børnehandicap", "afdeling", "FJO-UN"),
    Unit("FJO-UN-BH-T1", "Børnehandicap Nord", "team", "FJO-UN-BH", "Nordstranden"),
    Unit("FJO-UN-BH-T2", "Børnehandicap Syd", "team", "FJO-UN-BH", "Sydmarken"),
    Unit("FJO-UN-FA", "Familieafdelingen", "afdeling", "FJO-UN"),
    Unit("FJO-UN-FA-T1", "Familieteam Nord", "team", "FJO-UN-FA", "Nordstranden"),
    Unit("FJO-UN-FA-T2", "Familieteam Syd", "team", "FJO-UN-FA", "Sydmarken"),
    Unit("FJO-UN-FA-T3", "Familieteam Vest", "team", "FJO-UN-FA", "Vestskoven"),
)
TEAMS = tuple(unit for unit in UNITS if unit.kind == "team")
DEPARTMENTS = tuple(unit for unit in UNITS if unit.kind == "afdeling")
ROOT = UNITS[0].code
# Where the roles above the teams sit, one person each.
ABOVE_TEAMS = (
    *(("politiker", ROOT) for _ in range(8)),
    *(("direktion", code) for code in (ROOT, "FJO-SS", "FJO-UN")),
    *(("fagledelse", unit.code) for unit in DEPARTMENTS),
    *(("controller", ROOT) for _ in range(2)),
    *(("administrator", ROOT) for _ in range(2)),
)
# Whom the demonstration shows first.
FIRST_CASEWORKER, FIRST_LEADER = "Asta Bøgelund", "Ib Lærkedal"


@dataclass(frozen=True)
class Holding:
    """One person in one role at one unit; ``until`` is the last day."""

    name: str
    staff_code: str
    role: str
    unit: str
    since: date = SINCE
    until: date | None = None


@dataclass(frozen=True, eq=False)
class Staff:
    """Everyone, and who sits on each caseworker's chair.

    codes: staff codes. size: (teams,) chairs. change: (teams, chairs) day of a replacement.
    before, after: (teams, chairs) number of the code that sits there until and from that day.
    """

    holdings: list[Holding]
    codes: list[str]
    size: Days
    before: Days
    after: Days
    change: Days

    def on_chair(self, team: Days, chair: Days, on: Days) -> Days:
        late = on >= self.change[team, chair]
        return np.where(late, self.after[team, chair], self.before[team, chair])


def hire(plan: Plan) -> Staff:
    """Fill every role from 2020 on; about one caseworker in ten and two leaders are replaced on the way."""
    rng = plan.chance(1)
    low, high = plan.size.caseworkers
    size = rng.integers(low, high + 1, len(TEAMS))
    people = _People(rng, int(size.sum()) * 2 + 60)
    holdings = [people.take(role, unit) for role, unit in ABOVE_TEAMS]
    for number, team in enumerate(TEAMS):
        holdings += _leaders(people, team.code, plan, number)
    shape = (len(TEAMS), high)
    before, after, change = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for number, team in enumerate(TEAMS):
        for chair in range(int(size[number])):
            sat = _caseworkers(people, team.code, plan, rng, first=chair == 0)
            holdings += sat
            before[number, chair] = people.number(sat[0])
            after[number, chair] = people.number(sat[-1])
            change[number, chair] = day(sat[-1].since)
    return Staff(holdings, people.codes, size, before, after, change)


class _People:
    """A queue of names nobody has yet."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        famous = [FIRST_CASEWORKER, FIRST_LEADER]
        self.waiting = [name for name in invent_names(rng, count) if name not in famous]
        self.taken: set[str] = set()
        self.codes: list[str] = []

    def take(  # noqa: PLR0913  the fields of a holding
        self, role: str, unit: str, *, name: str = "", since: date = SINCE, until: date | None = None
    ) -> Holding:
        name = name or self.waiting.pop()
        self.codes.append(staff_code(name, self.taken))
        return Holding(name, self.codes[-1], role, unit, since, until)

    def number(self, holding: Holding) -> int:
        return self.codes.index(holding.staff_code)


def _leaders(people: _People, unit: str, plan: Plan, number: int) -> list[Holding]:
    if unit == TEAMS[0].code:
        return [people.take("teamledelse", unit, name=FIRST_LEADER)]
    if number not in (2, 7):
        return [people.take("teamledelse", unit)]
    change = _month_before(plan, 8 + 3 * number)
    return [
        people.take("teamledelse", unit, until=change - timedelta(days=1)),
        people.take("teamledelse", unit, since=change),
    ]


def _caseworkers(
    people: _People, unit: str, plan: Plan, rng: np.random.Generator, *, first: bool
) -> list[Holding]:
    replaced = rng.random() < 0.12
    change = _month_before(plan, int(rng.integers(4, plan.months - 4)))
    if first:
        return [people.take("sagsbehandler", unit, name=FIRST_CASEWORKER if unit == TEAMS[0].code else "")]
    if not replaced:
        return [people.take("sagsbehandler", unit)]
    return [
        people.take("sagsbehandler", unit, until=change - timedelta(days=1)),
        people.take("sagsbehandler", unit, since=change),
    ]


def _month_before(plan: Plan, months: int) -> date:
    month = np.datetime64(plan.until, "M") - months
    return date.fromisoformat(f"{month}-01")


COLUMNS = [
    "type",
    "kode",
    "navn",
    "art",
    "hoerer_under",
    "bydel",
    "email",
    "medarbejderkode",
    "rolle",
    "enhed",
    "fra",
    "til",
]


def organisation_rows(staff: Staff) -> list[list[str]]:
    """The organisation file: units, then people, then roles."""
    units = [
        ["enhed", unit.code, unit.name, unit.kind, unit.parent, unit.district, "", "", "", "", "", ""]
        for unit in UNITS
    ]
    people = [
        ["person", "", held.name, "", "", "", email(held.name), held.staff_code, "", "", "", ""]
        for held in staff.holdings
    ]
    roles = [
        [
            "rolle",
            "",
            "",
            "",
            "",
            "",
            email(held.name),
            "",
            held.role,
            held.unit,
            _date(held.since),
            _date(held.until),
        ]
        for held in staff.holdings
    ]
    return [COLUMNS, *units, *people, *roles]


def _date(value: date | None) -> str:
    return f"{value:%d-%m-%Y}" if value else ""
