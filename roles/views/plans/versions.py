"""A plan's life: begun, named, copied to a new version, adopted; a draft may be deleted."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate

from roles.actions.plans import adopt_plan, copy_plan, create_plan, delete_draft, rename_plan
from roles.forms.plans import AdoptionForm, CopyForm, PlanForm, SettingsForm
from roles.models import Permission, ResponsibilityPlan
from roles.permissions import Request, access
from roles.queries.duty_pages import open_duties_from
from roles.queries.plans import completeness
from roles.views.page import render_page
from roles.views.plans.finding import editable_plan
from roles.views.plans.reading import plan_frame


@access(Permission.EDIT_PLAN, "GET", "POST")
def plan_new(request: Request) -> HttpResponse:
    form = PlanForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            plan = create_plan(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, "Kladden er oprettet. Ret den til, så den passer hos jer.")
            return redirect("plan-edit", plan.pk)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "roles/plan_new.html", {"form": form}, status=status)


@access(Permission.EDIT_PLAN, "GET", "POST")
def plan_copy(request: Request, pk: int) -> HttpResponse:
    """Without a form: a new version. With one: a first version for another unit or subject."""
    plan = editable_plan(request, pk)
    if request.method == "POST" and "subject" not in request.POST:
        return _new_version(request, plan)
    typed = request.POST if request.method == "POST" else None
    form = CopyForm(typed, user=request.user, initial={"unit": plan.unit_id, "subject": plan.subject})
    if request.method == "POST" and form.is_valid():
        try:
            copy = copy_plan(plan=plan, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, "Kopien er oprettet som kladde.")
            return redirect("plan-edit", copy.pk)
    context = plan_frame(request, plan) | {"form": form}
    return render_page(
        request, "roles/plan_copy.html", context, status=422 if request.method == "POST" else 200
    )


@access(Permission.EDIT_PLAN, "GET", "POST")
def plan_settings(request: Request, pk: int) -> HttpResponse:
    plan = editable_plan(request, pk)
    if plan.is_adopted:
        return _only_drafts(request, plan)
    form = SettingsForm(request.POST if request.method == "POST" else None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            rename_plan(plan=plan, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, "Emne og frister er gemt.")
            return redirect("plan-settings", plan.pk)
    context = plan_frame(request, plan, "emne") | {"form": form}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "roles/plan_settings.html", context, status=status)


@access(Permission.EDIT_PLAN, "GET", "POST")
def plan_adopt(request: Request, pk: int) -> HttpResponse:
    plan = editable_plan(request, pk)
    if plan.is_adopted:
        return _only_drafts(request, plan)
    form = AdoptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            adopt_plan(plan=plan, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, _adopted_words(plan))
            return redirect("plan-detail", plan.pk)
    context = plan_frame(request, plan) | {"form": form, "lacks": completeness(plan)}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "roles/plan_adopt.html", context, status=status)


@access(Permission.EDIT_PLAN, "GET", "POST")
def plan_delete(request: Request, pk: int) -> HttpResponse:
    plan = editable_plan(request, pk)
    if plan.is_adopted:
        return _only_drafts(request, plan)
    if request.method == "POST":
        return _delete(request, plan)
    return render_page(request, "roles/plan_delete.html", plan_frame(request, plan))


def _adopted_words(plan: ResponsibilityPlan) -> str:
    count = open_duties_from(plan)
    duties = f"giver {count} opgaver" if count != 1 else "giver én opgave"
    return f"Planen er vedtaget og {duties} frem til udgangen af {localdate().year + 1}."


def _delete(request: Request, plan: ResponsibilityPlan) -> HttpResponse:
    told = str(plan)
    try:
        delete_draft(plan=plan, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("plan-detail", plan.pk)
    messages.success(request, f"Kladden {told} er slettet.")
    return redirect("plan-list")


def _new_version(request: Request, plan: ResponsibilityPlan) -> HttpResponse:
    try:
        copy = copy_plan(plan=plan, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("plan-detail", plan.pk)
    messages.success(
        request, f"Version {copy.version} er oprettet som kladde. Den gældende står ved magt imens."
    )
    return redirect("plan-edit", copy.pk)


def _only_drafts(request: Request, plan: ResponsibilityPlan) -> HttpResponse:
    messages.info(request, "Planen er vedtaget og kan ikke ændres. Lav en ny version, og ret den.")
    return redirect("plan-detail", plan.pk)
