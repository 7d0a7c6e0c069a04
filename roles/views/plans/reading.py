"""The plans and the grid: to read, and to write in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from roles.forms.fields import typed_key
from roles.forms.plans import RowForm
from roles.models import Permission, ResponsibilityPlan
from roles.permissions import Audience, Request, access, may, require
from roles.queries.plans import found_in, grid, plans_visible
from roles.views.page import render_page
from roles.views.plans.finding import readable_versions


@access(Audience.SIGNED_IN)
def plan_list(request: Request) -> HttpResponse:
    context = {"plans": plans_visible(request.user), "may_edit": may(request.user, Permission.EDIT_PLAN)}
    return render_page(request, "roles/plan_list.html", context)


@access(Audience.SIGNED_IN)
def plan_detail(request: Request, pk: int) -> HttpResponse:
    plan, versions = readable_versions(request, pk)
    context = plan_frame(request, plan, "plan", versions) | searched(request, plan)
    return render_page(request, "roles/plan_detail.html", context, partial="grid")


@access(Permission.EDIT_PLAN)
def plan_edit(request: Request, pk: int) -> HttpResponse:
    plan, versions = readable_versions(request, pk)
    require(request.user, Permission.EDIT_PLAN, plan.unit)
    if plan.is_adopted:
        return redirect("plan-detail", plan.pk)
    return edit_page(request, plan, versions)


def edit_page(
    request: Request,
    plan: ResponsibilityPlan,
    versions: list[ResponsibilityPlan] | None = None,
    *,
    row_form: RowForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = plan_frame(request, plan, "ret", versions) | searched(request, plan)
    context |= {
        "editing": True,
        "row_form": row_form or RowForm(plan=plan),
        "undo": typed_key(request.GET.get("fortryd", "")),
    }
    return render_page(request, "roles/plan_edit.html", context, partial="grid", status=status)


def plan_frame(
    request: Request,
    plan: ResponsibilityPlan,
    here: str = "",
    versions: list[ResponsibilityPlan] | None = None,
) -> dict[str, Any]:
    """What stands over the plan's pages: which version, the others, and which page this is."""
    versions = versions or readable_versions(request, plan.pk)[1]
    return {
        "plan": plan,
        "here": here,
        "versions": versions,
        "draft": next((each for each in versions if not each.is_adopted), None),
        "may_edit": may(request.user, Permission.EDIT_PLAN, plan.unit),
    }


def searched(request: Request, plan: ResponsibilityPlan) -> dict[str, Any]:
    search = request.GET.get("soeg", "").strip()
    shown = grid(plan)
    return {"grid": shown, "search": search, "hits": found_in(plan, search) if search else None}
