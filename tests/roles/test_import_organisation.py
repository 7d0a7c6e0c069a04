import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions import import_organisation
from roles.models import Permission, RoleAssignment, Unit, UnitPermission, User
from roles.permissions import may

pytestmark = pytest.mark.django_db

EXAMPLE = Path(__file__).parents[2] / "roles" / "data" / "organisation_example.csv"
HEADER = "type;kode;navn;art;hoerer_under;bydel;email;medarbejderkode;rolle;enhed;fra;til"
# Roles before people, teams before the municipality: the order of the lines does not matter.
GOOD = """
rolle;;;;;;asta@fjordby.example;;sagsbehandler;FJO-T1;01-01-2020;31-12-2025
rolle;;;;;;ib@fjordby.example;;teamledelse;FJO-T1;2020-01-01;
enhed;FJO-T1;Team Nord;team;FJO-A;Ådalen;;;;;;
person;;Asta Bøgelund;;;;Asta@fjordby.example;ASB;;;;
enhed;FJO-A;Afdeling A;afdeling;FJO;;;;;;;
person;;Ib Lærkedal;;;;ib@fjordby.example;;;;;
enhed;FJO;Fjordby Kommune;kommune;;;;;;;;
"""
LINES = {"rows": 7, "created": 7, "updated": 0, "unchanged": 0}


@pytest.fixture
def take_in(tmp_path):
    def take_in(text: str, *, header: str = HEADER, encoding: str = "utf-8", dry_run: bool = False):
        file = tmp_path / "organisation.csv"
        file.write_bytes((header + "\n" + text.strip() + "\n").encode(encoding))
        return import_organisation(file=file, dry_run=dry_run)

    return take_in


def counts(result) -> dict[str, int]:
    return {name: getattr(result, name) for name in ("rows", "created", "updated", "unchanged")}


def errors(result) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.message) for error in result.errors]


def test_import_makes_units_people_and_roles(take_in):
    result = take_in(GOOD)

    assert (counts(result), errors(result)) == (LINES, [])
    assert Unit.objects.get(code="FJO-T1").path == "/FJO/FJO-A/FJO-T1/"
    assert Unit.objects.get(code="FJO-T1").district == "Ådalen"
    asta = User.objects.get(email="asta@fjordby.example")
    assert (asta.name, asta.staff_code, asta.has_usable_password()) == ("Asta Bøgelund", "ASB", False)
    assert asta.assignments.get().valid == DateRange(date(2020, 1, 1), date(2026, 1, 1))
    assert may(User.objects.get(email="ib@fjordby.example"), Permission.APPROVE_DECISION)


def test_import_of_the_same_file_again_writes_nothing(take_in):
    take_in(GOOD)
    before = [model.history.count() for model in (Unit, User, RoleAssignment)]

    result = take_in(GOOD)

    assert counts(result) == {"rows": 7, "created": 0, "updated": 0, "unchanged": 7}
    assert [model.history.count() for model in (Unit, User, RoleAssignment)] == before


def test_import_names_the_file_in_the_history(take_in):
    take_in(GOOD)

    reasons = set(Unit.history.values_list("history_change_reason", flat=True))
    assert reasons == {"import_organisation organisation.csv"}


def test_import_mends_what_has_changed(take_in):
    take_in(GOOD)

    result = take_in(
        """
        enhed;FJO-T1;Team Nordvest;team;FJO-A;Ådalen;;;;;;31-12-2026
        person;;Asta Bøgelund Holm;;;;asta@fjordby.example;ASB;;;;
        rolle;;;;;;asta@fjordby.example;;sagsbehandler;FJO-T1;01-01-2020;30-06-2026
        rolle;;;;;;ib@fjordby.example;;teamledelse;FJO-T1;01-01-2020;30-06-2026
        """.replace(" " * 8, "")
    )

    assert (counts(result), errors(result)) == (
        {"rows": 4, "created": 0, "updated": 4, "unchanged": 0},
        [],
    )
    assert Unit.objects.get(code="FJO-T1").closed_on == date(2027, 1, 1)
    assert {role.valid.upper for role in RoleAssignment.objects.all()} == {date(2026, 7, 1)}


def test_import_leaves_alone_what_the_file_has_no_column_for(take_in):
    take_in(GOOD)

    result = take_in("enhed;FJO-T1;Team Nord;team;FJO-A", header="type;kode;navn;art;hører_under")

    assert counts(result)["unchanged"] == 1
    assert Unit.objects.get(code="FJO-T1").district == "Ådalen"


def test_example_file_is_taken_in_whole():
    result = import_organisation(file=EXAMPLE)

    assert (counts(result), errors(result)) == (
        {"rows": 10, "created": 10, "updated": 0, "unchanged": 0},
        [],
    )
    deputy = RoleAssignment.objects.get(deputy_of__isnull=False)
    assert (deputy.deputy_of.name, deputy.valid.upper) == ("Ib Lærkedal", date(2026, 8, 1))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_import_reads_the_usual_encodings(take_in, encoding):
    result = take_in(GOOD, header=HEADER.replace("hoerer", "Hører"), encoding=encoding)

    assert counts(result) == LINES
    assert User.objects.filter(name="Ib Lærkedal").exists()


