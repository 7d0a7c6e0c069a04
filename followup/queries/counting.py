"""The SELECTs behind the month's facts and stock, one each: read by the close and by `reconcile`."""

from serviceniveau.models import ENDING_DECISIONS, FrameKind, Registration
from serviceniveau.queries.cost import yearly_cost_sql

AMOUNT_EDGES = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 25, 30, 40, 60, 100, 200, 500)
"""Lower edges of the bins of `amount_histogram`, in the frame's unit; the first bin lies below .5."""
DAYS_EDGES = (1, 3, 7, 14, 21, 28, 35, 42, 49, 56, 70, 84, 98, 112, 140, 168, 196, 252, 365)
"""Lower edges of the bins of `days_histogram`, in days; the first bin is the day of receipt itself."""

FACT_COLUMNS = """
    unit_id legal_basis_id intervention_id standard_id target_group_id need_level_id age_band kind relation
    reason_id supplier n amount_n amount_sum amount_squares amount_histogram cost_n cost_sum cost_squares
    days_n days_sum days_squares days_histogram deadline_n on_time_n
"""
STOCK_COLUMNS = "unit_id intervention_id running_grants persons undecided_applications"

_CELL = (
    "unit_id, legal_basis_id, intervention_id, standard_id, target_group_id, need_level_id, age_band,"
    " kind, relation, reason_id, supplier"
)
COUNTED_FIRST = (FrameKind.GUIDING_FRAME, FrameKind.MINIMUM, FrameKind.DURATION_FRAME)
_DECIDED = Registration.Status.DECIDED.value
_KINDS = ", ".join(f"'{kind.value}'" for kind in COUNTED_FIRST)
_ENDING = ", ".join(f"'{kind.value}'" for kind in ENDING_DECISIONS)


def _histogram(bin_of: str, edges: tuple[float, ...]) -> str:
    bins = ", ".join(f"count(*) FILTER (WHERE {bin_of} = {number})" for number in range(len(edges) + 1))
    return f"ARRAY[{bins}]"


def _array(edges: tuple[float, ...]) -> str:
    return f"ARRAY[{', '.join(map(str, edges))}]::numeric[]"


# A decision may be judged by several kinds of frame. One is counted: extent before duration.
FACTS = f"""
WITH measured AS (
    SELECT
        decision.unit_id, decision.legal_basis_id, decision.intervention_id, version.standard_id,
        decision.target_group_id, decision.need_level_id, decision.age_band, decision.kind,
        coalesce(extent.relation, '') AS relation, decision.deviation_reason_id AS reason_id,
        decision.supplier,
        extent.amount, width_bucket(extent.amount, {_array(AMOUNT_EDGES)}) AS amount_bin,
        {yearly_cost_sql("decision")} AS cost,
        waited.days, width_bucket(waited.days, {_array(DAYS_EDGES)}) AS days_bin,
        application.deadline_on, decision.decided_on
    FROM serviceniveau_registration decision
    LEFT JOIN LATERAL (
        SELECT version_id, relation, amount
        FROM serviceniveau_judgement
        WHERE registration_id = decision.id
        ORDER BY array_position(ARRAY[{_KINDS}], kind::text), version_id
        LIMIT 1
    ) extent ON true
    LEFT JOIN serviceniveau_standardversion version ON version.id = extent.version_id
    LEFT JOIN serviceniveau_application application ON application.id = decision.application_id
    LEFT JOIN LATERAL (
        SELECT (decision.decided_on - application.received_on)::numeric AS days
        WHERE decision.decided_on >= application.received_on
    ) waited ON true
    WHERE decision.month = %(month)s AND decision.status = '{_DECIDED}'
)
SELECT
    {_CELL}, count(*) AS n,
    count(amount) AS amount_n,
    coalesce(sum(amount), 0)::numeric(18, 4) AS amount_sum,
    coalesce(sum(amount * amount), 0)::numeric(24, 4) AS amount_squares,
    {_histogram("amount_bin", AMOUNT_EDGES)} AS amount_histogram,
    count(cost) AS cost_n,
    coalesce(sum(cost), 0)::numeric(18, 2) AS cost_sum,
    coalesce(sum(cost * cost), 0)::numeric(30, 2) AS cost_squares,
    count(days) AS days_n,
    coalesce(sum(days), 0)::integer AS days_sum,
    coalesce(sum(days * days), 0)::bigint AS days_squares,
    {_histogram("days_bin", DAYS_EDGES)} AS days_histogram,
    count(deadline_on) AS deadline_n,
    count(*) FILTER (WHERE decided_on <= deadline_on) AS on_time_n
FROM measured
GROUP BY {_CELL}
"""

