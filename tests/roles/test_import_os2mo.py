"""An export from OS2mo becomes the same rows as the organisation file, with the line of each entry."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions import take_in_organisation
from roles.actions.files.outcome import FileRefused
from roles.models import RoleAssignment, Unit, User
from tests.factories import department

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[2] / "roles" / "data" / "os2mo_example.json"
UNIT = {"uuid": "u", "user_key": "FJO", "name": "Fjordby", "org_unit_type": {"user_key": "Kommune"}}
ASTA = {"uuid": "a", "name": "Asta", "email": "asta@fjordby.example"}
ENGAGED = {
    "person": {"uuid": "a"},
    "org_unit": {"uuid": "u"},
    "job_function": {"name": "Controller"},
    "validity": {"from": "2026-01-01T00:00:00+01:00", "to": None},
}


def take_in(mapping=None, **lists):
    content = {"org_units": [UNIT], "employees": [ASTA], **lists}
    return take_in_organisation(json.dumps(content, indent=1).encode(), mapping=mapping)


def errors(outcome):
    return [(error.column, error.message) for error in outcome.errors]


def test_example_is_taken_in_whole_and_again_changes_nothing():
    outcome = take_in_organisation(EXAMPLE.read_bytes())

    assert (outcome.rows, outcome.created, errors(outcome)) == (8, 8, [])
    assert Unit.objects.get(code="FJO-SS-VH-T2").path == "/FJO/FJO-SS/FJO-SS-VH/FJO-SS-VH-T2/"
    assert list(User.objects.values_list("name", "staff_code").order_by("name")) == [
        ("Asta Bøgelund", "ASBO"),
        ("Ib Lærkedal", "IBLA"),
    ]
    held = RoleAssignment.objects.order_by("role__position").values_list("role__code", "unit__code", "valid")
    assert list(held) == [
        ("teamledelse", "FJO-SS-VH-T2", DateRange(date(2026, 1, 1), date(2028, 1, 1))),
        ("sagsbehandler", "FJO-SS-VH-T2", DateRange(date(2026, 1, 1), None)),
    ]
    again = take_in_organisation(EXAMPLE.read_bytes())
    assert (again.unchanged, again.rows) == (8, 8)


def test_people_without_a_role_and_cpr_numbers_stay_outside():
    outcome = take_in(employees=[ASTA | {"cpr_no": "0101901234"}], engagements=[])

    assert (outcome.rows, User.objects.count()) == (1, 0)


def test_own_mapping_may_leave_the_rest_out():
    mapping = {
        "org_unit_type": {"kommune": "kommune"},
        "job_function": {"*": None, "controller": "controller"},
    }
    cook = ENGAGED | {"job_function": {"name": "Kok"}}

    outcome = take_in(mapping=json.dumps(mapping).encode(), engagements=[ENGAGED, cook])

    assert (outcome.created, errors(outcome)) == (3, [])


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        (
            {"job_function": {"name": "Kok"}},
            "job_function",
            "»Kok« står ikke i mapping-filen under job_function. Føj den til, eller sæt den til null,"
            " hvis den skal springes over.",
        ),
        ({"job_function": None}, "job_function", "Feltet er tomt. Det skal udfyldes."),
        ({"org_unit": {"uuid": "x"}}, "org_unit", "»x« findes ikke i filen."),
        ({"person": None}, "person", "Feltet er tomt. Det skal udfyldes."),
        (
            {"validity": {"from": "i går"}},
            "validity.from",
            "»i går« er ikke en dato. Skriv den som dd-mm-åååå, fx 31-01-2026.",
        ),
    ],
)
def test_an_entry_is_rejected_alone(change, column, message):
    outcome = take_in(engagements=[ENGAGED, ENGAGED | change])

    assert errors(outcome) == [(column, message)]
    assert (outcome.created, outcome.rejected) == (3, 1)


def test_the_line_is_that_of_the_entry():
    content = '{"org_units": [\n\n  {"uuid": "u"},\n  {"uuid": "v",\n "org_unit_type": {"name": "Hold"}}]}'

    outcome = take_in_organisation(content.encode())

    assert [(error.line, error.column) for error in outcome.errors] == [
        (3, "org_unit_type"),
        (4, "org_unit_type"),
    ]


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud800", "\\n", "\\u200b"])
def test_signs_that_cannot_be_shown_are_rejected(sign):
    content = json.dumps({"org_units": [UNIT]}).replace("Fjordby", f"Fjord{sign}by")

    outcome = take_in_organisation(content.encode())

    assert errors(outcome) == [("name", "Feltet indeholder et tegn, der ikke kan vises. Skriv det om.")]


def test_a_unit_that_moved_in_os2mo_is_closed_with_a_successor_here():
    department()
    team = {"uuid": "t", "user_key": "FJO-SS-VH", "name": "VH", "parent": {"uuid": "u"}}

    outcome = take_in(org_units=[UNIT, team | {"org_unit_type": {"name": "Afdeling"}}])

    assert errors(outcome) == [("parent", "En enhed flytter ikke. Luk den, og opret en ny, som afløser den.")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "Filen er ikke gyldig JSON: fejl i linje 1."),
        ("[]", "Filen er ikke en eksport fra OS2mo."),
        ('{"org_units": {}}', "Filen er ikke en eksport fra OS2mo."),
        ('{"org_units": [1]}', "Filen er ikke en eksport fra OS2mo."),
        ("[" * 200_000, "Filen er ikke en eksport fra OS2mo."),
    ],
)
def test_another_json_file_is_refused(content, message):
    with pytest.raises(FileRefused) as refusal:
        take_in_organisation(content.encode())

    assert refusal.value.problems[0].message.startswith(message)


def test_a_mapping_that_cannot_be_read_is_refused():
    with pytest.raises(FileRefused, match="Mapping-filen kan ikke læses"):
        take_in(mapping=b"[]")
