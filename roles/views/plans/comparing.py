"""What a plan lacks, how it differs from another version, and who changed what."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from roles.forms.fields import typed_key
from roles.models import Permission, ResponsibilityPlan
from roles.permissions import Audience, Request, access
from roles.queries.plans import changes_of, completeness, difference, removed_lines
from roles.views.page import render_page
from roles.views.plans.finding import editable_plan, readable_plan
from roles.views.plans.reading import plan_frame


@access(Audience.SIGNED_IN)
def plan_completeness(request: Request, pk: int) -> HttpResponse:
    plan = readable_plan(request, pk)
    context = plan_frame(request, plan, "mangler") | {"lacks": completeness(plan)}
    return render_page(request, "roles/plan_completeness.html", context)


@access(Audience.SIGNED_IN)
def plan_difference(request: Request, pk: int) -> HttpResponse:
    """Against the version named in the address, else the one before."""
    plan = readable_plan(request, pk)
    context = plan_frame(request, plan, "forskelle")
    others = [each for each in context["versions"] if each != plan]
    old = _chosen(request, plan, others)
    context |= {"others": others, "old": old, "difference": difference(old, plan) if old else None}
    return render_page(request, "roles/plan_difference.html", context)


@access(Permission.EDIT_PLAN)
def plan_changes(request: Request, pk: int) -> HttpResponse:
    plan = editable_plan(request, pk)
    context = plan_frame(request, plan, "aendringer") | {"changes": changes_of(plan)}
    if not plan.is_adopted:
        context["removed"] = removed_lines(plan)
    return render_page(request, "roles/plan_changes.html", context)


def _chosen(
    request: Request, plan: ResponsibilityPlan, others: list[ResponsibilityPlan]
) -> ResponsibilityPlan | None:
    if asked := request.GET.get("med", ""):
        found = [each for each in others if each.pk == typed_key(asked)]
        if not found:
            raise Http404
        return found[0]
    return next((each for each in others if each.version < plan.version), None)
