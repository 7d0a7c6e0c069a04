"""Files as a whole: encodings, headers, quoting, and everything that people send by mistake."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roles.actions.files.outcome import FileRefused
from serviceniveau.models import Case, ImportRun, Registration
from tests.import_rows import DECISION, as_csv

HEADER = ";".join(DECISION)
ROW = ";".join(DECISION.values())
DANISH = {"begrundelse": "Særlige behov på øen", "leverandoer": "Åhuset"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(take_in, encoding):
    content = as_csv([DECISION | DANISH]).decode().encode(encoding)

    take_in(content)

    assert Registration.objects.values_list("deviation_text", "supplier").get() == tuple(DANISH.values())


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_endings(take_in, newline):
    outcome = take_in(newline.join([HEADER, ROW, "", ROW.replace("A1", "A2")]).encode())

    assert (outcome.rows, outcome.created) == (2, 2)


def test_columns_in_any_order_and_in_danish_spelling(take_in):
    columns = dict(reversed(DECISION.items()))
    header = ";".join(columns).replace("ae", "æ").replace("oe", "ø").replace("aa", "å").upper()

    outcome = take_in(f"{header}\n{';'.join(columns.values())}\n".encode())

    assert (outcome.rows, outcome.created) == (1, 1)


def test_quoted_fields_may_hold_semicolons_quotes_and_lines(take_in):
    take_in({"begrundelse": '"Først; så ""det"" og\r\nså videre"'}, {"afgoerelse_id": "A2", "enhed": "X"})

    assert Registration.objects.get().deviation_text == 'Først; så "det" og\r\nså videre'
    assert list(ImportRun.objects.get().errors.values_list("line", flat=True)) == [4]


def test_rows_of_the_wrong_width_are_rejected_one_by_one(take_in):
    outcome = take_in(f"{HEADER}\n{ROW};for meget\nfor;lidt\n{ROW};;\n;;;\n".encode())

    assert [(error.line, error.message) for error in outcome.errors] == [
        (2, "Linjen har 29 felter, men overskriften har 28 kolonner."),
        (3, "Linjen har 2 felter, men overskriften har 28 kolonner."),
    ]
    assert (outcome.rows, outcome.created, outcome.rejected) == (3, 1, 2)


def test_a_header_alone_is_a_file_without_rows(take_in):
    assert take_in(HEADER.encode()).rows == 0


REFUSED = [
    (b"", "", "Filen er tom."),
    (b"\n\n", "", "Filen er tom."),
    (HEADER.replace("enhed;", "", 1).encode(), "enhed", "Kolonnen mangler."),
    (f"{HEADER};ENHED".encode(), "enhed", "Kolonnen findes to gange."),
    (f"{HEADER};navn".encode(), "navn", "Kolonnen kendes ikke."),
    (f"{HEADER};;kilde".encode(), "", "En kolonne mangler navn."),
    (f"{HEADER};010190-1234".encode(), "", "Feltet ser ud til at indeholde et CPR-nummer."),
    (HEADER.replace(";", ",").encode(), "", "Kolonnerne skal være adskilt af semikolon."),
    (HEADER.replace(";", "\t").encode(), "", "Kolonnerne skal være adskilt af semikolon."),
    (b"PK\x03\x04xlsx", "", "Filen er et regneark."),
    (b"%PDF-1.7", "", "Filen er en PDF."),
    (f"{HEADER}\n{ROW}".encode("utf-16"), "", "Filen er gemt som UTF-16."),
    (f"{HEADER}\n{ROW}\x00".encode(), "", "Filen indeholder nultegn"),
    (f"{HEADER}\n{ROW}".encode() + b"\x81", "", "Filen indeholder tegn, der ikke kan læses."),
    (f"{HEADER}\n{ROW}æ".encode() + b"\xe6", "", "Filen blander to tegnsæt"),
    (f'{HEADER}\n"{ROW}\n{ROW}'.encode(), "", "Anførselstegnene går ikke op fra linje 2."),
    (f'{HEADER}\n"a"b;{ROW}'.encode(), "", "Anførselstegnene går ikke op fra linje 2."),
    (f'{HEADER}\n"{ROW}\n{ROW}\n{ROW}"'.encode(), "", "Et anførselstegn fra linje 2 er ikke afsluttet"),
    (f"{HEADER}\n{'x' * 200_000}".encode(), "", "Et felt fra linje 2 er alt for langt."),
]


@pytest.mark.parametrize(("content", "column", "message"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_and_recorded_as_failed(take_in, content, column, message):
    with pytest.raises(FileRefused) as refusal:
        take_in(content)

    assert refusal.value.problems[0].column == column
    assert refusal.value.problems[0].message.startswith(message)
    assert ImportRun.objects.values_list("state", flat=True).get() == "fejlet"
    assert Registration.objects.count() == 0


MALFORMED = [
    b"\xff\xfe\xfd",
    b"\xef\xbb\xbf",
    b"\x00" * 100,
    b";" * 5_000,
    b'"',
    b'"""',
    b"\n" * 500,
    b"\r\r\n\n\r",
    b"{}",
    b"<html>",
    b"\x1b[31m",
    "ægte;rod".encode(),
    bytes(range(256)),
    (HEADER + "\n" + ";" * 27).encode(),
    (HEADER + "\n" + "'; DROP TABLE staged; --;" * 20).encode(),
    *(
        as_csv([DECISION | {column: value}])
        for column in ("sagsnr", "afgjort_dato", "omfang", "foedselsaar", "stoettebehov", "begrundelse")
        for value in (
            "NaN",
            "Infinity",
            "-infinity",
            "\\N",
            "\\.",
            "''",
            "%s%d{0}",
            "0000-00-00",
            "99999999999999999999",
            "\u202e\u200b",
            "🎉",
        )
    ),
]


