"""The pages for what went wrong. Those for our own faults need neither session nor database."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """413 when too much was sent, else 400. Asks neither session nor host: they may be what is wrong."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    page = render_to_string(f"{status}.html", {"request_id": getattr(request, "id", "")})
    return HttpResponse(page, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database does not answer, else 500."""
    unreachable = isinstance(sys.exc_info()[1], OperationalError)
    status = 503 if unreachable else 500
    page = render_to_string(f"{status}.html", {"request_id": getattr(request, "id", "")})
    return HttpResponse(page, status=status, headers={"Retry-After": "30"} if unreachable else None)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
