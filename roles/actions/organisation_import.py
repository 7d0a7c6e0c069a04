"""Units, people and roles from one file: each row is checked, written or rejected with line and column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from roles.actions.assignments import sync_permissions
from roles.actions.files.keeping import keep_one
from roles.actions.files.messages import EMPTY, TWICE, shown
from roles.actions.files.outcome import ImportOutcome, RowProblem
from roles.actions.organisation_file import PERSON, REQUIRED, ROLE, UNIT, NamedRow, read_rows
from roles.actions.organisation_os2mo import is_os2mo, read_os2mo
from roles.actions.organisation_rows import (
    UNKNOWN_UNIT,
    Keep,
    Sender,
    day_after,
    keep_person,
    keep_role,
    keep_unit,
)
from roles.models import Unit, User
from roles.models.cpr import CPR_MESSAGE, find_cpr

# The column in which a person mends what the model refuses.
COLUMN_OF_FIELD = {
    "code": "kode",
    "name": "navn",
    "kind": "art",
    "parent": "hoerer_under",
    "district": "bydel",
    "opened_on": "fra",
    "closed_on": "til",
    "successor": "afloest_af",
    "staff_code": "medarbejderkode",
    "valid": "fra",
    "first_day": "fra",
    "last_day": "til",
    "deputy": "email",
    "path": "kode",
    NON_FIELD_ERRORS: "",
}
COLUMN_OF_CONSTRAINT = {"unit_kommune_is_root": "hoerer_under", "unit_closes_after_opening": "til"}


@transaction.atomic
def take_in_organisation(
    content: bytes, *, by: User | None = None, mapping: bytes | None = None
) -> ImportOutcome:
    """Keep what the file says; the same file again changes nothing. Raises FileRefused.

    by: an administrator who delivers it in the browser, with no more rights than on the pages.
    mapping: how an OS2mo export is understood, where the municipality has its own.
    """
    rows, broken = read_os2mo(content, mapping) if is_os2mo(content) else read_rows(content)
    outcome = ImportOutcome(rows=len(rows) + len(broken), rejected=len(broken), errors=list(broken))
    sound = _without_faulty(rows, outcome)
    units = [row for row in sound if row["type"] == UNIT]
    closings = _closings(units)
    people = frozenset(row["email"].lower() for row in sound if row["type"] == PERSON)
    sender = Sender(by, {row["kode"]: day for row, day in closings}, people)
    _keep_units([row for row in units if row["kode"] not in sender.closings], sender, outcome)
    _keep_all((row for row in sound if row["type"] == PERSON), keep_person, sender, outcome)
    _keep_all((row for row in sound if row["type"] == ROLE), keep_role, sender, outcome)
    _keep_units([row for row, _ in closings], sender, outcome)
    sync_permissions()
    outcome.errors.sort(key=lambda error: error.line)
    return outcome


def _closings(units: list[NamedRow]) -> list[tuple[NamedRow, date]]:
    """Rows that close a unit we have, lowest first: they wait until roles are right."""
    stands = {
        unit.code: unit
        for unit in Unit.objects.filter(code__in=[row["kode"] for row in units], closed_on=None)
    }
    found = [(row, day) for row in units if row["kode"] in stands and (day := _closing_day(row))]
    return sorted(found, key=lambda pair: stands[pair[0]["kode"]].depth, reverse=True)


def _closing_day(row: NamedRow) -> date | None:
    try:
        return day_after(row)
    except ValidationError:
        return None  # told when the row itself is kept


def _without_faulty(rows: list[NamedRow], outcome: ImportOutcome) -> list[NamedRow]:
    """Rows of a known type with their required cells, each key once."""
    first: dict[tuple[str, ...], int] = {}
    sound = []
    for row in rows:
        if problems := _faults(row) or _repetition(row, first):
            outcome.reject(problems)
        else:
            sound.append(row)
    return sound


def _faults(row: NamedRow) -> list[RowProblem]:
    """CPR numbers first and alone: the other messages quote what they refuse."""
    if held := [column for column, cell in row.cells.items() if find_cpr(cell)]:
        return [row.problem(column, CPR_MESSAGE) for column in held]
    if not row["type"]:
        return [row.problem("type", EMPTY)]
    if row["type"] not in REQUIRED:
        types = ", ".join(REQUIRED)
        return [row.problem("type", f"Typen {shown(row['type'])} kendes ikke. Brug en af: {types}.")]
    return [row.problem(column, EMPTY) for column in REQUIRED[row["type"]] if not row[column]]


def _repetition(row: NamedRow, first: dict[tuple[str, ...], int]) -> list[RowProblem]:
    line = first.setdefault(_key(row), row.line)
    return [] if line == row.line else [row.problem("type", TWICE.format("Rækken", line))]


def _key(row: NamedRow) -> tuple[str, ...]:
    email = row["email"].lower()
    return {
        UNIT: (UNIT, row["kode"]),
        PERSON: (PERSON, email),
        ROLE: (ROLE, email, row["rolle"], row["enhed"], row["fra"]),
    }[row["type"]]


def _keep_all(rows: Iterable[NamedRow], keep: Keep, sender: Sender, outcome: ImportOutcome) -> None:
    for row in rows:
        keep_one(outcome, partial(keep, row, sender), partial(_problems, row))


def _problems(row: NamedRow, error: ValidationError) -> list[RowProblem]:
    if not hasattr(error, "error_dict"):
        return [row.problem("", message) for message in error.messages]
    found = []
    for name, errors in error.error_dict.items():
        for single in errors:
            column = COLUMN_OF_CONSTRAINT.get(str(single.code)) or COLUMN_OF_FIELD.get(name, name)
            found.append(row.problem(column, " ".join(single.messages)))
    return found


def _keep_units(rows: list[NamedRow], sender: Sender, outcome: ImportOutcome) -> None:
    """Parents and successors before those that name them, whatever the order of the lines."""
    waiting, known = rows, set(Unit.objects.values_list("code", flat=True))
    while waiting:
        ready = [row for row in waiting if _names(row) <= known]
        if not ready:
            break
        _keep_all(ready, keep_unit, sender, outcome)
        known |= set(Unit.objects.values_list("code", flat=True))
        waiting = [row for row in waiting if row not in ready]
    for row in waiting:
        column = next(name for name in ("hoerer_under", "afloest_af") if row[name] and row[name] not in known)
        outcome.reject([row.problem(column, UNKNOWN_UNIT.format(shown(row[column])))])


def _names(row: NamedRow) -> set[str]:
    return {row[column] for column in ("hoerer_under", "afloest_af") if row[column]}
