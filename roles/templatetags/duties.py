"""Deadlines in words, and the card with a person's duties."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.timezone import localdate

from roles.dates import MONTH_NAMES, deadline_words
from roles.models import Permission
from roles.permissions import may
from roles.queries.duty_pages import duty_card

register = template.Library()


@register.filter
def deadline(due_on: date | None) -> str:
    return deadline_words(due_on, on=localdate()) if due_on else ""


@register.filter
def month_name(number: int) -> str:
    return MONTH_NAMES[number - 1]


@register.inclusion_tag("roles/duty_card.html", takes_context=True)
def my_duties_card(context: dict[str, Any]) -> dict[str, Any]:
    """The next duties and how many there are; nothing where there are none. Two queries."""
    user = context["request"].user
    sees_vacancies = may(user, Permission.MANAGE_ORGANISATION) or may(user, Permission.CONFIRM_ROLES)
    return {"card": duty_card(user), "vacancies_url": reverse("vacancy-list") if sees_vacancies else ""}
