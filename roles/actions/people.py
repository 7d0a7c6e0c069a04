"""People come, change name and leave. Nobody types a password for another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from roles.actions.assignments import cancel_assignment, end_assignment
from roles.models import RoleAssignment, User
from roles.models.cpr import CPR_MESSAGE, find_cpr
from roles.models.history import record_actor


@transaction.atomic
def create_person(*, name: str, email: str, staff_code: str, by: User) -> User:
    """Without a password: the person chooses it through a link."""
    person = User()
    person.set_unusable_password()
    _settle(person, {"name": name, "email": email, "staff_code": staff_code})
    record_actor(user_id=by.pk, reason="Opretter en person")
    person.save()
    return person


@transaction.atomic
def change_person(*, person: User, name: str, email: str, staff_code: str, by: User) -> User:
    changed = User.objects.select_for_update().get(pk=person.pk)
    _settle(changed, {"name": name, "email": email, "staff_code": staff_code})
    record_actor(user_id=by.pk, reason="Retter en persons oplysninger")
    changed.save(update_fields=["name", "email", "staff_code"])
    return changed


@transaction.atomic
def deactivate_person(*, person: User, by: User) -> User:
    """No access from the next request. The roles end with it, so that what they carried is seen as vacant."""
    changed = User.objects.select_for_update().get(pk=person.pk)
    if changed == by:
        raise ValidationError("Du kan ikke deaktivere dig selv. Bed en anden administrator om det.")
    end_roles(person=changed, by=by)
    record_actor(user_id=by.pk, reason="Deaktiverer en person")
    changed.is_active = False
    changed.save(update_fields=["is_active"])
    return changed


@transaction.atomic
def reactivate_person(*, person: User, by: User) -> User:
    """The person can log in again; the roles are given anew."""
    changed = User.objects.select_for_update().get(pk=person.pk)
    record_actor(user_id=by.pk, reason="Genaktiverer en person")
    changed.is_active = True
    changed.save(update_fields=["is_active"])
    return changed


@transaction.atomic
def end_roles(*, person: User, by: User) -> int:
    """End what the person holds today and take back what was to come; tells how many."""
    today = localdate()
    held = RoleAssignment.objects.filter(user=person, valid__endswith__gt=today)
    lasting = RoleAssignment.objects.filter(user=person, valid__upper_inf=True)
    roles = list((held | lasting).select_related("role", "unit", "user"))
    for role in roles:
        stop_role(assignment=role, by=by)
    return len(roles)


def stop_role(*, assignment: RoleAssignment, by: User) -> None:
    """Now: today is the first day without it. One that begins today was never held."""
    today = localdate()
    if assignment.valid.lower < today:
        end_assignment(assignment=assignment, on=today, by=by)
    elif assignment.attested.exists():
        end_assignment(assignment=assignment, on=assignment.valid.lower + timedelta(days=1), by=by)
    else:
        cancel_assignment(assignment=assignment, by=by)


def _settle(person: User, values: dict[str, Any]) -> None:
    """Check and set what was typed."""
    values = {key: " ".join(text.split()) for key, text in values.items()}
    if held := {key: CPR_MESSAGE for key, text in values.items() if find_cpr(text)}:
        raise ValidationError(held)
    values["email"] = values["email"].lower()
    others = User.objects.exclude(pk=person.pk)
    if (other := others.filter(email__iexact=values["email"]).first()) is not None:
        raise ValidationError({"email": f"{other} har allerede den e-mail. Ret den, eller brug en anden."})
    for key, text in values.items():
        setattr(person, key, text)
    person.staff_code = values["staff_code"] or None
    person.full_clean()
