"""Deadlines in words, and the card with a person's duties."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate

from roles.charts.wheel import MONTH_NAMES
from roles.models import Permission
from roles.permissions import may
from roles.queries.duty_pages import duty_card

register = template.Library()

DAYS_COUNTED = 60
"""How far ahead a deadline is also told as a number of days."""


@register.filter
def deadline(due_on: date | None) -> str:
    """3. november, 19 dage siden · i dag, 22. november · 3. december, om 11 dage · 15. januar 2027"""
    if due_on is None:
        return ""
    today = localdate()
    written = date_format(due_on, "j. F" if due_on.year == today.year else "j. F Y").lower()
    days = (due_on - today).days
    if days in (-1, 0, 1):
        return f"{('i går', 'i dag', 'i morgen')[days + 1]}, {written}"
    if days < 0:
        return f"{written}, {-days} dage siden"
    return f"{written}, om {days} dage" if days <= DAYS_COUNTED else written


@register.filter
def month_name(number: int) -> str:
    return MONTH_NAMES[number - 1]


@register.inclusion_tag("roles/duty_card.html", takes_context=True)
def my_duties_card(context: dict[str, Any]) -> dict[str, Any]:
    """The next duties and how many there are; nothing where there are none. Two queries."""
    user = context["request"].user
    sees_vacancies = may(user, Permission.MANAGE_ORGANISATION) or may(user, Permission.CONFIRM_ROLES)
    return {"card": duty_card(user), "vacancies_url": reverse("vacancy-list") if sees_vacancies else ""}
