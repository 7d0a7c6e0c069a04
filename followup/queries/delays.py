"""How late decisions are registered: those outside the frame against those inside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from followup.drift.chart import Ints
from followup.queries.counting import COUNTED_FIRST
from followup.queries.measures import NEW_AND_CHANGED
from followup.queries.months import month_end, month_plus
from serviceniveau.models import Registration, Relation

LAST_AGE = 6
"""Months after the decision; what is registered later than that counts here."""
MONTHS = 12
"""The newest complete months, in which decisions of every age have had time to come."""


@dataclass(frozen=True, eq=False)
class Delays:
    """(LAST_AGE + 1,) new and changed decisions by whole months from the decision to the registration."""

    outside_by_age: Ints
    inside_by_age: Ints


# A month's age counts calendar months, as the months' figures do: registered on the 1st is age 1.
# As of the end of the month asked about: what is registered later was not known then.
COUNTS = f"""
SELECT
    least(greatest(
        12 * (extract(year FROM registered_on) - extract(year FROM decided_on))
        + extract(month FROM registered_on) - extract(month FROM decided_on), 0), {LAST_AGE})::integer AS age,
    count(*) FILTER (WHERE relation IN (%(above)s, %(below)s)) AS outside,
    count(*) FILTER (WHERE relation = %(inside)s) AS inside
FROM serviceniveau_registration decision
JOIN LATERAL (
    SELECT relation
    FROM serviceniveau_judgement
    WHERE registration_id = decision.id
    ORDER BY array_position(%(frames)s::text[], kind::text), version_id
    LIMIT 1
) extent ON true
WHERE month BETWEEN %(first)s AND %(last)s AND registered_on <= %(known_until)s
    AND status = %(decided)s AND kind = ANY(%(kinds)s)
GROUP BY age
"""


def reporting_delay(*, month: date) -> Delays:
    """Counts over the newest complete months, as they were known at the end of ``month``. One query."""
    asked: dict[str, Any] = {
        "above": Relation.ABOVE.value,
        "below": Relation.BELOW.value,
        "inside": Relation.INSIDE.value,
        "frames": [kind.value for kind in COUNTED_FIRST],
        "kinds": [kind.value for kind in NEW_AND_CHANGED],
        "decided": Registration.Status.DECIDED.value,
        "first": month_plus(month, 1 - LAST_AGE - MONTHS),
        "last": month_plus(month, -LAST_AGE),
        "known_until": month_end(month),
    }
    delays = Delays(np.zeros(LAST_AGE + 1, dtype=np.int64), np.zeros(LAST_AGE + 1, dtype=np.int64))
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, asked)
        for age, outside, inside in cursor.fetchall():
            delays.outside_by_age[age], delays.inside_by_age[age] = outside, inside
    return delays
