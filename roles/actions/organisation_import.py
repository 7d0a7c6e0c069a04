"""Units, people and roles from one file: each row is checked, written or rejected with line and column."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.assignments import assign_role, change_end, sync_permissions
from roles.actions.organisation import FIRST_DAY, create_unit
from roles.actions.organisation_file import (
    PERSON,
    REQUIRED,
    ROLE,
    UNIT,
    ImportResult,
    Row,
    RowMessage,
    read_rows,
)
from roles.models import Role, RoleAssignment, Unit, User
from roles.models.cpr import CPR_MESSAGE, find_cpr
from roles.models.history import acting

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
}
COLUMN_OF_CONSTRAINT = {"unit_kommune_is_root": "hoerer_under", "unit_closes_after_opening": "til"}
Keep = Callable[[Row], str]  # answers created, updated or unchanged


def import_organisation(*, file: Path, by: User | None = None, dry_run: bool = False) -> ImportResult:
    """Read the file; the same file again changes nothing. Refuses an unreadable file with ValidationError."""
    rows = read_rows(file)
    reason = f"import_organisation {file.name}"
    with acting(user_id=by.pk if by else None, reason=reason):
        _wait_for_other_imports()
        result = _import(rows)
        transaction.set_rollback(dry_run)
    return result


def _wait_for_other_imports() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import_organisation'))")


def _import(rows: list[Row]) -> ImportResult:
    result = ImportResult(rows=len(rows))
    sound = _without_faulty(rows, result)
    _keep_units([row for row in sound if row["type"] == UNIT], result)
    _keep_all((row for row in sound if row["type"] == PERSON), _keep_person, result)
    _keep_all((row for row in sound if row["type"] == ROLE), _keep_role, result)
    sync_permissions()
    result.errors.sort(key=lambda error: error.line)
    return result


def _without_faulty(rows: list[Row], result: ImportResult) -> list[Row]:
    """Rows of a known type with their required cells, each key once."""
    first: dict[tuple[str, ...], int] = {}
    sound = []
    for row in rows:
        if held := [column for column, cell in row.cells.items() if find_cpr(cell)]:
            _reject(row, held[0], CPR_MESSAGE, result)  # first: the other messages quote what they refuse
        elif row["type"] not in REQUIRED:
            _reject(row, "type", "Skriv enhed, person eller rolle.", result)
        elif missing := [column for column in REQUIRED[row["type"]] if not row[column]]:
            _reject(row, missing[0], "Feltet skal udfyldes.", result)
        elif (line := first.setdefault(_key(row), row.line)) != row.line:
            _reject(row, "type", f"Rækken står allerede i linje {line}.", result)
        else:
            sound.append(row)
    return sound


def _key(row: Row) -> tuple[str, ...]:
    email = row["email"].lower()
    return {
        UNIT: (UNIT, row["kode"]),
        PERSON: (PERSON, email),
        ROLE: (ROLE, email, row["rolle"], row["enhed"], row["fra"]),
    }[row["type"]]


def _reject(row: Row, column: str, message: str, result: ImportResult) -> None:
    result.errors.append(RowMessage(line=row.line, column=column, message=message))


def _keep_all(rows: Iterable[Row], keep: Keep, result: ImportResult) -> None:
    for row in rows:
        try:
            with transaction.atomic():
                outcome = keep(row)
        except ValidationError as error:
            for column, message in _messages(error):
                _reject(row, column, message, result)
        else:
            setattr(result, outcome, getattr(result, outcome) + 1)


def _messages(error: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(error, "error_dict"):
        return [("", message) for message in error.messages]
    found = []
    for name, errors in error.error_dict.items():
        for single in errors:
            constraint = COLUMN_OF_CONSTRAINT.get(str(single.code), "")
            found.append((COLUMN_OF_FIELD.get(name, constraint or name), " ".join(single.messages)))
    return found


def _keep_units(rows: list[Row], result: ImportResult) -> None:
    """Parents and successors before those that name them, whatever the order of the lines."""
    waiting, known = rows, set(Unit.objects.values_list("code", flat=True))
    while waiting:
        ready = [row for row in waiting if _names(row) <= known]
        if not ready:
            break
        _keep_all(ready, _keep_unit, result)
        known |= set(Unit.objects.values_list("code", flat=True))
        waiting = [row for row in waiting if row not in ready]
    for row in waiting:
        column = next(name for name in ("hoerer_under", "afloest_af") if row[name] and row[name] not in known)
        _reject(row, column, f"Enheden {row[column]!r} findes hverken i filen eller i forvejen.", result)


def _names(row: Row) -> set[str]:
    return {row[column] for column in ("hoerer_under", "afloest_af") if row[column]}


def _keep_unit(row: Row) -> str:
    parent = Unit.objects.filter(code=row["hoerer_under"]).first()
    unit = Unit.objects.filter(code=row["kode"]).first()
    if row["art"] not in Unit.Kind.values:
        raise ValidationError({"art": f"Skriv en af: {', '.join(Unit.Kind.values)}."})
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


def _unit_values(row: Row) -> dict[str, Any]:
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


def _day_after(row: Row) -> date | None:
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


def _keep_person(row: Row) -> str:
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


def _keep_role(row: Row) -> str:
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


def _user(row: Row, column: str) -> User:
    user = User.objects.filter(email__iexact=row[column]).first()
    if user is None:
        raise ValidationError(
            {column: f"{row[column]} er hverken i filen som person eller oprettet i forvejen."}
        )
    return user


def _unit(row: Row) -> Unit:
    unit = Unit.objects.filter(code=row["enhed"]).first()
    if unit is None:
        raise ValidationError({"enhed": f"Enheden {row['enhed']!r} findes hverken i filen eller i forvejen."})
    return unit


def _role(row: Row) -> Role:
    role = Role.objects.filter(code=row["rolle"]).first()
    if role is None:
        codes = ", ".join(Role.objects.values_list("code", flat=True))
        raise ValidationError({"rolle": f"Rollen {row['rolle']!r} findes ikke. Brug en af: {codes}."})
    return role
