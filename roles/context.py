from typing import Any

from django.conf import settings
from django.http import HttpRequest

from roles.models import Permission
from roles.permissions import may
from roles.queries.organisation import DEMO_PASSWORD, current_assignments, demo_logins

# The main menu: URL name, label and the permission that shows it; None shows it to everyone who is signed in.
# Where a page is named twice, the last label that the user may see stands.
MENU: tuple[tuple[str, str, Permission | None], ...] = (
    ("caseload", "Min sagsstamme", Permission.REGISTER_DECISION),
    ("team-month", "Praksis", Permission.VIEW_SIGNALS),
    ("team-month", "Mit team denne måned", Permission.VIEW_CASEWORKER_FIGURES),
    ("signal-list", "Signaler", Permission.VIEW_SIGNALS),
    ("uniformity", "Ensartethed", Permission.VIEW_SIGNALS),
    ("overview", "Overblik", Permission.VIEW_OVERVIEW),
    ("my-duties", "Mine opgaver", None),
    ("standard-list", "Standarder", None),
    ("plan-list", "Ansvar", None),
    ("read-sample-list", "Opslag i sager", Permission.VIEW_READ_LOG),
    ("month-list", "Måneder", Permission.VIEW_OPERATIONS),
    ("detector-settings", "Indstillinger for signaler", Permission.SET_DETECTOR),
    ("attestation-list", "Gennemgang af roller", Permission.CONFIRM_ROLES),
    ("organisation", "Organisation og roller", Permission.MANAGE_ORGANISATION),
)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows: menu, who you are and in which roles."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        shown = {"demo_logins": demo_logins, "demo_password": DEMO_PASSWORD} if settings.DEMO else {}
        return {"demo": settings.DEMO} | shown  # asked for by the login page alone
    menu = {name: label for name, label, right in MENU if right is None or may(user, right)}
    return {
        "menu": list(menu.items()),
        "assignments": current_assignments(user),
        "demo": settings.DEMO,
        "session_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
