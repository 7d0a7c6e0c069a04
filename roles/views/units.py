"""One unit: shown, made, renamed and closed by those who manage it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from roles.actions.closing import Closing, cancel_closing, close_unit, rehearse_closing
from roles.actions.organisation import change_district, create_unit, rename_unit
from roles.forms.fields import typed_key
from roles.forms.units import ClosingForm, UnitForm, UnitNameForm, today
from roles.models import Permission, Unit
from roles.permissions import Request, access, units_with
from roles.queries.units import standing_at, unit_file
from roles.views.page import posted, render_page


@access(Permission.MANAGE_ORGANISATION)
def unit_detail(request: Request, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    return render_page(request, "roles/unit_detail.html", {"unit": unit, "file": unit_file(unit)})


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def unit_new(request: Request) -> HttpResponse:
    initial = today() | {"parent": typed_key(request.GET.get("under", ""))}
    form = UnitForm(posted(request), by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            unit = create_unit(**form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, f"{unit} er oprettet. Giv nu nogen en rolle i enheden.")
            return redirect("unit-detail", unit.pk)
    return _form_page(request, "roles/unit_form.html", {"form": form})


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def unit_edit(request: Request, pk: int) -> HttpResponse:
    unit = _unit(request, pk)
    known = {"name": unit.name, "district": unit.district}
    form = UnitNameForm(posted(request), initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            rename_unit(unit=unit, name=form.cleaned_data["name"], by=request.user)
            change_district(unit=unit, district=form.cleaned_data["district"], by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, "Enheden er gemt. Det gamle navn kan stadig ses i historikken.")
            return redirect("unit-detail", unit.pk)
    return _form_page(request, "roles/unit_form.html", {"form": form, "unit": unit})


@access(Permission.MANAGE_ORGANISATION, "GET", "POST")
def unit_close(request: Request, pk: int) -> HttpResponse:
    """Asked twice: the first answer tells what will happen, the second does it if nothing else is typed."""
    unit = _unit(request, pk)
    form = ClosingForm(posted(request), unit=unit, by=request.user)
    outcome = None
    if request.method == "POST" and form.is_valid():
        is_confirmed = request.POST.get("confirmed") == form.choice
        try:
            outcome = _close(request, unit, form, is_confirmed=is_confirmed)
        except ValidationError as error:
            form.take(error)
        else:
            if is_confirmed:
                messages.success(request, _receipt(outcome))
                return redirect("unit-detail", unit.pk)
    context = {"form": form, "unit": unit, "standing": standing_at(unit), "outcome": outcome}
    return _form_page(request, "roles/unit_close.html", context)


@access(Permission.MANAGE_ORGANISATION, "POST")
def unit_keep(request: Request, pk: int) -> HttpResponse:
    """Take a planned closing back."""
    try:
        unit = cancel_closing(unit=_unit(request, pk), by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{unit} lukker ikke. Rollerne gælder som før.")
    return redirect("unit-detail", pk)


def _unit(request: Request, pk: int) -> Unit:
    managed = units_with(request.user, Permission.MANAGE_ORGANISATION)
    return get_object_or_404(managed.select_related("parent", "successor"), pk=pk)


def _close(request: Request, unit: Unit, form: ClosingForm, *, is_confirmed: bool) -> Closing:
    act = close_unit if is_confirmed else rehearse_closing
    return act(
        unit=unit,
        on=form.closed_on,
        successor=form.cleaned_data["successor"],
        keep_roles=form.cleaned_data["keep_roles"],
        by=request.user,
    )


def _receipt(closing: Closing) -> str:
    if closing.is_planned:
        return f"{closing.unit} lukker. Det, der står i enheden, går over dagen efter den sidste dag."
    moved = f" {', '.join(closing.moved)} er gået over til {closing.unit.successor}." if closing.moved else ""
    return f"{closing.unit} er lukket.{moved}"


def _form_page(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    is_refused = request.method == "POST" and bool(context["form"].errors)
    return render_page(request, template, context, status=422 if is_refused else 200)
