"""A leader hands a caseload over: whose, which cases, to whom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roles.actions import log_read
from roles.forms.fields import typed_key
from roles.models import Permission, Unit, User
from roles.permissions import Request, access, units_with
from roles.views.page import posted, render_page
from serviceniveau.actions.moving import Handover, MovedMeanwhile, move_caseload
from serviceniveau.forms.moving import MovingForm
from serviceniveau.queries.moving import givers_at, loads_of

NOBODY = "ingen"


@access(Permission.APPROVE_DECISION)
def caseload_list(request: Request) -> HttpResponse:
    return render_page(request, "serviceniveau/caseload_list.html", {"loads": loads_of(request.user)})


@access(Permission.APPROVE_DECISION, "GET", "POST")
def caseload_move(request: Request, unit: int, giver: str) -> HttpResponse:
    """giver: the key of the caseworker, or "ingen" for cases that nobody has."""
    place = get_object_or_404(units_with(request.user, Permission.APPROVE_DECISION), pk=unit)
    person = _giver(giver, place)
    form = MovingForm(posted(request), unit=place, giver=person)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                handover = _move(request, place, person, form)
            except MovedMeanwhile as conflict:
                form, status = _renewed(request, place, person, conflict), 409
            except ValidationError as error:
                form.take(error)
            else:
                messages.success(request, receipt(handover))
                return redirect("caseload-list")
    _read(request, form)
    context = {"form": form, "unit": place, "giver": person, "status": status}
    return render_page(request, "serviceniveau/caseload_move.html", context, status=status)


def _giver(text: str, unit: Unit) -> User | None:
    """Somebody who has open cases in the unit, or None for those nobody has."""
    if text == NOBODY:
        return None
    key = typed_key(text)
    if key is None:
        raise Http404
    return get_object_or_404(givers_at(unit), pk=key)


def _move(request: Request, unit: Unit, giver: User | None, form: MovingForm) -> Handover:
    return move_caseload(
        unit=unit,
        giver=giver,
        cases=[case.pk for case in form.cleaned_data["cases"]],
        receivers=list(form.cleaned_data["receivers"]),
        reason=form.cleaned_data["reason"],
        by=request.user,
    )


def _renewed(request: Request, unit: Unit, giver: User | None, conflict: ValidationError) -> MovingForm:
    """The form as typed, but with the cases that are there now."""
    form = MovingForm(request.POST, unit=unit, giver=giver)
    form.is_valid()
    form.take(conflict)
    return form


def _read(request: Request, form: MovingForm) -> None:
    if form.offered:
        keys = [case.pk for case in form.offered]
        log_read(by=request.user, act="åbnet", subject="sag", keys=keys, purpose="Flytning af sager")


def receipt(handover: Handover) -> str:
    shares: list[Any] = [f"{count} til {person}" for person, count in handover.shares if count]
    whom = handover.giver or "sager uden sagsbehandler"
    words = "1 sag er" if handover.cases == 1 else f"{handover.cases} sager er"
    return f"{words} flyttet fra {whom}: {', '.join(shares)}."
