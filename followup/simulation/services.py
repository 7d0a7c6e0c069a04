"""What can be granted, read from standards and catalogue; the frames of every version as one array."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from followup.simulation.days import NEVER, Days, day

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Document = dict[str, Any]

BANDS = ("0-5", "6-11", "12-17", "18-29", "30-49", "50-66", "67+")
LAST_AGE = (5, 11, 17, 29, 49, 66, 200)
NEEDS = 7
"""Need levels 0-6, the widest scale."""
# What a service is granted in where the standard has only a price or an entitlement.
RESIDENCE = "døgn/uge"


@dataclass(frozen=True)
class Service:
    """One intervention under one standard.

    guiding: it has a guiding frame. typical_only: a frame without bounds, from which nothing lies below.
    law_from: the standard's law is in force from that day; before it ``earlier_law`` applies.
    months: the frame of its duration, 0 where there is none.
    ends_at_age: the age at which the grant must end, 0 where there is none.
    pension_from: from that day people of 67 have their help under another law, NEVER where they do not.
    """

    standard: str
    intervention: str
    area: str
    law: str
    section: str
    unit: str
    scale: str
    guiding: bool
    typical_only: bool
    priced: bool
    deadline: int
    deadline_unit: str
    start: int
    start_unit: str
    months: int
    ages: tuple[int, int]
    ends_at_age: int
    law_from: int
    earlier_law: tuple[str, str]
    pension_from: int
    adopted: tuple[int, ...]

    @property
    def law_change(self) -> bool:
        return self.earlier_law != ("", "")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """services, and per service × version × need level × age band the (low, typical, high) of its frame."""

    services: list[Service]
    frames: Floats
    starts: Days
    target_groups: dict[str, list[str]]
    need_codes: dict[str, list[str]]

    def frame(self, service: Days, on: Days, need: Days, band: Days) -> Floats:
        """(rows, 3) low, typical, high, NaN where it says nothing. Before the first version its frame."""
        version = np.maximum((on[:, None] >= self.starts[service]).sum(axis=1) - 1, 0)
        found: Floats = self.frames[service, version, np.maximum(need, 0), band]
        return found

    def in_force(self, service: Days, on: Days) -> NDArray[np.bool_]:
        begun: NDArray[np.bool_] = on >= self.starts[service, 0]
        return begun

    def needs(self, service: int) -> Days:
        """The need levels that its first frames know."""
        known = ~np.isnan(self.frames[service, 0]).all(axis=(1, 2))
        return np.flatnonzero(known)

    def pathways(self) -> list[int]:
        return [number for number, service in enumerate(self.services) if service.area == "aeldre"]


def read_catalogue(standards: Document, catalogue: Document) -> Catalogue:
    """standards: the layout of demo_standards.json; catalogue: that of catalogue.json."""
    pairs = [
        (standard, intervention)
        for standard in standards["standards"]
        for intervention in dict.fromkeys(
            level["intervention"]
            for version in standard["versions"]
            for level in version["levels"]
            if level["intervention"]
        )
    ]
    services = [_service(standard, intervention, catalogue) for standard, intervention in pairs]
    versions = max(len(standard["versions"]) for standard, _ in pairs)
    frames = np.full((len(pairs), versions, NEEDS, len(BANDS), 3), np.nan)
    starts = np.full((len(pairs), versions), NEVER)
    for number, (standard, intervention) in enumerate(pairs):
        for place, version in enumerate(standard["versions"]):
            starts[number, place] = day(date.fromisoformat(version["valid_from"]))
            for level in _main_levels(version, intervention):
                _enter(frames[number, place], level)
    groups = {group["code"]: group for group in catalogue["target_groups"]}
    return Catalogue(services, frames, starts, _groups(groups), _needs(catalogue))


def _main_levels(version: Document, intervention: str) -> list[Document]:
    """The levels that say how much: the guiding frame, else the entitlement or the price."""
    levels = [level for level in version["levels"] if level["intervention"] == intervention]
    for kind in ("guiding_frame", "statutory_entitlement", "price"):
        if chosen := [level for level in levels if level["kind"] == kind]:
            return chosen
    return []


def _enter(frames: Floats, level: Document) -> None:
    need = level["need_level"]["value"] if level["need_level"] else slice(None)
    numbers = [
        np.nan if level[key] is None else float(level[key]) for key in ("minimum", "typical", "maximum")
    ]
    for band in level["age_bands"] or BANDS:
        frames[need, BANDS.index(band)] = numbers


def _service(standard: Document, intervention: str, catalogue: Document) -> Service:
    first = standard["versions"][0]
    levels = _main_levels(first, intervention)
    law, section = standard["legal_basis"]["law"], standard["legal_basis"]["section"]
    kind = levels[0]["kind"]
    deadline = first["decision_deadline"] or {"value": 8, "unit": "uger"}
    start = first["start_deadline"] or {"value": 4, "unit": "uger"}
    begun, earlier = _law(law, section, intervention, catalogue)
    ages = _ages(standard["area"], levels, _pension(standard))
    priced = kind == "price" and levels[0]["unit"] == "kr./dag"
    return Service(
        standard=standard["code"],
        intervention=intervention,
        area=standard["area"],
        law=law,
        section=section,
        unit=RESIDENCE if priced else levels[0]["unit"],
        scale=next((level["need_level"]["scale"] for level in levels if level["need_level"]), ""),
        guiding=kind == "guiding_frame",
        typical_only=all(level["minimum"] is None and level["maximum"] is None for level in levels),
        priced=priced,
        deadline=deadline["value"],
        deadline_unit=deadline["unit"],
        start=start["value"],
        start_unit=start["unit"],
        months=_duration(first, intervention),
        ages=ages,
        ends_at_age=ages[1] + 1 if standard["area"] == "boern" or _named_bands(levels) else 0,
        law_from=begun,
        earlier_law=earlier,
        pension_from=_pension(standard),
        adopted=tuple(day(date.fromisoformat(version["valid_from"])) for version in standard["versions"]),
    )


def _duration(version: Document, intervention: str) -> int:
    frames = [
        level
        for level in version["levels"]
        if level["kind"] == "duration_frame" and level["intervention"] == intervention and level["maximum"]
    ]
    return int(float(frames[0]["maximum"])) if frames and frames[0]["unit"] == "måneder" else 0


def _pension(standard: Document) -> int:
    """From when a later version leaves out those of pension age whom the first one had."""
    if _covers_pensioners(standard["versions"][0]):
        for version in standard["versions"][1:]:
            if not _covers_pensioners(version):
                return day(date.fromisoformat(version["valid_from"]))
    return int(NEVER)


def _covers_pensioners(version: Document) -> bool:
    frames = [level for level in version["levels"] if level["kind"] == "guiding_frame"]
    return any(not level["age_bands"] or BANDS[-1] in level["age_bands"] for level in frames)


def _ages(area: str, levels: list[Document], pension_from: int) -> tuple[int, int]:
    """Youngest and oldest applicant; where the frames name age bands, only those."""
    if area == "aeldre":
        return 67, 97
    if pension_from != NEVER:
        return 20, 97
    low, high = (0, 17) if area == "boern" else (18, 66)
    named = _named_bands(levels)
    if not named:
        return low, high
    youngest = LAST_AGE[min(named) - 1] + 1 if min(named) else 0
    return max(low, youngest), min(high, LAST_AGE[max(named)])


def _named_bands(levels: list[Document]) -> list[int]:
    return [BANDS.index(band) for level in levels for band in level["age_bands"]]


def _law(law: str, section: str, intervention: str, catalogue: Document) -> tuple[int, tuple[str, str]]:
    """From when the law is in force, and which one the service was granted under before."""
    bases = {(basis["law"], basis["section"]): basis for basis in catalogue["legal_bases"]}
    begun = day(date.fromisoformat(bases[law, section]["valid_from"]))
    entry = next(each for each in catalogue["interventions"] if each["code"] == intervention)
    for named in entry["legal_bases"]:
        basis = bases[named["law"], named["section"]]
        if basis["valid_to"] and {"law": law, "section": section} in basis["successors"]:
            return begun, (basis["law"], basis["section"])
    return begun, ("", "")


def _groups(groups: dict[str, Document]) -> dict[str, list[str]]:
    """The codes of the narrowest target groups under each of the two roots."""
    parents = {group["parent"] for group in groups.values()}
    narrow: dict[str, list[str]] = {}
    for code, group in groups.items():
        root = group
        while root["parent"]:
            root = groups[root["parent"]]
        if code not in parents:
            narrow.setdefault(root["name"], []).append(code)
    return narrow


def _needs(catalogue: Document) -> dict[str, list[str]]:
    """Codes of each scale by value; a scale that begins at 1 has an empty 0."""
    scales: dict[str, list[str]] = {}
    for level in catalogue["need_levels"]:
        if level["value"] is not None:
            codes = scales.setdefault(level["scale"], [""] * NEEDS)
            codes[level["value"]] = level["code"]
    return scales
