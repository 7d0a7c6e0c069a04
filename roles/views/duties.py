"""My duties: the list, one duty, done and taken up again."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django_htmx.http import reswap, retarget

from roles.actions.duties import do_duty, reopen_duty
from roles.forms.duties import DutyDoneForm
from roles.models import CalendarFeed, Duty, Phase
from roles.permissions import Audience, Request, access
from roles.queries.duties import LATELY_DAYS, SOON_DAYS, MyDuties, my_duties
from roles.queries.duty_pages import (
    DutyLine,
    duties_seen_by,
    duty_lines,
    holders_of,
    only,
    phases_in,
    units_in,
)
from roles.queries.organisation import current_assignments
from roles.views.feeds import new_address
from roles.views.page import render_page


@access(Audience.SIGNED_IN)
def list_mine(request: Request) -> HttpResponse:
    every = my_duties(request.user)
    unit, phase = request.GET.get("enhed", ""), request.GET.get("fase", "")
    units, phases = units_in(every), phases_in(every)
    chosen = only(
        every,
        unit=unit if unit in {each.code for each in units} else "",
        phase=phase if phase in Phase.values else "",
    )
    context = {
        "lists": _lists(request, chosen),
        "has_any": any(vars(every).values()),
        "units": units,
        "phases": phases,
        "chosen_unit": unit,
        "chosen_phase": phase,
        "soon_days": SOON_DAYS,
        "done_days": LATELY_DAYS,
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "new_address": new_address(request),
    }
    return render_page(request, "roles/duty_list.html", context, partial="lists")


def _lists(request: Request, duties: MyDuties) -> dict[str, list[DutyLine]]:
    held = current_assignments(request.user)
    return {each.name: duty_lines(getattr(duties, each.name), held) for each in fields(duties)}


@access(Audience.SIGNED_IN)
def detail(request: Request, pk: int) -> HttpResponse:
    """The duty; for htmx only the form with which it is done."""
    line = _line(request, pk)
    return _detail(request, line, DutyDoneForm(duty=line.duty))


@access(Audience.SIGNED_IN, "POST")
def done(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = DutyDoneForm(request.POST, duty=line.duty)
    if not form.is_valid():
        return _detail(request, line, form, status=422)
    try:
        do_duty(duty=line.duty, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.take(error)
        return _detail(request, line, form, status=422)
    return _changed(request, pk, "Opgaven er meldt udført.")


@access(Audience.SIGNED_IN, "POST")
def reopen(request: Request, pk: int) -> HttpResponse:
    line = _line(request, pk)
    try:
        reopen_duty(duty=line.duty, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("duty-detail", pk)
    return _changed(request, pk, "Opgaven er åben igen.")


def _line(request: Request, pk: int) -> DutyLine:
    duty: Duty = get_object_or_404(duties_seen_by(request.user), pk=pk)
    return duty_lines([duty], current_assignments(request.user))[0]


def _detail(request: Request, line: DutyLine, form: DutyDoneForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"line": line, "duty": line.duty, "form": form}
    if request.headers.get("HX-Request") == "true":
        form.fields["evidence"].widget.attrs["autofocus"] = True  # the form came where the button was
    else:
        context["holders"] = holders_of(line.duty)
    return render_page(request, "roles/duty_detail.html", context, partial="form", status=status)


def _changed(request: Request, pk: int, told: str) -> HttpResponse:
    """The line as it is now where htmx asked from a list; else back to the list, which says it."""
    if request.headers.get("HX-Request") == "true":
        row = render(request, "roles/duty_row.html", {"line": _line(request, pk), "is_changed": True})
        return reswap(retarget(row, f"#opgave-{pk}"), "outerHTML")
    messages.success(request, told)
    return redirect("my-duties")
