from datetime import date
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions import take_in_organisation
from roles.actions.files.outcome import FileRefused
from roles.models import Permission, RoleAssignment, RoleCode, RoleRequest, Unit, User
from roles.models.cpr import CPR_MESSAGE
from roles.permissions import may
from tests.factories import CaseFactory, UserFactory, give_role

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


def take_in(text: str, *, header: str = HEADER, encoding: str = "utf-8"):
    return take_in_organisation((header + "\n" + text.strip() + "\n").encode(encoding))


def counts(result) -> dict[str, int]:
    return {name: getattr(result, name) for name in ("rows", "created", "updated", "unchanged")}


def errors(result) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.message) for error in result.errors]


def test_import_makes_units_people_and_roles():
    result = take_in(GOOD)

    assert (counts(result), errors(result)) == (LINES, [])
    assert Unit.objects.get(code="FJO-T1").path == "/FJO/FJO-A/FJO-T1/"
    assert Unit.objects.get(code="FJO-T1").district == "Ådalen"
    asta = User.objects.get(email="asta@fjordby.example")
    assert (asta.name, asta.staff_code, asta.has_usable_password()) == ("Asta Bøgelund", "ASB", False)
    assert asta.assignments.get().valid == DateRange(date(2020, 1, 1), date(2026, 1, 1))
    assert may(User.objects.get(email="ib@fjordby.example"), Permission.APPROVE_DECISION)


def test_import_of_the_same_file_again_writes_nothing():
    take_in(GOOD)
    before = [model.history.count() for model in (Unit, User, RoleAssignment)]

    result = take_in(GOOD)

    assert counts(result) == {"rows": 7, "created": 0, "updated": 0, "unchanged": 7}
    assert [model.history.count() for model in (Unit, User, RoleAssignment)] == before


def test_import_mends_what_has_changed():
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


def test_import_leaves_alone_what_the_file_has_no_column_for():
    take_in(GOOD)

    result = take_in("enhed;FJO-T1;Team Nord;team;FJO-A", header="type;kode;navn;art;hører_under")

    assert counts(result)["unchanged"] == 1
    assert Unit.objects.get(code="FJO-T1").district == "Ådalen"


