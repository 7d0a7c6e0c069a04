"""Files that mean no good, or that something has damaged: a Danish sentence, never an error of ours."""

import random
import time
import zlib
from contextlib import suppress
from datetime import date
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest
from django.urls import reverse

from roles.actions.files.outcome import FileRefused
from roles.actions.plans import create_plan
from roles.actions.plans.exchange import read_plan_file, write_json
from roles.models import ResponsibilityPlan
from roles.printing.plan_document import plan_docx
from roles.printing.plan_sheet import plan_xlsx
from roles.queries.plan_content import content_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
SHEET = "xl/worksheets/sheet2.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def content(unit, editor):
    return content_of(create_plan(unit=unit, subject="Voksen handicap", by=editor, from_template=True))


@pytest.fixture
def sheet(content):
    return plan_xlsx(content, made_on=TODAY)


@pytest.fixture
def document(content):
    return plan_docx(content, made_on=TODAY)


def with_part(file: bytes, name: str, part: bytes, packing: int = ZIP_DEFLATED) -> bytes:
    """The package with one part put in or replaced."""
    kept = BytesIO()
    with ZipFile(BytesIO(file)) as old, ZipFile(kept, "w", packing) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return kept.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return kept.getvalue()


def refused(file: bytes, name: str = "") -> str:
    with pytest.raises(FileRefused) as refusal:
        read_plan_file(file, name=name)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "Filen er tom."),
        (b" \n ", "Filen er tom."),
        (b"Rolle;Ansvar\n", "Filen er ikke en plan."),
        (b"\x00" * 1000, "Filen er ikke en plan."),
        (b"PK", "Filen er beskadiget"),
        (b"PK\x03\x04" + b"x" * 500, "Filen er beskadiget"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 500, "Filen har et ældre format eller en adgangskode."),
        (b"%PDF-1.7", "Filen er en PDF."),
        (b"{", "Filen er ikke en læsbar JSON-fil."),
        (b"\xef\xbb\xbf{}", 'Filen er ikke en plan: "layout"'),
        (b"[]", 'Filen er ikke en plan: "layout"'),
        (b"[" * 100_000, "Filen er ikke en læsbar JSON-fil."),
        (b'{"a":' * 100_000, "Filen er ikke en læsbar JSON-fil."),
        (b'{"layout": NaN}', "Filen er ikke en læsbar JSON-fil."),
        (b'{"layout": ' + b"9" * 5000 + b"}", "Filen er ikke en læsbar JSON-fil."),
        (b'{"a": "\xff"}', "Filen er ikke en læsbar JSON-fil."),
        (b"{" + b" " * 3 * 1024**2 + b"}", "Filen er for stor."),
        (package({"mimetype": b"x"}), "Filen er ikke en plan."),
        (package({f"{n}.xml": b"" for n in range(400)}), "Filen er for stor"),
        (package({"xl/workbook.xml": b"0" * 30 * 1024**2}), "Filen er for stor"),
        (package({"xl/workbook.xml": b""}), "Filen er beskadiget"),
        (package({"word/document.xml": b"<a>"}), "Filen er beskadiget"),
        (package({"word/document.xml": b"<a/>"}), "Filen har ingen tabel"),
        (package({"word/document.xml": b"<a>" * 500_000}), "Filen er beskadiget"),
        (package({"word/document.xml": b"<a>" * 500_000 + b"</a>" * 500_000}), "Filen har ingen tabel"),
        (package({"word/document.xml": b'<?xml version="1.0" encoding="ebcdic-cp-dk"?><a/>'}), "Filen er"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else "",
)
def test_odd_file_is_told_what_is_wrong(file, sentence):
    started = time.monotonic()

    assert refused(file).startswith(sentence)
    assert time.monotonic() - started < 5


def test_name_with_a_cpr_number_is_refused(sheet):
    assert refused(sheet, "010190-1234.xlsx").startswith("Filnavnet ser ud til")


@pytest.mark.parametrize("packing", [ZIP_BZIP2, ZIP_LZMA])
def test_other_ways_of_packing_are_refused(sheet, packing):
    """Excel and Word use none of them, and one can ask for any amount of memory."""
    assert refused(with_part(sheet, SHEET, b"x" * 500, packing)).startswith("Filen er beskadiget")


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "docProps/app.xml"])
def test_entities_are_refused(sheet, part):
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'

    assert refused(with_part(sheet, part, laughs)).startswith("Filen indeholder erklæringer")
    assert refused(with_part(sheet, part, laughs.decode().encode("utf-16"))).startswith("Filen indeholder")


