"""The catalogue, the library of real standards and the demo standards agree with each other."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import serviceniveau
from serviceniveau.models.catalogue import AgeBand, Area
from serviceniveau.models.standards import DeadlineUnit, FrameKind
from serviceniveau.models.units import MeasurementUnit

FOLDER = Path(serviceniveau.__file__).parent / "data"
FILES = ["catalogue", "library_standards", "demo_standards"]
STANDARD_FILES = FILES[1:]
LEVEL_KINDS = set(FrameKind.values)
DEADLINE_UNITS = set(DeadlineUnit.values)
AREAS = set(Area.values)
UNITS = set(MeasurementUnit.values)
AGE_BANDS = set(AgeBand.values)
FICTITIOUS = "Opdigtet eksempel, ikke et vedtaget niveau i en virkelig kommune."
Row = dict[str, Any]


@cache
def content(name: str) -> dict[str, list[Row]]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def catalogue(block: str) -> list[Row]:
    return content("catalogue")[block]


def legal_key(row: Row) -> tuple[str, str]:
    return row["law"], row["section"]


def versions(name: str) -> list[tuple[Row, Row]]:
    return [
        (standard, version) for standard in content(name)["standards"] for version in standard["versions"]
    ]


def levels(name: str) -> list[tuple[Row, Row, Row]]:
    return [(standard, version, level) for standard, version in versions(name) for level in version["levels"]]


def repeated(keys: list[Any]) -> list[Any]:
    return [key for key, count in Counter(keys).items() if count > 1]


LEGAL_KEYS = {legal_key(basis) for basis in catalogue("legal_bases")}
INTERVENTIONS = {intervention["code"]: intervention for intervention in catalogue("interventions")}
TARGET_GROUPS = {group["code"] for group in catalogue("target_groups")}
NEED_LEVELS = {(level["scale"], level["value"]) for level in catalogue("need_levels")}


def test_catalogue_has_all_reference_rows():
    sizes = {block: len(rows) for block, rows in content("catalogue").items() if block != "sources"}

    assert sizes == {
        "legal_bases": 121,
        "interventions": 120,
        "target_groups": 57,
        "need_levels": 29,
        "deviation_reasons": 9,
    }


@pytest.mark.parametrize("name", FILES)
def test_sources_name_their_licence(name):
    incomplete = [
        s["key"] for s in content(name)["sources"] if not (s["name"] and s["licence"] and s["note"])
    ]

    assert incomplete == []


def test_catalogue_rows_name_a_known_source():
    known = {source["key"] for source in catalogue("sources")}
    rows = [row for block, rows in content("catalogue").items() if block != "sources" for row in rows]

    assert [row for row in rows if row["kilde"] not in known] == []


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ("legal_bases", ("law", "section")),
        ("interventions", ("code",)),
        ("target_groups", ("code",)),
        ("need_levels", ("scale", "code")),
        ("deviation_reasons", ("code",)),
    ],
)
def test_catalogue_keys_are_unique(block, key):
    assert repeated([tuple(row[part] for part in key) for row in catalogue(block)]) == []


def test_need_level_values_are_unique_within_a_scale():
    assert (
        repeated([(n["scale"], n["value"]) for n in catalogue("need_levels") if n["value"] is not None]) == []
    )


def test_legal_bases_are_well_formed():
    wrong = [
        legal_key(basis)
        for basis in catalogue("legal_bases")
        if basis["area"] not in AREAS
        or any(legal_key(successor) not in LEGAL_KEYS for successor in basis["successors"])
        or not date.fromisoformat(basis["valid_from"]) < date.fromisoformat(basis["valid_to"] or "9999-12-31")
    ]

    assert wrong == []


def test_a_section_stands_by_itself_and_once():
    sections = [(basis["law"], basis["section"]) for basis in catalogue("legal_bases")]

    assert repeated(sections) == []
    assert [each for each in sections if re.search(r"\d[a-z]?-\d|\d, \d", each[1])] == []


def test_interventions_are_well_formed():
    wrong = [
        code
        for code, row in INTERVENTIONS.items()
        if row["area"] not in AREAS
        or row["natural_unit"] not in UNITS
        or not row["legal_bases"]
        or any(legal_key(basis) not in LEGAL_KEYS for basis in row["legal_bases"])
    ]

    assert wrong == []


def test_target_group_parents_stand_before_their_children():
    seen = {None}
    wrong = []

    for group in catalogue("target_groups"):
        if group["parent"] not in seen:
            wrong.append(group["code"])
        seen.add(group["code"])

    assert wrong == []


@pytest.mark.parametrize("name", STANDARD_FILES)
def test_standards_have_unique_codes_and_a_known_legal_basis(name):
    standards = content(name)["standards"]
    wrong = [
        s["code"]
        for s in standards
        if legal_key(s["legal_basis"]) not in LEGAL_KEYS or s["area"] not in AREAS
    ]

    assert repeated([s["code"] for s in standards]) == []
    assert wrong == []


@pytest.mark.parametrize("name", STANDARD_FILES)
def test_level_codes_resolve(name):
    wrong = [
        (standard["code"], level)
        for standard, _, level in levels(name)
        if level["kind"] not in LEVEL_KINDS
        or level["intervention"] not in {None, *INTERVENTIONS}
        or level["target_group"] not in {None, *TARGET_GROUPS}
        or (
            level["need_level"]
            and (level["need_level"]["scale"], level["need_level"]["value"]) not in NEED_LEVELS
        )
        or set(level["age_bands"]) - AGE_BANDS
    ]

    assert wrong == []


@pytest.mark.parametrize("name", STANDARD_FILES)
def test_levels_are_text_alone_or_figures_with_a_unit(name):
    wrong = []
    for standard, _, level in levels(name):
        figures = [level[part] for part in ("minimum", "typical", "maximum") if level[part] is not None]
        if level["kind"] == "text":
            correct = bool(level["text"]) and not figures and level["unit"] is None
        else:
            correct = bool(figures and level["intervention"]) and level["unit"] in UNITS
        if not correct or figures != sorted(figures, key=Decimal):
            wrong.append((standard["code"], level))

    assert wrong == []


@pytest.mark.parametrize("name", STANDARD_FILES)
def test_deadlines_are_whole_and_in_known_units(name):
    deadlines = [
        v[part] for _, v in versions(name) for part in ("decision_deadline", "start_deadline") if v[part]
    ]
    deadlines += content(name)["deadlines"]

    wrong = [d for d in deadlines if not isinstance(d["value"], int) or d["unit"] not in DEADLINE_UNITS]

    assert wrong == []


@pytest.mark.parametrize("name", STANDARD_FILES)
def test_the_act_on_the_elderly_has_no_time_units(name):
    elderly = [level for standard, _, level in levels(name) if standard["legal_basis"]["law"] == "AEL"]

    assert [level for level in elderly if level["unit"] and MeasurementUnit(level["unit"]).is_time] == []


def test_library_rows_name_their_origin():
    rows = [{"code": s["code"], **s["origin"]} for s in content("library_standards")["standards"]]
    rows += content("library_standards")["deadlines"]

    wrong = [
        r for r in rows if not r["url"].startswith("http") or r["confidence"] not in {"high", "medium", "low"}
    ]

    assert len(content("library_standards")["standards"]) == 41
    assert wrong == []


def test_library_rows_name_a_known_source():
    known = {source["key"] for source in content("library_standards")["sources"]}
    rows = [s["origin"] for s in content("library_standards")["standards"]] + content("library_standards")[
        "deadlines"
    ]

    assert [row for row in rows if row["kilde"] not in known] == []


def test_library_claims_no_adoption_of_its_own():
    claimed = [s["code"] for s, v in versions("library_standards") if v["valid_from"] or v["adoption"]]

    assert claimed == []


def test_demo_standards_say_they_are_fictitious():
    honest = {
        s["fictitious"] and s["origin"] is None and v["purpose"].endswith(FICTITIOUS)
        for s, v in versions("demo_standards")
    }

    assert honest == {True}


def test_demo_versions_are_adopted_before_they_apply_and_follow_each_other():
    wrong = []
    for standard in content("demo_standards")["standards"]:
        ordered = standard["versions"]
        starts = [v["valid_from"] for v in ordered]
        adopted_late = any(v["adoption"]["adopted_on"] >= v["valid_from"] for v in ordered)
        if (
            adopted_late
            or starts != sorted(set(starts))
            or [v["number"] for v in ordered] != list(range(1, len(ordered) + 1))
        ):
            wrong.append(standard["code"])

    assert wrong == []


def test_demo_versions_apply_only_while_their_act_does():
    since = {legal_key(basis): basis["valid_from"] for basis in catalogue("legal_bases")}

    early = [
        s["code"]
        for s, v in versions("demo_standards")
        if v["valid_from"] < since[legal_key(s["legal_basis"])]
    ]

    assert early == []


def test_demo_levels_use_an_intervention_of_the_standards_act():
    wrong = [
        (standard["code"], level["intervention"])
        for standard, _, level in levels("demo_standards")
        if level["intervention"]
        and standard["legal_basis"] not in INTERVENTIONS[level["intervention"]]["legal_bases"]
    ]

    assert wrong == []


def test_demo_versions_are_complete():
    parts = (
        "citizen_text",
        "target_group_text",
        "included",
        "not_included",
        "decision_deadline",
        "start_deadline",
        "follow_up",
        "own_payment",
        "supplier_text",
    )

    wrong = [
        (s["code"], v["number"]) for s, v in versions("demo_standards") if not all(v[part] for part in parts)
    ]
    few = [s["code"] for s, v in versions("demo_standards") if not 3 <= len(v["dispensation"]) <= 5]

    assert wrong == []
    assert few == []


def test_demo_exclusions_always_leave_room_for_the_individual_case():
    texts = [line for _, v in versions("demo_standards") for line in v["not_included"]]

    assert [
        line for line in texts if "normalt" not in line or not (", men" in line or ", medmindre" in line)
    ] == []


def test_help_under_section_83_ends_at_pension_age_when_the_new_act_begins():
    later = [
        (standard["code"], level["age_bands"])
        for standard, version, level in levels("demo_standards")
        if legal_key(standard["legal_basis"]) == ("SEL", "83") and version["valid_from"] >= "2025-07-01"
    ]

    assert {code for code, _ in later} == {"FJ-V05", "FJ-V06"}
    assert [code for code, bands in later if not bands or "67+" in bands] == []


def cells(name: str) -> list[tuple[str, date, date, Row]]:
    """Each frame with the first day it applies and the day its successor takes over."""
    found = []
    for standard in content(name)["standards"]:
        starts = [date.fromisoformat(v["valid_from"]) for v in standard["versions"]]
        ends = [*starts[1:], date.max]
        for start, end, version in zip(starts, ends, standard["versions"], strict=True):
            found += [
                (standard["code"], start, end, level)
                for level in version["levels"]
                if level["kind"] != "text"
            ]
    return found


def overlap(first: Row, second: Row) -> bool:
    """True if one citizen could fall under both; an empty part of the cell means everybody."""
    return (
        (first["kind"], first["intervention"]) == (second["kind"], second["intervention"])
        and (
            not first["target_group"]
            or not second["target_group"]
            or first["target_group"] == second["target_group"]
        )
        and (
            not first["need_level"] or not second["need_level"] or first["need_level"] == second["need_level"]
        )
        and (
            not first["age_bands"]
            or not second["age_bands"]
            or bool({*first["age_bands"]} & {*second["age_bands"]})
        )
    )


def test_no_two_demo_frames_cover_the_same_cell_at_the_same_time():
    clashes = [
        (code, other_code, level["intervention"])
        for (code, start, end, level), (other_code, other_start, other_end, other) in combinations(
            cells("demo_standards"), 2
        )
        if start < other_end and other_start < end and overlap(level, other)
    ]

    assert clashes == []
