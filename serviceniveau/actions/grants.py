from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from serviceniveau.models import ENDING_DECISIONS

_ENDING = ", ".join(f"'{kind.value}'" for kind in ENDING_DECISIONS)

# The newest decision says what applies; the first one that granted anything says when it began.
_FROM_DECISIONS = f"""
SELECT DISTINCT ON (grant_id)
    grant_id,
    intervention_id,
    min(coalesce(starts_on, decided_on)) FILTER (WHERE kind NOT IN ({_ENDING})) OVER (PARTITION BY grant_id)
        AS starts_on,
    CASE WHEN kind IN ({_ENDING}) THEN coalesce(ends_on, starts_on, decided_on) ELSE ends_on END AS ends_on,
    CASE WHEN kind NOT IN ({_ENDING}) THEN follow_up_on END AS follow_up_on
FROM serviceniveau_registration
WHERE status = 'afgjort' AND grant_id IN ({{selection}})
ORDER BY grant_id, decided_on DESC, id DESC
"""


def grant_dates_sql(selection: str) -> str:
    """A SELECT of what the decisions say of the selected grants; also read by `reconcile`."""
    return _FROM_DECISIONS.format(selection=selection)


@transaction.atomic(savepoint=False)
def refresh_grants(*, selection: str, params: Sequence[Any] = ()) -> int:
    """Set the selected grants' intervention and dates from their decisions; returns how many changed.

    selection: SQL that yields grant ids, with its parameters. Running twice changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE serviceniveau_grant AS running
            SET intervention_id = decided.intervention_id, starts_on = decided.starts_on,
                ends_on = decided.ends_on, follow_up_on = decided.follow_up_on
            FROM ({grant_dates_sql(selection)}) AS decided
            WHERE decided.grant_id = running.id
                AND (running.intervention_id, running.starts_on, running.ends_on, running.follow_up_on)
                    IS DISTINCT FROM
                    (decided.intervention_id, decided.starts_on, decided.ends_on, decided.follow_up_on)
            """,
            list(params),
        )
        return int(cursor.rowcount)
