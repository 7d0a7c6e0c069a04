"""The starting content: the file as a whole, its statutory rhythms, and how it is read."""

import json
from collections import Counter
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from roles.actions.plans import create_plan
from roles.actions.plans.template import TEMPLATE, TemplateBroken, next_due, read_template
from roles.models import Duty, Involvement, Phase, RoleCode, Timing
from roles.queries.plans import grid
from tests.roles.plans.conftest import adopt

TODAY = date(2026, 11, 22)
FIVE = ["politiker", "direktion", "fagledelse", "teamledelse", "sagsbehandler"]
OTHERS = ["controller", "leverandoer", "handicapraad", "aeldreraad", "borgere"]
CONTENT = json.loads(TEMPLATE.read_text(encoding="utf-8"))


def test_file_is_read_line_by_line_as_it_is_written(db):
    _, lines = read_template(CONTENT, on=TODAY)

    items = [
        (row["role"], phase, place, item)
        for row in CONTENT["rows"]
        for phase, items in row["phases"].items()
        for place, item in enumerate(items, start=1)
    ]
    for line, (role, phase, place, item) in zip(lines, items, strict=True):
        said = {name: getattr(line, name) for name in item if name != "first_due"}
        assert (line.role.code, line.phase, line.position) == (role, phase, place)
        assert said == {name: value for name, value in item.items() if name != "first_due"}


def test_roles_stand_in_the_order_of_the_guidance_then_the_others(db):
    rows, lines = read_template(CONTENT, on=TODAY)

    assert [role.code for role, hidden in rows] == [*FIVE, *OTHERS]
    assert not any(hidden for role, hidden in rows)
    assert len({line.lineage for line in lines}) == len(lines)


def test_no_cell_is_empty_and_those_of_the_five_roles_are_rich(db):
    _, lines = read_template(CONTENT, on=TODAY)
    cells = Counter((line.role.code, line.phase) for line in lines)

    assert all(3 <= cells[role, phase] <= 6 for role in FIVE for phase in Phase.values)
    assert all(cells[role, phase] for role in OTHERS for phase in Phase.values)


def test_texts_are_sentences_and_shorter_than_the_screen_is_wide(db):
    _, lines = read_template(CONTENT, on=TODAY)

    assert all(line.text[0].isupper() and line.text.endswith((".", "?")) for line in lines)
    assert max(len(line.text) for line in lines) < 200


def test_what_returns_has_a_day_within_its_first_round(db):
    _, lines = read_template(CONTENT, on=TODAY)

    for line in lines:
        if months := Timing(line.timing).months:
            assert TODAY <= line.first_due_on <= TODAY + timedelta(days=31 * max(months, 12))


STATUTORY = [  # role, phase, rhythm, first due after 22-11-2026, law, a word of the text
    ("politiker", "udvikling", "aar", "2026-11-30", "BEK 1575 af 27-12-2014", "Tager stilling"),
    ("fagledelse", "udvikling", "aar", "2027-09-15", "BEK 1575 af 27-12-2014", "årets kvalitetsstandarder"),
    ("politiker", "opfoelgning", "aar", "2026-11-30", "BEK 1575 af 27-12-2014", "Følger hvert år op"),
    ("politiker", "udvikling", "to_aar", "2026-11-30", "BEK 1477 af 17-12-2019", "stofmisbrug"),
    ("fagledelse", "udvikling", "to_aar", "2027-09-15", "BEK 1477 af 17-12-2019", "stofmisbrug"),
    ("politiker", "opfoelgning", "aar", "2026-12-15", "RSL § 79 b", "inden den 31. december"),
    ("direktion", "opfoelgning", "aar", "2027-11-20", "RSL § 79 b", "handlingsplan"),
    ("politiker", "opfoelgning", "fire_aar", "2030-06-30", "", "ny kommunalbestyrelse"),
    ("controller", "opfoelgning", "maaned", "2026-12-14", "", "Danmarks Statistik"),
    ("direktion", "opfoelgning", "kvartal", "2026-12-20", "", "budgetopfølgningen"),
    ("teamledelse", "opfoelgning", "kvartal", "2026-12-15", "", "ledelsestilsyn"),
    ("teamledelse", "opfoelgning", "maaned", "2026-11-25", "", "sagsstammen"),
]


