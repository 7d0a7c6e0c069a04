"""What is long overdue goes on to a leader further up. It stays with those who are to do it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate, now

from roles.models import Duty, Role
from roles.queries.duties import LEADING
from roles.queries.seats import seats


@transaction.atomic
def escalate(*, on: date | None = None) -> int:
    """Send on the open duties more than their plan's days overdue; tells how many. Once for each duty.

    They go to the nearest unit above theirs where somebody leads, though not to where they already are.
    Where there is none, they wait for one.
    """
    day = on or localdate()
    targets = defaultdict(list)
    rows = _long_overdue(day)
    if rows:
        today = seats(on=day)
        leading = set(Role.objects.filter(code__in=LEADING).values_list("pk", flat=True))
        led = {unit for role, unit in today.held if role in leading}
        for pk, unit, seat in rows:
            place = today.open_unit(unit)
            above = today.upwards(place)[1:] if place else []
            target = next((each.pk for each in above if each.pk in led and each.pk != seat), None)
            targets[target].append(pk)
    targets.pop(None, None)
    for target, pks in targets.items():
        Duty.objects.filter(pk__in=pks).update(escalated_at=now(), escalated_to=target)
    return sum(len(pks) for pks in targets.values())


def _long_overdue(day: date) -> list[tuple[int, int, int | None]]:
    late = Duty.objects.overdue(on=day).filter(escalated_at=None).select_for_update(of=("self",))
    rows = late.values_list("pk", "unit", "seat", "due_on", "responsibility__plan__escalation_days")
    return [(pk, unit, seat) for pk, unit, seat, due_on, days in rows if (day - due_on).days > days]
