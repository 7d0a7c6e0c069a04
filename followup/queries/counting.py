"""The SELECTs behind the month's facts and stock, one each: read by the close and by `reconcile`."""

from datetime import date
from typing import Any

from django.db.models import Case as SqlCase
from django.db.models import OuterRef, Subquery, Value, When

from followup.queries.months import month_end
from serviceniveau.models import (
    ENDING_DECISIONS,
    OPENING_DECISIONS,
    DeadlineUnit,
    FrameKind,
    Judgement,
    PriceUnit,
    Registration,
)
from serviceniveau.queries.cost import yearly_cost_sql
from serviceniveau.queries.deadlines import working_days_from

AMOUNT_EDGES = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 25, 30, 40, 60, 100, 200, 500)
"""Lower edges of the bins of `amount_histogram`, in the frame's unit; the first bin lies below .5."""
DAYS_EDGES = (1, 3, 7, 14, 21, 28, 35, 42, 49, 56, 70, 84, 98, 112, 140, 168, 196, 252, 365)
"""Lower edges of the bins of `days_histogram`, in days; the first bin is the day of receipt itself."""

FACT_COLUMNS = """
    unit_id legal_basis_id intervention_id standard_id target_group_id need_level_id age_band kind relation
    reason_id supplier n amount_n amount_sum amount_squares amount_histogram cost_n cost_sum cost_squares
    days_n days_sum days_squares days_histogram deadline_n on_time_n late_n notice_n start_n start_on_time_n
    max_n at_max_n extent_n extent_log_sum extent_log_squares cost_log_n cost_log_sum cost_log_squares
    price_n price_log_sum price_log_squares span_n span_log_sum span_log_squares
"""
STOCK_COLUMNS = """
    unit_id intervention_id running_grants persons undecided_applications follow_ups follow_ups_overdue
"""
PRICED_SINGLY = (PriceUnit.HOUR, PriceUnit.TIME, PriceUnit.DAY)
"""A price for one of something is a unit price; one for a week, a year or the whole is not."""
LONGEST_START = 750
"""Working days that a deadline for the start may be long; a longer one is not counted."""

_CELL = (
    "unit_id, legal_basis_id, intervention_id, standard_id, target_group_id, need_level_id, age_band,"
    " kind, relation, reason_id, supplier"
)
COUNTED_FIRST = (FrameKind.GUIDING_FRAME, FrameKind.MINIMUM, FrameKind.DURATION_FRAME)
_DECIDED = Registration.Status.DECIDED.value
_KINDS = ", ".join(f"'{kind.value}'" for kind in COUNTED_FIRST)
_ENDING = ", ".join(f"'{kind.value}'" for kind in ENDING_DECISIONS)
_OPENING = ", ".join(f"'{kind.value}'" for kind in OPENING_DECISIONS)
_PRICED = ", ".join(f"'{unit.value}'" for unit in PRICED_SINGLY)


def counting_values(month: date) -> dict[str, Any]:
    """The parameters of FACTS and STOCK: the month, and the working days that deadlines are counted in."""
    return {
        "month": month,
        "last_day": month_end(month),
        "working_days": working_days_from(month, LONGEST_START + 31),
    }


def _histogram(bin_of: str, edges: tuple[float, ...]) -> str:
    bins = ", ".join(f"count(*) FILTER (WHERE {bin_of} = {number})" for number in range(len(edges) + 1))
    return f"ARRAY[{bins}]"


def _log(value: str) -> str:
    """Rounded one by one, so that the sum is the same in whatever order it is made."""
    return f"round(ln(({value})::float8)::numeric, 6)"


def _log_sums(name: str, of: str = "") -> str:
    return f"""
    count({name}_log) AS {of or name}_n,
    coalesce(sum({name}_log), 0)::numeric(20, 6) AS {name}_log_sum,
    coalesce(sum({name}_log * {name}_log), 0)::numeric(20, 6) AS {name}_log_squares"""


def _array(edges: tuple[float, ...]) -> str:
    return f"ARRAY[{', '.join(map(str, edges))}]::numeric[]"


