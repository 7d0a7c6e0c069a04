"""Who stands in for whom, and who may change it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from roles.models import Permission, RoleAssignment, RoleRequest, User
from roles.permissions import units_with
from roles.queries.people import lasting_assignments


@dataclass
class OwnRole:
    """A role of the user's own, its deputies and the requests for one."""

    assignment: RoleAssignment
    deputies: list[RoleAssignment] = field(default_factory=list)
    requests: list[RoleRequest] = field(default_factory=list)


def own_roles(user: User) -> list[OwnRole]:
    """Those held now and later; three queries."""
    held = lasting_assignments().filter(user=user, deputy_of=None).select_related("role", "unit")
    rows = [OwnRole(each) for each in held.order_by("role__position", "unit__path")]
    by_place: dict[tuple[int, int], list[OwnRole]] = defaultdict(list)
    for row in rows:
        by_place[row.assignment.role_id, row.assignment.unit_id].append(row)
    for deputy in lasting_assignments().filter(deputy_of=user).select_related("user").order_by("valid"):
        for row in by_place[deputy.role_id, deputy.unit_id]:
            row.deputies.append(deputy)
    asked = RoleRequest.objects.filter(deputy_of=user, decided_at=None)
    for request in asked.select_related("user", "requested_by"):
        for row in by_place[request.role_id, request.unit_id]:
            row.requests.append(request)
    return rows


def held_as_deputy(user: User) -> QuerySet[RoleAssignment]:
    """For whom the user stands in, now and later."""
    return _deputies().filter(user=user).order_by("valid", "pk")


def deputisable_by(user: User) -> QuerySet[RoleAssignment]:
    """The user's own roles, and those of the units that the user administers."""
    administered = units_with(user, Permission.MANAGE_ORGANISATION)
    roles = lasting_assignments().filter(Q(user=user) | Q(unit__in=administered), deputy_of=None)
    return roles.select_related("user", "role", "unit")


def endable_deputies(user: User) -> QuerySet[RoleAssignment]:
    """Where the user is one of the two, or administers the unit."""
    administered = units_with(user, Permission.MANAGE_ORGANISATION)
    return _deputies().filter(Q(user=user) | Q(deputy_of=user) | Q(unit__in=administered))


def _deputies() -> QuerySet[RoleAssignment]:
    held = lasting_assignments().exclude(deputy_of=None)
    return held.select_related("user", "role", "unit", "deputy_of")