# A grant counts where its newest decision by then was made, an application where its case was last
# decided on, else where its case stood by then (or first, when the case came here later): nothing that is
# decided or moved later changes an earlier month.
STOCK = f"""
WITH newest AS (
    SELECT DISTINCT ON (grant_id)
        grant_id, case_id, unit_id, intervention_id,
        min(coalesce(starts_on, decided_on)) FILTER (WHERE kind NOT IN ({_ENDING}))
            OVER (PARTITION BY grant_id) AS starts_on,
        CASE WHEN kind IN ({_ENDING}) THEN coalesce(ends_on, starts_on, decided_on) ELSE ends_on END
            AS ends_on
    FROM serviceniveau_registration
    WHERE grant_id IS NOT NULL AND status = '{_DECIDED}' AND decided_on <= %(last_day)s
    ORDER BY grant_id, decided_on DESC, id DESC
),
waiting AS (
    SELECT coalesce(placed.unit_id, stood.unit_id) AS unit_id, application.intervention_id,
        application.case_id
    FROM serviceniveau_application application
    LEFT JOIN LATERAL (
        SELECT unit_id
        FROM serviceniveau_registration
        WHERE case_id = application.case_id AND status = '{_DECIDED}' AND decided_on <= %(last_day)s
        ORDER BY decided_on DESC, id DESC
        LIMIT 1
    ) placed ON true
    LEFT JOIN LATERAL (
        SELECT unit_id
        FROM serviceniveau_historicalcase,
            LATERAL (SELECT history_date < %(last_day)s::date + 1 AS is_then) told
        WHERE id = application.case_id
        ORDER BY is_then DESC, CASE WHEN is_then THEN history_date END DESC, history_date
        LIMIT 1
    ) stood ON true
    WHERE application.received_on <= %(last_day)s
        AND (application.withdrawn_on IS NULL OR application.withdrawn_on > %(last_day)s)
        AND NOT EXISTS (
            SELECT FROM serviceniveau_registration
            WHERE application_id = application.id AND status = '{_DECIDED}' AND decided_on <= %(last_day)s
        )
),
counted AS (
    SELECT unit_id, intervention_id, case_id, true AS is_grant
    FROM newest
    WHERE starts_on <= %(last_day)s AND (ends_on IS NULL OR ends_on >= %(last_day)s)
    UNION ALL
    SELECT unit_id, intervention_id, case_id, false FROM waiting
),
-- gathered in arrays: the planner must expect several units above each, or it joins row by row
above AS MATERIALIZED (
    SELECT own.id AS beneath_id,
        unnest(ARRAY(SELECT id FROM roles_unit WHERE starts_with(own.path, path))) AS id
    FROM roles_unit own
)
SELECT
    above.id AS unit_id,
    counted.intervention_id,
    count(*) FILTER (WHERE is_grant) AS running_grants,
    count(DISTINCT case_id) FILTER (WHERE is_grant) AS persons,
    count(*) FILTER (WHERE NOT is_grant) AS undecided_applications
FROM counted
JOIN above ON above.beneath_id = counted.unit_id
GROUP BY GROUPING SETS ((above.id, counted.intervention_id), (above.id))
"""
