"""The list of signals as an Excel file: one row per signal, nothing in it read as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO

from xlsxwriter import Workbook

from roles.printing.plan_sheet import Look

COLUMNS = (
    ("Signal", 34),
    ("Enhed", 24),
    ("Kvalitetsstandard", 30),
    ("Ydelse", 30),
    ("Nøgletal", 30),
    ("Tilstand", 18),
    ("Udvikling", 14),
    ("Siden", 12),
    ("Afgørelser", 11),
    ("Faktisk", 11),
    ("Forventet", 11),
    ("Niveau, nedre", 13),
    ("Niveau, øvre", 13),
    ("Sandsynlighed", 13),
    ("Foreløbigt", 11),
    ("Sætning", 80),
    ("Hvad er der gjort", 50),
)
Value = str | int | float | date


def signals_xlsx(rows: Sequence[Sequence[Value]], *, source: str, made_on: date) -> bytes:
    """rows: in the order of COLUMNS."""
    kept = BytesIO()
    book = Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = datetime.combine(made_on, time(), tzinfo=UTC)
    book.set_properties({"title": "Signaler", "author": "Serviceniveau", "created": made})
    look, sheet = Look(book), book.add_worksheet("Signaler")
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        look.write(sheet, 0, column, name, look.header)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, float):
                sheet.write_number(at, column, value, look.cell)
            else:
                look.write(sheet, at, column, value)
    look.write(sheet, len(rows) + 2, 0, source, look.plain)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    book.close()
    return kept.getvalue()
