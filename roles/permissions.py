"""The one door: who may do what where. Every page declares its access; no superuser, no second way in."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.timezone import localdate

from roles.models import Permission, Role, RoleCode, Unit, UnitPermission, User
from roles.models.history import record_actor

# The reviewed list: a role's access changes here and nowhere else.
ROLE_PERMISSIONS: dict[RoleCode, frozenset[Permission]] = {
    RoleCode.POLITICIAN: frozenset({Permission.VIEW_OVERVIEW}),
    RoleCode.EXECUTIVE: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_SIGNALS,
            Permission.HANDLE_SIGNAL,
            Permission.CONFIRM_ROLES,
        }
    ),
    RoleCode.PROFESSIONAL_LEAD: frozenset(
        {
            Permission.VIEW_OVERVIEW,
            Permission.VIEW_SIGNALS,
            Permission.HANDLE_SIGNAL,
            Permission.VIEW_CASE,
            Permission.EDIT_STANDARD,
            Permission.EDIT_PLAN,
            Permission.CONFIRM_ROLES,
            Permission.VIEW_READ_LOG,
        }
    ),
    RoleCode.TEAM_LEADER: frozenset(
        {
            Permission.VIEW_CASE,
            Permission.REGISTER_DECISION,
            Permission.APPROVE_DECISION,
            Permission.VIEW_CASEWORKER_FIGURES,
            Permission.VIEW_SIGNALS,
            Permission.HANDLE_SIGNAL,
            Permission.CONFIRM_ROLES,
            Permission.VIEW_READ_LOG,
        }
    ),
    RoleCode.CASEWORKER: frozenset({Permission.VIEW_CASE, Permission.REGISTER_DECISION}),
    RoleCode.CONTROLLER: frozenset(
        {Permission.VIEW_CASE, Permission.VIEW_SIGNALS, Permission.VIEW_OVERVIEW, Permission.VIEW_OPERATIONS}
    ),
    RoleCode.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_ORGANISATION,
            Permission.VIEW_OPERATIONS,
            Permission.EDIT_PLAN,
            Permission.SET_DETECTOR,
        }
    ),
}

# The reviewed list of roles that it takes a second administrator to give: they lead, see the cases of many,
# or give rights to others. A politician sees published figures only, and a caseworker one team.
FOUR_EYES: frozenset[RoleCode] = frozenset(
    {
        RoleCode.EXECUTIVE,
        RoleCode.PROFESSIONAL_LEAD,
        RoleCode.TEAM_LEADER,
        RoleCode.CONTROLLER,
        RoleCode.ADMINISTRATOR,
    }
)


class Audience(Enum):
    """Who may open a page that asks for no particular permission."""

    EVERYONE = "alle, også uden login"
    SIGNED_IN = "alle, der er logget ind"


PageView = Callable[..., HttpResponse]


def permissions_of(role: Role) -> frozenset[Permission]:
    """What the role may do where it is held; nothing for the roles that a municipality adds itself."""
    return ROLE_PERMISSIONS[RoleCode(role.code)] if role.code in RoleCode.values else frozenset()


class Request(HttpRequest):
    user: User


def holdings(user: User | AnonymousUser) -> list[tuple[Permission, str, str]]:
    """The user's permissions today: path of the unit, and whom they deputise for; read once per request."""
    if not user.is_authenticated or not user.is_active:
        return []
    if user.held is None:
        rows = UnitPermission.objects.filter(user_id=user.pk, assignment__valid__contains=localdate())
        found = rows.values_list(
            "permission__codename", "content_object__path", "assignment__deputy_of__name"
        ).distinct()
        user.held = [(Permission(code), path, holder or "") for code, path, holder in found]
    return user.held


def held(user: User | AnonymousUser) -> list[tuple[Permission, str]]:
    """The user's permissions today with the path of the unit they are held at."""
    return [(right, path) for right, path, _ in holdings(user)]


def standing_in(user: User | AnonymousUser, permission: Permission, unit: Unit | None = None) -> str:
    """Those for whom the user holds the permission when it is only as their deputy; else nothing."""
    holders = {
        holder
        for right, path, holder in holdings(user)
        if right is permission and (unit is None or _reaches(permission, path, unit))
    }
    return "" if "" in holders else " og ".join(sorted(holders))


def units_with(user: User | AnonymousUser, permission: Permission) -> QuerySet[Unit]:
    """The units where the user holds the permission, by inheritance where the permission inherits."""
    paths = sorted({path for right, path in held(user) if right is permission})
    if not paths:
        return Unit.objects.none()
    lookup = "path__startswith" if permission.inherits else "path"
    return Unit.objects.filter(_any(lookup, paths))


def _any(lookup: str, values: list[str]) -> Q:
    condition = Q()
    for value in values:
        condition |= Q(**{lookup: value})
    return condition


def may(user: User | AnonymousUser, permission: Permission, unit: Unit | None = None) -> bool:
    """Whether the user holds the permission at the unit, or anywhere when no unit is given."""
    paths = (path for right, path in held(user) if right is permission)
    if unit is None:
        return any(True for _ in paths)
    return any(_reaches(permission, path, unit) for path in paths)


def _reaches(permission: Permission, path: str, unit: Unit) -> bool:
    return unit.path.startswith(path) if permission.inherits else unit.path == path


def require(user: User | AnonymousUser, permission: Permission, unit: Unit | None = None) -> None:
    if not may(user, permission, unit):
        raise PermissionDenied


def _record(request: Request, who: Permission | Audience) -> None:
    """The actor of what the page writes; a deputy with the name of the one deputised for."""
    holder = standing_in(request.user, who) if isinstance(who, Permission) else ""
    reason = f"{request.method} {request.path}"
    record_actor(user_id=request.user.pk, reason=reason, standing_in=holder)


def access(who: Permission | Audience, *methods: str) -> Callable[[PageView], PageView]:
    """Declare who may open a page and with which methods; names the actor of what the page writes.

    For a permission the caller must hold it at some unit; the view asks about the unit it finds.
    """
    allowed = [*(methods or ("GET",)), *(["HEAD"] if "GET" in (methods or ("GET",)) else [])]

    def declare(view: PageView) -> PageView:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if isinstance(who, Permission):
                require(request.user, who)
            if request.method not in ("GET", "HEAD") and request.user.is_authenticated:
                _record(request, who)
            return view(request, *args, **kwargs)

        page = login_not_required(guarded) if who is Audience.EVERYONE else guarded
        page.access, page.methods = who, tuple(allowed)  # type: ignore[attr-defined]
        return page

    return declare
