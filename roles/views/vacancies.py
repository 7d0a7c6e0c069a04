"""What is adopted and has nobody to do it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from roles.models import Permission, Responsibility, Role, Unit
from roles.permissions import Audience, Request, access, may
from roles.queries.duties import vacancies_for
from roles.views.page import render_page


@dataclass
class VacantRole:
    """A role without a holder for a unit, and what it leaves undone."""

    unit: Unit
    role: Role
    responsibilities: list[Responsibility] = field(default_factory=list)


@access(Audience.SIGNED_IN)
def vacancy_list(request: Request) -> HttpResponse:
    """The whole page; for htmx the alarm that stands on other pages."""
    gives_roles = may(request.user, Permission.MANAGE_ORGANISATION)
    if not (gives_roles or may(request.user, Permission.CONFIRM_ROLES)):
        raise PermissionDenied
    found: dict[tuple[int, int], VacantRole] = {}
    for vacancy in vacancies_for(request.user):
        key = (vacancy.unit.pk, vacancy.role.pk)
        found.setdefault(key, VacantRole(vacancy.unit, vacancy.role))
        found[key].responsibilities.append(vacancy.responsibility)
    by_unit: dict[Unit, list[VacantRole]] = defaultdict(list)
    for row in sorted(found.values(), key=lambda row: (row.unit.path, row.role.position)):
        by_unit[row.unit].append(row)
    context = {
        "units": list(by_unit.items()),
        "roles": len(found),
        "responsibilities": sum(len(row.responsibilities) for row in found.values()),
        "gives_roles": gives_roles,
    }
    return render_page(request, "roles/vacancy_list.html", context, partial="alarm")
