"""Typed reading of JSON that collects everything that is wrong, each with its path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from roles.actions.files.messages import shown
from roles.actions.files.outcome import FileRefused, RowProblem
from roles.models.cpr import CPR_MESSAGE, find_cpr

MOST_PROBLEMS = 50
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
ODD_SIGN = "Feltet indeholder et tegn, der ikke kan gemmes. Skriv det om."


class Problems:
    def __init__(self) -> None:
        self.found: list[RowProblem] = []

    def __len__(self) -> int:
        return len(self.found)

    def add(self, path: str, name: str, message: str) -> None:
        where = ".".join(part for part in (path, name) if part)
        self.found.append(RowProblem(1, UNSTORABLE.sub("?", where)[:120], UNSTORABLE.sub("?", message)))

    def take(self, path: str, error: ValidationError) -> None:
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in fields.items():
            self.add(path, name, " ".join(messages))

    def refuse(self) -> None:
        if len(self.found) > MOST_PROBLEMS:
            rest = len(self.found) - MOST_PROBLEMS
            self.found[MOST_PROBLEMS:] = [RowProblem(1, "", f"Og {rest} fejl mere. Ret disse først.")]
        if self.found:
            raise FileRefused(self.found)


@dataclass
class Entry:
    """An object of the file. What it lacks or has wrongly is told to `problems`, and read as empty."""

    values: dict[str, Any]
    path: str
    problems: Problems

    def only(self, *names: str, without: Iterable[str] = ()) -> None:
        for name in self.values.keys() - (set(names) - set(without)):
            self._wrong(
                name if not find_cpr(name) else "", "Feltet kendes ikke. Fjern det, eller ret navnet."
            )

    def entry(self, name: str) -> Entry:
        value = self.values.get(name)
        if not isinstance(value, dict):
            self._wrong(name, "Feltet skal være et objekt.")
        return Entry(value if isinstance(value, dict) else {}, self._at(name), self.problems)

    def entries(self, name: str, *, most: int) -> list[Entry]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self._wrong(name, "Feltet skal være en liste af objekter.")
            return []
        if len(value) > most:
            self._wrong(name, f"Listen har {len(value)} poster. En plan kan højst have {most}.")
            return []
        return [Entry(each, f"{self._at(name)}[{place}]", self.problems) for place, each in enumerate(value)]

    def text(self, name: str, *, longest: int | None, required: bool = False) -> str:
        value = self.values.get(name, "")
        if not isinstance(value, str):
            return self._wrong(name, "Feltet skal være en tekst.")
        if UNSTORABLE.search(value):
            return self._wrong(name, ODD_SIGN)
        if find_cpr(value):
            return self._wrong(name, CPR_MESSAGE)
        if required and not value.strip():
            return self._wrong(name, "Feltet mangler. Det skal udfyldes.")
        if longest and len(value) > longest:
            return self._wrong(name, f"Teksten er for lang. Skriv højst {longest} tegn.")
        return value.strip()

    def choice(self, name: str, offered: Sequence[str]) -> str:
        value = self.text(name, longest=None)
        if value not in offered:
            options = ", ".join(each for each in offered if each)
            return self._wrong(name, f"{shown(value)} kendes ikke. Skriv en af: {options}.")
        return value

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            self._wrong(name, "Feltet skal være true eller false.")
            return False
        return value

    def number(self, name: str, least: int, most: int, *, default: Any) -> Any:
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._wrong(name, f"Feltet skal være et helt tal fra {least} til {most}.")
            return default
        return value

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self._wrong(name, "Feltet skal være en dato, der findes, skrevet åååå-mm-dd.")
        return None

    def key(self, name: str) -> UUID | None:
        value = self.values.get(name)
        if value is None:
            return None
        try:
            return UUID(value)
        except (ValueError, AttributeError, TypeError):
            self._wrong(name, "Feltet skal være en nøgle (UUID) eller null.")
            return None

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}".lstrip(".")

    def _wrong(self, name: str, message: str) -> str:
        self.problems.add(self.path, name, message)
        return ""
