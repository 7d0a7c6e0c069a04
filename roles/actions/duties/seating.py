"""Who gets or loses a role gets or loses its duties at once; the rest follows at night."""

from __future__ import annotations

from datetime import date

from roles.models import Duty, Role, RoleAssignment, Unit
from roles.queries.seats import seats


def reseat(*, role: Role, unit: Unit, on: date | None = None) -> int:
    """Give the role's open duties the seat of today; tells how many changed.

    Call it in a transaction. Cheap for a role of every team, of which an import gives thousands.
    """
    return _reseat_here(role, unit, on) if role.held_at == unit.kind else _reseat_around(role, on)


def _reseat_here(role: Role, unit: Unit, on: date | None) -> int:
    duties = Duty.objects.open().filter(role=role, unit=unit)
    if not duties.exists():
        return 0
    held = RoleAssignment.objects.current(on=on).filter(role=role, unit=unit, user__is_active=True).exists()
    return duties.filter(seat__isnull=held).update(seat=unit if held else None)


def _reseat_around(role: Role, on: date | None) -> int:
    """One query per unit that the role has open duties for and whose seat has changed."""
    duties = Duty.objects.open().filter(role=role)
    rows = list(duties.order_by().values_list("unit", "seat").distinct())
    today = seats(on=on) if rows else None
    count = 0
    for unit, former in rows:
        place = today.open_unit(unit) if today else None
        seat = today.seat(role, place) if today and place else None
        if seat != former:
            count += duties.filter(unit=unit, seat=former).update(seat=seat)
    return count
