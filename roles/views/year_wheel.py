"""The year of the plans in force as a wheel, and the list that carries its truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpResponse, QueryDict
from django.utils.timezone import localdate

from roles.charts import Ring, year_wheel
from roles.forms.fields import typed_key
from roles.models import Phase, ResponsibilityPlan, Role, Unit
from roles.permissions import Audience, Request, access
from roles.queries.duties import YearEntry, year
from roles.queries.duty_pages import nearest_plan, plans_in_force
from roles.queries.organisation import current_assignments
from roles.views.page import render_page

ALL = "alle"
MOST_AT_ONCE = 150
"""Where there are more lines than this, the list shows one month at a time."""


@dataclass(frozen=True)
class Choices:
    """What the page shows, as it stands in the address."""

    year: int
    plan: ResponsibilityPlan | None
    unit: Unit | None
    role: Role | None
    phase: str
    is_mine: bool


@access(Audience.SIGNED_IN)
def wheel(request: Request) -> HttpResponse:
    plans, roles = plans_in_force(), list(Role.objects.filter(is_staffed=True))
    units = list(Unit.objects.open())
    chosen = _chosen(request, plans, roles, units)
    entries = year(
        year=chosen.year,
        unit=chosen.unit,
        role=chosen.role,
        phase=chosen.phase,
        user=request.user if chosen.is_mine else None,
    )
    if chosen.plan:
        entries = [entry for entry in entries if entry.plan_id == chosen.plan.pk]
    today = localdate()
    context = {
        "chosen": chosen,
        "wheel": _drawn(chosen, entries),
        "plans": plans,
        "roles": roles,
        "units": units,
        "phases": Phase,
        "years": range(today.year - 1, today.year + 3),
        "total": len(entries),
        "query": _without_month(request.GET),
    } | _listed(entries, request.GET.get("maaned", ""))
    return render_page(request, "roles/year_wheel.html", context, partial="year")


def _chosen(
    request: Request, plans: list[ResponsibilityPlan], roles: list[Role], units: list[Unit]
) -> Choices:
    asked, today = request.GET, localdate()
    number = typed_key(asked.get("aar", "")) or today.year
    is_mine = asked.get("mine") == "ja"
    plan = next((each for each in plans if str(each.pk) == asked.get("plan", "")), None)
    if plan is None and asked.get("plan") != ALL and not is_mine:
        plan = nearest_plan(plans, current_assignments(request.user))
    return Choices(
        year=number if abs(number - today.year) <= 10 else today.year,
        plan=plan,
        unit=next((each for each in units if each.code == asked.get("enhed", "")), None),
        role=next((each for each in roles if each.code == asked.get("rolle", "")), None),
        phase=asked["fase"] if asked.get("fase", "") in Phase.values else "",
        is_mine=is_mine,
    )


def _drawn(chosen: Choices, entries: list[YearEntry]) -> str:
    counts = {phase: Counter(entry.month for entry in entries if entry.phase == phase) for phase in Phase}
    rings = [Ring(phase.label, counts[phase]) for phase in Phase]
    return year_wheel(chosen.year, rings, title=f"Årshjul {chosen.year}", ident="aarshjul", today=localdate())


def _listed(entries: list[YearEntry], asked: str) -> dict[str, object]:
    """The entries by month, one of them open; no more than that one where there are many."""
    months = [(month, list(found)) for month, found in groupby(entries, key=lambda entry: entry.month)]
    sizes = {month: len(found) for month, found in months}
    wanted = typed_key(asked) or localdate().month
    shown = wanted if wanted in sizes else next(iter(sizes), wanted)
    if len(entries) <= MOST_AT_ONCE:
        return {"months": months, "open_month": shown}
    return {
        "months": [(shown, dict(months)[shown])],
        "open_month": shown,
        "month_sizes": list(sizes.items()),
    }


def _without_month(asked: QueryDict) -> str:
    kept = asked.copy()
    kept.pop("maaned", None)
    return kept.urlencode()
