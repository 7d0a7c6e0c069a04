"""Whoever holds a role names a deputy for a while, who then has its rights and its duties."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions.people import stop_role
from roles.actions.requests import give_role, request_role
from roles.models import Permission, RoleAssignment, RoleRequest, User
from roles.permissions import may

LONGEST = relativedelta(months=12)


@transaction.atomic
def name_deputy(
    *, assignment: RoleAssignment, deputy: User, first_day: date, last_day: date, by: User
) -> RoleAssignment | RoleRequest:
    """At once where a caseworker names a colleague of the unit; else another administrator decides."""
    holder = assignment.user
    if by != holder and not may(by, Permission.MANAGE_ORGANISATION, assignment.unit):
        raise PermissionDenied
    if deputy == holder:
        raise ValidationError({"deputy": "En stedfortræder skal være en anden end den, der har rollen."})
    if assignment.deputy_of_id:
        raise ValidationError("En stedfortræder kan ikke selv udpege en stedfortræder.")
    valid = _checked_period(assignment, first_day, last_day)
    act = give_role if _is_colleague(deputy, assignment) or by != holder else request_role
    return act(user=deputy, role=assignment.role, unit=assignment.unit, valid=valid, by=by, deputy_of=holder)


@transaction.atomic
def end_deputy(*, assignment: RoleAssignment, by: User) -> None:
    """Ended today by either of the two, or by an administrator of the unit."""
    if assignment.deputy_of_id is None:
        raise ValidationError("Rollen er ikke givet som stedfortræder.")
    if by.pk not in (assignment.user_id, assignment.deputy_of_id) and not may(
        by, Permission.MANAGE_ORGANISATION, assignment.unit
    ):
        raise PermissionDenied
    stop_role(assignment=assignment, by=by)


def _checked_period(assignment: RoleAssignment, first_day: date, last_day: date) -> DateRange:
    held, after = assignment.valid, last_day + timedelta(days=1)
    if last_day < first_day:
        raise ValidationError({"last_day": "Sidste dag skal være samme dag som den første eller senere."})
    if last_day < localdate():
        raise ValidationError({"last_day": "Perioden er forbi. Skriv en dag, som ikke er passeret."})
    if after > first_day + LONGEST:
        raise ValidationError({"last_day": "En stedfortræder kan højst udpeges for 12 måneder ad gangen."})
    if first_day < held.lower:
        raise ValidationError({"first_day": f"{assignment.user} har først rollen fra {held.lower:%d-%m-%Y}."})
    if held.upper is not None and after > held.upper:
        last = held.upper - timedelta(days=1)
        raise ValidationError({"last_day": f"{assignment.user} har kun rollen til {last:%d-%m-%Y}."})
    return DateRange(first_day, after)


def _is_colleague(deputy: User, assignment: RoleAssignment) -> bool:
    """Already somebody in the unit by own right: being deputy opens no new unit to them."""
    held = RoleAssignment.objects.current().filter(user=deputy, unit=assignment.unit, deputy_of=None)
    return held.exists()
