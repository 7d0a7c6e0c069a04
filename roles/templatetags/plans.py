"""The words of a plan: when something is due, where a search hit."""

from __future__ import annotations

import re
from datetime import date

from dateutil.relativedelta import relativedelta
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate

from roles.models import EventKind, InformationLevel, Responsibility, Timing, Unit
from roles.printing.plan_words import EVENTS, around
from roles.queries.plans import GridRow
from roles.recurrence import due_dates

register = template.Library()

LEVELS = {
    InformationLevel.CASE: "Sagsniveau",
    InformationLevel.TEAM: "Teamniveau",
    InformationLevel.AREA: "Områdeniveau",
    InformationLevel.POLITICAL: "Politisk niveau",
}


@register.filter
def due_words(line: Responsibility) -> str:
    """Hver måned, næste gang 15-12-2026 · Senest 01-02-2027 · 14 dage efter planens vedtagelse."""
    timing = Timing(line.timing)
    if timing is Timing.RELATIVE:
        return around(line.offset_days or 0, EVENTS[EventKind(line.event)])
    if timing is Timing.NONE:
        return ""
    if line.first_due_on is None:
        return f"{timing.label}, uden dato"
    if timing is Timing.ONCE:
        return f"Senest {line.first_due_on:%d-%m-%Y}"
    return f"{timing.label}, næste gang {_next(line.first_due_on, timing.months):%d-%m-%Y}"


def _next(anchor: date, months: int) -> date:
    today = localdate()
    found = due_dates(anchor=anchor, months=months, first=today, last=today + relativedelta(months=months))
    return found[0] if found else anchor


@register.filter
def marked(text: str, search: str) -> SafeString:
    """The text with what was searched for marked."""
    if not search:
        return escape(text)
    parts = re.split(f"({re.escape(search)})", text, flags=re.IGNORECASE)
    told = [f"<mark>{escape(part)}</mark>" if n % 2 else escape(part) for n, part in enumerate(parts)]
    return mark_safe("".join(told))  # noqa: S308 - every part is escaped


@register.filter
def level_words(line: Responsibility) -> str:
    """Which level of information enters: Sagsniveau, Politisk niveau."""
    return LEVELS[InformationLevel(line.information_level)]


@register.filter
def has_hit(row: GridRow, hits: set[int]) -> bool:
    """Whether any line of the row is among those found."""
    return any(line.pk in hits for cell in row.cells for line in cell.responsibilities)


@register.filter
def names(units: list[Unit]) -> str:
    """Team Nord, Team Syd og Team Vest; no more than three by name."""
    told = [unit.name for unit in units[:3]]
    if len(units) > 3:
        told = [*told[:2], f"{len(units) - 2} andre"]
    return " og ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)
