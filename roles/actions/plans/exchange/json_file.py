"""A plan as JSON: every field, and read back without loss.

{"layout": "serviceniveau-plan", "version": 1,
 "plan": {"unit", "unit_name", "subject", "version", "escalation_days",
          "adopted_on", "body", "case_number", "link", "superseded_on"},
 "roles": [{"code", "name", "is_staffed", "held_at", "is_hidden"}],
 "responsibilities": [{"lineage", "role", "phase", "text", "involvement", "information_level", "timing",
                       "first_due_on", "event", "offset_days", "evidence", "is_individual", "legal_basis"}]}

The order of the lists is the order shown. Days are written åååå-mm-dd; codes are those of the model. Roles
that the installation does not know become parties without people. "adopted_on" and what follows it are told,
never taken over: a plan that is read in is a draft.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from roles.actions.files.outcome import FileRefused, ImportOutcome
from roles.actions.plans.content import LONGEST_TEXT
from roles.actions.plans.exchange.entries import Entry, Problems
from roles.actions.plans.exchange.lines import KnownRoles, PlanFile, checked_line
from roles.actions.plans.responsibilities import MOST_RESPONSIBILITIES
from roles.actions.plans.rows import MOST_ROWS
from roles.models import Involvement, Unit
from roles.queries.plan_content import Line, Party, PlanContent

LAYOUT, LAYOUT_VERSION = "serviceniveau-plan", 1
MOST_BYTES = 2 * 1024 * 1024
NOT_JSON = "Filen er ikke en læsbar JSON-fil. Hent planen som JSON igen, og prøv med den fil."
NO_PLAN = f'Filen er ikke en plan: "layout" skal være "{LAYOUT}" og "version" {LAYOUT_VERSION}.'

UNKNOWN_ROLE = "Rollen {} findes ikke her. Brug en kendt rolle, eller skriv is_staffed: false."
LONGEST = {
    "text": LONGEST_TEXT,
    "information_level": 10,
    "timing": 12,
    "event": 30,
    "evidence": 200,
    "legal_basis": 80,
}


def write_json(plan: PlanContent) -> str:
    values = asdict(plan)
    parties, lines = values.pop("parties"), values.pop("lines")
    content = {
        "layout": LAYOUT,
        "version": LAYOUT_VERSION,
        "plan": values,
        "roles": parties,
        "responsibilities": lines,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)


def read_json(file: bytes, roles: KnownRoles) -> PlanFile:
    """The whole plan or nothing. Raises FileRefused, which names the path of everything that is wrong."""
    problems = Problems()
    root = Entry(_object(file), "", problems)
    root.only("layout", "version", "plan", "roles", "responsibilities")
    head = root.entry("plan")
    parties = _unlike(root.entries("roles", most=MOST_ROWS), problems, roles)
    known = {party.code for party in parties}
    lines = [_line(each, known) for each in root.entries("responsibilities", most=MOST_RESPONSIBILITIES)]
    _refuse_repeated(lines, problems)
    content = _head(head, parties, [line for line in lines if line])
    problems.refuse()
    return PlanFile(content, ImportOutcome(rows=len(lines)), has_settings=True)


def _object(file: bytes) -> dict[str, Any]:
    if len(file) > MOST_BYTES:
        raise FileRefused(f"Filen er for stor. En plan fylder højst {MOST_BYTES // 1024**2} MB.")
    try:
        content = json.loads(file.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FileRefused(NOT_JSON) from error
    if not isinstance(content, dict):
        raise FileRefused(NO_PLAN)
    if content.get("layout") != LAYOUT or content.get("version") != LAYOUT_VERSION:
        raise FileRefused(NO_PLAN)
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _head(entry: Entry, parties: list[Party], lines: list[Line]) -> PlanContent:
    entry.only(*PlanContent.__dataclass_fields__, without=("parties", "lines"))
    return PlanContent(
        unit=entry.text("unit", longest=40),
        unit_name=entry.text("unit_name", longest=120),
        subject=entry.text("subject", longest=120, required=True),
        version=entry.number("version", 1, 32_767, default=1),
        escalation_days=entry.number("escalation_days", 1, 365, default=14),
        adopted_on=entry.day("adopted_on"),
        body=entry.text("body", longest=160),
        case_number=entry.text("case_number", longest=60),
        link=entry.text("link", longest=400),
        superseded_on=entry.day("superseded_on"),
        parties=parties,
        lines=lines,
    )


def _unlike(entries: list[Entry], problems: Problems, roles: KnownRoles) -> list[Party]:
    parties: list[Party] = []
    for entry in entries:
        party = _party(entry)
        if party.code in {each.code for each in parties}:
            problems.add(entry.path, "code", f"Rollen {party.code} står to gange. Fjern den ene.")
        if party.is_staffed and party.code not in roles.by_code:
            problems.add(entry.path, "code", UNKNOWN_ROLE.format(party.code))
        parties.append(party)
    return parties


def _party(entry: Entry) -> Party:
    entry.only(*Party.__dataclass_fields__)
    return Party(
        code=entry.text("code", longest=40, required=True),
        name=entry.text("name", longest=80, required=True),
        is_staffed=entry.flag("is_staffed"),
        held_at=entry.choice("held_at", ["", *Unit.Kind.values]),
        is_hidden=entry.flag("is_hidden"),
    )


def _line(entry: Entry, known: set[str]) -> Line | None:
    """None where something is wrong with it."""
    entry.only(*Line.__dataclass_fields__)
    before = len(entry.problems)
    role, phase = (
        entry.text("role", longest=40, required=True),
        entry.text("phase", longest=16, required=True),
    )
    if role and role not in known:
        entry.problems.add(entry.path, "role", f"Rollen {role} står ikke i listen roles. Tilføj den dér.")
    values = _values(entry)
    lineage = entry.key("lineage")
    if len(entry.problems) > before:
        return None
    try:
        return checked_line(role, phase, values, lineage)
    except ValidationError as error:
        entry.problems.take(entry.path, error)
        return None


def _values(entry: Entry) -> dict[str, Any]:
    texts = {name: entry.text(name, longest=longest) for name, longest in LONGEST.items()}
    return texts | {
        "involvement": entry.text("involvement", longest=40) or Involvement.ACCOUNTABLE.value,
        "first_due_on": entry.day("first_due_on"),
        "offset_days": entry.number("offset_days", -2000, 2000, default=None),
        "is_individual": entry.flag("is_individual"),
    }


def _refuse_repeated(lines: list[Line | None], problems: Problems) -> None:
    seen: dict[Any, int] = {}
    for place, line in enumerate(lines):
        if line and line.lineage in seen:
            message = f"Nøglen står allerede ved responsibilities[{seen[line.lineage]}]. Fjern den ene."
            problems.add(f"responsibilities[{place}]", "lineage", message)
        elif line and line.lineage:
            seen[line.lineage] = place
