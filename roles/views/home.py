from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect

from roles.models import Permission
from roles.permissions import Audience, Request, access, may
from roles.queries.health import broken_dependencies

# The first page that the role can use, most specific first.
LANDING: tuple[tuple[Permission, str], ...] = (
    (Permission.VIEW_CASEWORKER_FIGURES, "team-month"),
    (Permission.REGISTER_DECISION, "caseload"),
    (Permission.EDIT_STANDARD, "standard-list"),
    (Permission.MANAGE_ORGANISATION, "organisation"),
    (Permission.VIEW_OPERATIONS, "month-list"),
    (Permission.VIEW_OVERVIEW, "overview"),
)


@access(Audience.SIGNED_IN)
def home(request: Request) -> HttpResponse:
    return redirect(next((page for right, page in LANDING if may(request.user, right)), "standard-list"))


@access(Audience.SIGNED_IN)
def session(request: Request) -> HttpResponse:
    """Asking keeps the session alive; the token lets a form sent after a new login be accepted."""
    return JsonResponse({"csrf": get_token(request)}, headers={"Cache-Control": "no-store"})


@transaction.non_atomic_requests  # answers also when the database does not
@access(Audience.EVERYONE)
def alive(request: Request) -> HttpResponse:
    return HttpResponse("i live\n", content_type="text/plain; charset=utf-8")


@transaction.non_atomic_requests
@access(Audience.EVERYONE)
def ready(request: Request) -> HttpResponse:
    broken = broken_dependencies()
    return JsonResponse({"ready": not broken, "broken": broken}, status=503 if broken else 200)
