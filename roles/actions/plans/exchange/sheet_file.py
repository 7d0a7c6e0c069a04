"""A plan from an Excel file: the sheet Ansvar has one responsibility per row, Roller the order of roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from roles.actions.files.dates import read_day
from roles.actions.files.layouts import Layout
from roles.actions.files.messages import EMPTY, shown
from roles.actions.files.outcome import FileRefused, RowProblem
from roles.actions.plans.exchange.lines import KnownRoles, PlanFile, Typed, read_head, take_lines
from roles.actions.plans.exchange.office import UNREADABLE, Package
from roles.models import EventKind, InformationLevel, Involvement, Phase, Timing

PLAN_SHEET, LINES_SHEET, PARTIES_SHEET = "plan", "ansvar", "roller"
NAMES = {
    "rolle": "role",
    "fase": "phase",
    "ansvar": "text",
    "medvirken": "involvement",
    "informationsniveau": "information_level",
    "tidspunkt": "timing",
    "foerste frist": "first_due_on",
    "begivenhed": "event",
    "dage efter": "offset_days",
    "dokumenteres ved": "evidence",
    "hver for sig": "is_individual",
    "lovgrundlag": "legal_basis",
    "noegle": "lineage",
}
LAYOUT = Layout(columns=tuple(NAMES), required=("rolle", "fase", "ansvar"))
CHOICES = {
    "fase": Phase,
    "medvirken": Involvement,
    "informationsniveau": InformationLevel,
    "tidspunkt": Timing,
    "begivenhed": EventKind,
}
YES, NO = ("ja", "x", "1", "true", "sand"), ("", "nej", "0", "false", "falsk")
Rows = list[list[Any]]
Reader = Callable[[str, Any], Any]


def read_sheet(package: Package, roles: KnownRoles) -> PlanFile:
    """Raises FileRefused when the sheet or one of its columns is missing."""
    package.refuse_wide_sheets()
    sheets = _sheets(package)
    if LINES_SHEET not in sheets:
        raise FileRefused("Filen mangler arket Ansvar. Hent planen som Excel, og ret i den fil.")
    rows = sheets[LINES_SHEET]
    columns = _columns(rows[0] if rows else [])
    typed = [
        _typed(line, dict(zip(columns, row, strict=False)))
        for line, row in enumerate(rows[1:], start=2)
        if any(_plain(cell) for cell in row)
    ]
    head = read_head(
        f"{_plain(row[0])}: {_plain(row[1])}" for row in sheets.get(PLAN_SHEET, []) if len(row) > 1
    )
    names = [_plain(row[0]) for row in sheets.get(PARTIES_SHEET, [])[1:] if row and _plain(row[0])]
    hidden = {
        _plain(row[0])
        for row in sheets.get(PARTIES_SHEET, [])[1:]
        if len(row) > 2 and _plain(row[2]).lower() in YES
    }
    return take_lines(head, names, typed, roles, hidden=hidden)


def _sheets(package: Package) -> dict[str, Rows]:
    try:
        book = CalamineWorkbook.from_filelike(package.repacked())
        return {
            name.strip().casefold(): book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
            if name.strip().casefold() in (PLAN_SHEET, LINES_SHEET, PARTIES_SHEET)
        }
    except (CalamineError, ValueError, OSError, KeyError) as error:
        raise FileRefused(UNREADABLE) from error


def _columns(header: list[Any]) -> list[str]:
    columns = [LAYOUT.column(_plain(cell)) for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    if problems := list(_column_problems(columns)):
        raise FileRefused(problems)
    return columns


def _column_problems(columns: list[str]) -> Iterator[RowProblem]:
    for name in dict.fromkeys(columns):
        if name not in LAYOUT.columns:
            message = "Kolonnen på arket Ansvar kendes ikke. Ret navnet, eller slet kolonnen."
            yield RowProblem(1, shown(name), message)
        elif columns.count(name) > 1:
            yield RowProblem(1, name, "Kolonnen står to gange på arket Ansvar. Slet den ene.")
    for name in LAYOUT.required:
        if name not in columns:
            yield RowProblem(1, name, "Kolonnen mangler på arket Ansvar. Tilføj den.")


def _typed(line: int, cells: dict[str, Any]) -> Typed:
    """The row as values of the model; the first cell that cannot be read is its problem."""
    values: dict[str, Any] = {}
    for column, cell in cells.items():
        try:
            read: Reader = READERS.get(column, _read_text)
            values[NAMES[column]] = read(column, cell)
        except ValidationError as error:
            key = _plain(cells.get("noegle", ""))
            return Typed(line, "", column, "", {}, lineage=key, problem=" ".join(error.messages))
    role, phase, lineage = values.pop("role"), values.pop("phase"), values.pop("lineage", "")
    for column, text in zip(LAYOUT.required, (role, phase, values["text"]), strict=True):
        if not text:
            return Typed(line, "", column, "", {}, lineage=lineage, problem=EMPTY)
    values["involvement"] = values.get("involvement") or Involvement.ACCOUNTABLE.value
    return Typed(line, role, "", phase, values, lineage=lineage)


def _plain(cell: Any) -> str:
    """A number that is whole is written without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _read_text(column: str, cell: Any) -> str:
    return _plain(cell)


def _read_choice(column: str, cell: Any) -> str:
    """Either as it is shown or as it is stored."""
    text = _plain(cell)
    choices = CHOICES[column].choices
    for value, label in choices:
        if text.casefold() in (str(label).casefold(), value.casefold()):
            return str(value)
    if not text:
        return ""
    options = ", ".join(str(label) for value, label in choices if value)
    raise ValidationError(f"{shown(text)} kendes ikke. Skriv en af: {options}.")


def _read_day(column: str, cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _plain(cell)
    return read_day(text) if text else None


def _read_number(column: str, cell: Any) -> int | None:
    text = _plain(cell)
    if not text:
        return None
    digits = text.removeprefix("-").removeprefix("\N{MINUS SIGN}")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 5:
        raise ValidationError(f"{shown(text)} er ikke et helt antal dage.")
    return int(digits) if digits == text else -int(digits)


def _read_yes(column: str, cell: Any) -> bool:
    text = _plain(cell).casefold()
    if text not in (*YES, *NO):
        raise ValidationError(f"{shown(text)} forstås ikke. Skriv Ja eller Nej.")
    return text in YES


READERS: dict[str, Reader] = {
    **dict.fromkeys(CHOICES, _read_choice),
    "foerste frist": _read_day,
    "dage efter": _read_number,
    "hver for sig": _read_yes,
}
