"""Catalogue and standards from JSON files: the shipped ones, and small ones with a mistake in them."""

import copy
import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.files.outcome import FileRefused
from roles.models.cpr import CPR_MESSAGE
from serviceniveau.actions.imports.catalogue import import_catalogue
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.actions.imports.standards import ADOPTED_DIFFERS, import_standards
from serviceniveau.models import (
    Adoption,
    DeviationReason,
    ImportRun,
    Intervention,
    LegalBasis,
    NeedLevel,
    QualityStandard,
    ServiceLevel,
    StandardVersion,
    TargetGroup,
)
from serviceniveau.models.standards import NO_SHARE, TOO_MANY

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[2] / "serviceniveau" / "data"

CATALOGUE = {
    "sources": [],
    # the predecessor before its successor, the child before its parent
    "legal_bases": [
        {
            "law": "SEL",
            "section": "98",
            "title": "Kontaktperson",
            "area": "voksen",
            "valid_from": "2007-01-01",
            "valid_to": "2023-12-31",
            "successors": [{"law": "SEL", "section": "85"}],
        },
        {
            "law": "SEL",
            "section": "85",
            "title": "Støtte",
            "area": "voksen",
            "valid_from": "2007-01-01",
            "valid_to": None,
            "successors": [],
        },
        {
            "law": "AEL",
            "section": "9",
            "title": "Forløb",
            "area": "aeldre",
            "valid_from": "2025-07-01",
            "valid_to": None,
            "successors": [],
        },
    ],
    "interventions": [
        {
            "code": "stoette",
            "name": "Støtte",
            "natural_unit": "timer/uge",
            "area": "voksen",
            "legal_bases": [{"law": "SEL", "section": "85"}],
        }
    ],
    "target_groups": [
        {"code": "autisme", "name": "Autisme", "parent": "handicap"},
        {"code": "handicap", "name": "Handicap", "parent": None},
    ],
    "need_levels": [{"scale": "FFB", "code": "ffb-2", "value": 2, "name": "Moderat"}],
    "deviation_reasons": [{"code": "andet", "name": "Andet"}],
}
LEVEL = {
    "kind": "guiding_frame",
    "intervention": "stoette",
    "target_group": "autisme",
    "need_level": {"scale": "FFB", "value": 2},
    "age_bands": ["18-29"],
    "minimum": "2",
    "typical": None,
    "maximum": "6",
    "unit": "timer/uge",
    "text": "",
}
VERSION = {
    "number": 1,
    "valid_from": "2024-01-01",
    "adoption": {"body": "Socialudvalget", "adopted_on": "2023-12-01", "case_number": "23-1", "link": ""},
    "purpose": "Et formål",
    "included": ["Samtaler"],
    "decision_deadline": {"value": 8, "unit": "uger"},
    "expected_above": "0.10",
    "levels": [LEVEL],
}
STANDARD = {
    "code": "KS-1",
    "title": "Støtte",
    "area": "voksen",
    "legal_basis": {"law": "SEL", "section": "85"},
    "origin": None,
    "versions": [VERSION],
}


def file(content: object) -> DeliveredFile:
    return DeliveredFile("fil.json", json.dumps(content).encode())


def standards(*entries: object):
    return import_standards(file=file({"standards": list(entries)}))


def changed(entry: dict, *path: object, to: object) -> dict:
    """A copy with one thing changed."""
    entry = copy.deepcopy(entry)
    inner = entry
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return entry


def counts(outcome) -> tuple[int, int, int, int]:
    return outcome.created, outcome.updated, outcome.unchanged, outcome.rejected


def errors(outcome) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.message) for error in outcome.errors]


@pytest.fixture
def catalogue() -> None:
    assert errors(import_catalogue(file=file(CATALOGUE))) == []


def test_shipped_files_are_taken_in_whole_and_twice_changes_nothing():
    files = ("catalogue", "library_standards", "demo_standards")
    importers = (import_catalogue, import_standards, import_standards)
    first, second = (
        [
            importer(file=DeliveredFile.at(DATA / f"{name}.json"))
            for name, importer in zip(files, importers, strict=True)
        ]
        for _ in range(2)
    )

    assert [error for outcome in (*first, *second) for error in outcome.errors] == []
    assert [outcome.created for outcome in first] == [outcome.rows for outcome in first]
    assert [outcome.unchanged for outcome in second] == [outcome.rows for outcome in second]
    assert not StandardVersion.objects.filter(
        standard__in=QualityStandard.objects.library(), valid__isnull=False
    ).exists()
    assert QualityStandard.objects.own().in_force(on=date(2026, 1, 1)).count() > 5


