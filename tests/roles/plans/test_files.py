"""A plan leaves as a file and comes back without loss."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from docx import Document
from python_calamine import CalamineWorkbook

from roles.actions.files.outcome import FileRefused
from roles.actions.plans import add_party, adopt_plan, copy_plan, create_plan, set_row_hidden
from roles.actions.plans.exchange import keep_as_draft, preview, read_plan_file, write_json
from roles.models import Phase, ResponsibilityPlan, Role, RoleCode, Timing
from roles.printing.pdf import TEMPLATES, draw
from roles.printing.plan_document import plan_docx
from roles.printing.plan_print import plan_pdf
from roles.printing.plan_sheet import plan_xlsx
from roles.queries.plan_content import content_of
from tests.factories import (
    PlanFactory,
    PlanRoleFactory,
    ResponsibilityFactory,
    UserFactory,
    department,
    give_role,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
WRITERS = {
    "json": lambda plan: write_json(plan).encode(),
    "xlsx": lambda plan: plan_xlsx(plan, made_on=TODAY),
    "docx": lambda plan: plan_docx(plan, made_on=TODAY),
}


@pytest.fixture
def editor():
    return give_role(UserFactory(name="Rikke Plan"), RoleCode.PROFESSIONAL_LEAD, department())


@pytest.fixture
def plan(editor):
    """The starting content, with a party of its own, a hidden row and texts that look like something else."""
    made = create_plan(unit=department(), subject="Voksen handicap", by=editor, from_template=True)
    party = Role.objects.create(code="frivillige", name="Frivillige & venner", position=90, is_staffed=False)
    PlanRoleFactory(plan=made, role=party, position=50)
    auditor = Role.objects.create(code="revision", name="Revision", position=91, is_staffed=False)
    row = PlanRoleFactory(plan=made, role=auditor, position=51)
    for text in ("=1+1", "+45 er ikke et tal", "-frist", "@SUM(A1)", "#strong[fed] *x* <b>", "To\nlinjer"):
        ResponsibilityFactory(plan=made, role=party, phase=Phase.DEVELOPMENT, text=text)
    ResponsibilityFactory(
        plan=made, role=row.role, phase=Phase.FOLLOW_UP, text="Følger med", timing="", first_due_on=None
    )
    set_row_hidden(row=row, is_hidden=True, by=editor)
    return made


def adopted(plan, by):
    return adopt_plan(
        plan=plan,
        body="Socialudvalget",
        adopted_on=date(2026, 10, 5),
        case_number="2026-12",
        link="https://example.dk/dagsorden",
        by=by,
    )


def shape(plan):
    """What two plans with the same content share."""
    content = content_of(plan)
    return content.escalation_days, content.parties, content.lines


@pytest.mark.parametrize("layout", WRITERS)
def test_file_of_the_plan_in_force_changes_nothing(plan, editor, layout):
    content = content_of(adopted(plan, editor))
    file = read_plan_file(WRITERS[layout](content))

    found = preview(file, unit=plan.unit, subject=plan.subject)

    assert (found.outcome.created, found.outcome.updated, found.outcome.rejected) == (0, 0, 0)
    assert found.outcome.unchanged == found.outcome.rows > 30
    assert found.removed == []
    assert found.obstacle == "Filen svarer til version 1 af planen, som den står. Der er intet at gemme."
    with pytest.raises(ValidationError, match="intet at gemme"):
        keep_as_draft(file=file, unit=plan.unit, subject=plan.subject, by=editor)
    assert ResponsibilityPlan.objects.count() == 1


def test_json_says_every_field_and_reads_the_same(plan, editor):
    content = content_of(adopted(plan, editor))

    read = read_plan_file(write_json(content).encode()).content

    assert read == content


@pytest.mark.parametrize("layout", ["json", "xlsx"])
def test_deleted_draft_returns_without_loss(plan, editor, layout):
    before, file = shape(plan), read_plan_file(WRITERS[layout](content_of(plan)))
    plan.delete()

    made = keep_as_draft(file=file, unit=department(), subject="Voksen handicap", by=editor)

    assert shape(made) == before
    assert not made.is_adopted


def test_word_file_brings_texts_to_another_installation(plan, editor):
    texts = [(line.role, line.phase, line.text) for line in content_of(plan).lines if line.role != "revision"]
    file = read_plan_file(WRITERS["docx"](content_of(plan)))
    plan.delete()

    made = keep_as_draft(file=file, unit=department(), subject="Voksen handicap", by=editor)

    assert [(line.role, line.phase, line.text) for line in content_of(made).lines] == texts


def test_file_for_another_unit_begins_lines_of_its_own(plan, editor):
    other = department("FJO-SS-PS")
    file = read_plan_file(WRITERS["json"](content_of(plan)))

    made = keep_as_draft(file=file, unit=other, subject="Psykiatri", by=editor)

    ours, theirs = content_of(plan).lines, content_of(made).lines
    assert [line.text for line in theirs] == [line.text for line in ours]
    assert {line.lineage for line in theirs}.isdisjoint(line.lineage for line in ours)


def test_changed_file_becomes_the_next_version(plan, editor):
    content = content_of(adopted(plan, editor))
    first, second, *rest = content.lines
    changed = replace(
        content, lines=[replace(first, text="Nyt ord"), *rest, replace(second, lineage=uuid4())]
    )
    file = read_plan_file(WRITERS["xlsx"](changed))

    found = preview(file, unit=plan.unit, subject="voksen handicap")
    made = keep_as_draft(file=file, unit=plan.unit, subject="voksen handicap", by=editor)

    assert (found.outcome.created, found.outcome.updated) == (1, 1)
    assert [line.lineage for line in found.removed] == [second.lineage]
    assert (made.version, made.copied_from, made.subject) == (2, plan, "Voksen handicap")
    with pytest.raises(ValidationError, match="allerede en kladde"):
        keep_as_draft(file=file, unit=plan.unit, subject="Voksen handicap", by=editor)


@pytest.mark.parametrize("layout", WRITERS)
def test_file_of_an_older_version_is_told(plan, editor, layout):
    old = WRITERS[layout](content_of(adopted(plan, editor)))
    newer = copy_plan(plan=plan, by=editor)
    add_party(plan=newer, name="Nye venner", by=editor)
    adopted(newer, editor)

    assert preview(read_plan_file(old), unit=plan.unit, subject=plan.subject).is_outdated
    new = read_plan_file(WRITERS[layout](content_of(newer)))
    assert not preview(new, unit=plan.unit, subject=plan.subject).is_outdated


def test_unknown_party_is_made_without_people(plan, editor):
    content = content_of(plan)
    parties = [
        replace(each, code="nye", name="Nye venner") if each.code == "frivillige" else each
        for each in content.parties
    ]
    lines = [replace(each, role="nye") if each.role == "frivillige" else each for each in content.lines]
    file = read_plan_file(WRITERS["json"](replace(content, parties=parties, lines=lines)))

    found = preview(file, unit=plan.unit, subject="Et andet emne")
    keep_as_draft(file=file, unit=plan.unit, subject="Et andet emne", by=editor)

    assert found.new_parties == ["Nye venner"]
    assert Role.objects.get(name="Nye venner").is_staffed is False


def test_sheet_has_texts_and_no_formulas(plan):
    book = CalamineWorkbook.from_filelike(BytesIO(WRITERS["xlsx"](content_of(plan))))

    texts = [row[2] for row in book.get_sheet_by_name("Ansvar").to_python()]

    assert {"=1+1", "+45 er ikke et tal", "-frist", "@SUM(A1)"} <= set(texts)
    assert b"<f>" not in sheet_xml(WRITERS["xlsx"](content_of(plan)))
    grid = book.get_sheet_by_name("Plan").to_python()
    assert grid[0][0] == "Rolle- og ansvarsfordeling: Voksen handicap"
    assert ["Rolle", *Phase.labels] in grid


def sheet_xml(file: bytes) -> bytes:
    from zipfile import ZipFile  # noqa: PLC0415

    with ZipFile(BytesIO(file)) as package:
        return b"".join(package.read(name) for name in package.namelist() if "worksheets/" in name)


def test_word_file_is_a_table_with_a_repeated_header(plan):
    file = Document(BytesIO(WRITERS["docx"](content_of(plan))))

    grid, details = file.tables
    assert [cell.text for cell in grid.rows[0].cells] == ["Rolle", *Phase.labels]
    assert "w:tblHeader" in grid.rows[0]._tr.xml
    assert "w:tblHeader" in details.rows[0]._tr.xml
    assert (file.core_properties.title, file.core_properties.language) == (
        "Rolle- og ansvarsfordeling: Voksen handicap",
        "da-DK",
    )
    assert file.paragraphs[0].style.name == "Heading 1"
    assert [row.cells[0].text for row in grid.rows][
        -1
    ] == "Frivillige & venner"  # the hidden row is not shown


def test_pdf_is_tagged_danish_and_in_our_face(plan):
    pdf = plan_pdf(content_of(plan), made_on=TODAY)

    assert pdf.startswith(b"%PDF")
    assert b"/StructTreeRoot" in pdf
    assert b"/Lang(da-DK)" in pdf
    assert b"IBMPlexSans" in pdf
    assert pdf == plan_pdf(content_of(plan), made_on=TODAY)


@pytest.mark.parametrize(
    "text", ["中文 😀", "\x01\x0b", "\u202eabc", "עברית", "e\u0301", "\ufffe", "\U0010ffff"]
)
def test_pdf_shows_a_square_for_signs_without_a_face(plan, text):
    content = content_of(plan)
    odd = replace(content, subject=f"Emne {text}", lines=[replace(content.lines[0], text=text)])

    assert plan_pdf(odd, made_on=TODAY).startswith(b"%PDF")
    assert Document(BytesIO(plan_docx(odd, made_on=TODAY))).tables


def test_empty_and_very_long_plans_have_files(plan):
    content = content_of(plan)
    long = replace(content.lines[0], text="ord " * 150)

    for odd in (replace(content, parties=[], lines=[]), replace(content, lines=[long] * 200)):
        assert plan_pdf(odd, made_on=TODAY).startswith(b"%PDF")
        assert Document(BytesIO(plan_docx(odd, made_on=TODAY))).tables
        assert CalamineWorkbook.from_filelike(BytesIO(plan_xlsx(odd, made_on=TODAY))).sheet_names


def test_template_without_a_title_is_no_file(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    template = tmp_path / "uden.typ"
    template.write_text("Ingen titel")

    with pytest.raises(RuntimeError, match="title"):
        draw(template, {}, made_on=TODAY)
    assert (TEMPLATES / "frame.typ").exists()


@pytest.mark.parametrize("layout", ["xlsx", "docx", "pdf", "json"])
def test_everybody_fetches_an_adopted_plan(log_in, caseworker, plan, editor, layout):
    adopted(plan, editor)

    answer = log_in(caseworker).get(reverse("plan-export", args=[plan.pk, layout]))

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == (
        f'attachment; filename="Rolle- og ansvarsfordeling Voksen handicap v1.{layout}"'
    )
    assert len(answer.content) > 1000


def test_draft_and_unknown_layouts_are_not_found(log_in, caseworker, plan):
    client = log_in(caseworker)

    assert client.get(reverse("plan-export", args=[plan.pk, "pdf"])).status_code == 404
    plan.delete()
    other = PlanFactory()
    assert client.get(reverse("plan-export", args=[other.pk, "exe"])).status_code == 404


def upload(content: bytes, name: str = "plan.json"):
    file = BytesIO(content)
    file.name = name
    return file


def test_file_is_shown_first_and_kept_afterwards(log_in, plan, editor):
    content = content_of(adopted(plan, editor))
    changed = replace(content, lines=content.lines[1:])
    client = log_in(editor)

    shown = client.post(reverse("plan-import"), {"file": upload(WRITERS["xlsx"](changed), "plan.xlsx")})
    assert ResponsibilityPlan.objects.count() == 1
    kept = client.post(
        reverse("plan-import"),
        {"content": shown.context["document"], "unit": plan.unit.pk, "subject": "Voksen handicap"},
    )

    made = ResponsibilityPlan.objects.get(version=2)
    assert shown.status_code == 200
    assert "Gem som kladde" in shown.content.decode()
    assert (kept.status_code, kept["Location"]) == (302, reverse("plan-edit", args=[made.pk]))
    assert content_of(made).lines == changed.lines


def test_rejected_rows_are_told_with_line_and_column(plan):
    content = content_of(plan)
    bad = [replace(content.lines[0], text="x" * 601), replace(content.lines[1], text="Ring 010190-1234")]
    file = read_plan_file(WRITERS["xlsx"](replace(content, lines=[*bad, *content.lines[2:]])))

    assert file.outcome.rejected == 2
    assert len(file.content.lines) + file.outcome.rejected == file.outcome.rows
    assert [(each.line, each.column) for each in file.outcome.errors] == [(2, "ansvar"), (3, "ansvar")]
    assert "1 tegn for lang" in file.outcome.errors[0].message


def test_rejected_row_leaves_its_line_in_the_plan(plan, editor):
    content = content_of(adopted(plan, editor))
    first, second, third, *rest = content.lines
    changed = [replace(first, text="Nyt ord"), replace(second, text="x" * 601), third, *rest]
    file = read_plan_file(WRITERS["xlsx"](replace(content, lines=changed)))

    made = keep_as_draft(file=file, unit=plan.unit, subject=plan.subject, by=editor)

    assert content_of(made).lines == [replace(first, text="Nyt ord"), second, third, *rest]


def test_unit_of_the_file_must_be_known_and_ones_own(log_in, plan, editor):
    client, content = log_in(editor), content_of(plan)
    foreign = department("FJO-SS-PS")

    unknown = client.post(
        reverse("plan-import"), {"file": upload(WRITERS["json"](replace(content, unit="XX")))}
    )
    not_own = client.post(
        reverse("plan-import"), {"file": upload(WRITERS["json"](replace(content, unit=foreign.code)))}
    )
    chosen = client.post(reverse("plan-import"), {"file": upload(b"{}"), "unit": foreign.pk})

    assert unknown.status_code == not_own.status_code == chosen.status_code == 422
    assert unknown.context["form"].errors == {"unit": ["Enheden XX i filen findes ikke her. Vælg en enhed."]}
    assert "Du må ikke lave planer" in str(not_own.context["form"].errors)
    assert "unit" in chosen.context["form"].errors


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"layout": "andet"}, ""),
        ({"version": 2}, ""),
        ({"ekstra": 1}, "ekstra"),
        ({"plan": []}, "plan"),
        ({"roles": "alle"}, "roles"),
        ({"responsibilities": [{"role": "politiker"}] * 1001}, "responsibilities"),
        ({"plan": {"unit": "FJO", "subject": ""}}, "plan.subject"),
        ({"plan": {"unit": 5, "subject": "Emne"}}, "plan.unit"),
        ({"plan": {"unit": "FJO", "subject": "Emne", "adopted_on": "2026-02-30"}}, "plan.adopted_on"),
        ({"roles": [{"code": "ukendt", "name": "Ukendt", "is_staffed": True}]}, "roles[0].code"),
    ],
)
def test_json_is_refused_with_the_path(plan, change, path):
    document = json.loads(write_json(content_of(plan))) | change

    with pytest.raises(FileRefused) as refused:
        read_plan_file(json.dumps(document).encode())

    assert path in [problem.column for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 601),
        ("text", "Ring 010190-1234"),
        ("text", "\ud800"),
        ("text", None),
        ("phase", "efter"),
        ("role", "ukendt"),
        ("timing", "ugentlig"),
        ("first_due_on", "31-12-2026"),
        ("offset_days", "14"),
        ("offset_days", 10**30),
        ("is_individual", "ja"),
        ("lineage", "x"),
        ("lineage", ["x"]),
    ],
)
def test_wrong_fields_of_a_line_are_refused_with_the_path(plan, field, value):
    document = json.loads(write_json(content_of(plan)))
    document["responsibilities"][3][field] = value

    with pytest.raises(FileRefused) as refused:
        read_plan_file(json.dumps(document).encode())

    assert [problem.column for problem in refused.value.problems] == [f"responsibilities[3].{field}"]


def test_relative_timing_survives_every_layout(plan, editor):
    relative = [line for line in content_of(plan).lines if line.timing == Timing.RELATIVE]

    read = read_plan_file(WRITERS["xlsx"](content_of(plan))).content.lines

    assert relative
    assert [line for line in read if line.timing == Timing.RELATIVE] == relative
