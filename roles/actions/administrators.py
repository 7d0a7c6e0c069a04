"""The municipality never loses its last administrator: nobody could give the role back."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.utils.timezone import localdate

from roles.models import RoleAssignment, RoleCode


def refuse_last_administrator(assignment: RoleAssignment, *, end: date | None) -> None:
    """Refuse an earlier end unless another administers the municipality from that day, and for as long."""
    former = assignment.valid.upper
    if end is None or (former is not None and end >= former) or not _administers(assignment):
        return
    _one_at_a_time()
    others = RoleAssignment.objects.filter(
        role=assignment.role, unit=assignment.unit, user__is_active=True, deputy_of=None
    ).exclude(user=assignment.user)
    as_long = Q(valid__upper_inf=True) | (Q(valid__endswith__gte=former) if former else Q())
    if not others.filter(as_long, valid__contains=max(end, localdate())).exists():
        raise ValidationError(
            f"{assignment.user} er den sidste administrator i {assignment.unit}. "
            "Giv først en anden rollen, som ikke slutter før."
        )


def _administers(assignment: RoleAssignment) -> bool:
    """The municipality itself, today or later, and not for somebody else."""
    is_over = assignment.valid.upper is not None and assignment.valid.upper <= localdate()
    at_the_top = assignment.role.code == RoleCode.ADMINISTRATOR and assignment.unit.parent_id is None
    return at_the_top and not is_over and assignment.deputy_of_id is None and assignment.user.is_active


def _one_at_a_time() -> None:
    """Two administrators who end each other's role at once: the second one waits and is then the last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('last_administrator'))")
