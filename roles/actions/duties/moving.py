"""Open duties go where their unit went."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.models import Q

from roles.actions.duties.following import follow_plans
from roles.models import Duty, Unit

# The successor has some of its own already: the same responsibility on the same day is done once.
HAS_ITS_OWN = """
    DELETE FROM roles_duty duty USING roles_duty own
    WHERE duty.done_at IS NULL AND duty.unit_id = %s AND own.unit_id = %s AND own.lineage = duty.lineage
        AND own.due_on = duty.due_on AND own.holder_id IS NOT DISTINCT FROM duty.holder_id
"""


@transaction.atomic
def move_duties(*, unit: Unit, successor: Unit, on: date | None = None) -> int:
    """Give the successor what a closed unit had open; tells how many. What is done stays where it was."""
    Duty.objects.open().filter(escalated_to=unit).update(escalated_to=successor)
    count = Duty.objects.open().filter(Q(unit=unit) | Q(seat=unit)).count()
    if not count:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(HAS_ITS_OWN, [unit.pk, successor.pk])
    Duty.objects.open().filter(unit=unit).update(unit=successor)
    follow_plans(on=on, units=[unit, successor])
    return count