def test_dry_run_tells_the_same_and_leaves_nothing(take_in):
    result = take_in(GOOD, dry_run=True)

    assert counts(result) == LINES
    assert (Unit.objects.count(), User.objects.count(), UnitPermission.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("hold;X;;;;;;;;;;", "type", "Skriv enhed, person eller rolle."),
        ("enhed;X;;team;FJO-A;;;;;;;", "navn", "Feltet skal udfyldes."),
        ("enhed;FJO;Igen;kommune;;;;;;;;", "type", "Rækken står allerede i linje 8."),
        ("enhed;X;X;hold;FJO-A;;;;;;;", "art", "Skriv en af: kommune, forvaltning, afdeling, team."),
        (
            "enhed;X;X;team;;;;;;;;",
            "hoerer_under",
            "En kommune står øverst; alle andre enheder hører under en anden.",
        ),
        ("enhed;X;X;team;Y;;;;;;;", "hoerer_under", "Enheden 'Y' findes hverken i filen eller i forvejen."),
        ("enhed;X;X;team;X;;;;;;;", "hoerer_under", "Enheden 'X' findes hverken i filen eller i forvejen."),
        (
            "enhed;X X;X;team;FJO-A;;;;;;;",
            "kode",
            "Brug kun bogstaver, tal, punktum, bindestreg og understreg.",
        ),
        (
            "enhed;X;X;team;FJO-A;;;;;;31-02-2026;",
            "fra",
            "'31-02-2026' er ikke en dato. Skriv den som dd-mm-åååå.",
        ),
        ("person;;Per;;;;per;;;;;", "email", "Indtast en gyldig e-mail-adresse."),
        (
            "person;;Per;;;;per@fjordby.example;ASB;;;;",
            "medarbejderkode",
            "Medarbejderkoden bruges allerede af en anden.",
        ),
        (
            "rolle;;;;;;per@fjordby.example;;controller;FJO;01-01-2026;",
            "email",
            "per@fjordby.example er hverken i filen som person eller oprettet i forvejen.",
        ),
        (
            "rolle;;;;;;ib@fjordby.example;;konge;FJO;01-01-2026;",
            "rolle",
            "Rollen 'konge' findes ikke. Brug en af: politiker, direktion, fagledelse, teamledelse, "
            "sagsbehandler, controller, administrator.",
        ),
        (
            "rolle;;;;;;ib@fjordby.example;;controller;FJ;01-01-2026;",
            "enhed",
            "Enheden 'FJ' findes hverken i filen eller i forvejen.",
        ),
        (
            "rolle;;;;;;ib@fjordby.example;;controller;FJO;02-01-2026;01-01-2026",
            "til",
            "Rollen skal slutte efter, at den er begyndt.",
        ),
        (
            "rolle;;;;;;ib@fjordby.example;;teamledelse;FJO-T1;01-01-2026;",
            "fra",
            "Ib Lærkedal har allerede rollen Teamledelse i Team Nord fra 01-01-2020. Afslut den rolle først.",
        ),
    ],
)
def test_import_rejects_one_row_and_takes_the_others(take_in, row, column, message):
    result = take_in(GOOD + row)

    assert errors(result) == [(9, column, message)]
    assert (counts(result), result.rejected) == (LINES | {"rows": 8}, 1)


def test_import_refuses_to_move_a_unit(take_in):
    take_in(GOOD)

    result = take_in("enhed;FJO-T1;Team Nord;team;FJO;Ådalen;;;;;;")

    assert errors(result) == [
        (2, "hoerer_under", "En enhed flytter ikke. Luk den, og opret en ny, som afløser den.")
    ]
    assert Unit.objects.get(code="FJO-T1").parent.code == "FJO-A"


def test_import_gives_a_closed_unit_its_successor(take_in):
    take_in(GOOD)

    result = take_in(
        "enhed;FJO-T1;Team Nord;team;FJO-A;31-12-2025;FJO-T2\nenhed;FJO-T2;Team Ny;team;FJO-A;;",
        header="type;kode;navn;art;hoerer_under;til;afloest_af",
    )

    assert errors(result) == []
    assert Unit.objects.get(code="FJO-T1").successor == Unit.objects.get(code="FJO-T2")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Kolonnen type mangler. Første linje skal være kolonnenavne adskilt af semikolon."),
        (b"type;farve\n", "Kolonnen 'farve' kendes ikke. Brug: type, kode,"),
        (b"type;kode;kode\n", "Kolonnen kode står der flere gange."),
        (
            b"type;kode\nenhed;\x00\n",
            "Filen er ikke en tekstfil. Gem den som CSV (semikolonsepareret, UTF-8).",
        ),
        (b'type;navn\nperson;"Asta\n', "Linje 2 kan ikke læses. Tjek, om et citationstegn mangler."),
        (b"type;kode\nenhed;A;B\n", "Linje 2 har flere felter, end der er kolonner."),
        (b"type;\x81\n", "Filens tegnsæt kan ikke læses. Gem den som CSV i UTF-8."),
    ],
)
def test_import_refuses_a_file_that_is_no_table(tmp_path, content, message):
    file = tmp_path / "organisation.csv"
    file.write_bytes(content)

    with pytest.raises(ValidationError) as refusal:
        import_organisation(file=file)

    assert refusal.value.messages[0].startswith(message)


def test_command_prints_one_json_value(tmp_path):
    file, stream = tmp_path / "organisation.csv", StringIO()
    file.write_text(f"{HEADER}\n{GOOD.strip()}\nhold;;;;;;;;;;;\n", encoding="utf-8")

    call_command("import_organisation", file, "--json", stdout=stream)

    assert json.loads(stream.getvalue()) == LINES | {
        "rows": 8,
        "rejected": 1,
        "errors": [{"line": 9, "column": "type", "message": "Skriv enhed, person eller rolle."}],
    }


def test_command_refuses_a_missing_file(tmp_path):
    with pytest.raises(CommandError):
        call_command("import_organisation", tmp_path / "ingen.csv")
