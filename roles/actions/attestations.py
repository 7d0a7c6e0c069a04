"""Twice a year each unit's roles are frozen as they stand, and its leader says which are right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate, localtime, now

from roles.models import Attestation, AttestationItem, Permission, RoleAssignment, Unit, User
from roles.models.history import record_actor
from roles.permissions import standing_in, units_with
from roles.queries.attestations import mine_among

ANSWERED_WITHIN = timedelta(days=30)


@transaction.atomic
def open_attestations(*, as_of: date, by: User | None = None) -> list[Attestation]:
    """One for each open unit with roles on the day; again changes nothing.

    A unit that still has one under way within its deadline gets no second. ``by`` limits it to the units that
    the user administers.
    """
    _one_at_a_time()
    record_actor(user_id=by.pk if by else None, reason="Starter gennemgang af roller")
    held = RoleAssignment.objects.current(on=as_of).filter(unit__in=_due_units(as_of, by))
    held = held.select_related("unit", "user", "role", "deputy_of").order_by(
        "unit__path", "role__position", "user__name", "pk"
    )
    groups = [(unit, list(roles)) for unit, roles in groupby(held, key=lambda each: each.unit)]
    opened = Attestation.objects.bulk_create(
        Attestation(unit=unit, as_of=as_of, deadline_on=as_of + ANSWERED_WITHIN) for unit, _ in groups
    )
    AttestationItem.objects.bulk_create(
        _frozen(attestation, role)
        for attestation, (_, roles) in zip(opened, groups, strict=True)
        for role in roles
    )
    return opened


@transaction.atomic
def answer_items(*, answers: dict[int, tuple[str, str]], by: User) -> list[AttestationItem]:
    """Lines of one attestation, all or none: answer and remark by key, each given once.

    Raises PermissionDenied to those who may not answer for all of these people.
    """
    rows = AttestationItem.objects.select_for_update(of=("self",)).select_related(
        "answered_by", "attestation__unit"
    )
    items = list(rows.filter(pk__in=answers).order_by("pk"))
    _refuse_answered(items)
    if mine_among(by, AttestationItem.objects.filter(pk__in=answers)).may_answer != set(answers):
        raise PermissionDenied
    at = now()
    for item in items:
        answer, remark = answers[item.pk]
        item.answer, item.remark, item.answered_by, item.answered_at = answer, remark.strip(), by, at
        item.clean_fields(exclude={each.name for each in item._meta.fields} - {"answer", "remark"})
    unit = items[0].attestation.unit
    holder = standing_in(by, Permission.CONFIRM_ROLES, unit)
    record_actor(user_id=by.pk, reason="Bekræfter roller", standing_in=holder)
    AttestationItem.objects.bulk_update(items, ["answer", "remark", "answered_by", "answered_at"])
    return items


def _due_units(as_of: date, by: User | None) -> QuerySet[Unit]:
    waiting = AttestationItem.objects.filter(attestation__deadline_on__gte=localdate(), answer="")
    units = (
        Unit.objects.open(on=as_of)
        .exclude(pk__in=Attestation.objects.filter(as_of=as_of).values("unit"))
        .exclude(pk__in=waiting.values("attestation__unit"))
    )
    return units.filter(pk__in=units_with(by, Permission.MANAGE_ORGANISATION)) if by else units


def _frozen(attestation: Attestation, role: RoleAssignment) -> AttestationItem:
    upper, login = role.valid.upper, role.user.last_login
    return AttestationItem(
        attestation=attestation,
        assignment=role,
        person=role.user.name,
        role_name=role.role.name,
        since=role.valid.lower,
        until=upper - timedelta(days=1) if upper else None,
        deputy_of=role.deputy_of.name if role.deputy_of else "",
        last_login_on=localtime(login).date() if login else None,
    )


def _refuse_answered(items: Iterable[AttestationItem]) -> None:
    if answered := [item for item in items if item.answer]:
        by = answered[0].answered_by
        raise ValidationError(
            f"{by} har allerede svaret for {', '.join(item.person for item in answered)}. Se siden igen."
        )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('open_attestations'))")
