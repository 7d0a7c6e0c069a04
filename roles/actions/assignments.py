"""Roles are given and ended here; permissions follow, and nothing else writes them."""

from datetime import date, timedelta

from django.contrib.auth import models as auth
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions.administrators import refuse_last_administrator
from roles.actions.duties import reseat
from roles.models import Role, RoleAssignment, RoleCode, RoleRequest, Unit, UnitPermission, User
from roles.models.history import record_actor
from roles.permissions import permissions_of

PermissionRow = tuple[int, int, int, int]  # assignment, permission, user, unit


@transaction.atomic
def assign_role(
    *,
    user: User,
    role: Role | RoleCode,
    unit: Unit,
    valid: DateRange,
    by: User | None = None,
    deputy_of: User | None = None,
) -> RoleAssignment:
    held = role if isinstance(role, Role) else Role.objects.get(code=role)
    assignment = RoleAssignment(user=user, role=held, unit=unit, valid=valid, deputy_of=deputy_of)
    check_assignment(assignment)
    _name_actor(by, f"Tildeler rollen {held.code} i {unit.code}")
    assignment.save()
    _write_permissions([assignment])
    reseat(role=held, unit=unit)
    return assignment


@transaction.atomic
def end_assignment(*, assignment: RoleAssignment, on: date, by: User | None) -> RoleAssignment:
    """End the assignment so that ``on`` is the first day without it."""
    return change_end(assignment=assignment, end=on, by=by)


@transaction.atomic
def change_end(*, assignment: RoleAssignment, end: date | None, by: User | None = None) -> RoleAssignment:
    """Move the first day without the role; None leaves it open."""
    changed = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    refuse_last_administrator(changed, end=end)
    lost = _lost(changed, end)
    changed.valid = DateRange(changed.valid.lower, end)
    check_assignment(changed)
    _name_actor(by, f"Ændrer slutdato for rollen {changed.role.code} i {changed.unit.code}")
    changed.save(update_fields=["valid"])
    _end_deputies(changed, lost)
    reseat(role=changed.role, unit=changed.unit)
    return changed


@transaction.atomic
def cancel_assignment(*, assignment: RoleAssignment, by: User | None) -> None:
    """Take back a role that begins today or later; the history keeps that it was given."""
    cancelled = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    if cancelled.valid.lower < localdate():
        raise ValidationError("Rollen er begyndt. Afslut den i stedet.")
    if cancelled.attested.exists():
        raise ValidationError("Rollen indgår i en gennemgang af roller. Afslut den fra i morgen.")
    refuse_last_administrator(cancelled, end=cancelled.valid.lower)
    _name_actor(by, f"Annullerer rollen {cancelled.role.code} i {cancelled.unit.code}")
    RoleRequest.objects.filter(assignment=cancelled).update(assignment=None)
    _end_deputies(cancelled, cancelled.valid)
    cancelled.delete()
    reseat(role=cancelled.role, unit=cancelled.unit)


@transaction.atomic
def sync_permissions() -> int:
    """Make the permission rows follow assignments and ROLE_PERMISSIONS; tells how many changed."""
    stored = {
        (row.assignment_id, row.permission_id, row.user_id, row.content_object_id): row.pk
        for row in UnitPermission.objects.all()
    }
    wanted = set(_wanted_rows(list(RoleAssignment.objects.select_related("role"))))
    surplus = [pk for key, pk in stored.items() if key not in wanted]
    missing = wanted - stored.keys()
    UnitPermission.objects.filter(pk__in=surplus).delete()
    _insert(missing)
    return len(surplus) + len(missing)


def _lost(assignment: RoleAssignment, end: date | None) -> DateRange:
    """The days that a new end takes from the role."""
    former = assignment.valid.upper
    is_shorter = end is not None and (former is None or end < former)
    return DateRange(end, former) if is_shorter else DateRange(empty=True)


def _end_deputies(holder: RoleAssignment, lost: DateRange) -> None:
    """Nobody stands in for a role that is no longer held. What has not begun by then is taken back."""
    if holder.deputy_of_id or lost.isempty:
        return
    same = RoleAssignment.objects.filter(deputy_of=holder.user, role=holder.role, unit=holder.unit)
    for deputy in same.filter(valid__overlap=lost):
        start = deputy.valid.lower
        if start >= lost.lower and not deputy.attested.exists():
            RoleRequest.objects.filter(assignment=deputy).update(assignment=None)
            deputy.delete()
        else:
            deputy.valid = DateRange(start, max(lost.lower, start + timedelta(days=1)))
            deputy.save(update_fields=["valid"])


def check_assignment(assignment: RoleAssignment) -> None:
    """Raises ValidationError when the role cannot be held in that period."""
    _refuse_dates(assignment)
    _refuse_overlap(assignment)


def _refuse_dates(assignment: RoleAssignment) -> None:
    valid, unit = assignment.valid, assignment.unit
    if valid is None or valid.isempty or valid.lower is None:
        raise ValidationError(
            {"valid": "Skriv, hvilken dag rollen begynder, og lad den gælde mindst én dag."}
        )
    if valid.upper is not None and valid.upper <= valid.lower:
        raise ValidationError({"valid": "Rollen skal slutte efter, at den er begyndt."})
    if valid.lower < unit.opened_on:
        raise ValidationError({"valid": f"{unit} findes først fra {unit.opened_on:%d-%m-%Y}."})
    if unit.closed_on and (valid.upper is None or valid.upper > unit.closed_on):
        raise ValidationError(
            {"valid": f"{unit} er lukket fra {unit.closed_on:%d-%m-%Y}. Rollen skal slutte inden den dag."}
        )


def _refuse_overlap(assignment: RoleAssignment) -> None:
    others = RoleAssignment.objects.filter(
        user=assignment.user, role=assignment.role, unit=assignment.unit, valid__overlap=assignment.valid
    ).exclude(pk=assignment.pk)
    if (other := others.first()) is not None:
        raise ValidationError(
            {
                "valid": f"{assignment.user} har allerede rollen {assignment.role} i {assignment.unit} "
                f"fra {other.valid.lower:%d-%m-%Y}. Afslut den rolle først."
            }
        )


def _name_actor(by: User | None, reason: str) -> None:
    if by is not None:
        record_actor(user_id=by.pk, reason=reason)


def _write_permissions(assignments: list[RoleAssignment]) -> None:
    _insert(set(_wanted_rows(assignments)))


def _wanted_rows(assignments: list[RoleAssignment]) -> list[PermissionRow]:
    ids = dict(
        auth.Permission.objects.filter(
            content_type__app_label="roles", content_type__model="unit"
        ).values_list("codename", "pk")
    )
    return [
        (assignment.pk, ids[right.value], assignment.user_id, assignment.unit_id)
        for assignment in assignments
        for right in permissions_of(assignment.role)
    ]


def _insert(rows: set[PermissionRow]) -> None:
    UnitPermission.objects.bulk_create(
        UnitPermission(
            assignment_id=assignment, permission_id=permission, user_id=user, content_object_id=unit
        )
        for assignment, permission, user, unit in sorted(rows)
    )
