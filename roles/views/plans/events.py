"""The days that responsibilities are timed after: meetings, elections, adoptions."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roles.actions.events import record_event, remove_event
from roles.forms.plans import EventForm
from roles.models import Event, Permission
from roles.permissions import Audience, Request, access, may, require
from roles.queries.events import event_lines
from roles.views.page import render_page


@access(Audience.SIGNED_IN)
def event_list(request: Request) -> HttpResponse:
    form = EventForm(user=request.user) if may(request.user, Permission.EDIT_PLAN) else None
    return _page(request, form)


@access(Permission.EDIT_PLAN, "POST")
def event_new(request: Request) -> HttpResponse:
    form = EventForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        event = record_event(**form.cleaned_data, by=request.user)
    except ValidationError as error:
        form.take(error)
        return _page(request, form, status=422)
    messages.success(request, f"{event} er tilføjet.")
    return redirect("event-list")


@access(Permission.EDIT_PLAN, "POST")
def event_remove(request: Request, pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.select_related("unit"), pk=pk)
    require(request.user, Permission.EDIT_PLAN, event.unit)
    try:
        remove_event(event=event, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{event} er fjernet.")
    return redirect("event-list")


def _page(request: Request, form: EventForm | None, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "lines": event_lines(request.user)}
    return render_page(request, "roles/plan_events.html", context, status=status)
