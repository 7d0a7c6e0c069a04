"""The layout of the organisation file, and how it is read: no database here.

Semicolon, UTF-8 or Windows-1252, columns and lines in any order, dates as dd-mm-åååå or ISO.
The column ``type`` says what a line is about:

enhed   kode*, navn*, art* (kommune, forvaltning, afdeling, team), hoerer_under (the parent's code;
        all but the kommune), bydel, afloest_af (the successor's code), fra and til (first and last day)
person  email*, navn*, medarbejderkode
rolle   email*, rolle*, enhed* (code), fra* and til (first and last day), stedfortraeder_for (e-mail)

Keys: kode; email; email + rolle + enhed + fra. A column that the file lacks leaves what is stored as it is.
See roles/data/organisation_example.csv.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.core.exceptions import ValidationError

from roles.models.cpr import CPR_MESSAGE, find_cpr

COLUMNS = (
    "type",
    "kode",
    "navn",
    "art",
    "hoerer_under",
    "bydel",
    "afloest_af",
    "email",
    "medarbejderkode",
    "rolle",
    "enhed",
    "stedfortraeder_for",
    "fra",
    "til",
)
UNIT, PERSON, ROLE = "enhed", "person", "rolle"
REQUIRED = {
    UNIT: ("kode", "navn", "art"),
    PERSON: ("email", "navn"),
    ROLE: ("email", "rolle", "enhed", "fra"),
}
LARGEST_FILE = 50_000_000


@dataclass(frozen=True)
class RowMessage:
    line: int
    column: str
    message: str


@dataclass(frozen=True)
class Row:
    """One line: its cells by column; a column that the file lacks is not among them."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        return _day(self[column], column) if self[column] else None


@dataclass
class ImportResult:
    """What came of a file: created + updated + unchanged + rejected = rows."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowMessage] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return self.rows - self.created - self.updated - self.unchanged


def read_rows(file: Path) -> list[Row]:
    """The rows of the file; a file that cannot be read as a whole raises ValidationError in Danish."""
    if find_cpr(file.name):
        raise ValidationError("Filnavnet ser ud til at indeholde et CPR-nummer. Giv filen et andet navn.")
    if file.stat().st_size > LARGEST_FILE:
        raise ValidationError("Filen er over 50 MB. Er det den rigtige fil?")
    reader = csv.reader(io.StringIO(_text(file.read_bytes()), newline=""), delimiter=";", strict=True)
    try:
        header = [_spelling(name) for name in next(reader, [])]
        _check_header(header)
        return list(_rows(reader, header))
    except csv.Error as error:
        raise ValidationError(
            f"Linje {reader.line_num} kan ikke læses. Tjek, om et citationstegn mangler."
        ) from error


def _text(content: bytes) -> str:
    if b"\0" in content:
        raise ValidationError("Filen er ikke en tekstfil. Gem den som CSV (semikolonsepareret, UTF-8).")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError("Filens tegnsæt kan ikke læses. Gem den som CSV i UTF-8.")


def _spelling(name: str) -> str:
    plain = name.strip().lower()
    for danish, latin in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        plain = plain.replace(danish, latin)
    return plain


def _check_header(header: list[str]) -> None:
    if "type" not in header:
        raise ValidationError(
            "Kolonnen type mangler. Første linje skal være kolonnenavne adskilt af semikolon."
        )
    for name in header:
        if find_cpr(name):
            raise ValidationError(CPR_MESSAGE)
        if name not in COLUMNS:
            raise ValidationError(f"Kolonnen {name!r} kendes ikke. Brug: {', '.join(COLUMNS)}.")
        if header.count(name) > 1:
            raise ValidationError(f"Kolonnen {name} står der flere gange.")


def _rows(reader: Iterator[list[str]], header: list[str]) -> Iterator[Row]:
    line = reader.line_num + 1  # type: ignore[attr-defined]
    for values in reader:
        if any(value.strip() for value in values):
            yield _row(line, values, header)
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _row(line: int, values: list[str], header: list[str]) -> Row:
    if len(values) > len(header) and any(value.strip() for value in values[len(header) :]):
        raise ValidationError(f"Linje {line} har flere felter, end der er kolonner.")
    cells = [value.strip() for value in values] + [""] * (len(header) - len(values))
    return Row(line=line, cells=dict(zip(header, cells, strict=False)))


def _day(text: str, column: str) -> date:
    for pattern in ("%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a civil date has no zone
        except ValueError:
            continue
    raise ValidationError({column: f"{text!r} er ikke en dato. Skriv den som dd-mm-åååå."})