@pytest.mark.parametrize(("role", "phase", "timing", "due", "law", "words"), STATUTORY)
def test_statutory_and_monthly_rhythms_are_ready(db, role, phase, timing, due, law, words):
    _, lines = read_template(CONTENT, on=TODAY)
    found = [
        line
        for line in lines
        if (line.role.code, line.phase, line.timing) == (role, phase, timing)
        and words in line.text
        and law in line.legal_basis
    ]

    assert [line.first_due_on.isoformat() for line in found] == [due]
    assert found[0].acts


DUE = [  # rhythm, as written, and the first day on or after 22-11-2026
    ("maaned", "01-14", "2026-12-14"),
    ("maaned", "01-22", "2026-11-22"),
    ("maaned", "01-31", "2026-11-30"),
    ("kvartal", "03-31", "2026-12-31"),
    ("kvartal", "02-20", "2027-02-20"),
    ("aar", "11-22", "2026-11-22"),
    ("aar", "11-21", "2027-11-21"),
    ("to_aar", "11-30", "2026-11-30"),
    ("fire_aar", "2030-06-30", "2030-06-30"),
    ("fire_aar", "2022-06-30", "2030-06-30"),
    ("en_gang", "2020-01-01", "2020-01-01"),
]


@pytest.mark.parametrize(("timing", "written", "due"), DUE)
def test_first_due_day_is_the_next_of_its_rhythm(timing, written, due):
    assert next_due(timing, written, on=TODAY).isoformat() == due


BROKEN = {
    "unknown role": lambda rows: rows[0].update(role="konge"),
    "role twice": lambda rows: rows[1].update(role="politiker"),
    "unknown phase": lambda rows: rows[0]["phases"].update(senere=[{"text": "A."}]),
    "unknown field": lambda rows: first(rows).update(farve="blå"),
    "unknown letter": lambda rows: first(rows).update(involvement="chef"),
    "no text": lambda rows: first(rows).update(text=""),
    "too long": lambda rows: first(rows).update(text="x" * 601),
    "CPR": lambda rows: first(rows).update(text="Ring til 010190-1234."),
    "the same twice": lambda rows: rows[0]["phases"]["udvikling"].append(first(rows)),
    "day without rhythm": lambda rows: first(rows).update(first_due="01-01"),
    "no such day": lambda rows: first(rows).update(timing="aar", first_due="02-30"),
    "relative without event": lambda rows: first(rows).update(timing="begivenhed", offset_days=3),
}


def first(rows: list[dict]) -> dict:
    return rows[0]["phases"]["udvikling"][0]


@pytest.mark.parametrize("breaks", BROKEN.values(), ids=BROKEN)
def test_broken_file_is_refused(db, breaks):
    content = deepcopy(CONTENT)
    breaks(content["rows"])

    with pytest.raises(TemplateBroken):
        read_template(content, on=TODAY)


def test_plan_from_the_template_holds_it_all(unit, editor):
    plan = create_plan(unit=unit, subject="Voksen handicap", by=editor, from_template=True)
    _, lines = read_template(CONTENT, on=localdate())

    shown = [line.text for row in grid(plan).rows for cell in row.cells for line in cell.responsibilities]
    assert shown == [line.text for line in lines]
    assert plan.responsibilities.filter(involvement=Involvement.INFORMED).exists()
    assert plan.rows.filter(role__code=RoleCode.ADMINISTRATOR).count() == 0


def test_statutory_rhythms_become_duties_when_the_plan_is_adopted(unit, editor, politician):
    plan = create_plan(unit=unit, subject="Voksen handicap", by=editor, from_template=True)
    adopt(plan, by=editor, on=localdate())

    due = next_due("aar", "12-15", on=localdate())
    found = Duty.objects.filter(responsibility__legal_basis="RSL § 79 b", role__code="politiker")
    first = found.order_by("due_on")[0]
    assert (first.due_on, first.unit, first.seat) == (due, unit, unit.parent.parent)
    assert list(Duty.objects.of(politician).filter(pk=first.pk)) == [first]
