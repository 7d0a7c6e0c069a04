"""The fields of plans, rows and lines as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Field, Model

EMPTY = "ikke udfyldt"
# What a line says; where it stands is told apart.
CONTENT = (
    "text",
    "involvement",
    "information_level",
    "timing",
    "first_due_on",
    "event",
    "offset_days",
    "evidence",
    "is_individual",
    "legal_basis",
)


@dataclass(frozen=True)
class FieldChange:
    name: str
    label: str
    before: str
    after: str


def field_changes(model: type[Model], before: Any, after: Any, names: Iterable[str]) -> list[FieldChange]:
    """The named fields in which two rows of the model, or of its history, differ."""
    fields = [model._meta.get_field(name) for name in names]
    return [
        FieldChange(
            field.name, str(field.verbose_name).capitalize(), shown(field, before), shown(field, after)
        )
        for field in fields
        if isinstance(field, Field) and getattr(before, field.attname) != getattr(after, field.attname)
    ]


def shown(field: Field[Any, Any], row: Any) -> str:
    value = getattr(row, field.attname)
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if value in (None, ""):
        return EMPTY
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)
