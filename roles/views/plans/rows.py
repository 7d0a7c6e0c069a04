"""The rows of the grid: roles and parties added, ordered, hidden and removed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from roles.actions.plans import add_party, add_row, move_row, remove_row, set_row_hidden
from roles.forms.plans import RowForm
from roles.models import Permission, PlanRole, ResponsibilityPlan
from roles.permissions import Request, access
from roles.views.plans.editor import edit_address
from roles.views.plans.finding import editable_plan, editable_row
from roles.views.plans.reading import edit_page


@access(Permission.EDIT_PLAN, "POST")
def row_add(request: Request, pk: int) -> HttpResponse:
    plan = editable_plan(request, pk)
    form = RowForm(request.POST, plan=plan)
    if not form.is_valid():
        return edit_page(request, plan, row_form=form, status=422)
    try:
        row = _added(request, plan, form)
    except ValidationError as error:
        form.take(error)
        return edit_page(request, plan, row_form=form, status=422)
    return _at_row(plan, row)


@access(Permission.EDIT_PLAN, "POST")
def row_move(request: Request, pk: int) -> HttpResponse:
    row = editable_row(request, pk)
    try:
        move_row(row=row, up=request.POST.get("retning") == "op", by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return _at_row(row.plan, row)


@access(Permission.EDIT_PLAN, "POST")
def row_hide(request: Request, pk: int) -> HttpResponse:
    """Hide the row, or show it again (`skjul` = nej)."""
    row = editable_row(request, pk)
    try:
        set_row_hidden(row=row, is_hidden=request.POST.get("skjul") != "nej", by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return _at_row(row.plan, row)


@access(Permission.EDIT_PLAN, "POST")
def row_remove(request: Request, pk: int) -> HttpResponse:
    row = editable_row(request, pk)
    try:
        remove_row(row=row, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return _at_row(row.plan, row)
    messages.success(request, f"{row.role} er fjernet fra planen.")
    return redirect(edit_address(row.plan))


def _added(request: Request, plan: ResponsibilityPlan, form: RowForm) -> PlanRole:
    if role := form.cleaned_data["role"]:
        return add_row(plan=plan, role=role, by=request.user)
    return add_party(plan=plan, name=form.cleaned_data["name"], by=request.user)


def _at_row(plan: ResponsibilityPlan, row: PlanRole) -> HttpResponse:
    return redirect(f"{edit_address(plan)}#rolle-{row.role_id}")