def accounted_for(outcome):
    return outcome.created + outcome.updated + outcome.unchanged + outcome.rejected


@pytest.mark.parametrize("content", MALFORMED)
def test_malformed_files_never_crash(take_in, content):
    try:
        outcome = take_in(content)
    except FileRefused as refusal:
        outcome = refusal.outcome()

    assert accounted_for(outcome) == outcome.rows
    assert outcome.rejected == len({error.line for error in outcome.errors if outcome.rows})


CELLS = st.sampled_from(["", "A1", "x", "1.234", "31-02-2026", '"', "a;b", "010190-1234", "æ", "\x01"])
MANGLED = st.lists(
    st.dictionaries(st.sampled_from(list(DECISION)), CELLS, max_size=4), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=MANGLED)
def test_every_row_is_accepted_or_rejected(take_in, rows):
    try:
        outcome = take_in(*rows, dry_run=True)
    except FileRefused:
        return

    assert accounted_for(outcome) == outcome.rows
    assert outcome.rejected == len({error.line for error in outcome.errors})


def run_command(path, *options):
    out, err = StringIO(), StringIO()
    call_command("import_registrations", str(path), *options, stdout=out, stderr=err)
    return out.getvalue()


def test_command_prints_one_json_value(small_municipality, tmp_path):
    path = tmp_path / "fil.csv"
    path.write_bytes(as_csv([DECISION, DECISION | {"afgoerelse_id": "A2", "enhed": "X"}]))

    assert json.loads(run_command(path, "--json")) == {
        "rows": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "errors": [
            {
                "line": 3,
                "column": "enhed",
                "message": "Enheden »X« findes ikke. Brug enhedens kode fra organisationen.",
            }
        ],
    }


def test_command_says_in_danish_what_came_of_it(small_municipality, tmp_path):
    path = tmp_path / "fil.csv"
    path.write_bytes(as_csv([DECISION]))

    assert run_command(path) == "1 rækker: 1 oprettet, 0 rettet, 0 uændret, 0 afvist.\n"
    assert run_command(path).startswith("Filen er indlæst før: ")
    assert run_command(path, "--dry-run").startswith("Prøvekørsel: intet er gemt.\n")


def test_command_ends_with_1_when_the_file_is_refused(small_municipality, tmp_path):
    path = tmp_path / "fil.csv"
    path.write_bytes(b"")

    with pytest.raises(CommandError, match="Filen er tom") as refusal:
        run_command(path)
    with pytest.raises(SystemExit) as ending:
        run_command(path, "--json")

    assert (refusal.value.returncode, ending.value.code) == (1, 1)


@pytest.mark.parametrize("name", ["010190-1234.csv", "findes-ikke.csv"])
def test_command_refuses_a_missing_file_and_a_cpr_number_in_its_name(tmp_path, name):
    with pytest.raises(CommandError):
        run_command(tmp_path / name)

    if "1234" in name:
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(CommandError, match="Filnavnet ser ud til"):
            run_command(tmp_path / name)


@pytest.mark.parametrize("source", ["", "K" * 41, "010190-1234"])
def test_a_source_must_be_a_short_name_without_cpr(take_in, source):
    with pytest.raises(FileRefused):
        take_in({}, source=source)

    assert Case.objects.count() == 0
