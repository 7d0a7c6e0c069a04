"""People come, change name and leave. Nobody types a password for another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from roles.actions.assignments import cancel_assignment, end_assignment
from roles.models import RoleAssignment, RoleRequest, User
from roles.models.cpr import CPR_MESSAGE, find_cpr
from roles.models.history import record_actor
from roles.permissions import FOUR_EYES
from roles.queries.people import lasting_assignments

OWN_MAIL = (
    "{} har eller venter på en rolle, som det kræver to at give, og den, der læser e-mailen, kan logge ind. "
    "Få driften til at ændre den med en fil, hvor medarbejderkoden er den samme."
)


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
    """Raises ValidationError for the e-mail of a person whose rights it takes two to give."""
    changed = User.objects.select_for_update().get(pk=person.pk)
    former = changed.email
    _settle(changed, {"name": name, "email": email, "staff_code": staff_code})
    if changed.email != former:
        if changed != by and _takes_two(changed):
            raise ValidationError({"email": OWN_MAIL.format(changed)})
        forget_addresses(changed)
    record_actor(user_id=by.pk, reason="Retter en persons oplysninger")
    changed.save(update_fields=["name", "email", "staff_code"])
    return changed


def forget_addresses(person: User) -> None:
    """The login keeps an address for each link it has sent, and would go on letting people in with it."""
    EmailAddress.objects.filter(user_id=person.pk).delete()


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


def _takes_two(person: User) -> bool:
    waiting = RoleRequest.objects.filter(user=person, decided_at=None)
    heavy = {"role__code__in": FOUR_EYES}
    return lasting_assignments().filter(user=person, **heavy).exists() or waiting.filter(**heavy).exists()


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
