"""A unit closes, and another takes over. That is also how a unit moves in the tree.

A plan in force stays with the closed unit, as it was adopted for it: whoever administers the successor
copies it there and has it adopted anew. Open duties and what is registered in roles.residents move.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions.assignments import assign_role, cancel_assignment, change_end, end_assignment
from roles.actions.duties import move_duties, take_turn
from roles.actions.requests import give_role, withdraw_request
from roles.models import RoleAssignment, RoleRequest, Unit, User
from roles.models.history import acting, record_actor
from roles.queries.units import Standing, duties_counted, final_successor, listed, open_duties, standing_at
from roles.residents import registered

ENDED, GIVEN, ASKED = "ended", "given", "asked"


@dataclass(frozen=True)
class Closing:
    """What came of it. A planned closing moves its residents on its day.

    Of the roles that ended, given go on at the successor, and asked wait for another administrator.
    """

    unit: Unit
    is_planned: bool
    moved: list[str]
    roles_ended: int
    roles_given: int
    roles_asked: int


@transaction.atomic
def close_unit(
    *, unit: Unit, on: date, successor: Unit | None, by: User | None, keep_roles: bool = False
) -> Closing:
    """Close from ``on``, the first day without the unit. Roles end then; keep_roles gives them anew.

    Nobody's own role follows: nobody gives a role to oneself. One of weight waits for another administrator.
    """
    take_turn()
    unit, successor = _locked(unit, successor)
    _refuse_unit(unit, on)
    if successor is not None:
        refuse_successor(unit, successor, on)
    standing = standing_at(unit, on=on)
    _refuse_standing(unit, standing, successor, on)
    heir = successor if keep_roles else None
    fates = Counter(_end_role(role, on, heir, by) for role in standing.roles)
    _name_closing(unit, by)
    unit.closed_on, unit.successor = on, successor
    unit.save(update_fields=["closed_on", "successor"])
    is_planned = on > localdate()
    told = [] if is_planned else move_residents(unit)
    return Closing(unit, is_planned, told, fates.total(), fates[GIVEN], fates[ASKED])


def rehearse_closing(**terms: Any) -> Closing:
    """What close_unit would do, or why it would refuse; nothing is left of it."""
    with transaction.atomic():
        closing = close_unit(**terms)
        transaction.set_rollback(True)
    return closing


@transaction.atomic
def cancel_closing(*, unit: Unit, by: User | None) -> Unit:
    """Take a planned closing back, and with it what it did to the roles: they get the end they had before."""
    kept = Unit.objects.select_for_update().get(pk=unit.pk)
    if kept.closed_on is None:
        raise ValidationError(f"{kept} lukker ikke.")
    if kept.is_closed:
        raise ValidationError(
            {"closed_on": f"{kept} er lukket fra {kept.closed_on:%d-%m-%Y}. Opret en ny enhed i stedet."}
        )
    if by is not None:
        record_actor(user_id=by.pk, reason=f"Fortryder lukningen af {kept.code}")
    closed_on, heir = kept.closed_on, kept.successor
    kept.closed_on = kept.successor = None
    kept.save(update_fields=["closed_on", "successor"])
    for role in kept.assignments.filter(valid__endswith=closed_on):
        _restore_role(role, heir, by)
    return kept


def move_residents(unit: Unit) -> list[str]:
    """Hand over what stands at a closed unit; in words what moved. Again does nothing."""
    heir = final_successor(unit)
    if heir is None:
        return []
    told = []
    for kind in registered():
        if count := kind.move(unit, heir):
            told.append(kind.counted(count))
    if open_duties(unit).exists():
        told.append(duties_counted(move_duties(unit=unit, successor=heir)))
    return told


def move_residents_of_closed_units() -> int:
    """Every night: what a planned closing left, and what arrived since. Tells how many units had any."""
    closed = Unit.objects.filter(closed_on__lte=localdate(), successor__isnull=False)
    moved = 0
    for unit in closed.select_related("successor"):
        with acting(reason=f"{unit.code} er lukket; {final_successor(unit)} overtager"):
            moved += bool(move_residents(unit))
    return moved


def _locked(unit: Unit, successor: Unit | None) -> tuple[Unit, Unit | None]:
    """Both rows, always in the same order; nobody opens a case there while it closes."""
    keys = {unit.pk} | ({successor.pk} if successor else set())
    rows = {row.pk: row for row in Unit.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    return rows[unit.pk], rows[successor.pk] if successor else None


def _refuse_unit(unit: Unit, on: date) -> None:
    if unit.kind == Unit.Kind.MUNICIPALITY:
        raise ValidationError("Kommunen kan ikke lukkes. Luk de enheder, der hører under den.")
    if unit.closed_on:
        raise ValidationError(f"{unit} er allerede lukket fra {unit.closed_on:%d-%m-%Y}.")
    if on <= unit.opened_on:
        raise ValidationError(
            {"closed_on": f"{unit} begyndte {unit.opened_on:%d-%m-%Y}. Vælg en senere dag at lukke den."}
        )


def refuse_successor(unit: Unit, successor: Unit, on: date) -> None:
    if message := _unfit(unit, successor, on):
        raise ValidationError({"successor": f"{message} Vælg en anden enhed."})


def _unfit(unit: Unit, successor: Unit, on: date) -> str:
    if successor.pk == unit.pk:
        return f"{unit} kan ikke afløse sig selv."
    if successor.closed_on and successor.closed_on <= on:
        return f"{successor} er lukket fra {successor.closed_on:%d-%m-%Y}."
    if successor.opened_on > on:
        return f"{successor} findes først fra {successor.opened_on:%d-%m-%Y}."
    if successor.path.startswith(unit.path):
        return f"{successor} hører under {unit}."
    if successor.path.split("/")[1] != unit.path.split("/")[1]:
        return f"{successor} hører til en anden kommune."
    if successor.kind != unit.kind:
        kinds = f"{unit.get_kind_display().lower()}, {successor} er {successor.get_kind_display().lower()}"
        return f"En enhed afløses af en af samme art: {unit} er {kinds}."
    return ""


def _refuse_standing(unit: Unit, standing: Standing, successor: Unit | None, on: date) -> None:
    if standing.children:
        names = listed([str(child) for child in standing.children])
        raise ValidationError(f"Under {unit} hører stadig {names}. Luk dem først, med hver sin afløser.")
    coming = [role for role in standing.roles if role.valid.lower >= on]
    if coming:
        people = listed([f"{role.user} ({role.role}, fra {role.valid.lower:%d-%m-%Y})" for role in coming])
        raise ValidationError(
            {"closed_on": f"Roller begynder efter lukningen: {people}. Luk senere, eller ret rollerne."}
        )
    if successor is None and standing.words:
        raise ValidationError(
            {"successor": f"I {unit} er der {standing.sentence}. Vælg den enhed, der overtager."}
        )


def _end_role(role: RoleAssignment, on: date, heir: Unit | None, by: User | None) -> str:
    """End the role on the day; whether it goes on at the heir ("given"), is asked for, or ends."""
    until = role.valid.upper
    _name_closing(role.unit, by)
    if RoleAssignment.objects.filter(pk=role.pk).exists():  # a deputy's goes with the one stood in for
        end_assignment(assignment=role, on=on, by=None)
    if heir is None or role.user == by or not role.user.is_active or _holds(role, heir, on):
        return ENDED
    terms: dict[str, Any] = {"user": role.user, "role": role.role, "unit": heir, "deputy_of": role.deputy_of}
    if by is None:
        assign_role(**terms, valid=DateRange(on, until))
        return GIVEN
    given = give_role(**terms, valid=DateRange(on, until), by=by)
    return GIVEN if isinstance(given, RoleAssignment) else ASKED


def _name_closing(unit: Unit, by: User | None) -> None:
    """An operator's file has named itself already."""
    if by is not None:
        record_actor(user_id=by.pk, reason=_reason(unit))