# A decision may be judged by several kinds of frame. One is counted: extent before duration.
FACTS = f"""
WITH frame AS (
    SELECT id, CASE WHEN kind <> '{FrameKind.MINIMUM}' THEN maximum END AS maximum,
        coalesce(typical, (minimum + maximum) / 2, maximum) AS usual
    FROM serviceniveau_servicelevel
),
-- each value is worked out once; else it is once more in every sum and bin that uses it
measured AS MATERIALIZED (
    SELECT
        decision.unit_id, decision.legal_basis_id, decision.intervention_id, version.standard_id,
        decision.target_group_id, decision.need_level_id, decision.age_band, decision.kind,
        coalesce(extent.relation, '') AS relation, decision.deviation_reason_id AS reason_id,
        decision.supplier,
        extent.amount, width_bucket(extent.amount, {_array(AMOUNT_EDGES)}) AS amount_bin,
        extent.amount IS NOT NULL AND frame.maximum IS NOT NULL AS has_max,
        extent.amount = frame.maximum AS is_at_max,
        CASE WHEN extent.amount > 0 AND frame.usual > 0 THEN {_log("extent.amount / frame.usual")} END
            AS extent_log,
        yearly.cost, CASE WHEN yearly.cost > 0 THEN {_log("yearly.cost")} END AS cost_log,
        CASE WHEN decision.price_dkk > 0 AND decision.price_unit IN ({_PRICED})
            THEN {_log("decision.price_dkk")} END AS price_log,
        {_log("decision.ends_on - decision.starts_on + 1")} AS span_log,
        waited.days, width_bucket(waited.days, {_array(DAYS_EDGES)}) AS days_bin,
        application.deadline_on, decision.decided_on,
        decision.decided_on > application.deadline_on AS is_late, application.notice_sent_on,
        begun.by_on, decision.starts_on
    FROM serviceniveau_registration decision
    LEFT JOIN LATERAL (
        SELECT version_id, level_id, relation, amount
        FROM serviceniveau_judgement
        WHERE registration_id = decision.id
        ORDER BY array_position(ARRAY[{_KINDS}], kind::text), version_id
        LIMIT 1
    ) extent ON true
    LEFT JOIN frame ON frame.id = extent.level_id
    LEFT JOIN serviceniveau_standardversion version ON version.id = extent.version_id
    LEFT JOIN serviceniveau_application application ON application.id = decision.application_id
    LEFT JOIN LATERAL (
        SELECT (decision.decided_on - application.received_on)::numeric AS days
        WHERE decision.decided_on >= application.received_on
    ) waited ON true
    CROSS JOIN LATERAL (SELECT {yearly_cost_sql("decision")} AS cost) yearly
    -- working days are looked up in a list of them: so many places after that of the decision
    LEFT JOIN LATERAL (
        SELECT CASE
            WHEN version.start_deadline = 0 THEN decision.decided_on
            WHEN version.start_deadline_unit = '{DeadlineUnit.WORKING_DAYS}' THEN (%(working_days)s::date[])[
                width_bucket(decision.decided_on, %(working_days)s::date[]) + version.start_deadline]
            WHEN version.start_deadline_unit = '{DeadlineUnit.DAYS}'
                THEN decision.decided_on + version.start_deadline
            WHEN version.start_deadline_unit = '{DeadlineUnit.WEEKS}'
                THEN decision.decided_on + 7 * version.start_deadline
            WHEN version.start_deadline_unit = '{DeadlineUnit.MONTHS}'
                THEN (decision.decided_on + make_interval(months => version.start_deadline))::date
        END AS by_on
        WHERE decision.kind IN ({_OPENING}) AND decision.starts_on IS NOT NULL
    ) begun ON true
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
    count(*) FILTER (WHERE decided_on <= deadline_on) AS on_time_n,
    count(*) FILTER (WHERE is_late) AS late_n,
    count(*) FILTER (WHERE is_late AND notice_sent_on <= deadline_on) AS notice_n,
    count(by_on) AS start_n,
    count(*) FILTER (WHERE starts_on <= by_on) AS start_on_time_n,
    count(*) FILTER (WHERE has_max) AS max_n,
    count(*) FILTER (WHERE is_at_max) AS at_max_n,
    {_log_sums("extent")},
    {_log_sums("cost", "cost_log")},
    {_log_sums("price")},
    {_log_sums("span")}
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
            AS ends_on,
        CASE WHEN kind NOT IN ({_ENDING}) THEN follow_up_on END AS follow_up_on
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
    SELECT unit_id, intervention_id, case_id, true AS is_grant, follow_up_on
    FROM newest
    WHERE starts_on <= %(last_day)s AND (ends_on IS NULL OR ends_on >= %(last_day)s)
    UNION ALL
    SELECT unit_id, intervention_id, case_id, false, NULL FROM waiting
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
    count(*) FILTER (WHERE NOT is_grant) AS undecided_applications,
    count(follow_up_on) AS follow_ups,
    count(*) FILTER (WHERE follow_up_on < %(last_day)s) AS follow_ups_overdue
FROM counted
JOIN above ON above.beneath_id = counted.unit_id
GROUP BY GROUPING SETS ((above.id, counted.intervention_id), (above.id))
"""


def counted_relation() -> Subquery:
    """Of a registration its relation to the frame, as the month counts it: the extent before the duration."""
    rank = SqlCase(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(COUNTED_FIRST)))
    counted = Judgement.objects.filter(registration=OuterRef("pk")).order_by(rank, "version_id")
    return Subquery(counted.values("relation")[:1])
