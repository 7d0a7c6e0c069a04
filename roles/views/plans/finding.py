"""Find a plan, a line or a row together with the right to it."""

from __future__ import annotations

from django.db.models import F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from roles.forms.fields import typed_key
from roles.models import Permission, Phase, PlanRole, Responsibility, ResponsibilityPlan, Role
from roles.permissions import Request, require
from roles.queries.plans import plans_visible


def readable_plan(request: Request, pk: int) -> ResponsibilityPlan:
    return get_object_or_404(plans_visible(request.user), pk=pk)


def readable_versions(request: Request, pk: int) -> tuple[ResponsibilityPlan, list[ResponsibilityPlan]]:
    """The plan and all of its versions that the user may see, newest first, in one query."""
    same = Q(unit__plans=pk, subject=F("unit__plans__subject"))
    versions = list(plans_visible(request.user).filter(same).order_by("-version"))
    plan = next((each for each in versions if each.pk == pk), None)
    if plan is None:
        raise Http404
    return plan, versions


def editable_plan(request: Request, pk: int) -> ResponsibilityPlan:
    """A draft, or an adopted plan that a new version can be made of."""
    plan = readable_plan(request, pk)
    require(request.user, Permission.EDIT_PLAN, plan.unit)
    return plan


def editable_line(request: Request, pk: int) -> Responsibility:
    lines = Responsibility.objects.select_related("plan__unit", "role")
    line = get_object_or_404(lines.filter(plan__in=plans_visible(request.user)), pk=pk)
    require(request.user, Permission.EDIT_PLAN, line.plan.unit)
    return line


def removed_line(request: Request, pk: int) -> tuple[ResponsibilityPlan, Role, Phase]:
    """Where a line stood that somebody has removed; 404 where there never was one."""
    history = Responsibility.history.filter(id=pk, history_type="-").order_by("-history_id")
    if (edition := history.first()) is None:
        raise Http404
    plan = editable_plan(request, edition.plan_id)
    return plan, *asked_cell(plan, str(edition.role_id), edition.phase)


def editable_row(request: Request, pk: int) -> PlanRole:
    rows = PlanRole.objects.select_related("plan__unit", "role")
    row = get_object_or_404(rows.filter(plan__in=plans_visible(request.user)), pk=pk)
    require(request.user, Permission.EDIT_PLAN, row.plan.unit)
    return row


def asked_cell(plan: ResponsibilityPlan, role: str, phase: str) -> tuple[Role, Phase]:
    """The cell that an address names; 404 where the plan has none such."""
    row = PlanRole.objects.select_related("role").filter(plan=plan, role=typed_key(role)).first()
    if row is None or phase not in Phase.values:
        raise Http404
    return row.role, Phase(phase)
