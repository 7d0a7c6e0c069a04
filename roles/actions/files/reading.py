"""From bytes to rows of text: encoding, header and quoting. Nothing is understood here, only told apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from roles.actions.files.layouts import Layout
from roles.actions.files.outcome import FileRefused, RowProblem
from roles.models.cpr import CPR_MESSAGE, find_cpr

MAX_BYTES = 512 * 1024 * 1024
LONGEST_FILE_NAME = 255
NOT_UTF8 = "Gem filen som CSV UTF-8 eller Windows-1252 og prøv igen."
# A spreadsheet or another encoding, by the first bytes.
FOREIGN = {
    b"PK": "Filen er et regneark. Gem den som CSV (semikolonsepareret) og prøv igen.",
    b"\xd0\xcf\x11\xe0": "Filen er et regneark. Gem den som CSV (semikolonsepareret) og prøv igen.",
    b"%PDF": "Filen er en PDF. Indlæs en CSV-fil (semikolonsepareret).",
    b"\xff\xfe": f"Filen er gemt som UTF-16. {NOT_UTF8}",
    b"\xfe\xff": f"Filen er gemt som UTF-16. {NOT_UTF8}",
}
# UTF-8 letters read as Windows-1252: the file holds both encodings.
GARBLED = re.compile("Ã[¦¸¥†˜…]")
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ufffd]")


@dataclass(frozen=True)
class Row:
    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The columns of the file in its own order, and its rows; a row that does not fit them is a problem."""

    columns: list[str]
    rows: Iterator[Row | RowProblem]


def read_bytes(path: Path) -> bytes:
    """Raises FileRefused in Danish when the file cannot be opened or must not be taken in."""
    if find_cpr(path.name):
        raise FileRefused("Filnavnet ser ud til at indeholde et CPR-nummer. Giv filen et andet navn.")
    if len(path.name) > LONGEST_FILE_NAME:
        raise FileRefused("Filnavnet er for langt. Giv filen et kortere navn.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileRefused(f"Filen fylder over {MAX_BYTES // 1024**2} MB. Del den i mindre filer.")
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"Filen kan ikke åbnes: {error.strerror or 'ukendt fejl'}.") from error


def decode(content: bytes) -> str:
    for mark, message in FOREIGN.items():
        if content.startswith(mark):
            raise FileRefused(message)
    if b"\x00" in content:
        raise FileRefused(f"Filen indeholder nultegn og er ikke en tekstfil. {NOT_UTF8}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_windows(content, line=content.count(b"\n", 0, error.start) + 1)


def _decode_windows(content: bytes, *, line: int) -> str:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise FileRefused(f"Filen indeholder tegn, der ikke kan læses. {NOT_UTF8}", line=line) from error
    if text.startswith("ï»¿") or GARBLED.search(text):
        raise FileRefused(
            f"Filen blander to tegnsæt: fra linje {line} er den ikke UTF-8. {NOT_UTF8}", line=line
        )
    return text


def read_table(content: bytes, layout: Layout) -> Table:
    """Raises FileRefused; so does iterating over the rows when the quoting breaks down."""
    text = decode(content)
    records = _records(text)
    header = next(records, None)
    if header is None or not "".join(header.cells).strip():
        raise FileRefused("Filen er tom. Den første linje skal være kolonnernes navne.")
    columns = _columns(header, layout)
    return Table(columns, _rows(records, columns, layout, has_invisible=bool(INVISIBLE.search(text))))


def _records(text: str) -> Iterator[Row]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=";", strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error):
            raise FileRefused(f"Et felt fra linje {line} er alt for langt.", line=line) from error
        raise FileRefused(
            f"Anførselstegnene går ikke op fra linje {line}. Et felt, der begynder med anførselstegn, skal"
            " også slutte med det, og et anførselstegn inde i feltet skrives dobbelt.",
            line=line,
        ) from error


def _columns(header: Row, layout: Layout) -> list[str]:
    columns = [layout.column(cell) for cell in header.cells]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) == 1 and columns[0] not in layout.columns and re.search("[,\t|]", columns[0]):
        raise FileRefused("Kolonnerne skal være adskilt af semikolon. Gem filen som semikolonsepareret CSV.")
    problems = [
        *(_problem(header, cell, "", "En kolonne mangler navn.") for cell in columns if not cell),
        *(
            _problem(header, column, column, "Kolonnen findes to gange. Fjern den ene.")
            for column in dict.fromkeys(columns)
            if column and columns.count(column) > 1
        ),
        *(
            _problem(header, column, _shown(column), "Kolonnen kendes ikke. Ret navnet eller fjern kolonnen.")
            for column in dict.fromkeys(columns)
            if column and column not in layout.columns
        ),
        *(
            _problem(header, column, column, "Kolonnen mangler. Den skal være i filen.")
            for column in layout.required
            if column not in columns
        ),
    ]
    if problems:
        raise FileRefused(problems)
    return columns


def _problem(header: Row, column: str, shown: str, message: str) -> RowProblem:
    return RowProblem(header.line, shown, CPR_MESSAGE if find_cpr(column) else message)


def _shown(column: str) -> str:
    return "" if find_cpr(column) else INVISIBLE.sub("?", column)[:60]


def _rows(
    records: Iterator[Row], columns: list[str], layout: Layout, *, has_invisible: bool
) -> Iterator[Row | RowProblem]:
    width = len(columns)
    for record in records:
        cells = [cell.strip() for cell in record.cells]
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
        if not any(cells):
            continue
        row = Row(record.line, cells)
        if len(cells) != width:
            _refuse_swallowed_lines(row, width)
            message = f"Linjen har {len(cells)} felter, men overskriften har {width} kolonner."
            yield RowProblem(record.line, "", message)
        else:
            yield _odd_sign(row, columns, layout, has_invisible=has_invisible) or row


def _odd_sign(row: Row, columns: list[str], layout: Layout, *, has_invisible: bool) -> RowProblem | None:
    joined = "".join(row.cells)
    if "\n" in joined or "\r" in joined:
        _refuse_swallowed_lines(row, len(columns))
        for column, cell in zip(columns, row.cells, strict=True):
            if column not in layout.free_text and ("\n" in cell or "\r" in cell):
                return RowProblem(row.line, column, "Feltet må ikke indeholde linjeskift.")
    if has_invisible and INVISIBLE.search(joined):
        column = next(name for name, cell in zip(columns, row.cells, strict=True) if INVISIBLE.search(cell))
        return RowProblem(row.line, column, "Feltet indeholder et tegn, der ikke kan vises. Skriv det om.")
    return None


def _refuse_swallowed_lines(row: Row, width: int) -> None:
    """A forgotten quotation mark makes one cell of many lines: they must not disappear into a text."""
    if width > 1 and any(
        line.count(";") >= width - 1
        for cell in row.cells
        if "\n" in cell or "\r" in cell
        for line in cell.splitlines()
    ):
        raise FileRefused(
            f"Et anførselstegn fra linje {row.line} er ikke afsluttet, så næste linje ryger ind i feltet.",
            line=row.line,
        )
