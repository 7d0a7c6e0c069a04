"""The year of the plans in force as a wheel, and the list that carries its truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby

from django.http import HttpResponse, QueryDict
from django.utils.timezone import localdate

from roles.charts import Ring, year_wheel
from roles.forms.fields import typed_key
from roles.models import Phase, ResponsibilityPlan, Role, Unit
from roles.permissions import Audience, Request, access
from roles.queries.duty_pages import nearest_plan, plans_in_force
from roles.queries.duty_year import YearChoice, year_counts, year_entries
from roles.queries.organisation import current_assignments
from roles.views.page import render_page

ALL = "alle"
MOST_AT_ONCE = 150
"""Where there are more lines than this, the list shows one month at a time."""


@access(Audience.SIGNED_IN)
def wheel(request: Request) -> HttpResponse:
    plans, roles = plans_in_force(), list(Role.objects.filter(is_staffed=True))
    units = list(Unit.objects.open())
    choice = _chosen(request, plans, roles, units)
    counts, today = year_counts(choice), localdate()
    context = {
        "chosen": choice,
        "wheel": _drawn(choice.year, counts),
        "plans": plans,
        "roles": roles,
        "units": units,
        "phases": Phase,
        "years": range(today.year - 1, today.year + 3),
        "total": sum(found.total() for found in counts.values()),
        "query": _without_month(request.GET),
    } | _listed(choice, counts, request.GET.get("maaned", ""))
    return render_page(request, "roles/year_wheel.html", context, partial="year")


def _chosen(
    request: Request, plans: list[ResponsibilityPlan], roles: list[Role], units: list[Unit]
) -> YearChoice:
    asked, today = request.GET, localdate()
    number = typed_key(asked.get("aar", "")) or today.year
    is_mine = asked.get("mine") == "ja"
    plan = next((each for each in plans if str(each.pk) == asked.get("plan", "")), None)
    if plan is None and asked.get("plan") != ALL and not is_mine:
        plan = nearest_plan(plans, current_assignments(request.user))
    return YearChoice(
        year=number if abs(number - today.year) <= 10 else today.year,
        plan=plan,
        unit=next((each for each in units if each.code == asked.get("enhed", "")), None),
        role=next((each for each in roles if each.code == asked.get("rolle", "")), None),
        phase=asked["fase"] if asked.get("fase", "") in Phase.values else "",
        user=request.user if is_mine else None,
    )


def _drawn(year: int, counts: Mapping[Phase, Counter[int]]) -> str:
    rings = [Ring(phase.label, counts[phase]) for phase in Phase]
    return year_wheel(year, rings, title=f"Årshjul {year}", ident="aarshjul", today=localdate())


def _listed(choice: YearChoice, counts: Mapping[Phase, Counter[int]], asked: str) -> dict[str, object]:
    """The entries by month, one of them open; no more than that one where there are many."""
    sizes = sum(counts.values(), Counter())
    wanted = typed_key(asked) or localdate().month
    shown = wanted if wanted in sizes else min(sizes, default=wanted)
    is_long = sizes.total() > MOST_AT_ONCE
    entries = year_entries(choice, month=shown if is_long else None)
    by_month = groupby(entries, key=lambda entry: entry.due_on.month)
    return {
        "months": [(month, list(found)) for month, found in by_month],
        "open_month": shown,
        "month_sizes": sorted(sizes.items()) if is_long else [],
    }


def _without_month(asked: QueryDict) -> str:
    kept = asked.copy()
    kept.pop("maaned", None)
    return kept.urlencode()