def test_example_file_is_taken_in_whole():
    result = take_in_organisation(EXAMPLE.read_bytes())

    assert (counts(result), errors(result)) == (
        {"rows": 10, "created": 10, "updated": 0, "unchanged": 0},
        [],
    )
    deputy = RoleAssignment.objects.get(deputy_of__isnull=False)
    assert (deputy.deputy_of.name, deputy.valid.upper) == ("Ib Lærkedal", date(2026, 8, 1))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_import_reads_the_usual_encodings(encoding):
    result = take_in(GOOD, header=HEADER.replace("hoerer", "Hører"), encoding=encoding)

    assert counts(result) == LINES
    assert User.objects.filter(name="Ib Lærkedal").exists()


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("hold;X;;;;;;;;;;", "type", "Typen »hold« kendes ikke. Brug en af: enhed, person, rolle."),
        ("enhed;X;;team;FJO-A;;;;;;;", "navn", "Feltet er tomt. Det skal udfyldes."),
        ("enhed;FJO;Igen;kommune;;;;;;;;", "type", "Rækken står allerede i linje 8. Fjern den ene."),
        (
            "enhed;X;X;hold;FJO-A;;;;;;;",
            "art",
            "Arten »hold« kendes ikke. Brug en af: kommune, forvaltning, afdeling, team.",
        ),
        (
            "enhed;X;X;team;;;;;;;;",
            "hoerer_under",
            "En kommune står øverst; alle andre enheder hører under en anden.",
        ),
        ("enhed;X;X;team;Y;;;;;;;", "hoerer_under", "Enheden »Y« findes hverken i filen eller i forvejen."),
        ("enhed;X;X;team;X;;;;;;;", "hoerer_under", "Enheden »X« findes hverken i filen eller i forvejen."),
        (
            "enhed;X X;X;team;FJO-A;;;;;;;",
            "kode",
            "Brug kun bogstaver, tal, punktum, bindestreg og understreg.",
        ),
        (
            "enhed;X;X;team;FJO-A;;;;;;31-02-2026;",
            "fra",
            "Datoen 31-02-2026 findes ikke i kalenderen. Ret den.",
        ),
        (
            "enhed;X;X;team;FJO-A;;;;;;1/2-2026;",
            "fra",
            "»1/2-2026« er ikke en dato. Skriv den som dd-mm-åååå, fx 31-01-2026.",
        ),
        (
            "enhed;X;X;team;FJO-A;;;;;;;31-12-9999",
            "til",
            f"Datoen 31-12-9999 ligger efter år {localdate().year + 50}."
            " Ret årstallet, eller lad feltet stå tomt.",
        ),
        ("enhed;X;X;team;FJO-A", "", "Linjen har 5 felter, men overskriften har 12 kolonner."),
        ("enhed;X;Team 010190-1234;team;FJO-A;;;;;;;", "navn", CPR_MESSAGE),
        ("010190-1234;X;;;;;;;;;;", "type", CPR_MESSAGE),
        ("person;;Per;;;;per;;;;;", "email", "Indtast en gyldig e-mail-adresse."),
        (
            "person;;Per;;;;per@fjordby.example;ASB;;;;",
            "medarbejderkode",
            "Medarbejderkoden bruges allerede af en anden.",
        ),
        (
            "rolle;;;;;;per@fjordby.example;;controller;FJO;01-01-2026;",
            "email",
            "»per@fjordby.example« er hverken i filen som person eller oprettet i forvejen.",
        ),
        (
            "rolle;;;;;;ib@fjordby.example;;konge;FJO;01-01-2026;",
            "rolle",
            "Rollen »konge« findes ikke. Brug en af: politiker, direktion, fagledelse, teamledelse, "
            "sagsbehandler, controller, administrator.",
        ),
        (
            "rolle;;;;;;ib@fjordby.example;;controller;FJ;01-01-2026;",
            "enhed",
            "Enheden »FJ« findes hverken i filen eller i forvejen.",
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
def test_import_rejects_one_row_and_takes_the_others(row, column, message):
    result = take_in(GOOD + row)

    assert errors(result) == [(9, column, message)]
    assert (counts(result), result.rejected) == (LINES | {"rows": 8}, 1)


def test_import_refuses_to_move_a_unit():
    take_in(GOOD)

    result = take_in("enhed;FJO-T1;Team Nord;team;FJO;Ådalen;;;;;;")

    assert errors(result) == [
        (2, "hoerer_under", "En enhed flytter ikke. Luk den, og opret en ny, som afløser den.")
    ]
    assert Unit.objects.get(code="FJO-T1").parent.code == "FJO-A"


def test_import_gives_a_closed_unit_its_successor():
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
        (b"", "Filen er tom."),
        (b"kode;navn\n", "Kolonnen mangler. Den skal være i filen."),
        (b"type;farve\n", "Kolonnen kendes ikke."),
        (b"type;010190-1234\n", CPR_MESSAGE),
        (b"type;kode;kode\n", "Kolonnen findes to gange."),
        (b"type;kode\nenhed;\x00\n", "Filen indeholder nultegn"),
        (b'type;navn\nperson;"Asta\n', "Anførselstegnene går ikke op fra linje 2."),
        (b"type;\x81\n", "Filen indeholder tegn, der ikke kan læses."),
        (b"PK\x03\x04xlsx", "Filen er et regneark."),
    ],
)
def test_import_refuses_a_file_that_is_no_table(content, message):
    with pytest.raises(FileRefused) as refusal:
        take_in_organisation(content)

    assert refusal.value.problems[0].message.startswith(message)


def test_every_row_is_counted_once_whatever_is_wrong_with_it():
    result = take_in("enhed;;;;;;;;;;;\nenhed\nperson;;;;;;;;;;;\n" + GOOD.strip())

    assert (result.rows, result.created, result.rejected) == (10, 7, 3)
    assert [line for line, _, _ in errors(result)] == [2, 2, 2, 3, 4, 4]


CLOSING = "type;kode;navn;art;hoerer_under;til;afloest_af"
SUCCESSOR = "\nenhed;FJO-T2;Team Ny;team;FJO-A;;"


def test_closing_in_a_file_follows_the_rules_of_closing():
    take_in(GOOD)

    refused = take_in("enhed;FJO-T1;Team Nyt Navn;team;FJO-A;31-12-2025;", header=CLOSING)

    assert errors(refused) == [
        (2, "afloest_af", "I Team Nyt Navn er der 1 rolle. Vælg den enhed, der overtager.")
    ]
    assert Unit.objects.get(code="FJO-T1").name == "Team Nord"  # nothing half done


