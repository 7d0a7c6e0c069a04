"""Deputies: who stands in for me, for whom I stand in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.actions.deputies import end_deputy, name_deputy
from roles.forms.people import DeputyForm, from_today
from roles.models import RoleAssignment, RoleRequest
from roles.permissions import Audience, Request, access
from roles.queries.deputies import deputisable_by, endable_deputies, held_as_deputy, own_roles
from roles.views.page import posted


@access(Audience.SIGNED_IN)
def deputy_list(request: Request) -> HttpResponse:
    context = {"rows": own_roles(request.user), "standing_in": held_as_deputy(request.user)}
    return render(request, "roles/deputy_list.html", context)


@access(Audience.SIGNED_IN, "GET", "POST")
def deputy_new(request: Request, pk: int) -> HttpResponse:
    assignment = get_object_or_404(deputisable_by(request.user), pk=pk)
    form = DeputyForm(posted(request), initial=from_today())
    if request.method == "POST" and form.is_valid():
        try:
            named = name_deputy(assignment=assignment, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            _tell_named(request, named)
            if assignment.user_id == request.user.pk:
                return redirect("deputy-list")
            return redirect("person-detail", pk=assignment.user_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "assignment": assignment, "is_own": assignment.user_id == request.user.pk}
    return render(request, "roles/deputy_form.html", context, status=status)


def _tell_named(request: Request, named: RoleAssignment | RoleRequest) -> None:
    if isinstance(named, RoleRequest):
        messages.info(request, f"{named.user} er stedfortræder, når en administrator har godkendt det.")
    else:
        messages.success(request, f"{named.user} er stedfortræder for {named.deputy_of}.")


@access(Audience.SIGNED_IN, "POST")
def deputy_end(request: Request, pk: int) -> HttpResponse:
    assignment = get_object_or_404(endable_deputies(request.user), pk=pk)
    try:
        end_deputy(assignment=assignment, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request, f"{assignment.user} er ikke længere stedfortræder for {assignment.deputy_of}."
        )
    if request.user.pk in (assignment.user_id, assignment.deputy_of_id):
        return redirect("deputy-list")
    return redirect("person-detail", pk=assignment.deputy_of_id)
