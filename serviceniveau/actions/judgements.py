from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from serviceniveau.queries.judgement import COLUMNS, judgement_sql


@transaction.atomic(savepoint=False)
def judge(*, selection: str, params: Sequence[Any] = ()) -> int:
    """Replace the judgements of the selected decisions; returns how many were made.

    selection: SQL that yields registration ids, with its parameters. Running twice changes nothing.
    """
    source = f"SELECT {', '.join(COLUMNS)} FROM serviceniveau_registration WHERE id IN ({selection})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM serviceniveau_judgement WHERE registration_id IN ({selection})", list(params)
        )
        cursor.execute(
            f"""
            INSERT INTO serviceniveau_judgement
                (registration_id, version_id, level_id, kind, relation, amount, missing)
            {judgement_sql(source)}
            """,
            list(params),
        )
        return int(cursor.rowcount)
