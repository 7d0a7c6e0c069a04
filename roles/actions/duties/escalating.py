"""What is long overdue goes on to a leader further up. It stays with those who are to do it."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils.timezone import localdate

from roles.models import Duty, Role
from roles.queries.duties import LEADING
from roles.queries.seats import Seats, seats

GO_ON = """
    UPDATE roles_duty duty SET escalated_at = now(), escalated_to_id = target.unit
    FROM unnest(%s::bigint[], %s::bigint[]) AS target (duty, unit) WHERE duty.id = target.duty
"""


@transaction.atomic
def escalate(*, on: date | None = None) -> int:
    """Send on the open duties more than their plan's days overdue; tells how many. Once for each duty.

    They go to the nearest unit above theirs where somebody leads, though not to where they already are.
    Where there is none, they wait for one.
    """
    day = on or localdate()
    rows = _long_overdue(day)
    if not rows:
        return 0
    today = seats(on=day)
    leading = set(Role.objects.filter(code__in=LEADING).values_list("pk", flat=True))
    led = {unit for role, unit in today.held if role in leading}
    targets = {pk: _leader_above(today, unit, seat, led) for pk, unit, seat in rows}
    found = {pk: unit for pk, unit in targets.items() if unit}
    with connection.cursor() as cursor:
        cursor.execute(GO_ON, [list(found), list(found.values())])
    return len(found)


def _leader_above(today: Seats, unit: int, seat: int | None, led: set[int]) -> int | None:
    place = today.open_unit(unit)
    above = today.upwards(place)[1:] if place else []
    return next((each.pk for each in above if each.pk in led and each.pk != seat), None)


def _long_overdue(day: date) -> list[tuple[int, int, int | None]]:
    late = Duty.objects.overdue(on=day).filter(escalated_at=None).select_for_update(of=("self",))
    rows = late.values_list("pk", "unit", "seat", "due_on", "responsibility__plan__escalation_days")
    return [(pk, unit, seat) for pk, unit, seat, due_on, days in rows if (day - due_on).days > days]
