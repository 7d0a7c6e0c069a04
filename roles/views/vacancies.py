"""What is adopted and has nobody to do it."""

from __future__ import annotations

from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from roles.models import Permission
from roles.permissions import Audience, Request, access, may
from roles.queries.vacancies import vacancies_for, vacant_roles
from roles.views.page import render_page


@access(Audience.SIGNED_IN)
def vacancy_list(request: Request) -> HttpResponse:
    """The whole page; for htmx the alarm that stands on other pages."""
    gives_roles = may(request.user, Permission.MANAGE_ORGANISATION)
    if not (gives_roles or may(request.user, Permission.CONFIRM_ROLES)):
        raise PermissionDenied
    rows = vacant_roles(vacancies_for(request.user))
    context = {
        "units": [(unit, list(found)) for unit, found in groupby(rows, key=lambda row: row.unit)],
        "responsibilities": sum(len(row.responsibilities) for row in rows),
        "gives_roles": gives_roles,
    }
    return render_page(request, "roles/vacancy_list.html", context, partial="alarm")