def test_entities_in_a_word_file_are_refused(document):
    laughs = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'

    assert refused(with_part(document, "word/document.xml", laughs)).startswith(
        "Filen indeholder erklæringer"
    )


def test_macros_are_refused(sheet, document):
    for file, name in ((sheet, "xl/vbaProject.bin"), (document, "word/vbaProject.bin")):
        assert refused(with_part(file, name, b"x")).startswith("Filen indeholder makroer.")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row><c r="XFD1"><v>1</v></c></row>',
        '<row r="1"><c r="A1048576"><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * 300 + "</row>",
        "<row><c><v>1</v></c></row>" * 6000,
        "<x:row xmlns:x='urn:x' r='1'><x:c r='&#88;FD1'/></x:row>",
    ],
)
def test_cell_far_out_is_refused_before_it_is_laid_out(sheet, rows):
    part = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()

    assert refused(with_part(sheet, SHEET, part)).startswith("Filen er for stor")


def test_part_that_hides_more_than_it_declares_is_not_unpacked(sheet):
    """Two sizes for one part: what is packed behind the declared size never reaches the reader."""
    part = f"<worksheet {MAIN}><sheetData/></worksheet>".encode()
    packed = with_part(sheet, SHEET, part + b" " * 50_000_000)
    bigger, size = (len(part) + 50_000_000).to_bytes(4, "little"), len(part).to_bytes(4, "little")
    crc = zlib.crc32(part + b" " * 50_000_000).to_bytes(4, "little")
    lying = packed.replace(bigger, size).replace(crc, zlib.crc32(part).to_bytes(4, "little"))

    assert refused(lying)


def test_missing_sheet_and_columns_are_named(sheet):
    workbook = ZipFile(BytesIO(sheet)).read("xl/workbook.xml")
    strings = ZipFile(BytesIO(sheet)).read("xl/sharedStrings.xml")

    assert refused(with_part(sheet, "xl/workbook.xml", workbook.replace(b'"Ansvar"', b'"Noter"'))) == (
        "Filen mangler arket Ansvar. Hent planen som Excel, og ret i den fil."
    )
    assert "Kolonnen på arket Ansvar kendes ikke" in refused(
        with_part(sheet, "xl/sharedStrings.xml", strings.replace(b">Medvirken<", b">Deltager<"))
    )


def test_very_long_cells_are_rejected_row_by_row(sheet):
    strings = ZipFile(BytesIO(sheet)).read("xl/sharedStrings.xml")
    long = with_part(
        sheet, "xl/sharedStrings.xml", strings.replace(b">Politiker<", b">" + b"P" * 900_000 + b"<")
    )

    outcome = read_plan_file(long).outcome

    assert outcome.rejected > 0
    assert outcome.errors[0].message == "Rollens navn er for langt. Skriv højst 80 tegn."


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files_are_read_or_refused(content, sheet, document, seed):
    """Bytes changed in the package, and in the parts of it: nothing but a refusal comes of it."""
    dice = random.Random(seed)  # noqa: S311
    originals = [sheet, document, write_json(content).encode()]

    for n in range(120):
        file = originals[n % 3]
        spoilt = spoil(file, dice) if n % 2 or n % 3 == 2 else spoil_part(file, dice)
        with suppress(FileRefused):
            read_plan_file(spoilt)


def spoil(file: bytes, dice: random.Random) -> bytes:
    changed = bytearray(file)
    for _ in range(dice.randint(1, 20)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed[: dice.randint(len(changed) // 2, len(changed))] if dice.random() < 0.2 else changed)


def spoil_part(file: bytes, dice: random.Random) -> bytes:
    with ZipFile(BytesIO(file)) as old:
        name = dice.choice([each for each in old.namelist() if old.getinfo(each).file_size > 20])
        return with_part(file, name, spoil(old.read(name), dice), ZIP_STORED)


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04", b"{", package({"xl/workbook.xml": b"<a/>"})])
def test_page_answers_odd_files_with_a_sentence(log_in, editor, file):
    upload = BytesIO(file)
    upload.name = "plan.xlsx"

    answer = log_in(editor).post(reverse("plan-import"), {"file": upload})

    assert answer.status_code == 422
    assert "Filen " in answer.content.decode()
    assert ResponsibilityPlan.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"content": ""},
        {"content": "{}", "unit": "x", "subject": "Emne"},
        {"content": "[", "unit": "1", "subject": ""},
        {"content": "{}", "unit": "9" * 30, "subject": "010190-1234"},
    ],
)
def test_odd_second_step_keeps_nothing(log_in, editor, sent):
    answer = log_in(editor).post(reverse("plan-import"), sent)

    assert answer.status_code == 422
    assert ResponsibilityPlan.objects.count() == 0
