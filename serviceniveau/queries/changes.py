"""Who changed what when, read from the history that PostgreSQL keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Field, ForeignKey, Model

from roles.models import User
from roles.models.history import both_names
from roles.templatetags.danish import amount as number
from serviceniveau.models import Application, Case, Registration

# Bookkeeping that follows from other fields, or is told by the line itself.
UNTOLD = (
    "id",
    "month",
    "edition",
    "seconds_to_register",
    "source",
    "decision_id",
    "registered_on",
    "case",
    "source_digest",
)
ACTS = {"+": "oprettet", "~": "rettet", "-": "slettet"}
SHOWN = 100
Names = dict[tuple[type[Model], Any], str]


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    at: datetime
    by: str
    subject: str
    act: str
    fields: list[FieldChange]


def changes_of(case: Case) -> list[Change]:
    """Newest first; the number of queries does not grow with the number of changes."""
    rows = [
        *_rows(Case, id=case.pk),
        *_rows(Registration, case_id=case.pk),
        *_rows(Application, case_id=case.pk),
    ]
    pairs = list(_pairs(rows))
    names = _names(pairs)
    changes = [_change(before, after, names) for before, after in pairs]
    told = [change for change in changes if change.fields or change.act != "rettet"]
    return sorted(told, key=lambda change: change.at, reverse=True)[:SHOWN]


def differences(saved: Registration, typed: Registration, *, names: Iterable[str]) -> list[FieldChange]:
    """The named fields in which two editions of a decision differ: as saved now, and as typed."""
    fields = [saved._meta.get_field(name) for name in names]
    return [
        FieldChange(str(field.verbose_name), _shown(field, saved), _shown(field, typed))
        for field in fields
        if isinstance(field, Field) and getattr(saved, field.attname) != getattr(typed, field.attname)
    ]


def _shown(field: Field[Any, Any], row: Registration) -> str:
    if isinstance(field, ForeignKey) and getattr(row, field.attname):
        return str(getattr(row, field.name))
    return _told(field, row, {})


def _rows(model: type[Model], **of: Any) -> list[Any]:
    history: Any = model.history  # type: ignore[attr-defined]
    return list(history.filter(**of).order_by("id", "history_date", "history_id"))


def _pairs(rows: list[Any]) -> Iterable[tuple[Any, Any]]:
    """Each history row with the one before it of the same object."""
    for _, versions in groupby(rows, key=lambda row: (type(row), row.id)):
        before = None
        for after in versions:
            yield before, after
            before = after


def _fields(row: Any) -> list[Field[Any, Any]]:
    return [field for field in row.instance_type._meta.concrete_fields if field.name not in UNTOLD]


def _changed(before: Any, after: Any) -> list[Field[Any, Any]]:
    if before is None or after.history_type != "~":
        return []
    return [
        field for field in _fields(after) if getattr(before, field.attname) != getattr(after, field.attname)
    ]


def _target(field: ForeignKey[Any, Any]) -> type[Model]:
    return field.remote_field.model


def _names(pairs: list[tuple[Any, Any]]) -> Names:
    """What the rows referred to are called: one query for each kind of row."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for before, after in pairs:
        wanted[User].add(after.history_user_id)
        for field in _changed(before, after):
            if isinstance(field, ForeignKey):
                wanted[_target(field)] |= {getattr(before, field.attname), getattr(after, field.attname)}
    return {
        (model, pk): str(row)
        for model, pks in wanted.items()
        for pk, row in model._default_manager.in_bulk(pks - {None}).items()
    }


def _change(before: Any, after: Any, names: Names) -> Change:
    fields = [
        FieldChange(str(field.verbose_name), _told(field, before, names), _told(field, after, names))
        for field in _changed(before, after)
    ]
    name = names.get((User, after.history_user_id))
    by = both_names(name, after.history_change_reason) if name else _source_words(after)
    return Change(after.history_date, by, _subject(after), ACTS[after.history_type], fields)


def _source_words(row: Any) -> str:
    return "Indlæst fra fil" if "import" in (row.history_change_reason or "") else "Programmet"


def _subject(row: Any) -> str:
    if row.instance_type is Registration:
        return f"{row.get_kind_display()} {row.decided_on:%d-%m-%Y}"
    if row.instance_type is Application:
        return f"Ansøgning modtaget {row.received_on:%d-%m-%Y}"
    return "Sagen"


def _told(field: Field[Any, Any], row: Any, names: Names) -> str:
    value = getattr(row, field.attname)
    if value in (None, ""):
        return "ikke udfyldt"
    if isinstance(field, ForeignKey):
        return names.get((_target(field), value), str(value))
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, Decimal):
        return number(value)
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)
