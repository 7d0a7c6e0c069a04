"""Units, people and roles from one file: each row is checked, written or rejected with line and column."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.assignments import assign_role, change_end, sync_permissions
from roles.actions.files.keeping import keep_one
from roles.actions.files.messages import EMPTY, TWICE, shown
from roles.actions.files.outcome import ImportOutcome, RowProblem
from roles.actions.organisation import FIRST_DAY, create_unit
from roles.actions.organisation_file import PERSON, REQUIRED, ROLE, UNIT, NamedRow, read_rows
from roles.models import Role, RoleAssignment, Unit, User
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
    "path": "kode",
    NON_FIELD_ERRORS: "",
}
COLUMN_OF_CONSTRAINT = {"unit_kommune_is_root": "hoerer_under", "unit_closes_after_opening": "til"}
UNKNOWN_UNIT = "Enheden {} findes hverken i filen eller i forvejen."
Keep = Callable[[NamedRow], str]  # answers created, updated or unchanged


@transaction.atomic
def take_in_organisation(content: bytes) -> ImportOutcome:
    """Keep what the file says; the same file again changes nothing. Raises FileRefused."""
    rows, broken = read_rows(content)
    outcome = ImportOutcome(rows=len(rows) + len(broken), rejected=len(broken), errors=broken)
    sound = _without_faulty(rows, outcome)
    _keep_units([row for row in sound if row["type"] == UNIT], outcome)
    _keep_all((row for row in sound if row["type"] == PERSON), _keep_person, outcome)
    _keep_all((row for row in sound if row["type"] == ROLE), _keep_role, outcome)
    sync_permissions()
    outcome.errors.sort(key=lambda error: error.line)
    return outcome


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


def _keep_all(rows: Iterable[NamedRow], keep: Keep, outcome: ImportOutcome) -> None:
    for row in rows:
        keep_one(outcome, partial(keep, row), partial(_problems, row))


def _problems(row: NamedRow, error: ValidationError) -> list[RowProblem]:
    if not hasattr(error, "error_dict"):
        return [row.problem("", message) for message in error.messages]
    found = []
    for name, errors in error.error_dict.items():
        for single in errors:
            column = COLUMN_OF_CONSTRAINT.get(str(single.code)) or COLUMN_OF_FIELD.get(name, name)
            found.append(row.problem(column, " ".join(single.messages)))
    return found


def _keep_units(rows: list[NamedRow], outcome: ImportOutcome) -> None:
    """Parents and successors before those that name them, whatever the order of the lines."""
    waiting, known = rows, set(Unit.objects.values_list("code", flat=True))
    while waiting:
        ready = [row for row in waiting if _names(row) <= known]
        if not ready:
            break
        _keep_all(ready, _keep_unit, outcome)
        known |= set(Unit.objects.values_list("code", flat=True))
        waiting = [row for row in waiting if row not in ready]
    for row in waiting:
        column = next(name for name in ("hoerer_under", "afloest_af") if row[name] and row[name] not in known)
        outcome.reject([row.problem(column, UNKNOWN_UNIT.format(shown(row[column])))])


def _names(row: NamedRow) -> set[str]:
    return {row[column] for column in ("hoerer_under", "afloest_af") if row[column]}


def _keep_unit(row: NamedRow) -> str:
    parent = Unit.objects.filter(code=row["hoerer_under"]).first()
    unit = Unit.objects.filter(code=row["kode"]).first()
    if row["art"] not in Unit.Kind.values:
        raise ValidationError(
            {"art": f"Arten {shown(row['art'])} kendes ikke. Brug en af: {', '.join(Unit.Kind.values)}."}
        )
    if (row["art"] == Unit.Kind.MUNICIPALITY) is not (parent is None):
        raise ValidationError(
            {"hoerer_under": "En kommune står øverst; alle andre enheder hører under en anden."}
        )
    if unit is None:
        unit = create_unit(
            code=row["kode"],
            name=row["navn"],
            kind=row["art"],
            parent=parent,
            opened_on=row.day("fra") or FIRST_DAY,
            district=row["bydel"],
        )
        _change(unit, _unit_values(row))
        return "created"
    if unit.parent != parent:
        raise ValidationError(
            {"hoerer_under": "En enhed flytter ikke. Luk den, og opret en ny, som afløser den."}
        )
    return _change(unit, _unit_values(row))


def _unit_values(row: NamedRow) -> dict[str, Any]:
    """What the row says about the unit; columns that the file lacks say nothing."""
    values: dict[str, Any] = {"name": row["navn"], "kind": row["art"]}
    if "bydel" in row.cells:
        values["district"] = row["bydel"]
    if row["fra"]:
        values["opened_on"] = row.day("fra")
    if "til" in row.cells:
        values["closed_on"] = _day_after(row)
    if "afloest_af" in row.cells:
        values["successor"] = Unit.objects.filter(code=row["afloest_af"]).first()
    return values


def _day_after(row: NamedRow) -> date | None:
    """``til`` is the last day; the range ends before the next."""
    last = row.day("til")
    return last + timedelta(days=1) if last else None


def _change(instance: models.Model, values: dict[str, Any]) -> str:
    changed = {name: value for name, value in values.items() if getattr(instance, name) != value}
    if not changed:
        return "unchanged"
    for name, value in changed.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save(update_fields=list(changed))
    return "updated"


def _keep_person(row: NamedRow) -> str:
    values: dict[str, Any] = {"name": row["navn"]}
    if "medarbejderkode" in row.cells:
        values["staff_code"] = row["medarbejderkode"] or None
    user = User.objects.filter(email__iexact=row["email"]).first()
    if user is not None:
        return _change(user, values)
    user = User(email=row["email"].lower(), **values)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return "created"


def _keep_role(row: NamedRow) -> str:
    user, unit, role = _user(row, "email"), _unit(row), _role(row)
    deputy_of = _user(row, "stedfortraeder_for") if row["stedfortraeder_for"] else None
    start, end = row.day("fra"), _day_after(row)
    if end and start and end <= start:
        raise ValidationError({"til": "Rollen skal slutte efter, at den er begyndt."})
    held = RoleAssignment.objects.filter(user=user, role=role, unit=unit, valid__startswith=start).first()
    if held is None:
        valid = DateRange(start, end)
        assign_role(user=user, role=role, unit=unit, valid=valid, deputy_of=deputy_of)
        return "created"
    deputy = _change(held, {"deputy_of": deputy_of}) if "stedfortraeder_for" in row.cells else "unchanged"
    if "til" not in row.cells or held.valid.upper == end:
        return deputy
    change_end(assignment=held, end=end)
    return "updated"


def _user(row: NamedRow, column: str) -> User:
    user = User.objects.filter(email__iexact=row[column]).first()
    if user is None:
        raise ValidationError(
            {column: f"{shown(row[column])} er hverken i filen som person eller oprettet i forvejen."}
        )
    return user


def _unit(row: NamedRow) -> Unit:
    unit = Unit.objects.filter(code=row["enhed"]).first()
    if unit is None:
        raise ValidationError({"enhed": UNKNOWN_UNIT.format(shown(row["enhed"]))})
    return unit


def _role(row: NamedRow) -> Role:
    role = Role.objects.filter(code=row["rolle"], is_staffed=True).first()
    if role is None:
        codes = ", ".join(Role.objects.filter(is_staffed=True).values_list("code", flat=True))
        raise ValidationError({"rolle": f"Rollen {shown(row['rolle'])} findes ikke. Brug en af: {codes}."})
    return role
