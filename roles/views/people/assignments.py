"""Roles given and ended."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from roles.actions.people import stop_role
from roles.actions.requests import give_role, move_end
from roles.forms.fields import typed_key
from roles.forms.people import AssignmentForm, EndForm, day_after, from_today
from roles.models import Permission, RoleAssignment, RoleRequest, User
from roles.permissions import Request, access, units_with
from roles.templatetags.danish import last_day
from roles.views.page import posted

WAITS = "{} venter på, at en anden administrator giver rollen {}."


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def assignment_new(request: Request) -> HttpResponse:
    form = AssignmentForm(posted(request), by=request.user, initial=_asked_for(request))
    if request.method == "POST" and form.is_valid():
        user, role, unit = (form.cleaned_data[name] for name in ("user", "role", "unit"))
        try:
            given = give_role(user=user, role=role, unit=unit, valid=form.valid, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            if isinstance(given, RoleRequest):
                messages.info(request, WAITS.format(user, role))
            else:
                messages.success(request, f"{user} har fået rollen {role} i {unit}.")
            return redirect("person-detail", pk=user.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "roles/assignment_form.html", {"form": form}, status=status)


def _asked_for(request: Request) -> dict[str, object]:
    """Person, role and unit from the address."""
    person = typed_key(request.GET.get("person", ""))
    return {
        **from_today(),
        "user": User.objects.filter(pk=person).first() if person else None,
        "role": typed_key(request.GET.get("role", "")),
        "unit": typed_key(request.GET.get("unit", "")),
    }


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def assignment_end(request: Request, pk: int) -> HttpResponse:
    """Ends the role, shortens it, or makes it last longer."""
    units = units_with(request.user, Permission.MANAGE_ORGANISATION)
    held = RoleAssignment.objects.filter(unit__in=units)
    assignment = get_object_or_404(held.select_related("user", "role", "unit", "deputy_of"), pk=pk)
    known = last_day(assignment.valid) or localdate()
    form = EndForm(posted(request), initial={"last_day": known})
    if request.method == "POST" and form.is_valid():
        try:
            _move(request, assignment, form)
        except ValidationError as error:
            form.take(error)
        else:
            return redirect("person-detail", pk=assignment.user_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "assignment": assignment}
    return render(request, "roles/assignment_end.html", context, status=status)


def _move(request: Request, assignment: RoleAssignment, form: EndForm) -> None:
    if request.POST.get("handling") == "straks":
        stop_role(assignment=assignment, by=request.user)
        messages.success(request, f"{assignment.user} har ikke længere rollen {assignment.role}.")
        return
    end = day_after(form.cleaned_data["last_day"])
    moved = move_end(assignment=assignment, end=end, by=request.user)
    if isinstance(moved, RoleRequest):
        messages.info(request, WAITS.format(assignment.user, assignment.role))
    else:
        messages.success(request, "Den sidste dag er gemt.")
