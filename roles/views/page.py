from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render


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
