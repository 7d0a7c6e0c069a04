"""Units are made and named here. See closing.py for how they end and move."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from roles.models import Unit, User
from roles.models.cpr import refuse_cpr
from roles.models.history import record_actor

FIRST_DAY = date(2007, 1, 1)  # the municipalities of today


@transaction.atomic
def create_unit(
    *, code: str, name: str, kind: str, parent: Unit | None, opened_on: date = FIRST_DAY, district: str = ""
) -> Unit:
    unit = Unit(code=code, name=name, kind=kind, parent=parent, opened_on=opened_on, district=district)
    unit.path = unit.path_below(parent)
    if (other := Unit.objects.filter(code=code).first()) is not None:
        raise ValidationError({"code": f"{other} har allerede koden {code}. Vælg en anden."})
    unit.full_clean()
    _refuse_parent(unit)
    unit.save()
    return unit


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, by: User) -> Unit:
    """Give an open unit another name; its history keeps the old one."""
    return _change(unit, "name", name, by, reason=f"Omdøber {unit.code}")


@transaction.atomic
def change_district(*, unit: Unit, district: str, by: User) -> Unit:
    return _change(unit, "district", district, by, reason=f"Ændrer bydel for {unit.code}")


def _change(unit: Unit, field: str, value: str, by: User, *, reason: str) -> Unit:
    changed = Unit.objects.select_for_update().get(pk=unit.pk)
    if changed.closed_on and changed.closed_on <= localdate():
        raise ValidationError({field: f"{changed} er lukket. En lukket enhed beholder det, den hed."})
    if getattr(changed, field) == value.strip():
        return changed
    refuse_cpr(value)
    setattr(changed, field, value.strip())
    changed.full_clean()
    record_actor(user_id=by.pk, reason=reason)
    changed.save(update_fields=[field])
    return changed


def _refuse_parent(unit: Unit) -> None:
    parent = unit.parent
    if parent is None:
        return
    rank = list(Unit.Kind.values)
    if rank.index(unit.kind) <= rank.index(parent.kind):
        raise ValidationError(
            {"parent": f"{parent} er {_kind(parent)} og kan ikke have {_kind(unit)} under sig."}
        )
    if parent.closed_on and parent.closed_on <= unit.opened_on:
        raise ValidationError(
            {"parent": f"{parent} er lukket fra {parent.closed_on:%d-%m-%Y}. Vælg en åben enhed."}
        )


def _kind(unit: Unit) -> str:
    article = "et" if unit.kind == Unit.Kind.TEAM else "en"
    return f"{article} {unit.get_kind_display().lower()}"
