"""Who changed what in a plan and when, and what can be brought back: read from the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from roles.models import Phase, PlanRole, Responsibility, ResponsibilityPlan, Role, User
from roles.queries.plans.words import CONTENT, FieldChange, field_changes

TOLD = {
    ResponsibilityPlan: (
        "subject",
        "escalation_days",
        "adopted_on",
        "body",
        "case_number",
        "link",
        "superseded_on",
    ),
    PlanRole: ("is_hidden",),
    Responsibility: CONTENT,
}
ACTS = {"+": "tilføjet", "~": "rettet", "-": "fjernet"}
MOVED, RESTORED = "flyttet", "gendannet"
PROGRAM = "Programmet"
SHOWN = 200


@dataclass(frozen=True)
class Change:
    at: datetime
    by: str
    act: str
    subject: str
    place: str  # role and phase of a line; empty for the plan and its roles
    fields: list[FieldChange]
    history_id: int | None  # of a removed line that can be brought back


@dataclass(frozen=True)
class Edition:
    """What a line said once. `fields` are those in which it differs from now: before, then now."""

    history_id: int
    at: datetime
    by: str
    text: str
    place: str
    fields: list[FieldChange]


def changes_of(plan: ResponsibilityPlan) -> list[Change]:
    """Newest first. Six queries whatever their number."""
    pairs = [*_pairs(ResponsibilityPlan, id=plan.pk), *_pairs(PlanRole, plan_id=plan.pk)]
    pairs += _pairs(Responsibility, plan_id=plan.pk)
    standing = set(plan.responsibilities.values_list("pk", flat=True))
    tellers = Tellers(pairs)
    born = next((after.history_change_reason for _, after in pairs if after.history_type == "+"), None)
    told = [
        _change(before, after, tellers, standing)
        for before, after in pairs
        if not _came_with_the_plan(after, born)
    ]
    found = sorted((change for change in told if change), key=lambda change: change.at, reverse=True)
    return found[:SHOWN]


def restorable(responsibility: Responsibility) -> list[Edition]:
    """Earlier editions that say something else than the line does now; newest first."""
    rows = _history(Responsibility, id=responsibility.pk)
    tellers = Tellers((None, row) for row in rows)
    editions = [_edition(row, tellers, now=responsibility) for row in rows]
    seen: set[tuple[Any, ...]] = set()
    found = []
    for row, edition in zip(reversed(rows), reversed(editions), strict=True):
        content = tuple(getattr(row, name) for name in CONTENT)
        if edition.fields and content not in seen:
            found.append(edition)
        seen.add(content)
    return found


def removed_lines(plan: ResponsibilityPlan) -> list[Edition]:
    """Lines that were removed and not brought back; newest first."""
    standing = plan.responsibilities.values("pk")
    history: Any = Responsibility.history
    rows = history.filter(plan_id=plan.pk, history_type="-").exclude(id__in=standing)
    latest = {row.id: row for row in rows.order_by("history_id")}.values()
    tellers = Tellers((None, row) for row in latest)
    found = [_edition(row, tellers, now=None) for row in latest]
    return sorted(found, key=lambda edition: edition.at, reverse=True)


class Tellers:
    """The names of those who changed something and of the roles they changed it for: two queries."""

    def __init__(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        rows = [after for _, after in pairs]
        self.people = User.objects.in_bulk({row.history_user_id for row in rows} - {None})
        self.roles = Role.objects.in_bulk({row.role_id for row in rows if hasattr(row, "role_id")})

    def who(self, row: Any) -> str:
        return str(self.people.get(row.history_user_id, PROGRAM))

    def role(self, row: Any) -> str:
        return str(self.roles.get(row.role_id, ""))

    def place(self, row: Any) -> str:
        return f"{self.role(row)}, {Phase(row.phase).label.lower()}"


def _history(model: type[Any], **of: Any) -> list[Any]:
    return list(model.history.filter(**of).order_by("id", "history_id"))


def _pairs(model: type[Any], **of: Any) -> Iterator[tuple[Any, Any]]:
    """Each history row with the one before it of the same object."""
    for _, rows in groupby(_history(model, **of), key=lambda row: row.id):
        before = None
        for after in rows:
            yield before, after
            before = after


def _came_with_the_plan(row: Any, born: str | None) -> bool:
    """Rows and lines of a template or a copy are told of by the plan's own first line."""
    is_first = row.history_type == "+" and row.history_change_reason == born
    return is_first and row.instance_type in (PlanRole, Responsibility)


def _change(before: Any, after: Any, tellers: Tellers, standing: set[int]) -> Change | None:
    """None for bookkeeping: a line that only made room for another."""
    model = after.instance_type
    fields = field_changes(model, before, after, TOLD[model]) if _is_edit(before, after) else []
    act = _act(before, after, fields)
    if act == MOVED and model is Responsibility:
        fields = _places(before, after, tellers)
    if act is None:
        return None
    subject, place = _subject(after, tellers)
    can_return = model is Responsibility and after.history_type == "-" and after.id not in standing
    history_id = after.history_id if can_return else None
    return Change(after.history_date, tellers.who(after), act, subject, place, fields, history_id)


def _is_edit(before: Any, after: Any) -> bool:
    return before is not None and after.history_type == "~"


def _act(before: Any, after: Any, fields: list[FieldChange]) -> str | None:
    reason = after.history_change_reason or ""
    if reason.startswith("Gendanner") and (fields or after.history_type == "+"):
        return RESTORED
    if after.history_type != "~" or fields:
        return "vedtaget" if any(field.name == "adopted_on" for field in fields) else ACTS[after.history_type]
    return MOVED if reason.startswith("Flytter") else None


def _places(before: Any, after: Any, tellers: Tellers) -> list[FieldChange]:
    was, now = tellers.place(before), tellers.place(after)
    return [FieldChange("place", "Plads", was, now)] if was != now else []


def _subject(row: Any, tellers: Tellers) -> tuple[str, str]:
    if row.instance_type is Responsibility:
        return row.text, tellers.place(row)
    return (f"Rollen {tellers.role(row)}" if row.instance_type is PlanRole else "Planen"), ""


def _edition(row: Any, tellers: Tellers, *, now: Responsibility | None) -> Edition:
    fields = field_changes(Responsibility, row, now, CONTENT) if now else []
    return Edition(row.history_id, row.history_date, tellers.who(row), row.text, tellers.place(row), fields)
