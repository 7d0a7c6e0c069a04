"""The starting content of a new plan: our own words for what each role does in each phase.

The file: {"rows": [{"role": code, "phases": {phase: [line, …]}}]}, all in the order shown. A line has the
fields of a responsibility, except that "first_due" is a day of the year ("MM-DD", the next such day is
taken) or a day ("åååå-MM-DD", from which its rhythm is counted).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError

from roles.actions.plans.content import CONTENT, fill_in
from roles.models import Phase, Responsibility, Role, Timing

TEMPLATE = Path(__file__).resolve().parents[2] / "data" / "plan_template.json"
FIELDS = {*CONTENT, "first_due"} - {"first_due_on"}
Content = tuple[list[tuple[Role, bool]], list[Responsibility]]


class TemplateBroken(Exception):
    """The file that we ship does not hold what a plan can hold."""


def starting_content(*, on: date) -> Content:
    """Roles in order, and their lines with due dates on or after the day. Nothing is saved."""
    return read_template(json.loads(TEMPLATE.read_text(encoding="utf-8")), on=on)


def read_template(content: Mapping[str, Any], *, on: date) -> Content:
    """Raises TemplateBroken, naming the line."""
    codes = [row["role"] for row in content["rows"]]
    roles = Role.objects.in_bulk(codes, field_name="code")
    if len(roles) != len(codes):
        raise TemplateBroken(f"an unknown role, or a role twice: {codes}")
    lines = [
        _line(roles[row["role"]], phase, position, item, on)
        for row in content["rows"]
        for phase, items in row["phases"].items()
        for position, item in enumerate(items, start=1)
    ]
    _refuse_repeated(lines)
    return [(roles[code], False) for code in codes], lines


def next_due(timing: str, first_due: str, *, on: date) -> date:
    """The first day of the rhythm on or after the given one; what happens once keeps its day."""
    step = Timing(timing).months
    due = _anchor(first_due, on)
    while step and due < on:
        due = due + relativedelta(months=step)
    while 0 < step < 12 and (earlier := due - relativedelta(months=step)) >= on:
        due = earlier  # a rhythm shorter than a year need not wait for its day to come round
    return due


def _anchor(first_due: str, on: date) -> date:
    if len(first_due) == len("2030-06-30"):
        return date.fromisoformat(first_due)
    this_year = date.fromisoformat(f"{on.year}-{first_due}")
    return this_year if this_year >= on else date.fromisoformat(f"{on.year + 1}-{first_due}")


def _line(role: Role, phase: str, position: int, item: Mapping[str, Any], on: date) -> Responsibility:
    line = Responsibility(role=role, phase=phase, position=position)
    try:
        if (unknown := item.keys() - FIELDS) or phase not in Phase.values:
            raise ValueError(f"unknown fields {sorted(unknown)} or phase {phase}")
        values = {name: value for name, value in item.items() if name != "first_due"}
        if "first_due" in item:
            values["first_due_on"] = next_due(item["timing"], item["first_due"], on=on)
        fill_in(line, values)
    except (KeyError, ValueError, ValidationError) as error:
        raise TemplateBroken(f"{role.code}, {phase}, {item.get('text', '')!r}: {error}") from error
    return line


def _refuse_repeated(lines: list[Responsibility]) -> None:
    texts = [(line.role.code, line.text) for line in lines]
    if len(texts) != len(set(texts)):
        raise TemplateBroken("a role has the same responsibility twice")