def test_every_import_is_recorded(catalogue):
    import_catalogue(file=file(CATALOGUE))

    runs = ImportRun.objects.order_by("pk").values_list("subject", "state", "rows", "created", "unchanged")
    assert list(runs) == [("katalog", "faerdig", 8, 8, 0), ("katalog", "faerdig", 8, 0, 8)]


def test_catalogue_resolves_entries_in_any_order(catalogue):
    old, new = LegalBasis.objects.get(section="98"), LegalBasis.objects.get(section="85")
    child, parent = TargetGroup.objects.get(code="autisme"), TargetGroup.objects.get(code="handicap")

    assert (list(old.successors.all()), old.valid) == ([new], DateRange(date(2007, 1, 1), date(2024, 1, 1)))
    assert (child.lineage, parent.lineage) == ([child.pk, parent.pk], [parent.pk])
    assert list(Intervention.objects.get().legal_bases.all()) == [new]
    assert (NeedLevel.objects.get().value, DeviationReason.objects.get().code) == (2, "andet")


def test_catalogue_mends_what_has_changed(catalogue):
    moved = changed(CATALOGUE, "target_groups", 1, "parent", to="alle")
    moved["target_groups"].append({"code": "alle", "name": "Alle", "parent": None})

    outcome = import_catalogue(file=file(changed(moved, "interventions", 0, "name", to="Bostøtte")))

    assert counts(outcome) == (1, 3, 5, 0)
    assert Intervention.objects.get().name == "Bostøtte"
    codes = TargetGroup.objects.in_bulk()
    assert [codes[pk].code for pk in TargetGroup.objects.get(code="autisme").lineage] == [
        "autisme",
        "handicap",
        "alle",
    ]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            ("interventions", 0, "natural_unit"),
            "alen",
            (0, "natural_unit", "interventions[0].natural_unit: Værdien 'alen' er ikke et gyldigt valg."),
        ),
        (
            ("interventions", 0, "name"),
            "",
            (0, "name", "interventions[0].name: Feltet er tomt. Det skal udfyldes."),
        ),
        (
            ("interventions", 0, "legal_bases", 0, "section"),
            "1",
            (
                0,
                "legal_bases[0].section",
                "interventions[0].legal_bases[0].section: SEL § 1 findes ikke i kataloget.",
            ),
        ),
        (
            ("target_groups", 0, "parent"),
            "ukendt",
            (0, "parent", "target_groups[0].parent: Målgruppen 'ukendt' findes ikke."),
        ),
        (
            ("target_groups", 0, "parent"),
            "autisme",
            (0, "parent", "target_groups[0].parent: Målgruppen 'autisme' findes ikke."),
        ),
        (
            ("legal_bases", 2, "valid_from"),
            "31-02-2026",
            (
                2,
                "valid_from",
                "legal_bases[2].valid_from: '31-02-2026' er ikke en dato. Skriv den som åååå-mm-dd.",
            ),
        ),
        (("need_levels", 0, "value"), "to", (0, "value", "need_levels[0].value: Skriv et helt tal.")),
        (("need_levels", 0), "FFB", (0, "", "need_levels[0]: Skriv et objekt: { … }.")),
        (
            ("deviation_reasons", 0, "code"),
            [1],
            (0, "code", "deviation_reasons[0].code: Skriv en tekst i anførselstegn."),
        ),
    ],
)
def test_catalogue_rejects_the_entry_and_names_its_path(path, value, expected):
    outcome = import_catalogue(file=file(changed(CATALOGUE, *path, to=value)))

    assert errors(outcome) == [expected]
    assert (outcome.rows, counts(outcome)) == (8, (7, 0, 0, 1))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe{", "Filen kan ikke læses som JSON i UTF-8."),
        (b'{"legal_bases": [', "Filen kan ikke læses som JSON i UTF-8."),
        (b"[" * 100_000, "Filen kan ikke læses som JSON i UTF-8."),
        (b"[]", "Filen skal være ét objekt med listerne legal_bases,"),
        (b'{"farver": []}', "'farver' kendes ikke. Brug: legal_bases,"),
        (b'{"interventions": {}}', "interventions skal være en liste."),
    ],
)
def test_file_that_is_no_catalogue_is_refused_and_recorded(content, message):
    with pytest.raises(FileRefused) as refusal:
        import_catalogue(file=DeliveredFile("fil.json", content))

    assert str(refusal.value).startswith(message)
    assert ImportRun.objects.get().state == ImportRun.State.FAILED


