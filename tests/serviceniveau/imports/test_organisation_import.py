"""The file of the organisation as a delivery: its receipt, its history, its command."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from roles.actions.files.outcome import FileRefused
from roles.models import Unit, UnitPermission, User
from serviceniveau.actions.imports.organisation import import_organisation
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.models import ImportRun
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
CONTENT = """type;kode;navn;art;hoerer_under;email
enhed;FJO;Fjordby Kommune;kommune;;
enhed;FJO-A;Afdeling A;afdeling;FJO;
person;;Asta;;;asta@fjordby.example
"""


def delivered(content: str = CONTENT) -> DeliveredFile:
    return DeliveredFile("organisation.csv", content.encode())


def command(path, *options):
    out = StringIO()
    call_command("import_organisation", path, *options, stdout=out)
    return out.getvalue()


def test_import_leaves_a_receipt_with_its_errors():
    import_organisation(file=delivered(CONTENT + "hold;;;;;\n"))

    run = ImportRun.objects.get()
    assert (run.subject, run.state, run.file_name) == ("organisation", "faerdig", "organisation.csv")
    assert (run.rows, run.created, run.rejected) == (4, 3, 1)
    assert list(run.errors.values_list("line", "column")) == [(5, "type")]


def test_refused_file_leaves_a_failed_run():
    with pytest.raises(FileRefused):
        import_organisation(file=delivered("type;farve\n"))

    assert ImportRun.objects.values_list("subject", "state").get() == ("organisation", "fejlet")


def test_history_names_who_delivered_which_file():
    by = UserFactory(name="Ida Administrator")

    import_organisation(file=delivered(), by=by)

    authors = Unit.history.values_list("history_change_reason", "history_user_id")
    assert set(authors) == {("import_organisation organisation.csv", by.pk)}


def test_dry_run_tells_the_same_and_leaves_nothing():
    outcome = import_organisation(file=delivered(), dry_run=True)

    assert (outcome.rows, outcome.created) == (3, 3)
    assert [model.objects.count() for model in (Unit, User, UnitPermission, ImportRun)] == [0, 0, 0, 0]


def test_command_prints_one_json_value(tmp_path):
    path = tmp_path / "organisation.csv"
    path.write_text(CONTENT + "hold;;;;;\n", encoding="utf-8")

    assert json.loads(command(path, "--json")) == {
        "rows": 4,
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "errors": [
            {
                "line": 5,
                "column": "type",
                "message": "Typen »hold« kendes ikke. Brug en af: enhed, person, rolle.",
            }
        ],
    }


def test_command_says_in_danish_what_came_of_it(tmp_path):
    path = tmp_path / "organisation.csv"
    path.write_text(CONTENT, encoding="utf-8")

    assert command(path) == "3 rækker: 3 oprettet, 0 rettet, 0 uændret, 0 afvist.\n"
    assert command(path).startswith("Filen er indlæst før: ")


def test_refused_file_answers_in_json_and_ends_with_1(tmp_path, capsys):
    path = tmp_path / "organisation.csv"
    path.write_bytes(b"type;farve\n")

    with pytest.raises(SystemExit) as ending:
        call_command("import_organisation", path, "--json")

    assert ending.value.code == 1
    assert json.loads(capsys.readouterr().out)["errors"] == [
        {"line": 1, "column": "farve", "message": "Kolonnen kendes ikke. Ret navnet eller fjern kolonnen."}
    ]


@pytest.mark.parametrize("name", ["ingen.csv", "010190-1234.csv"])
def test_command_refuses_a_missing_file_and_a_cpr_number_in_its_name(tmp_path, name):
    if "1234" in name:
        (tmp_path / name).write_text(CONTENT, encoding="utf-8")

    with pytest.raises(CommandError, match="Filnavnet ser ud til|Filen kan ikke åbnes"):
        command(tmp_path / name)
