"""Lists of people: everybody, those who seem to have left, and the type-ahead."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from roles.models import Permission, Role, User
from roles.permissions import Audience, Request, access, units_with
from roles.queries.people import (
    IDLE_DAYS,
    leavers,
    matching_people,
    people_rows,
    people_visible_to,
    without_role,
)
from roles.residents import standing_with
from roles.views.page import kept_in_address, page_of, render_page

SHELVES = {"": "Aktive", "uden-rolle": "Uden rolle", "deaktiverede": "Deaktiverede"}


@access(Permission.MANAGE_ORGANISATION)
def person_list(request: Request) -> HttpResponse:
    units = units_with(request.user, Permission.MANAGE_ORGANISATION).order_by("path")
    roles = Role.objects.filter(is_staffed=True)
    chosen = {
        "search": request.GET.get("soeg", "").strip(),
        "unit": _chosen(units, request.GET.get("enhed", "")),
        "role": _chosen(roles, request.GET.get("rolle", "")),
    }
    shelf = request.GET.get("vis", "")
    people = people_rows(_on_shelf(people_visible_to(request.user), shelf), **chosen)
    page = page_of(people, request)
    context = {
        "page": page,
        "kept": kept_in_address(request),
        "units": units,
        "roles": roles,
        "shelf": shelf,
        "shelves": SHELVES.items(),
        **chosen,
    }
    return render_page(request, "roles/person_list.html", context, partial="rows")


def _chosen(rows: QuerySet[Any], code: str) -> Any:
    """The row with that code among those offered; None where none was chosen."""
    return next((row for row in rows if row.code == code), None) if code else None


def _on_shelf(people: QuerySet[User], shelf: str) -> QuerySet[User]:
    if shelf == "uden-rolle":
        return without_role(people)
    return people.filter(is_active=shelf != "deaktiverede")


@access(Permission.MANAGE_ORGANISATION)
def leaver_list(request: Request) -> HttpResponse:
    page = page_of(leavers(people_visible_to(request.user)), request)
    in_hand = standing_with(list(page))
    context = {
        "page": page,
        "rows": [(person, in_hand.get(person.pk, "")) for person in page],
        "idle_days": IDLE_DAYS,
    }
    return render(request, "roles/leaver_list.html", context)


@access(Audience.SIGNED_IN)
def person_options(request: Request) -> HttpResponse:
    """The type-ahead for a person: options for a datalist."""
    typed = request.GET.get("user") or request.GET.get("deputy") or ""
    return render(request, "roles/person_options.html", {"people": matching_people(typed)})