def test_standard_is_adopted_as_the_file_says(catalogue):
    assert counts(standards(STANDARD)) == (1, 0, 0, 0)

    version = StandardVersion.objects.get()
    assert version.valid == DateRange(date(2024, 1, 1), None)
    assert (version.decision_deadline, version.decision_deadline_unit) == (8, "uger")
    assert (version.adoption.body, version.adoption.adopted_on) == ("Socialudvalget", date(2023, 12, 1))
    assert version.levels.get().need_level.value == 2


def test_declared_level_is_kept_and_may_be_left_out(catalogue):
    later = VERSION | {"number": 2, "valid_from": "2025-03-01", "expected_above": None}

    standards(STANDARD | {"versions": [VERSION, later]})

    declared = StandardVersion.objects.order_by("number").values_list("expected_above", "expected_below")
    assert list(declared) == [(Decimal("0.100"), None), (None, None)]


def test_versions_follow_each_other(catalogue):
    later = VERSION | {"number": 2, "valid_from": "2025-03-01"}

    standards(STANDARD | {"versions": [later, VERSION]})

    spans = StandardVersion.objects.order_by("number").values_list("valid", flat=True)
    assert list(spans) == [
        DateRange(date(2024, 1, 1), date(2025, 3, 1)),
        DateRange(date(2025, 3, 1), None),
    ]


def test_new_version_may_be_added_to_an_adopted_standard(catalogue):
    standards(STANDARD)

    outcome = standards(
        STANDARD | {"versions": [VERSION, VERSION | {"number": 2, "valid_from": "2025-03-01"}]}
    )

    assert counts(outcome) == (0, 1, 0, 0)
    assert StandardVersion.objects.get(number=1).valid.upper == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("path", "value", "column"),
    [
        (("purpose",), "Et andet formål", "versions[0].purpose"),
        (("included",), [], "versions[0].included"),
        (("decision_deadline", "value"), 4, "versions[0].decision_deadline"),
        (("levels", 0, "maximum"), "7", "versions[0].levels"),
        (("levels", 0, "age_bands"), [], "versions[0].levels"),
        (("levels",), [], "versions[0].levels"),
        (("valid_from",), "2024-02-01", "versions[0].valid_from"),
        (("adoption",), None, "versions[0].valid_from"),
        (("expected_above",), "0.2", "versions[0].expected_above"),
        (("adoption", "body"), "Byrådet", "versions[0].adoption"),
    ],
)
def test_adopted_version_that_differs_is_refused(catalogue, path, value, column):
    standards(STANDARD)

    outcome = standards(changed(STANDARD, "versions", 0, *path, to=value))

    assert errors(outcome) == [(0, column, f"standards[0].{column}: {ADOPTED_DIFFERS}")]
    assert ServiceLevel.objects.get().maximum == 6


def test_draft_is_mended_and_then_adopted(catalogue):
    standards(changed(STANDARD, "versions", 0, "adoption", to=None))
    assert not StandardVersion.objects.get().is_adopted

    outcome = standards(changed(STANDARD, "versions", 0, "levels", 0, "maximum", to="8"))

    assert counts(outcome) == (0, 1, 0, 0)
    assert (StandardVersion.objects.get().is_adopted, ServiceLevel.objects.get().maximum) == (True, 8)


def test_library_standard_becomes_a_draft(catalogue):
    origin = {"municipality": "Køge", "url": "https://koege.example/standard", "confidence": "high"}
    entry = changed(STANDARD | {"origin": origin}, "versions", 0, "adoption", to=None)

    assert counts(standards(entry)) == (1, 0, 0, 0)

    standard = QualityStandard.objects.get()
    assert (standard.origin_municipality, standard.origin_confidence) == ("Køge", "high")
    assert not Adoption.objects.exists()


