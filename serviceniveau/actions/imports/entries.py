"""JSON files entry by entry: typed reading that names the path of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models.fields.related_descriptors import ManyToManyDescriptor

from roles.actions.files.keeping import keep_one
from roles.actions.files.messages import EMPTY
from roles.actions.files.outcome import FileRefused, ImportOutcome, RowProblem
from roles.models.cpr import CPR_MESSAGE, find_cpr


@dataclass(frozen=True)
class Entry:
    """A JSON object with its path inside the entry that it is part of."""

    content: dict[str, Any]
    path: str = ""

    def wrong(self, name: str, message: str) -> ValidationError:
        return ValidationError({".".join(part for part in (self.path, name) if part): message})

    def text(self, name: str, *, required: bool = False) -> str:
        return self._guarded(name, self.link(name, required=required))

    def link(self, name: str, *, required: bool = False) -> str:
        """A text in which ten digits are part of an address: the guard would be a false alarm."""
        value = self.content.get(name) or ""
        if not isinstance(value, str):
            raise self.wrong(name, "Skriv en tekst i anførselstegn.")
        if required and not value.strip():
            raise self.wrong(name, EMPTY)
        return value.strip()

    def prose_list(self, name: str) -> list[str]:
        values = self.content.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.wrong(name, "Skriv en liste af tekster.")
        return [self._guarded(name, value.strip()) for value in values]

    def _guarded(self, name: str, text: str) -> str:
        if find_cpr(text):
            raise self.wrong(name, CPR_MESSAGE)
        return text

    def day(self, name: str, *, required: bool = False) -> date | None:
        value = self.text(name, required=required)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError as error:
            raise self.wrong(name, f"{value!r} er ikke en dato. Skriv den som åååå-mm-dd.") from error

    def number(self, name: str) -> Decimal | None:
        value = self.content.get(name)
        if value is None or value == "":
            return None
        try:
            number = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise self.wrong(name, 'Skriv tallet i anførselstegn og med punktum, f.eks. "2.5".')
        return number

    def whole(self, name: str) -> int | None:
        value = self.content.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.wrong(name, "Skriv et helt tal.")
        return value

    def flag(self, name: str) -> bool:
        value = self.content.get(name) or False
        if not isinstance(value, bool):
            raise self.wrong(name, "Skriv true eller false.")
        return value

    def part(self, name: str) -> Entry | None:
        value = self.content.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, "Skriv et objekt: { … }.")
        return Entry(value, f"{self.path}.{name}".lstrip("."))

    def parts(self, name: str) -> list[Entry]:
        values = self.content.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong(name, "Skriv en liste af objekter: [ { … } ].")
        prefix = f"{self.path}.{name}".lstrip(".")
        return [Entry(value, f"{prefix}[{index}]") for index, value in enumerate(values)]

    @contextmanager
    def mistakes(self) -> Iterator[None]:
        """Give what a model refuses the path of this entry."""
        try:
            yield
        except ValidationError as error:
            found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
            paths = {self._path_of(name): messages for name, messages in found.items()}
            raise ValidationError(paths) from error

    def _path_of(self, name: str) -> str:
        name = "" if name == NON_FIELD_ERRORS else name
        return ".".join(part for part in (self.path, name) if part) or NON_FIELD_ERRORS


Keep = Callable[[Entry], str]  # answers created, updated or unchanged


def read_sections(file: bytes, *, known: Iterable[str]) -> dict[str, list[Any]]:
    """The lists of the file by name; refuses what is no such JSON."""
    try:
        content = json.loads(file.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileRefused("Filen kan ikke læses som JSON i UTF-8.") from error
    if not isinstance(content, dict):
        raise FileRefused(f"Filen skal være ét objekt med listerne {', '.join(known)}.")
    unknown = [name for name in content if name not in (*known, "sources", "deadlines")]
    if unknown:
        raise FileRefused(f"{unknown[0]!r} kendes ikke. Brug: {', '.join(known)}.")
    wrong = [name for name in known if not isinstance(content.get(name, []), list)]
    if wrong:
        raise FileRefused(f"{wrong[0]} skal være en liste.")
    return {name: content.get(name, []) for name in known}


def keep_entries(section: str, items: Iterable[tuple[int, Any]], keep: Keep, outcome: ImportOutcome) -> None:
    """Keep each entry by itself: one that is refused leaves nothing behind. Line means index in the list."""
    for index, item in items:
        outcome.rows += 1
        keep_one(outcome, partial(_keep, keep, item), partial(_problems, section, index))


def _keep(keep: Keep, item: Any) -> str:
    return keep(Entry(_as_object(item)))


def _as_object(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise ValidationError("Skriv et objekt: { … }.")
    return item


def _problems(section: str, index: int, error: ValidationError) -> Iterator[RowProblem]:
    found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in found.items():
        column = "" if name == NON_FIELD_ERRORS else name
        path = f"{section}[{index}]" + (f".{column}" if column else "")
        yield RowProblem(line=index, column=column[:60], message=f"{path}: {' '.join(messages)}")


def keep_row(model: type[models.Model], key: dict[str, Any], values: dict[str, Any]) -> tuple[Any, str]:
    """The row with this key made or mended, and what happened; relations to many are given as lists."""
    many = {name: value for name, value in values.items() if _is_many(model, name)}
    plain = {name: value for name, value in values.items() if name not in many}
    row = model._default_manager.filter(**key).first()
    if row is None:
        row, happened = model(**key, **plain), "created"
    else:
        happened = (
            "updated" if any(getattr(row, name) != value for name, value in plain.items()) else "unchanged"
        )
        for name, value in plain.items():
            setattr(row, name, value)
    if happened != "unchanged":
        row.full_clean()
        row.save()
    for name, wanted in many.items():
        if {other.pk for other in getattr(row, name).all()} != {other.pk for other in wanted}:
            getattr(row, name).set(wanted)
            happened = "updated" if happened == "unchanged" else happened
    return row, happened


def _is_many(model: type[models.Model], name: str) -> bool:
    return isinstance(getattr(model, name, None), ManyToManyDescriptor)
