"""Deadlines of many applications at once: one calculation per day of receipt and rule, not per row."""

from __future__ import annotations

from django.db import connection

from serviceniveau.actions.imports.staging import create_temporary, execute
from serviceniveau.queries.deadlines import promised_deadlines


def write_deadlines() -> None:
    """Fill the temporary table `deadline` for every intervention, law and day of receipt of `applied`."""
    create_temporary(
        "deadline",
        "SELECT intervention_id, legal_basis_id, received_on, NULL::date AS deadline_on FROM applied LIMIT 0",
    )
    found = promised_deadlines(asked="SELECT intervention_id, legal_basis_id, received_on FROM applied")
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY deadline (intervention_id, legal_basis_id, received_on, deadline_on) FROM STDIN"
        ) as copy,
    ):
        for one in found:
            copy.write_row((one.intervention_id, one.legal_basis_id, one.received_on, one.deadline_on))
    execute("ANALYZE deadline")
