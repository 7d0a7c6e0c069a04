"""The decision form: new, correct, check against the level, approve."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate

from roles.actions import log_read
from roles.forms.fields import typed_key
from roles.models import Permission, Unit
from roles.permissions import Request, access, require
from roles.views.page import render_page
from serviceniveau.actions.registrations import EditConflict, approve, correct, register
from serviceniveau.forms import DecisionForm
from serviceniveau.forms.decisions import CONTENT, ROWS, opening_token
from serviceniveau.models import OPENING_DECISIONS, WITHOUT_GRANT, Application, Case, Grant, Registration
from serviceniveau.queries.cases import awaiting_approval, newest_decision_of
from serviceniveau.queries.changes import differences
from serviceniveau.queries.frames import usable_reasons
from serviceniveau.queries.guidance import Guidance, guidance_for

# What else the live check draws anew, by the field that was changed.
REFRESHED = {
    "case_number": ("case", "grant", "target_group", "age_band"),
    "birth_year": ("age_band",),
    "legal_basis": ("intervention",),
    "decided_on": ("legal_basis", "age_band"),
    "intervention": ("amount_unit",),
    "kind": ("grant",),
}
# The parts that tell something about the case.
OF_THE_CASE = {"case", "grant", "age_band", "target_group"}
# Carried from the grant's newest decision to the next one.
CARRIED = (
    "legal_basis",
    "intervention",
    "target_group",
    "need_level",
    "amount",
    "amount_unit",
    "supplier",
    "price_dkk",
    "price_unit",
)


@access(Permission.REGISTER_DECISION, "GET", "POST")
def decision_new(request: Request) -> HttpResponse:
    if request.method == "POST":
        return _save_new(request, DecisionForm(request.POST, user=request.user, check_url=_check_url()))
    case, initial = _prefilled(request)
    form = DecisionForm(user=request.user, case=case, initial=initial, check_url=_check_url())
    return _page(request, form)


@access(Permission.REGISTER_DECISION, "GET", "POST")
def decision_edit(request: Request, pk: int) -> HttpResponse:
    registration = _registration(request, pk)
    if request.method == "POST":
        form = DecisionForm(
            request.POST, user=request.user, registration=registration, check_url=_check_url(pk)
        )
        return _save_correction(request, form)
    return _page(request, DecisionForm.of(registration, user=request.user, check_url=_check_url(pk)))


@access(Permission.REGISTER_DECISION, "POST")
def decision_check(request: Request) -> HttpResponse:
    """Hold what is typed up against the level and save nothing. Fragments for htmx, else the whole form."""
    pk = _asked(request, "afgoerelse")
    registration = _registration(request, pk) if pk else None
    check_url = _check_url(registration.pk if registration else None)
    form = DecisionForm(request.POST, user=request.user, registration=registration, check_url=check_url)
    changed = request.htmx.trigger_name or ""  # type: ignore[attr-defined]
    _may_register(request, form.case)
    form.carry_over(changed)
    form.forget_missing()
    if not request.htmx:  # type: ignore[attr-defined]
        return _page(request, form)
    refreshed = REFRESHED.get(changed, ())
    if OF_THE_CASE.intersection(refreshed):
        _read_case(request, form.case, "Kontrol mod niveauet")
    context = _context(request, form) | {"refreshed": refreshed}
    return render(request, "serviceniveau/decision_check.html", context)


@access(Permission.APPROVE_DECISION)
def decision_approvals(request: Request) -> HttpResponse:
    waiting = awaiting_approval(request.user)
    log_read(
        by=request.user,
        act="åbnet",
        subject="afgørelse",
        keys=[each.registration.pk for each in waiting],
        purpose="Godkendelse",
    )
    return render_page(request, "serviceniveau/decision_approvals.html", {"waiting": waiting})


@access(Permission.APPROVE_DECISION, "POST")
def decision_approve(request: Request, pk: int) -> HttpResponse:
    registrations = Registration.objects.visible_to(request.user).select_related("case__unit")
    registration = get_object_or_404(registrations, pk=pk)
    require(request.user, Permission.APPROVE_DECISION, registration.case.unit)
    edition = typed_key(request.POST.get("edition", ""))
    try:
        approve(registration=registration, by=request.user, opened_edition=edition)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "Afgørelsen er godkendt og tæller nu med.")
    return redirect("decision-approvals")


def _check_url(pk: int | None = None) -> str:
    return reverse("decision-check") + (f"?afgoerelse={pk}" if pk else "")


def _registration(request: Request, pk: int) -> Registration:
    related = (
        "case__unit",
        "case__target_group",
        "unit",
        "application",
        "grant",
        "legal_basis",
        "intervention",
    )
    registrations = Registration.objects.visible_to(request.user).select_related(*related)
    registration = get_object_or_404(registrations, pk=pk)
    require(request.user, Permission.REGISTER_DECISION, registration.case.unit)
    return registration


def _may_register(request: Request, case: Case | None) -> None:
    if case is not None:
        require(request.user, Permission.REGISTER_DECISION, case.unit)


def _read_case(request: Request, case: Case | None, purpose: str) -> None:
    """Every page and fragment that shows something of the case is written down, refused forms too."""
    _may_register(request, case)
    if case is not None:
        log_read(by=request.user, act="åbnet", subject="sag", keys=[case.pk], purpose=purpose)


def _prefilled(request: Request) -> tuple[Case | None, dict[str, Any]]:
    """The case and what is known already, from the address."""
    initial: dict[str, Any] = {"token": opening_token(), "decided_on": localdate()}
    if pk := _asked(request, "bevilling"):
        grants = Grant.objects.visible_to(request.user).select_related("case__unit", "case__target_group")
        grant = get_object_or_404(grants, pk=pk)
        return grant.case, initial | _of_case(grant.case) | _of_grant(grant)
    if pk := _asked(request, "ansoegning"):
        related = ("case__unit", "case__target_group")
        applications = Application.objects.visible_to(request.user).select_related(*related)
        application = get_object_or_404(applications, pk=pk)
        return application.case, initial | _of_case(application.case) | _of_application(application)
    if pk := _asked(request, "sag"):
        cases = Case.objects.visible_to(request.user).select_related("unit", "target_group")
        case = get_object_or_404(cases, pk=pk)
        return case, initial | _of_case(case)
    return None, initial


def _asked(request: Request, name: str) -> int | None:
    return typed_key(request.GET.get(name, ""))


def _of_case(case: Case) -> dict[str, Any]:
    return {"case_number": case.number, "target_group": case.target_group_id}


def _of_application(application: Application) -> dict[str, Any]:
    return {
        "application": application.pk,
        "applied_on": application.received_on,
        "legal_basis": application.legal_basis_id,
        "intervention": application.intervention_id,
    }


def _of_grant(grant: Grant) -> dict[str, Any]:
    newest = newest_decision_of(grant)
    if newest is None:
        return {"grant": grant.pk}
    carried = {name: getattr(newest, f"{name}_id" if name in ROWS else name) for name in CARRIED}
    return carried | {"grant": grant.pk}


def _save_new(request: Request, form: DecisionForm) -> HttpResponse:
    _may_register(request, form.case)
    if not form.is_valid():
        return _page(request, form, status=422)
    applied_on, seconds = form.cleaned_data["applied_on"], form.seconds
    try:
        saved = register(
            registration=form.described(), by=request.user, applied_on=applied_on, seconds=seconds
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, status=422)
    return _saved(request, saved)


def _save_correction(request: Request, form: DecisionForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, status=422)
    edition, applied_on = form.cleaned_data["edition"] or 0, form.cleaned_data["applied_on"]
    try:
        saved = correct(
            registration=form.described(), by=request.user, opened_edition=edition, applied_on=applied_on
        )
    except EditConflict as conflict:
        return _conflict_page(request, form, conflict)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, status=422)
    return _saved(request, saved)


def _saved(request: Request, saved: Registration) -> HttpResponse:
    if saved.status == Registration.Status.AWAITING:
        messages.info(
            request, "Afgørelsen er gemt. Den kræver teamlederens godkendelse og tæller først med derefter."
        )
    else:
        messages.success(request, "Afgørelsen er gemt.")
    return redirect("case-detail", pk=saved.case_id)


def _conflict_page(request: Request, form: DecisionForm, conflict: EditConflict) -> HttpResponse:
    form.show_edition(conflict.current.edition)
    typed = form.described()
    chosen = [name for name in CONTENT if name != "grant" or typed.kind not in OPENING_DECISIONS]
    compared = differences(conflict.current, typed, names=chosen)
    latest = conflict.current.history.select_related("history_user").first()
    return _page(request, form, status=409, conflict={"fields": compared, "latest": latest})


def _page(request: Request, form: DecisionForm, *, status: int = 200, conflict: Any = None) -> HttpResponse:
    _read_case(request, form.case, "Rettelse af afgørelse" if form.registration else "Ny afgørelse")
    context = _context(request, form) | {"conflict": conflict}
    return render(request, "serviceniveau/decision_form.html", context, status=status)


def _context(request: Request, form: DecisionForm) -> dict[str, Any]:
    if form.is_bound:
        form.is_valid()
    described = form.described()
    guidance = guidance_for(described, unit=_unit_of(form, described), by=request.user)
    _offer_reasons(form, guidance)
    return {
        "form": form,
        "guidance": guidance,
        "registration": form.registration,
        "asks_for_grant": form.case is not None
        and described.kind not in (*OPENING_DECISIONS, *WITHOUT_GRANT),
        "shows_reason": guidance.is_deviation or bool(form.value_of("deviation_reason")),
    }


def _unit_of(form: DecisionForm, described: Registration) -> Unit | None:
    if form.case:
        return form.registration.unit if form.registration else form.case.unit
    return form.cleaned_data.get("unit") if form.is_bound else None


def _offer_reasons(form: DecisionForm, guidance: Guidance) -> None:
    kept = typed_key(str(form.value_of("deviation_reason") or ""))
    form.offer_reasons(lambda: usable_reasons(guidance.standard_ids, kept=kept))
