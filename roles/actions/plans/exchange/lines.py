"""From what stands in a file to a plan's content, checked by the same rules as what is typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from roles.actions.files.outcome import FileRefused, ImportOutcome, RowProblem
from roles.actions.files.reading import INVISIBLE
from roles.actions.plans.content import CONTENT, fill_in
from roles.actions.plans.responsibilities import MOST_RESPONSIBILITIES, known_phase
from roles.actions.plans.rows import LONGEST_NAME, MOST_ROWS
from roles.models import Responsibility, Role
from roles.models.cpr import CPR_MESSAGE, find_cpr
from roles.queries.plan_content import Line, Party, PlanContent

PLURALS = ("", "e", "r", "er", "ne")
UNIT = re.compile(r"^(?P<name>.*)\((?P<code>[^()\s]{1,40})\)$")


@dataclass(frozen=True)
class Typed:
    """One row or paragraph of a file before it is checked; a problem found while reading rejects it."""

    line: int
    role: str
    column: str
    phase: str
    values: Mapping[str, Any]
    lineage: str = ""
    problem: str = ""


@dataclass
class PlanFile:
    """What a file says. What it cannot say is filled in from the plan it stands on.

    refused: the keys of rejected rows, each with how many accepted lines stood before it.
    """

    content: PlanContent
    outcome: ImportOutcome = field(default_factory=ImportOutcome)
    has_settings: bool = False
    has_details: bool = True
    refused: dict[UUID, int] = field(default_factory=dict)


class KnownRoles:
    """The roles of the installation by code, by name and by the plural of the name."""

    def __init__(self) -> None:
        self.by_code = {role.code: role for role in Role.objects.all()}
        self.by_name = {
            role.name.casefold() + plural: role
            for plural in reversed(PLURALS)
            for role in self.by_code.values()
        }

    def party(self, name: str, *, is_hidden: bool = False) -> Party:
        """A name that is unknown here is its own code until the party is made."""
        role = self.by_name.get(name.casefold())
        if role is None:
            return Party(name, name, is_hidden=is_hidden)
        return Party(role.code, role.name, role.is_staffed, role.held_at, is_hidden)


def read_head(lines: Iterable[str]) -> PlanContent:
    """Unit, subject and version (else 0), where the file names them as our own files do."""
    found = {"emne": "", "enhed": "", "version": ""}
    for line in lines:
        label, _, value = line.partition(": ")
        name = label.strip().casefold()
        if name in found and not found[name]:
            found[name] = " ".join(INVISIBLE.sub("", value).split())[:200]
    unit, number = UNIT.match(found["enhed"]), found["version"]
    return PlanContent(
        unit=unit["code"] if unit else "",
        unit_name=unit["name"].strip() if unit else found["enhed"],
        subject=found["emne"][:120],
        version=int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0,
    )


def take_lines(
    head: PlanContent,
    roles_named: list[str],
    typed: list[Typed],
    roles: KnownRoles,
    *,
    hidden: Iterable[str] = (),
    has_details: bool = True,
) -> PlanFile:
    """Each row by itself: accepted, or rejected with where and why."""
    if len(typed) > MOST_RESPONSIBILITIES:
        raise FileRefused(f"Planen har {len(typed)} ansvar. Den kan højst have {MOST_RESPONSIBILITIES}.")
    names = [*roles_named, *(each.role for each in typed if each.role and not each.problem)]
    parties = _parties(names, roles, set(hidden))
    if len(parties) > MOST_ROWS:
        raise FileRefused(f"Planen har {len(parties)} roller. Den kan højst have {MOST_ROWS}.")
    file = PlanFile(replace(head, parties=parties), has_details=has_details)
    _accept(typed, roles, file)
    return file


def _accept(typed: list[Typed], roles: KnownRoles, file: PlanFile) -> None:
    file.outcome.rows = len(typed)
    lines, seen = file.content.lines, dict[UUID, int]()
    for each in typed:
        try:
            lines.append(_line(each, roles, seen))
        except ValidationError as error:
            file.outcome.reject(_problems(each, error))
            if key := _readable_key(each.lineage):
                file.refused[key] = len(lines)


def checked_line(role: str, phase: str, values: Mapping[str, Any], lineage: UUID | None = None) -> Line:
    """Raises ValidationError by field."""
    wanted = Responsibility(phase=known_phase(phase))
    fill_in(wanted, {name: value for name, value in values.items() if name in CONTENT})
    kept = {name: getattr(wanted, name) for name in CONTENT}
    return Line(role=role, phase=phase, lineage=lineage, **kept)


def _line(typed: Typed, roles: KnownRoles, seen: dict[UUID, int]) -> Line:
    if typed.problem:
        raise ValidationError(typed.problem)
    _refuse_name(typed.role)
    lineage = _key(typed.lineage)
    if lineage in seen:
        raise ValidationError(f"Nøglen står allerede i linje {seen[lineage]}. Slet den i den ene linje.")
    values = {name: INVISIBLE.sub("", v) if isinstance(v, str) else v for name, v in typed.values.items()}
    line = checked_line(roles.party(typed.role).code, typed.phase, values, lineage)
    if lineage:
        seen[lineage] = typed.line
    return line


def _key(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise ValidationError("Nøglen er ændret. Slet den, så bliver linjen et nyt ansvar.") from error


def _readable_key(text: str) -> UUID | None:
    try:
        return _key(text)
    except ValidationError:
        return None


def _refuse_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise ValidationError(f"Rollens navn er for langt. Skriv højst {LONGEST_NAME} tegn.")
    if find_cpr(name):
        raise ValidationError(CPR_MESSAGE)
    if INVISIBLE.search(name) or not re.search(r"[^\W\d_]", name):
        raise ValidationError("Rollens navn kan ikke læses. Skriv det om.")


def _parties(names: Iterable[str], roles: KnownRoles, hidden: set[str]) -> list[Party]:
    """Each once, as first named. A name that cannot be read is passed over: its rows are rejected."""
    found: dict[str, Party] = {}
    for name in names:
        try:
            _refuse_name(name)
        except ValidationError:
            continue
        party = roles.party(name, is_hidden=name in hidden)
        found.setdefault(party.code, party)
    return list(found.values())


def _problems(typed: Typed, error: ValidationError) -> Iterator[RowProblem]:
    if not hasattr(error, "error_dict"):
        yield RowProblem(typed.line, typed.column, " ".join(error.messages))
        return
    for name, messages in error.message_dict.items():
        yield RowProblem(typed.line, typed.column or HEADERS.get(name, ""), " ".join(messages))


HEADERS = {
    "phase": "fase",
    "text": "ansvar",
    "involvement": "medvirken",
    "information_level": "informationsniveau",
    "timing": "tidspunkt",
    "first_due_on": "første frist",
    "event": "begivenhed",
    "offset_days": "dage efter",
    "evidence": "dokumenteres ved",
    "legal_basis": "lovgrundlag",
}
