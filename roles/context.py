from typing import Any

from django.conf import settings
from django.http import HttpRequest

from roles.queries import current_assignments
from roles.permissions import may
from roles.models import Permission

# The main menu: URL name, label and the permission that shows it; None shows it to everyone who is signed in.
MENU: tuple[tuple[str, str, Permission | None], ...] = (
    ("caseload", "Min sagsstamme", Permission.REGISTER_DECISION),
    ("team-month", "Mit team denne måned", Permission.VIEW_SIGNALS),
    ("overview", "Overblik", Permission.VIEW_OVERVIEW),
    ("standard-list", "Standarder", None),
    ("month-list", "Måneder", Permission.VIEW_OPERATIONS),
    ("organisation", "Organisation og roller", Permission.MANAGE_ORGANISATION),
)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows: menu, who you are and in which roles."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"demo": settings.DEMO}
    menu = [(name, label) for name, label, right in MENU if right is None or may(user, right)]
    return {"menu": menu, "assignments": current_assignments(user), "demo": settings.DEMO}
