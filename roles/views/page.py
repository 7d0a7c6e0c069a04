from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

PER_PAGE = 50


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """The whole page, or the named partial of it when htmx asks for a fragment."""
    wants_partial = bool(partial) and request.headers.get("HX-Request") == "true"
    name = f"{template}#{partial}" if wants_partial else template
    response = render(request, name, context, status=status)
    response.headers["Vary"] = "HX-Request"
    return response


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: also an empty answer is one."""
    return request.POST if request.method == "POST" else None


def page_of(rows: QuerySet[Any], request: HttpRequest) -> Page[Any]:
    """The page that the address names (`side`), else the first or the last."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("side", ""))


def kept_in_address(request: HttpRequest) -> str:
    """What the address says besides the page, to follow its number."""
    kept = request.GET.copy()
    kept.pop("side", None)
    return f"&{kept.urlencode()}" if kept else ""