@pytest.mark.parametrize(
    ("path", "value", "column", "message"),
    [
        (("legal_basis",), None, "legal_basis", "Feltet er tomt. Det skal udfyldes."),
        (("legal_basis", "section"), "1", "legal_basis.section", "SEL § 1 findes ikke i kataloget."),
        (("owner",), "FJO", "owner", "Enheden 'FJO' findes ikke."),
        (("owner",), "010190-1234", "owner", CPR_MESSAGE),
        (("area",), "hunde", "area", "Værdien 'hunde' er ikke et gyldigt valg."),
        (("versions",), "en", "versions", "Skriv en liste af objekter: [ { … } ]."),
        (("versions", 0, "number"), None, "versions[0].number", "Feltet er tomt. Det skal udfyldes."),
        (("versions", 0, "valid_from"), None, "versions[0].valid_from", "Feltet er tomt. Det skal udfyldes."),
        (
            ("versions", 0, "adoption", "body"),
            "",
            "versions[0].adoption.body",
            "Feltet er tomt. Det skal udfyldes.",
        ),
        (
            ("versions", 0, "levels", 0, "intervention"),
            "ukendt",
            "versions[0].levels[0].intervention",
            "Koden 'ukendt' findes ikke i kataloget.",
        ),
        (
            ("versions", 0, "levels", 0, "need_level", "value"),
            9,
            "versions[0].levels[0].need_level",
            "Støttebehovet findes ikke i kataloget: tjek skala og værdi.",
        ),
        (
            ("versions", 0, "levels", 0, "maximum"),
            "mange",
            "versions[0].levels[0].maximum",
            'Skriv tallet i anførselstegn og med punktum, f.eks. "2.5".',
        ),
        (
            ("versions", 0, "levels", 0, "maximum"),
            "1",
            "versions[0].levels[0]",
            "Mindst, typisk og højst skal stå i stigende orden.",
        ),
        (
            ("versions", 0, "levels", 0, "unit"),
            "",
            "versions[0].levels[0]",
            "En ramme, der bedømmes efter, skal have tal, enhed og ydelse.",
        ),
        (
            ("versions", 0, "valid_from"),
            "2023-01-01",
            "versions[0].valid_from",
            "Et niveau kan først gælde fra den dag, det er vedtaget. Vælg en senere dag.",
        ),
        (
            ("legal_basis",),
            {"law": "AEL", "section": "9"},
            "versions[0].levels[0].unit",
            "Ældreloven bygger på forløb. Skriv niveauet som forløb eller tekst, "
            "ikke som timer eller minutter.",
        ),
        (("versions", 0, "expected_above"), "0", "versions[0].expected_above", NO_SHARE),
        (("versions", 0, "expected_above"), 1, "versions[0].expected_above", NO_SHARE),
        (("versions", 0, "expected_below"), "0.95", "versions[0].expected_below", TOO_MANY),
        (
            ("versions", 0, "purpose"),
            "Borger 010190-1234",
            "versions[0].purpose",
            CPR_MESSAGE,
        ),
    ],
)
def test_standard_with_a_mistake_is_rejected_whole(catalogue, path, value, column, message):
    outcome = standards(changed(STANDARD, *path, to=value), STANDARD | {"code": "KS-2", "versions": []})

    assert errors(outcome) == [(0, column, f"standards[0].{column}: {message}")]
    assert counts(outcome) == (1, 0, 0, 1)
    assert list(QualityStandard.objects.values_list("code", flat=True)) == ["KS-2"]


def test_two_standards_for_the_same_cell_are_not_both_taken(catalogue):
    outcome = standards(STANDARD, STANDARD | {"code": "KS-2", "title": "Bostøtte"})

    [(line, column, message)] = errors(outcome)
    assert (line, column) == (1, "versions[0]")
    assert message.startswith("standards[1].versions[0]: Standarden Støtte (KS-1) dækker allerede")


def test_same_code_twice_is_refused(catalogue):
    assert errors(standards(STANDARD, STANDARD)) == [
        (1, "code", "standards[1].code: Standarden KS-1 står allerede i filen.")
    ]


def test_commands_print_one_json_value(tmp_path):
    path, stream = tmp_path / "katalog.json", StringIO()
    path.write_bytes(file(CATALOGUE).content)

    call_command("import_catalogue", path, "--json", stdout=stream)

    assert json.loads(stream.getvalue()) == {
        "rows": 8,
        "created": 8,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "errors": [],
    }


def test_commands_tell_in_danish(tmp_path, catalogue):
    path, stream = tmp_path / "standarder.json", StringIO()
    path.write_bytes(file({"standards": [STANDARD, STANDARD]}).content)

    call_command("import_standards", path, stdout=stream)

    assert stream.getvalue() == (
        "2 poster: 1 oprettet, 0 rettet, 0 uændret, 1 afvist.\n"
        "standards[1].code: Standarden KS-1 står allerede i filen.\n"
    )


def test_command_fails_on_a_file_that_is_refused(tmp_path):
    with pytest.raises(CommandError):
        call_command("import_standards", tmp_path / "ingen.json")
