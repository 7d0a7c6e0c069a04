"""An export from OS2mo read as rows of the organisation file.

The file is one JSON object of lists, in OS2mo's own words:

org_units    uuid, user_key (our kode), name, org_unit_type, parent.uuid, validity.from/to
employees    uuid, name (or givenname and surname), user_key (our medarbejderkode), and the e-mail: email, or
             the first of addresses whose address_type has scope EMAIL
engagements  person.uuid, org_unit.uuid, job_function, validity     -> a role by job function
managers     person.uuid (null: vacant), org_unit.uuid, manager_type, validity
roles        person.uuid, org_unit.uuid, role_type, validity

The types are objects with user_key and name; os2mo_mapping.json says which of our kinds and roles they are,
by either. There null means left out on purpose, and "*" stands for all that are not named. People without a
role that is taken in are left out, and cpr_no is never read. ``validity.to`` is the last day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from json.decoder import WHITESPACE  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from roles.actions.files.messages import EMPTY, shown
from roles.actions.files.outcome import FileRefused, RowProblem
from roles.actions.files.reading import INVISIBLE, decode
from roles.actions.organisation_file import PERSON, ROLE, UNIT, NamedRow

MAPPING = Path(__file__).parents[1] / "data" / "os2mo_mapping.json"
# Which of a holding's fields names its type.
HOLDINGS = {"engagements": "job_function", "managers": "manager_type", "roles": "role_type"}
SECTIONS = ("org_units", "employees", *HOLDINGS)
CALLED = {
    "kode": "user_key",
    "medarbejderkode": "user_key",
    "navn": "name",
    "art": "org_unit_type",
    "hoerer_under": "parent",
    "enhed": "org_unit",
    "fra": "validity.from",
    "til": "validity.to",
}
NOT_AN_EXPORT = (
    "Filen er ikke en eksport fra OS2mo. Den skal være ét JSON-objekt med listerne"
    " org_units, employees, engagements, managers og roles."
)
UNMAPPED = (
    "{} står ikke i mapping-filen under {}. Føj den til, eller sæt den til null, hvis den skal springes over."
)
ODD_SIGN = "Feltet indeholder et tegn, der ikke kan vises. Skriv det om."
SURROGATE = re.compile("[\ud800-\udfff]")
Mapping = dict[str, dict[str, str | None]]


@dataclass(frozen=True)
class Entry:
    """One object of a list, and the line on which it begins."""

    section: str
    line: int
    said: dict[str, Any]

    def text(self, *path: str) -> str:
        """What stands at the end of the path; empty where it breaks off."""
        found: Any = self.said
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return "" if found is None or isinstance(found, dict | list) else str(found).strip()

    def dates(self) -> dict[str, str]:
        """OS2mo writes days, or instants that begin with them."""
        return {"fra": self.text("validity", "from")[:10], "til": self.text("validity", "to")[:10]}

    def row(self, **cells: str) -> NamedRow:
        return NamedRow(self.line, cells, CALLED)

    def problem(self, column: str, message: str) -> RowProblem:
        return RowProblem(self.line, column, message)


def is_os2mo(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def read_os2mo(content: bytes, mapping: bytes | None = None) -> tuple[list[NamedRow], list[RowProblem]]:
    """The rows, and the entries that the mapping does not know. Raises FileRefused."""
    entries = list(_entries(decode(content)))
    reader = _Reader(entries, _mapping(mapping))
    rows, broken = [], []
    for entry in entries:
        try:
            rows += [_legible(row) for row in reader.rows(entry)]
        except ValidationError as error:
            broken += [entry.problem(column, texts[0]) for column, texts in error.message_dict.items()]
    return reader.wanted(rows), broken


class _Reader:
    """Looks up what entries refer to by uuid."""

    def __init__(self, entries: list[Entry], mapping: Mapping) -> None:
        self.mapping = mapping
        self.units = self._by_uuid(entries, "org_units")
        self.people = self._by_uuid(entries, "employees")

    def _by_uuid(self, entries: list[Entry], section: str) -> dict[str, Entry]:
        return {entry.text("uuid"): entry for entry in entries if entry.section == section}

    def rows(self, entry: Entry) -> list[NamedRow]:
        """One row, or none where the mapping leaves the entry out."""
        if entry.section == "org_units":
            return self._unit(entry)
        if entry.section == "employees":
            return [self._person(entry)]
        return self._holding(entry)

    def wanted(self, rows: list[NamedRow]) -> list[NamedRow]:
        """Without the people who get no role."""
        needed = {row["email"].lower() for row in rows if row["type"] == ROLE}
        return [row for row in rows if row["type"] != PERSON or row["email"].lower() in needed]

    def _unit(self, entry: Entry) -> list[NamedRow]:
        kind = self._mapped(entry, "org_unit_type")
        if kind is None:
            return []
        parent = entry.text("parent", "uuid")
        above = self._found(self.units, parent, "parent").text("user_key") if parent else ""
        name, code = entry.text("name"), entry.text("user_key")
        return [entry.row(type=UNIT, kode=code, navn=name, art=kind, hoerer_under=above, **entry.dates())]

    def _person(self, entry: Entry) -> NamedRow:
        full = f"{entry.text('givenname')} {entry.text('surname')}".strip()
        return entry.row(
            type=PERSON,
            email=_email(entry),
            navn=entry.text("name") or full,
            medarbejderkode=entry.text("user_key"),
        )

    def _holding(self, entry: Entry) -> list[NamedRow]:
        role = self._mapped(entry, HOLDINGS[entry.section])
        person, unit = entry.text("person", "uuid"), entry.text("org_unit", "uuid")
        if role is None or (not person and entry.section == "managers"):
            return []
        email = _email(self._found(self.people, person, "person"))
        if not email:
            raise ValidationError({"person": "Personen mangler en e-mail i eksporten (addresses)."})
        where = self._found(self.units, unit, "org_unit").text("user_key")
        return [entry.row(type=ROLE, email=email, rolle=role, enhed=where, **entry.dates())]

    def _mapped(self, entry: Entry, facet: str) -> str | None:
        known = self.mapping.get(facet, {})
        said = [entry.text(facet, "user_key"), entry.text(facet, "name")]
        for word in [*filter(None, said), "*"]:
            if word.lower() in known:
                return known[word.lower()]
        if not any(said):
            raise ValidationError({facet: EMPTY})
        raise ValidationError({facet: UNMAPPED.format(shown(said[1] or said[0]), facet)})

    def _found(self, entries: dict[str, Entry], uuid: str, column: str) -> Entry:
        if uuid not in entries:
            raise ValidationError({column: f"{shown(uuid)} findes ikke i filen." if uuid else EMPTY})
        return entries[uuid]


def _legible(row: NamedRow) -> NamedRow:
    """JSON can spell signs that neither a screen nor the database can hold."""
    for column, cell in row.cells.items():
        if INVISIBLE.search(cell) or SURROGATE.search(cell) or "\n" in cell or "\r" in cell:
            raise ValidationError({row.called.get(column, column): ODD_SIGN})
    return row


def _email(person: Entry) -> str:
    """Of the person itself, or the first of their e-mail addresses."""
    listed = person.said.get("addresses")
    addresses = (
        [Entry("", 0, each) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    mails = (each.text("value") for each in addresses if each.text("address_type", "scope") == "EMAIL")
    return person.text("email") or next(mails, "")


def _mapping(content: bytes | None) -> Mapping:
    """Facets with our words by theirs, in lower case. Raises FileRefused."""
    try:
        facets = json.loads(MAPPING.read_bytes() if content is None else content)
        return {
            facet: {theirs.lower(): ours and str(ours) for theirs, ours in words.items()}
            for facet, words in facets.items()
        }
    except (ValueError, AttributeError, RecursionError) as error:
        raise FileRefused("Mapping-filen kan ikke læses. Se roles/data/os2mo_mapping.json.") from error


def _entries(text: str) -> Iterator[Entry]:
    """Every object of the lists we know, with the line on which it begins. Raises FileRefused."""
    try:
        whole = json.loads(text)
    except JSONDecodeError as error:
        message = f"Filen er ikke gyldig JSON: fejl i linje {error.lineno}."
        raise FileRefused(message, line=error.lineno) from error
    except RecursionError as error:
        raise FileRefused(NOT_AN_EXPORT) from error
    if not isinstance(whole, dict) or not isinstance(whole.get("org_units"), list):
        raise FileRefused(NOT_AN_EXPORT)
    for section, start in _values(text, text.index("{") + 1):
        if section in SECTIONS and text[start] == "[":
            yield from _listed(section, text, start)


def _values(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The names of the outermost object, each with the place where its value begins."""
    decoder = JSONDecoder()
    while text[place := _skip(text, place)] != "}":
        name, place = decoder.raw_decode(text, place)
        place = _skip(text, _skip(text, place) + 1)
        yield name, place
        place = _skip(text, decoder.raw_decode(text, place)[1])
        place += text[place] == ","


def _listed(section: str, text: str, place: int) -> Iterator[Entry]:
    """The objects of the list that begins at the place."""
    decoder, line, counted = JSONDecoder(), 1, 0
    place = _skip(text, place + 1)
    while text[place] != "]":
        line, counted = line + text.count("\n", counted, place), place
        said, place = decoder.raw_decode(text, place)
        if not isinstance(said, dict):
            raise FileRefused(NOT_AN_EXPORT, line=line)
        yield Entry(section, line, said)
        place = _skip(text, place)
        place = _skip(text, place + 1) if text[place] == "," else place


def _skip(text: str, place: int) -> int:
    return int(WHITESPACE.match(text, place).end())
