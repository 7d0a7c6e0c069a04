"""Roles of weight take two: one asks, another administrator gives. Nobody gives a role to oneself."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate, now

from roles.actions.assignments import assign_role, change_end, check_assignment
from roles.models import Permission, Role, RoleAssignment, RoleRequest, Unit, UnitPermission, User
from roles.models.history import record_actor
from roles.models.organisation import paths_above
from roles.permissions import FOUR_EYES, require

SELF = "Du kan ikke give dig selv en rolle. Bed en anden administrator om det."
WAITS = "{user} venter allerede på rollen {role} i {unit}. Afgør den anmodning først."
SWEPT = "Perioden er forbi. Afvis anmodningen, og bed om rollen i en ny periode."


def takes_two(role: Role) -> bool:
    return role.code in FOUR_EYES


@transaction.atomic
def give_role(
    *, user: User, role: Role, unit: Unit, valid: DateRange, by: User, deputy_of: User | None = None
) -> RoleAssignment | RoleRequest:
    """The role at once, or a request where it takes another administrator."""
    if takes_two(role):
        return request_role(user=user, role=role, unit=unit, valid=valid, by=by, deputy_of=deputy_of)
    _refuse_person(user, role, by)
    return assign_role(user=user, role=role, unit=unit, valid=valid, by=by, deputy_of=deputy_of)


@transaction.atomic
def request_role(
    *, user: User, role: Role, unit: Unit, valid: DateRange, by: User, deputy_of: User | None = None
) -> RoleRequest:
    """Ask another administrator to give the role; refused as the role itself would be."""
    _refuse_person(user, role, by)
    check_assignment(RoleAssignment(user=user, role=role, unit=unit, valid=valid))
    if valid.upper is not None and valid.upper <= localdate():
        raise ValidationError({"valid": "Perioden er forbi. Skriv en slutdato, som ikke er passeret."})
    record_actor(user_id=by.pk, reason=f"Beder om rollen {role.code} i {unit.code}")
    try:
        with transaction.atomic():
            return RoleRequest.objects.create(
                user=user, role=role, unit=unit, valid=valid, requested_by=by, deputy_of=deputy_of
            )
    except IntegrityError as error:
        if "request_waits_once" not in str(error):
            raise
        raise ValidationError(WAITS.format(user=user, role=role, unit=unit)) from error


@transaction.atomic
def decide_request(*, request: RoleRequest, is_granted: bool, remark: str = "", by: User) -> RoleRequest:
    """Of two who decide at once, the first one wins; the other is told."""
    decided = _waiting(request)
    require(by, Permission.MANAGE_ORGANISATION, decided.unit)
    if not _is_another(by, decided):
        raise ValidationError(
            "Anmodningen skal afgøres af en anden end den, der har bedt om rollen, den, der skal have den, "
            "og deres stedfortrædere."
        )
    decided.remark = " ".join(remark.split())
    if not is_granted and not decided.remark:
        raise ValidationError({"remark": "Skriv, hvorfor anmodningen afvises."})
    if is_granted:
        decided.assignment = _grant(decided, by)
    decided.is_granted, decided.decided_by, decided.decided_at = is_granted, by, now()
    decided.clean_fields(exclude=[field.name for field in decided._meta.fields if field.name != "remark"])
    record_actor(user_id=by.pk, reason="Giver en rolle" if is_granted else "Afviser en anmodning om en rolle")
    decided.save(update_fields=["remark", "assignment", "is_granted", "decided_by", "decided_at"])
    return decided


@transaction.atomic
def withdraw_request(*, request: RoleRequest, by: User) -> None:
    """The one who asked takes the request back; the history keeps that it was made."""
    waiting = _waiting(request)
    if waiting.requested_by_id != by.pk:
        raise ValidationError("Kun den, der har bedt om rollen, kan trække anmodningen tilbage.")
    record_actor(user_id=by.pk, reason="Trækker en anmodning om en rolle tilbage")
    waiting.delete()


@transaction.atomic
def move_end(*, assignment: RoleAssignment, end: date | None, by: User) -> RoleAssignment | RoleRequest:
    """A new first day without the role. Longer is more: it takes two where giving the role does."""
    former = assignment.valid.upper
    is_longer = former is not None and (end is None or end > former)
    if not is_longer:
        return change_end(assignment=assignment, end=end, by=by)
    if assignment.user_id == by.pk:
        raise ValidationError("Du kan ikke forlænge din egen rolle. Bed en anden administrator om det.")
    if takes_two(assignment.role):
        return request_role(
            user=assignment.user,
            role=assignment.role,
            unit=assignment.unit,
            valid=DateRange(former, end),
            by=by,
            deputy_of=assignment.deputy_of,
        )
    return change_end(assignment=assignment, end=end, by=by)


def _is_another(by: User, asked: RoleRequest) -> bool:
    """Neither of the two, and neither of the two's deputy; nor the one whom the asker stood in for."""
    parties, stood_in_for = {asked.user_id, asked.requested_by_id}, _stands_only_for(by, asked.unit)
    return (
        by.pk not in parties
        and (not stood_in_for or bool(stood_in_for - parties))
        and by.pk not in _stands_only_for(asked.requested_by, asked.unit)
    )


def _stands_only_for(user: User, unit: Unit) -> set[int]:
    """Those for whom the user administers the unit today, when it is only as their deputy."""
    rows = UnitPermission.objects.filter(
        user=user,
        permission__codename=Permission.MANAGE_ORGANISATION,
        content_object__path__in=paths_above(unit.path),
        assignment__valid__contains=localdate(),
    )
    holders = set(rows.values_list("assignment__deputy_of", flat=True))
    return set() if None in holders else holders


def _waiting(request: RoleRequest) -> RoleRequest:
    rows = RoleRequest.objects.select_for_update(of=("self",))
    found = (
        rows.select_related("user", "role", "unit", "deputy_of", "requested_by").filter(pk=request.pk).first()
    )
    if found is None:
        raise ValidationError("Anmodningen er trukket tilbage.")
    if found.decided_at is not None:
        answer = "givet rollen" if found.is_granted else "afvist anmodningen"
        raise ValidationError(f"{found.decided_by} har allerede {answer}.")
    return found


def _grant(request: RoleRequest, by: User) -> RoleAssignment:
    """From today at the earliest: nobody held the role while it waited. Dates and unit are checked again."""
    _refuse_person(request.user, request.role, by)
    start, end = max(request.valid.lower, localdate()), request.valid.upper
    if end is not None and end <= start:
        raise ValidationError(SWEPT)
    valid = DateRange(start, end)
    if request.deputy_of is not None and not _covers(request, valid):
        raise ValidationError(
            f"{request.deputy_of} har ikke længere rollen i hele perioden. Afvis anmodningen."
        )
    return assign_role(
        user=request.user,
        role=request.role,
        unit=request.unit,
        valid=valid,
        by=by,
        deputy_of=request.deputy_of,
    )


def _covers(request: RoleRequest, valid: DateRange) -> bool:
    own = RoleAssignment.objects.filter(
        user=request.deputy_of, role=request.role, unit=request.unit, deputy_of=None
    )
    return own.filter(valid__contains=valid).exists()


def _refuse_person(user: User, role: Role, by: User) -> None:
    if user == by:
        raise ValidationError(SELF)
    if not user.is_active:
        raise ValidationError(f"{user} er deaktiveret. Genaktivér personen, før rollen gives.")
    if not role.is_staffed:
        raise ValidationError(f"{role} er ikke en rolle, som personer kan have i systemet.")