def test_a_closed_unit_hands_over_and_its_roles_end():
    take_in(GOOD)
    case = CaseFactory(unit=Unit.objects.get(code="FJO-T1"))

    take_in(f"enhed;FJO-T1;Team Nord;team;FJO-A;31-12-2025;FJO-T2{SUCCESSOR}", header=CLOSING)

    case.refresh_from_db()
    assert case.unit.code == "FJO-T2"
    assert not may(User.objects.get(email="ib@fjordby.example"), Permission.APPROVE_DECISION)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (
            "enhed;FJO-T1;Team Nord;team;FJO-A;;FJO-T2",
            "afloest_af",
            "Team Nord lukker ikke. Skriv dens sidste dag i kolonnen til.",
        ),
        (
            "enhed;FJO-T1;Team Nord;team;FJO-A;31-12-2025;FJO-A",
            "afloest_af",
            "En enhed afløses af en af samme art: Team Nord er team, Afdeling A er afdeling."
            " Vælg en anden enhed.",
        ),
        (
            "enhed;FJO-A;Afdeling A;afdeling;FJO;31-12-2025;",
            "",
            "Under Afdeling A hører stadig Team Nord og Team Ny. Luk dem først, med hver sin afløser.",
        ),
        (
            "enhed;FJO-T3;Team X;team;FJO-A;31-12-2025;FJO-A",
            "afloest_af",
            "En enhed afløses af en af samme art: Team X er team, Afdeling A er afdeling."
            " Vælg en anden enhed.",
        ),
    ],
)
def test_a_wrong_closing_is_one_row_error(row, column, message):
    take_in(GOOD)

    assert errors(take_in(row + SUCCESSOR, header=CLOSING)) == [(2, column, message)]


def test_a_role_must_not_outlive_the_unit_that_the_file_closes():
    take_in(GOOD)
    role = "rolle;;;;;;;ib@fjordby.example;teamledelse;FJO-T1;01-01-2020"

    outcome = take_in(
        f"enhed;FJO-T1;Team Nord;team;FJO-A;31-12-2025;FJO-T2;;;;{SUCCESSOR};;;;\n{role}",
        header=f"{CLOSING};email;rolle;enhed;fra",
    )

    assert errors(outcome) == [(4, "til", "Filen lukker Team Nord. Rollen skal slutte senest 31-12-2025.")]


def test_what_is_closed_is_not_opened_again_but_a_plan_can_be_dropped():
    take_in(GOOD)
    far = f"31-12-{localdate().year + 1}"
    close = "enhed;FJO-T1;Team Nord;team;FJO-A;{};{}" + SUCCESSOR

    outcomes = [
        errors(take_in(close.format(*ended), header=CLOSING))
        for ended in ((far, "FJO-T2"), ("", ""), ("31-12-2025", "FJO-T2"), ("", ""))
    ]

    assert outcomes == [
        [],
        [],
        [],
        [(2, "til", "Team Nord er lukket fra 01-01-2026. Opret en ny enhed i stedet.")],
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "rolle;;;;;;per@fjordby.example;;controller;FJO-A;01-01-2026;",
            "Du kan ikke give dig selv en rolle.",
        ),
        ("enhed;X;X;team;FJO;;;;;;;", "Du er ikke administrator i Fjordby Kommune."),
        ("enhed;FJO;Nyt Navn;kommune;;;;;;;;", "Du er ikke administrator i Fjordby Kommune."),
        ("enhed;NY;Ny Kommune;kommune;;;;;;;;", "Du er ikke administrator for en ny kommune."),
        ("rolle;;;;;;asta@fjordby.example;;controller;FJO;01-01-2026;", "Du er ikke administrator i"),
    ],
)
def test_an_administrators_file_reaches_no_further_than_the_pages(row, message):
    take_in(GOOD)
    by = UserFactory(email="per@fjordby.example")
    give_role(by, RoleCode.ADMINISTRATOR, Unit.objects.get(code="FJO-A"))

    outcome = take_in_organisation(f"{HEADER}\n{row}\n".encode(), by=by)

    assert [error.message.startswith(message) for error in outcome.errors] == [True]


def test_roles_of_weight_wait_for_another_administrator():
    take_in(GOOD)
    by = give_role(UserFactory(), RoleCode.ADMINISTRATOR, Unit.objects.get(code="FJO"))
    rows = "\n".join(
        f"rolle;;;;;;asta@fjordby.example;;{role};FJO-T1;01-01-2026;"
        for role in ("teamledelse", "sagsbehandler")
    )

    outcomes = [take_in_organisation(f"{HEADER}\n{rows}\n".encode(), by=by) for _ in range(2)]

    assert [(each.created, each.unchanged, errors(each)) for each in outcomes] == [(2, 0, []), (0, 2, [])]
    assert RoleRequest.objects.get().role.code == "teamledelse"
    assert RoleAssignment.objects.filter(user__name="Asta Bøgelund").count() == 2
