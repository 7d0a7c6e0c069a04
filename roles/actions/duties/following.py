"""Duties follow the plans in force. Running it twice changes nothing; what is done is never touched.

When a plan changes, what was to come and is no longer asked for goes. What is already overdue stays until it
is done, also where a later version no longer names it: a new plan does not do the work. It passes to the
line of the same lineage in the version in force, to that line's role and to the role's seat of today. Only
a duty that one person had alone goes when that person no longer has the role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from roles.models import Role, Unit
from roles.queries.wanted_duties import Wanted, plan_units, wanted_duties

COLUMNS = "lineage, unit_id, due_on, holder_id, responsibility_id, role_id, seat_id, event_id"
# Duties made by the plans of the chosen units, whichever version made them.
OF_OWNERS = """
    (%(owners)s::bigint[] IS NULL OR duty.responsibility_id IN (
        SELECT line.id FROM roles_responsibility line
        JOIN roles_responsibilityplan plan ON plan.id = line.plan_id
        WHERE plan.unit_id = ANY(%(owners)s::bigint[])))
"""
SAME = """
    wanted.lineage = duty.lineage AND wanted.unit_id = duty.unit_id AND wanted.due_on = duty.due_on
    AND wanted.holder_id IS NOT DISTINCT FROM duty.holder_id
"""
MEND = f"""
    UPDATE roles_duty duty SET responsibility_id = wanted.responsibility_id, role_id = wanted.role_id,
        seat_id = wanted.seat_id, event_id = wanted.event_id
    FROM wanted
    WHERE duty.done_at IS NULL AND {SAME}
        AND (duty.responsibility_id, duty.role_id, duty.seat_id, duty.event_id) IS DISTINCT FROM
            (wanted.responsibility_id, wanted.role_id, wanted.seat_id, wanted.event_id)
"""
DROP = f"""
    DELETE FROM roles_duty duty
    WHERE duty.done_at IS NULL AND {OF_OWNERS} AND NOT EXISTS (SELECT FROM wanted WHERE {SAME})
        AND (duty.due_on >= %(day)s OR duty.holder_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM roles_roleassignment held JOIN roles_user holder ON holder.id = held.user_id
            WHERE held.user_id = duty.holder_id AND held.role_id = duty.role_id
                AND held.unit_id = duty.seat_id AND held.valid @> %(day)s::date
                AND held.deputy_of_id IS NULL AND holder.is_active))
"""
ADD = f"""
    INSERT INTO roles_duty ({COLUMNS}, note, evidence)
    SELECT {COLUMNS}, '', '' FROM wanted
    WHERE NOT EXISTS (SELECT FROM roles_duty duty WHERE {SAME})
    ORDER BY due_on, responsibility_id, unit_id
"""
LEFT_OVER = f"""
    SELECT duty.id, duty.lineage, duty.unit_id, duty.responsibility_id, duty.role_id, duty.seat_id
    FROM roles_duty duty
    WHERE duty.done_at IS NULL AND duty.due_on < %(day)s AND {OF_OWNERS}
        AND NOT EXISTS (SELECT FROM wanted WHERE {SAME})
"""
TAKE_OVER = """
    UPDATE roles_duty duty SET responsibility_id = mended.line, role_id = mended.role, seat_id = mended.seat
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS mended (duty, line, role, seat)
    WHERE duty.id = mended.duty
"""


@dataclass(frozen=True)
class Changed:
    """How many duties were made, dropped, and given another line, role or seat."""

    added: int
    removed: int
    updated: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.updated)


@transaction.atomic
def follow_plans(*, on: date | None = None, units: Iterable[Unit] | None = None) -> Changed:
    """Make the open duties what the plans in force ask for, to the end of next year.

    units: only the plans of these, of those above them and of those beneath. One run at a time.
    """
    day = on or localdate()
    take_turn()
    owners = plan_units(None if units is None else list(units))
    wanted = wanted_duties(on=day, owners=owners)
    scope = {"owners": owners, "day": day}
    _put_down(wanted)
    updated = _run(MEND) + _take_over(wanted, scope)
    removed = _run(DROP, scope)
    return Changed(added=_run(ADD), removed=removed, updated=updated)


def take_turn() -> None:
    """One at a time, until the end of the transaction. Who locks units and then follows plans asks first:

    a duty points at its unit, so the one whose turn it is may wait for that lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('follow_plans'))")


def _put_down(wanted: Wanted) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.wanted")
        cursor.execute(f"CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT {COLUMNS} FROM roles_duty LIMIT 0")
        with cursor.copy(f"COPY wanted ({COLUMNS}) FROM STDIN") as copy:
            for key, duty in wanted.duties.items():
                copy.write_row((*key, *duty))
        cursor.execute("ANALYZE wanted")


def _take_over(wanted: Wanted, scope: dict[str, Any]) -> int:
    """Give overdue duties that nothing asks for any more the line, role and seat of today."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT_OVER, scope)
        rows = cursor.fetchall()
    roles = Role.objects.in_bulk() if rows else {}
    mended = []
    for pk, lineage, unit, responsibility, role, seat in rows:
        line = wanted.lines.get(lineage)
        of_today = (line.pk, line.role_id) if line else (responsibility, role)
        place = wanted.seats.open_unit(unit)
        new = (*of_today, wanted.seats.seat(roles[of_today[1]], place) if place else None)
        if new != (responsibility, role, seat):
            mended.append((pk, *new))
    return _run(TAKE_OVER, [list(column) for column in zip(*mended, strict=True)]) if mended else 0


def _run(statement: str, values: dict[str, Any] | list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
