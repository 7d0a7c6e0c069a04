"""A duty is done, or taken up again, by one who holds the role or stands in for somebody who does."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import now

from roles.models import Duty, RoleAssignment, User
from roles.models.history import record_actor

REOPEN_DAYS, LONGEST_NOTE = 30, 2000


@transaction.atomic
def do_duty(*, duty: Duty, by: User, note: str = "", evidence: str = "") -> Duty:
    """Raises PermissionDenied unless the duty is one of `by`'s own."""
    duty = _locked(duty)
    _require_own(duty, by)
    if duty.is_done:
        raise ValidationError(f"Opgaven er allerede meldt udført af {duty.done_by}.")
    duty.note, duty.evidence = note.strip(), evidence.strip()
    if duty.responsibility.evidence and not duty.evidence:
        raise ValidationError(
            {"evidence": f"Skriv, hvor dokumentationen findes: {duty.responsibility.evidence}"}
        )
    _refuse_words(duty)
    duty.done_at, duty.done_by, duty.done_for = now(), by, _stood_in_for(duty, by)
    record_actor(user_id=by.pk, reason="Melder en opgave udført")
    duty.save(update_fields=["note", "evidence", "done_at", "done_by", "done_for"])
    return duty


@transaction.atomic
def reopen_duty(*, duty: Duty, by: User) -> Duty:
    """Take the duty up again. Note and evidence stay, to be mended."""
    duty = _locked(duty)
    if duty.done_by_id != by.pk:
        _require_own(duty, by)
    if duty.done_at is None:
        raise ValidationError("Opgaven er åben i forvejen.")
    if duty.done_at < now() - timedelta(days=REOPEN_DAYS):
        raise ValidationError(f"En opgave kan genåbnes i {REOPEN_DAYS} dage, efter at den er meldt udført.")
    duty.done_at = duty.done_by = duty.done_for = None
    record_actor(user_id=by.pk, reason="Genåbner en opgave")
    duty.save(update_fields=["done_at", "done_by", "done_for"])
    return duty


def _locked(duty: Duty) -> Duty:
    rows = Duty.objects.select_for_update(of=("self",)).select_related("responsibility", "done_by")
    found = rows.filter(pk=duty.pk).first()
    if found is None:
        raise ValidationError("Planen beder ikke længere om opgaven. Se dine opgaver igen.")
    return found


def _refuse_words(duty: Duty) -> None:
    duty.clean_fields(exclude={field.name for field in Duty._meta.fields} - {"note", "evidence"})
    if len(duty.note) > LONGEST_NOTE:
        raise ValidationError({"note": f"Bemærkningen må højst fylde {LONGEST_NOTE} tegn."})


def _require_own(duty: Duty, by: User) -> None:
    if not Duty.objects.of(by).filter(pk=duty.pk).exists():
        raise PermissionDenied


def _stood_in_for(duty: Duty, by: User) -> User | None:
    """The one for whom a deputy acts; None who acts for himself."""
    if duty.holder_id == by.pk:
        return None
    held = RoleAssignment.objects.current().filter(user=by, role=duty.role_id, unit=duty.seat_id)
    if duty.holder_id:
        return duty.holder
    found = list(held.select_related("deputy_of").order_by("valid", "pk"))
    return None if any(each.deputy_of is None for each in found) else found[0].deputy_of
