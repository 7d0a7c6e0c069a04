"""What waits for an administrator: roles asked for, and roles that a leader has answered shall end."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from roles.actions.requests import decide_request, withdraw_request
from roles.forms.people import DecisionForm
from roles.models import Permission, RoleRequest
from roles.permissions import Audience, Request, access
from roles.queries.attestations import roles_to_end
from roles.queries.deputised import acted_for
from roles.queries.people import decided_lately, requests_to_decide, requests_visible_to
from roles.views.page import posted


@access(Permission.MANAGE_ORGANISATION)
def request_list(request: Request) -> HttpResponse:
    decided = list(decided_lately(request.user))
    stood_in = acted_for(RoleRequest, [each.pk for each in decided])
    context = {
        "waiting": requests_to_decide(request.user),
        "to_end": roles_to_end(request.user),
        "decided": [(each, stood_in.get(each.pk, "")) for each in decided],
    }
    return render(request, "roles/request_list.html", context)


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def request_decide(request: Request, pk: int) -> HttpResponse:
    related = ("user", "role", "unit", "deputy_of", "requested_by", "decided_by")
    asked = get_object_or_404(requests_visible_to(request.user).select_related(*related), pk=pk)
    form = DecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        is_granted = request.POST.get("svar") == "giv"
        try:
            decide_request(request=asked, is_granted=is_granted, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            told = "har fået rollen" if is_granted else "får ikke rollen"
            messages.success(request, f"{asked.user} {told} {asked.role} i {asked.unit}.")
            return redirect("request-list")
    context = {
        "form": form,
        "asked": asked,
        "acted_for": acted_for(RoleRequest, [asked.pk]).get(asked.pk, ""),
        "may_decide": request.user.pk not in (asked.user_id, asked.requested_by_id),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "roles/request_decide.html", context, status=status)


@access(Audience.SIGNED_IN, "POST")
def request_withdraw(request: Request, pk: int) -> HttpResponse:
    asked = get_object_or_404(RoleRequest.objects.filter(requested_by=request.user), pk=pk)
    try:
        withdraw_request(request=asked, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Anmodningen er trukket tilbage.")
    return redirect("deputy-list" if asked.deputy_of_id == request.user.pk else "request-list")
