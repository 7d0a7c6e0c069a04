"""When an application must be answered: the standard's deadline, counted from the day it was received.

The one rule for decisions typed in and for files: the version that was in force, and adopted, on the day of
receipt. A standard with frames for the intervention comes before one that only shares the paragraph.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from django.db import connection
from holidays import country_holidays

from serviceniveau.models import DeadlineUnit

_PROMISED = """
WITH asked AS (
    SELECT DISTINCT given.intervention_id, given.legal_basis_id, given.received_on, law.law
    FROM ({asked}) AS given(intervention_id, legal_basis_id, received_on)
    JOIN serviceniveau_legalbasis law ON law.id = given.legal_basis_id
),
rule AS (
    SELECT version.id, version.valid, version.decision_deadline, version.decision_deadline_unit,
        adoption.adopted_on, standard.legal_basis_id, of_standard.law
    FROM serviceniveau_standardversion version
    JOIN serviceniveau_adoption adoption ON adoption.version_id = version.id
    JOIN serviceniveau_qualitystandard standard ON standard.id = version.standard_id
    JOIN serviceniveau_legalbasis of_standard ON of_standard.id = standard.legal_basis_id
    WHERE version.valid IS NOT NULL AND version.decision_deadline IS NOT NULL
        AND version.decision_deadline_unit <> ''
),
found AS (
    SELECT asked.*, rule.id, rule.decision_deadline, rule.decision_deadline_unit,
        CASE WHEN rule.legal_basis_id = asked.legal_basis_id THEN 1 ELSE 2 END AS rank
    FROM asked
    JOIN (
        SELECT DISTINCT version_id, intervention_id FROM serviceniveau_servicelevel
    ) AS covered ON covered.intervention_id = asked.intervention_id
    JOIN rule ON rule.id = covered.version_id AND rule.law = asked.law
    WHERE rule.valid @> asked.received_on AND rule.adopted_on <= asked.received_on
    UNION ALL
    SELECT asked.*, rule.id, rule.decision_deadline, rule.decision_deadline_unit, 3
    FROM asked JOIN rule ON rule.legal_basis_id = asked.legal_basis_id
    WHERE rule.valid @> asked.received_on AND rule.adopted_on <= asked.received_on
)
SELECT DISTINCT ON (intervention_id, legal_basis_id, received_on)
    intervention_id, legal_basis_id, received_on, decision_deadline, decision_deadline_unit
FROM found
ORDER BY intervention_id, legal_basis_id, received_on, rank, id
"""


@dataclass(frozen=True)
class Deadline:
    intervention_id: int
    legal_basis_id: int
    received_on: date
    deadline_on: date


def promised_deadlines(*, asked: str, params: Sequence[int | date] = ()) -> list[Deadline]:
    """One query. asked: SQL with the columns intervention, legal basis and day of receipt.

    Where no standard promises anything there is no row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROMISED.format(asked=asked), params)
        return [
            Deadline(intervention, law, received_on, deadline_on(received_on, count, unit))
            for intervention, law, received_on, count, unit in cursor.fetchall()
        ]


def promised_deadline(*, intervention_id: int, legal_basis_id: int, received_on: date) -> date | None:
    found = promised_deadlines(
        asked="SELECT %s::bigint, %s::bigint, %s::date", params=[intervention_id, legal_basis_id, received_on]
    )
    return found[0].deadline_on if found else None


@lru_cache(maxsize=100_000)
def deadline_on(received_on: date, count: int, unit: str) -> date:
    """The last day of the deadline. The day of receipt does not count; a month ends at its last day.

    Raises ValueError for an unknown unit.
    """
    match DeadlineUnit(unit):
        case DeadlineUnit.WORKING_DAYS:
            return _working_days_after(received_on, count)
        case DeadlineUnit.DAYS:
            return received_on + timedelta(days=count)
        case DeadlineUnit.WEEKS:
            return received_on + timedelta(weeks=count)
        case DeadlineUnit.MONTHS:
            return _months_after(received_on, count)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _danish_holidays(day.year)


def working_days_from(day: date, count: int) -> list[date]:
    """The first working days from this one on, itself included."""
    found: list[date] = []
    while len(found) < count:
        if is_working_day(day):
            found.append(day)
        day += timedelta(days=1)
    return found


@cache
def _danish_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("DK", years=year))


def _working_days_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def _months_after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
