"""Excel and Word files are packages of XML: opened here with limits, before anything else reads them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from roles.actions.files.outcome import FileRefused

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 5 * 1024**2, 20 * 1024**2, 300
MOST_ROWS, MOST_COLUMNS = 5_000, 200
SHEET, DOCUMENT = "xl/workbook.xml", "word/document.xml"
SHEET_CELLS = "xl/worksheets/"
UNREADABLE = (
    "Filen er beskadiget og kan ikke læses. Åbn den i Excel eller Word, gem den igen, og prøv med den nye."
)
FOREIGN = {
    b"\xd0\xcf\x11\xe0": "Filen har et ældre format eller en adgangskode. Gem den som .xlsx eller .docx.",
    b"%PDF": "Filen er en PDF. Indlæs en plan som Excel, Word eller JSON.",
}
TOO_LARGE = "Filen er for stor til at være en plan. Slet det, der ikke hører til planen, og prøv igen."
ODD_XML = "Filen indeholder erklæringer, som Excel og Word ikke selv skriver. Gem den igen derfra."
MACROS = "Filen indeholder makroer. Gem den uden makroer som .xlsx eller .docx."

# RuntimeError: a part is encrypted.
DAMAGED = (BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)


class Package:
    """The parts of the file, unpacked for good: what is read later is what was measured here."""

    def __init__(self, file: bytes) -> None:
        for mark, message in FOREIGN.items():
            if file.startswith(mark):
                raise FileRefused(message)
        if len(file) > MOST_BYTES:
            raise FileRefused(TOO_LARGE)
        try:
            with ZipFile(BytesIO(file)) as package:
                self.parts = _unpack(package)
        except DAMAGED as error:
            raise FileRefused(UNREADABLE) from error
        if any(name.lower().endswith("vbaproject.bin") for name in self.parts):
            raise FileRefused(MACROS)
        for name, content in self.parts.items():
            if name.lower().endswith((".xml", ".rels")):
                _refuse_odd_xml(content)

    @property
    def is_sheet(self) -> bool:
        return SHEET in self.parts

    @property
    def is_document(self) -> bool:
        return DOCUMENT in self.parts

    def refuse_wide_sheets(self) -> None:
        """A cell far out makes a reader lay out everything before it."""
        for name, content in self.parts.items():
            if name.startswith(SHEET_CELLS) and name.endswith(".xml"):
                _refuse_wide(content)

    def repacked(self) -> BytesIO:
        kept = BytesIO()
        with ZipFile(kept, "w", ZIP_STORED) as package:
            for name, content in self.parts.items():
                package.writestr(name, content)
        kept.seek(0)
        return kept


def _unpack(package: ZipFile) -> dict[str, bytes]:
    parts = package.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(TOO_LARGE)
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise FileRefused(UNREADABLE)
    # Reading stops at the size that is declared, whatever is packed behind it.
    return {part.filename: package.read(part) for part in parts if not part.is_dir()}


def _refuse_odd_xml(content: bytes) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        raise FileRefused(ODD_XML)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise FileRefused(ODD_XML)


def parse_xml(content: bytes) -> ElementTree.Element:
    """Call it with parts of a Package only: what declares entities has been refused there."""
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FileRefused(UNREADABLE) from error


def _refuse_wide(content: bytes) -> None:
    rows = 0
    for element in parse_xml(content).iter():
        kind = element.tag.rsplit("}", 1)[-1]
        reference = element.get("r", "")
        letters, digits = reference.rstrip("0123456789"), reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        rows += kind == "row"
        too_wide = kind == "row" and len(element) > MOST_COLUMNS or _column(letters) > MOST_COLUMNS
        too_long = rows > MOST_ROWS or len(digits) > 7 or (digits.isdigit() and int(digits) > MOST_ROWS)
        if kind in ("row", "c") and (too_wide or too_long):
            raise FileRefused(TOO_LARGE)


def _column(letters: str) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + ord(letter) - 64
    return number
