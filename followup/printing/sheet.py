"""One table as an Excel file: what is asked about above it, the source beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO

from xlsxwriter import Workbook

from roles.printing.plan_sheet import Look

Cell = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    name: str
    width: int
    is_share: bool = False


@dataclass(frozen=True)
class Sheet:
    """facts: label and value above the table; notes: lines beneath it."""

    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


def sheet_xlsx(sheet: Sheet, *, made_on: date) -> bytes:
    kept = BytesIO()
    book = Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = datetime.combine(made_on, time(), tzinfo=UTC)
    book.set_properties({"title": sheet.title, "author": "Serviceniveau", "created": made})
    page, look = book.add_worksheet(), Look(book)
    share = book.add_format({"num_format": "0.0%", "valign": "top", "border": 1, "border_color": "#B8C0C8"})
    look.write(page, 0, 0, sheet.title, look.title)
    for row, (label, value) in enumerate(sheet.facts, start=1):
        look.write(page, row, 0, label, look.label)
        look.write(page, row, 1, value, look.plain)
    header = len(sheet.facts) + 2
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        look.write(page, header, at, column.name, look.header)
    for row, cells in enumerate(sheet.rows, start=header + 1):
        for at, cell in enumerate(cells):
            is_share = sheet.columns[at].is_share and isinstance(cell, int | float)
            look.write(page, row, at, "" if cell is None else cell, share if is_share else None)
    for row, note in enumerate(sheet.notes, start=header + len(sheet.rows) + 2):
        look.write(page, row, 0, note, look.plain)
    page.repeat_rows(header)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    book.close()
    return kept.getvalue()
