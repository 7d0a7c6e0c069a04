"""The plan as an Excel file: the grid for people, then every field of every line, to be read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from roles.models import EventKind, InformationLevel, Involvement, Phase, Timing
from roles.printing import plan_words as words
from roles.queries.plan_content import Line, Party, PlanContent

PLAN_SHEET, LINES_SHEET, PARTIES_SHEET = "Plan", "Ansvar", "Roller"
COLUMNS = (
    ("Rolle", 20),
    ("Fase", 24),
    ("Ansvar", 60),
    ("Medvirken", 14),
    ("Informationsniveau", 18),
    ("Tidspunkt", 24),
    ("Første frist", 14),
    ("Begivenhed", 30),
    ("Dage efter", 11),
    ("Dokumenteres ved", 30),
    ("Hver for sig", 11),
    ("Lovgrundlag", 18),
    ("Nøgle", 38),
)
CHOICES = {
    "Fase": Phase.labels,
    "Medvirken": Involvement.labels,
    "Informationsniveau": InformationLevel.labels,
    "Tidspunkt": Timing.labels[1:],
    "Begivenhed": EventKind.labels,
    "Hver for sig": ["Ja", "Nej"],
}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767  # more than this Excel cannot hold
CUT = "\n… Resten står på arket Ansvar."


def plan_xlsx(plan: PlanContent, *, made_on: date) -> bytes:
    kept = BytesIO()
    book = Workbook(kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = datetime.combine(made_on, time(), tzinfo=UTC)
    book.set_properties({"title": words.title(plan), "author": "Serviceniveau", "created": made})
    look = Look(book)
    _plan_sheet(book.add_worksheet(PLAN_SHEET), plan, look, made_on)
    _lines_sheet(book.add_worksheet(LINES_SHEET), plan, look)
    _parties_sheet(book.add_worksheet(PARTIES_SHEET), plan, look)
    book.close()
    return kept.getvalue()


class Look:
    """The few ways a cell looks, and the one way a text is written: never as a formula or a link."""

    def __init__(self, book: Workbook) -> None:
        common = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B8C0C8"}
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": "#12304F"})
        self.label = book.add_format({"bold": True, "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        self.header = book.add_format(
            {**common, "bold": True, "bg_color": "#EAF0F6", "font_color": "#12304F"}
        )
        self.cell = book.add_format(common)
        self.quoted = book.add_format({**common, "quote_prefix": True})
        self.strong = book.add_format({**common, "bold": True})
        self.day = book.add_format({**common, "num_format": "dd-mm-yyyy", "align": "left"})

    def write(self, sheet: Worksheet, row: int, column: int, value: Any, look: Format | None = None) -> None:
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), self.day)  # noqa: DTZ001 - no clock
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, look or self.cell)
        else:
            quoted = self.quoted if value.startswith(FORMULA_SIGNS) else self.cell
            sheet.write_string(row, column, value, look or quoted)


def _plan_sheet(sheet: Worksheet, plan: PlanContent, look: Look, made_on: date) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, len(Phase), 48)
    look.write(sheet, 0, 0, words.title(plan), look.title)
    row = 1
    for label, value in words.facts(plan):
        look.write(sheet, row, 0, label, look.label)
        look.write(sheet, row, 1, value, look.plain)
        row += 1
    header = row + 1
    _header(sheet, header, [words.ROLE_HEADER, *Phase.labels], look)
    for row, (name, cells) in enumerate(words.grid(plan), start=header + 1):
        look.write(sheet, row, 0, name, look.strong)
        for column, texts in enumerate(cells, start=1):
            look.write(sheet, row, column, _bullets(texts), look.cell)
    _for_print(sheet, header, f"{plan.unit_name}, version {plan.version}. Hentet {words.day(made_on)}")


def _bullets(texts: list[str]) -> str:
    joined = "\n".join(f"• {text}" for text in texts)
    return joined if len(joined) <= LONGEST_CELL else joined[: LONGEST_CELL - len(CUT)] + CUT


def _lines_sheet(sheet: Worksheet, plan: PlanContent, look: Look) -> None:
    names = [name for name, _ in COLUMNS]
    _header(sheet, 0, names, look)
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        if name in CHOICES:
            rule = {"validate": "list", "source": CHOICES[name], "ignore_blank": True}
            sheet.data_validation(1, column, 1000, column, rule)
    parties = {party.code: party for party in plan.parties}
    for row, line in enumerate(plan.lines, start=1):
        for column, value in enumerate(_fields(line, parties)):
            look.write(sheet, row, column, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(plan.lines), 1), len(names) - 1)
    _for_print(sheet, 0, plan.subject)


def _fields(line: Line, parties: dict[str, Party]) -> list[Any]:
    """In the order of COLUMNS."""
    return [
        parties[line.role].name,
        Phase(line.phase).label,
        line.text,
        Involvement(line.involvement).label,
        InformationLevel(line.information_level).label if line.information_level else "",
        Timing(line.timing).label if line.timing else "",
        line.first_due_on or "",
        EventKind(line.event).label if line.event else "",
        "" if line.offset_days is None else line.offset_days,
        line.evidence,
        "Ja" if line.is_individual else "Nej",
        line.legal_basis,
        str(line.lineage or ""),
    ]


def _parties_sheet(sheet: Worksheet, plan: PlanContent, look: Look) -> None:
    sheet.set_column(0, 1, 24)
    _header(sheet, 0, ["Rolle", "Kode", "Skjult"], look)
    for row, party in enumerate(plan.parties, start=1):
        look.write(sheet, row, 0, party.name)
        look.write(sheet, row, 1, party.code)
        look.write(sheet, row, 2, "Ja" if party.is_hidden else "Nej")
    _for_print(sheet, 0, plan.subject)


def _header(sheet: Worksheet, row: int, names: Sequence[str], look: Look) -> None:
    for column, name in enumerate(names):
        look.write(sheet, row, column, name, look.header)
    sheet.repeat_rows(row)


def _for_print(sheet: Worksheet, header: int, footer: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{footer.replace('&', '&&')[:200]}&RSide &P af &N")
