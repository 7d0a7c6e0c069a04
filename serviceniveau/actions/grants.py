from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from serviceniveau.queries.grants import grant_dates_sql


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
