"""Deadlines of many applications at once: one calculation per day of receipt and rule, not per row."""

from __future__ import annotations

from django.db import connection

from serviceniveau.actions.imports.staging import create_temporary, execute
from serviceniveau.queries.deadlines import deadline_on

# The version that was in force, and adopted, on the day of receipt. A standard with frames for the
# intervention comes before one that only shares the paragraph.
_RULES = """
WITH asked AS (
    SELECT DISTINCT applied.intervention_id, applied.legal_basis_id, applied.received_on, law.law
    FROM applied JOIN serviceniveau_legalbasis law ON law.id = applied.legal_basis_id
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


def write_deadlines() -> None:
    """Fill the temporary table `deadline` for every intervention, law and day of receipt of `applied`."""
    create_temporary(
        "deadline",
        "SELECT intervention_id, legal_basis_id, received_on, NULL::date AS deadline_on FROM applied LIMIT 0",
    )
    with connection.cursor() as cursor:
        cursor.execute(_RULES)
        rules = cursor.fetchall()
        with cursor.copy(
            "COPY deadline (intervention_id, legal_basis_id, received_on, deadline_on) FROM STDIN"
        ) as copy:
            for intervention, law, received_on, count, unit in rules:
                copy.write_row((intervention, law, received_on, deadline_on(received_on, count, unit)))
    execute("ANALYZE deadline")