def _reason(unit: Unit) -> str:
    return f"Lukker {unit.code}"


def _restore_role(role: RoleAssignment, heir: Unit | None, by: User | None) -> None:
    """Give the role back the end that the closing took, and take back what went on at the heir."""
    rows = list(role.history.order_by("-history_date", "-history_id")[:2])
    if len(rows) < 2 or rows[0].history_change_reason != _reason(role.unit):
        return
    same = {"user": role.user, "role": role.role, "unit": heir, "valid__startswith": role.valid.upper}
    for given in RoleAssignment.objects.filter(**same):
        cancel_assignment(assignment=given, by=None)
    for asked in RoleRequest.objects.filter(**same, decided_at=None, requested_by=by):
        withdraw_request(request=asked, by=asked.requested_by)
    change_end(assignment=role, end=rows[1].valid.upper)


def _holds(role: RoleAssignment, heir: Unit, on: date) -> bool:
    """Whether the person has the role there already or is about to, or no day is left of it."""
    same = {"user": role.user, "role": role.role, "unit": heir}
    if role.valid.upper is not None and role.valid.upper <= localdate():
        return True
    overlapping = RoleAssignment.objects.filter(**same, valid__overlap=DateRange(on, role.valid.upper))
    return overlapping.exists() or RoleRequest.objects.filter(**same, decided_at=None).exists()
