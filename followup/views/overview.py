"""The politicians' pages: one card per area, one calm page behind each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from followup.charts import Adoption, Part, parts_bar, share_lines
from followup.charts.icons import sign_icon
from followup.printing.overview_print import Card, Printed, area_pdf, overview_pdf
from followup.queries.board_signs import Sign, board_signs
from followup.queries.detector import current_settings
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
from roles.views.files import attached
from roles.views.page import render_page
from serviceniveau.models import Area

PERIODS = {"12": (YEAR, "De seneste 12 måneder"), "1": (1, "Kun måneden")}


@access(Permission.VIEW_OVERVIEW)
def overview(request: Request) -> HttpResponse:
    context = chosen_period(request)
    if context["month"]:
        areas = area_views(month=context["month"], length=context["length"])
        goal = current_settings().on_time_goal
        context["cards"] = [(each, practice_bar(each), area_signs(each, goal)) for each in areas]
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
        marks = adoption_marks(shown.area)
        wide, narrow = (year_chart(shown.area, rows, marks, compact=compact) for compact in (False, True))
        context |= {
            "view": shown,
            "bar": practice_bar(shown),
            "newest": list(reversed(rows[-YEAR:])),
            "older": list(reversed(rows[:-YEAR])),
            "chart": wide and format_html('<div class="chart-pair">{}{}</div>', wide, narrow),
            "signs": area_signs(shown, current_settings().on_time_goal),
        }
    return render_page(request, "followup/overview_area.html", context)


@access(Permission.VIEW_OVERVIEW)
def overview_file(request: Request) -> HttpResponse:
    """All areas as a tagged PDF for the agenda."""
    context = chosen_period(request)
    if not context["month"]:
        return redirect("overview")  # which tells that nothing is closed yet
    goal = current_settings().on_time_goal
    areas = area_views(month=context["month"], length=context["length"])
    cards = [Card(each, practice_bar(each), area_signs(each, goal)) for each in areas]
    return attached(overview_pdf(cards, printed(context)), f"Overblik {context['month']:%Y-%m}.pdf")


@access(Permission.VIEW_OVERVIEW)
def area_file(request: Request, area: str) -> HttpResponse:
    """One area as a tagged PDF for the agenda."""
    if area not in Area.values:
        raise Http404
    context = chosen_period(request)
    if not context["month"]:
        return redirect("overview-area", area)
    areas = area_views(month=context["month"], length=context["length"])
    shown = next(each for each in areas if each.area == area)
    rows, goal = month_rows(shown.months), current_settings().on_time_goal
    card = Card(shown, practice_bar(shown), area_signs(shown, goal))
    pdf = area_pdf(
        card, year_chart(shown.area, rows, adoption_marks(shown.area)), rows[-YEAR:], printed(context)
    )
    return attached(pdf, f"Overblik {shown.area.label} {context['month']:%Y-%m}.pdf")


def printed(context: dict[str, Any]) -> Printed:
    return Printed(
        month=context["month"],
        length=context["length"],
        revision=context["revision"],
        updated=context["updated"],
        made_on=localdate(),
    )


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


def area_signs(view: AreaView, goal: float | None) -> list[tuple[Sign, SafeString]]:
    return [
        (
            sign,
            sign_icon(
                sign.shape,
                tone=sign.tone,
                title=f"{sign.subject}: {sign.words}",
                description=sign.told,
                ident=f"tegn-{view.area.value}-{place}",
            ),
        )
        for place, sign in enumerate(board_signs(view.months, goal=goal))
    ]


def adoption_marks(area: Area) -> list[Adoption]:
    return [Adoption(day, _adopted(titles)) for day, titles in adoptions_of(area)]


def year_chart(
    area: Area, rows: list[MonthRow], adoptions: list[Adoption], *, compact: bool = False
) -> SafeString | None:
    """The shares above and below in each month's twelve months; None without two points to join."""
    drawn = [row for row in rows if row.year]
    if len(drawn) < 2:
        return None
    months = [row.month.month for row in drawn]
    shares = {"Over": [_point(row.above) for row in drawn], "Under": [_point(row.below) for row in drawn]}
    return share_lines(
        months,
        shares,
        title=f"Andel over og under det vedtagne niveau, {area.label}",
        ident=f"aar-{'smal' if compact else 'bred'}",
        adoptions=adoptions,
        compact=compact,
    )


def _point(share: float | None) -> float:
    return float("nan") if share is None else share


def _adopted(titles: list[str]) -> str:
    return f"ny version, {titles[0]}" if len(titles) == 1 else f"nye versioner af {len(titles)} standarder"
