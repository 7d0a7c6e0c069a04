"""The politicians' pages: one card per area, one calm page behind each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from followup.charts import Adoption, Part, parts_bar, share_lines
from followup.queries.overview import (
    YEAR,
    AreaView,
    MonthRow,
    adoptions_of,
    area_views,
    edition_of,
    month_rows,
    published_months,
)
from followup.queries.published import ROUNDING_ERROR
from roles.models import Permission
from roles.permissions import Request, access
from roles.views.page import render_page
from serviceniveau.models import Area

PERIODS = {"12": (YEAR, "De seneste 12 måneder"), "1": (1, "Kun måneden")}


@access(Permission.VIEW_OVERVIEW)
def overview(request: Request) -> HttpResponse:
    context = chosen_period(request)
    if context["month"]:
        areas = area_views(month=context["month"], length=context["length"])
        context["cards"] = [(each, practice_bar(each)) for each in areas]
    return render_page(request, "followup/overview.html", context)


@access(Permission.VIEW_OVERVIEW)
def overview_area(request: Request, area: str) -> HttpResponse:
    if area not in Area.values:
        raise Http404
    context = chosen_period(request) | {"area": Area(area)}
    if context["month"]:
        areas = area_views(month=context["month"], length=context["length"])
        shown = next(each for each in areas if each.area == area)
        rows = month_rows(shown.months)
        context |= {
            "view": shown,
            "bar": practice_bar(shown),
            "newest": list(reversed(rows[-YEAR:])),
            "older": list(reversed(rows[:-YEAR])),
            "chart": year_chart(shown.area, rows),
        }
    return render_page(request, "followup/overview_area.html", context)


def chosen_period(request: Request) -> dict[str, Any]:
    """The month and length in the address; without them the newest twelve months. Two queries."""
    months, text = published_months(), request.GET.get("maaned", "")
    month = next((each for each in months if f"{each:%Y-%m}" == text or not text), None)
    if text and month is None:
        raise Http404
    period = request.GET.get("periode", "12")
    if period not in PERIODS:
        raise Http404
    edition = edition_of(month) if month else None
    return {
        "months": months,
        "month": month,
        "period": period,
        "periods": [(value, label) for value, (_, label) in PERIODS.items()],
        "rounding_error": ROUNDING_ERROR,
        "length": PERIODS[period][0],
        "revision": edition and edition.revision,
        "updated": edition and edition.updated,
    }


def practice_bar(view: AreaView) -> SafeString:
    parts = [
        Part("inside", "Inden for niveauet", view.now.inside),
        Part("above", "Over niveauet", view.now.above),
        Part("below", "Under niveauet", view.now.below),
        Part("incomplete", "Mangler oplysninger", view.now.incomplete),
    ]
    return parts_bar(parts, title=f"Afgørelser, {view.area.label}", ident=f"praksis-{view.area.value}")


def year_chart(area: Area, rows: list[MonthRow]) -> SafeString | None:
    """The shares above and below in each month's twelve months; None without two points to join."""
    drawn = [row for row in rows if row.year]
    if len(drawn) < 2:
        return None
    months = [row.month.month for row in drawn]
    shares = {"Over": [_point(row.above) for row in drawn], "Under": [_point(row.below) for row in drawn]}
    adoptions = [Adoption(day, _adopted(titles)) for day, titles in adoptions_of(area)]
    wide, narrow = (
        share_lines(
            months,
            shares,
            title=f"Andel over og under det vedtagne niveau, {area.label}",
            ident=f"aar-{'smal' if compact else 'bred'}",
            adoptions=adoptions,
            compact=compact,
        )
        for compact in (False, True)
    )
    return format_html('<div class="chart-pair">{}{}</div>', wide, narrow)


def _point(share: float | None) -> float:
    return float("nan") if share is None else share


def _adopted(titles: list[str]) -> str:
    return f"ny version, {titles[0]}" if len(titles) == 1 else f"nye versioner af {len(titles)} standarder"
