"""The starting content of a new plan: our own words for what each role does in each phase."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from roles.actions.plans.content import CONTENT, refuse_content
from roles.models import Phase, Responsibility, Role, Timing

TEMPLATE = Path(__file__).resolve().parents[2] / "data" / "plan_template.json"
FIELDS = {*CONTENT, "phase", "first_due"} - {"first_due_on"}
Content = tuple[list[tuple[Role, bool]], list[Responsibility]]


class TemplateBroken(Exception):
    """The file that we ship does not hold what a plan can hold."""


def starting_content(*, on: date) -> Content:
    """Roles in order, and their lines with due dates on or after the day. Nothing is saved."""
    return read_template(json.loads(TEMPLATE.read_text(encoding="utf-8")), on=on)


def read_template(content: Mapping[str, Any], *, on: date) -> Content:
    """Raises TemplateBroken, naming the item."""
    roles = Role.objects.in_bulk([row["role"] for row in content["rows"]], field_name="code")
    rows: list[tuple[Role, bool]] = []
    lines: list[Responsibility] = []
    for row in content["rows"]:
        if (role := roles.get(row["role"])) is None or (role, False) in rows:
            raise TemplateBroken(f"unknown role, or a role twice: {row['role']}")
        rows.append((role, False))
        for phase, items in row["phases"].items():
            lines += [_line(role, phase, n, item, on) for n, item in enumerate(items, start=1)]
    _refuse_repeated(lines)
    return rows, lines


def next_anchor(first_due: str, *, on: date) -> date:
    """The next such day on or after the given one: "12-31" every year, "2029-11-20" once and for all."""
    parts = [int(part) for part in first_due.split("-")]
    if len(parts) == 3:
        return date(*parts)
    month, day = parts
    years = (on.year, on.year + 1)
    return next(found for found in (_in_year(year, month, day) for year in years) if found >= on)


def _in_year(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _line(role: Role, phase: str, position: int, item: Mapping[str, Any], on: date) -> Responsibility:
    if (unknown := item.keys() - FIELDS) or phase not in Phase.values:
        raise TemplateBroken(f"{role.code}, {phase}: {sorted(unknown)}")
    values = {name: value for name, value in item.items() if name in CONTENT}
    line = Responsibility(role=role, phase=phase, position=position, **values)
    if "first_due" in item:
        line.first_due_on = _next_due(line.timing, item["first_due"], on)
    try:
        refuse_content(line)
    except ValidationError as error:
        raise TemplateBroken(f"{role.code}, {phase}, “{line.text}”: {error.messages}") from error
    return line


def _next_due(timing: str, first_due: str, on: date) -> date:
    """A rhythm shorter than a year need not wait for its anchor to come round."""
    due = next_anchor(first_due, on=on)
    step = Timing(timing).months
    while 0 < step < 12 and (earlier := _months_before(due, step)) >= on:
        due = earlier
    return due


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return _in_year(count // 12, count % 12 + 1, day.day)


def _refuse_repeated(lines: list[Responsibility]) -> None:
    texts = [(line.role.code, line.text) for line in lines]
    if len(texts) != len(set(texts)):
        raise TemplateBroken("a role has the same responsibility twice")
