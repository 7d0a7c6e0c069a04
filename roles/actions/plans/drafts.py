"""What every change of a plan begins with: the draft locked, its state asked, the actor named."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from roles.models import PlanRole, ResponsibilityPlan, Role, Unit, User
from roles.models.history import record_actor

FIXED = "Planen er vedtaget og kan ikke ændres. Lav en ny version, og ret den."
GONE = "Planen er slettet, siden du åbnede den."
NOT_A_ROW = "Rollen {} er ikke med i planen. Tilføj den først."


def open_draft(plan: ResponsibilityPlan, *, by: User, reason: str) -> ResponsibilityPlan:
    """The plan, locked until the transaction ends: changes of one draft wait for each other."""
    found = ResponsibilityPlan.objects.select_for_update(of=("self",)).select_related("unit")
    draft = found.filter(pk=plan.pk).first()
    if draft is None:
        raise ValidationError(GONE)
    if draft.is_adopted:
        raise ValidationError(FIXED)
    record_actor(user_id=by.pk, reason=reason)
    return draft


def locked_unit(unit: Unit) -> Unit:
    """One new plan at a time for a unit, and none for a unit that is closed."""
    found = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if found.closed_on and found.closed_on <= localdate():
        raise ValidationError(
            {"unit": f"{found} er lukket fra {found.closed_on:%d-%m-%Y}. Vælg en enhed, der er åben."}
        )
    return found


def row_of(plan: ResponsibilityPlan, role: Role) -> PlanRole:
    row = PlanRole.objects.filter(plan=plan, role=role).first()
    if row is None:
        raise ValidationError({"role": NOT_A_ROW.format(role)})
    return row
