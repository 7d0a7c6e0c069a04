"""The one judgement: how decisions relate to the frames in force, and adopted, on their decision date.

The form's live check, the import and re-judgement all run this statement; only the relation it reads differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from serviceniveau.models import (
    JUDGED_DECISIONS,
    JUDGED_KINDS,
    SCALE,
    FrameKind,
    Registration,
    Relation,
    ServiceLevel,
    StandardVersion,
)

# What a relation of decisions must offer, in this order.
COLUMNS = (
    "id",
    "kind",
    "decided_on",
    "legal_basis_id",
    "intervention_id",
    "target_group_id",
    "need_level_id",
    "age_band",
    "amount",
    "amount_unit",
    "starts_on",
    "ends_on",
)
TYPES = (
    "bigint",
    "text",
    "date",
    "bigint",
    "bigint",
    "bigint",
    "bigint",
    "text",
    "numeric",
    "text",
    "date",
    "date",
)


def _quoted(values: Iterable[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


_UNITS = ", ".join(f"('{unit}', '{dimension}', {factor})" for unit, (dimension, factor) in SCALE.items())

_JUDGEMENT = f"""
WITH measured(unit, dimension, factor) AS (VALUES {_UNITS}),
decision AS (SELECT {", ".join(COLUMNS)} FROM ({{source}}) AS given),
-- few rows, found once: joined one by one to a million decisions the planner loses count
adopted AS MATERIALIZED (
    SELECT frame.*, version.valid, adoption.adopted_on, of_standard.law
    FROM serviceniveau_servicelevel frame
    JOIN serviceniveau_standardversion version ON version.id = frame.version_id
    JOIN serviceniveau_adoption adoption ON adoption.version_id = version.id
    JOIN serviceniveau_qualitystandard standard ON standard.id = version.standard_id
    JOIN serviceniveau_legalbasis of_standard ON of_standard.id = standard.legal_basis_id
    WHERE frame.kind IN ({_quoted(JUDGED_KINDS)})
),
covering AS (
    SELECT
        decision.*,
        frame.version_id,
        frame.id AS level_id,
        frame.kind AS frame_kind,
        frame.minimum,
        frame.typical,
        frame.maximum,
        frame.unit AS frame_unit,
        concat_ws(', ',
            CASE WHEN frame.target_group_id IS NOT NULL AND decision.target_group_id IS NULL
                THEN 'målgruppe' END,
            CASE WHEN frame.need_level_id IS NOT NULL AND frame.need_level_id IS DISTINCT FROM
                decision.need_level_id                 THEN 'støttebehov' END,
            CASE WHEN cardinality(frame.age_bands) > 0 AND decision.age_band = '' THEN 'alder' END
        ) AS lacking
    FROM decision
    JOIN serviceniveau_legalbasis of_decision ON of_decision.id = decision.legal_basis_id
    JOIN adopted frame ON frame.intervention_id = decision.intervention_id AND frame.law = of_decision.law
        AND frame.valid @> decision.decided_on AND frame.adopted_on <= decision.decided_on
    LEFT JOIN serviceniveau_targetgroup target ON target.id = decision.target_group_id
    LEFT JOIN serviceniveau_needlevel assessed ON assessed.id = decision.need_level_id
    LEFT JOIN serviceniveau_needlevel wanted ON wanted.id = frame.need_level_id
    WHERE decision.kind IN ({_quoted(JUDGED_DECISIONS)})
        AND (frame.target_group_id IS NULL OR target.id IS NULL
            OR frame.target_group_id = ANY (target.lineage))
        -- a level not assessed, or assessed on another scale, is missing information, not another cell
        AND (wanted.id IS NULL OR assessed.id IS NULL OR wanted.id = assessed.id
            OR assessed.value IS NULL OR assessed.scale <> wanted.scale)
        AND (cardinality(frame.age_bands) = 0 OR decision.age_band = ''
            OR decision.age_band = ANY (frame.age_bands))
),
chosen AS (
    SELECT DISTINCT ON (id, version_id, frame_kind) *
    FROM covering
    ORDER BY id, version_id, frame_kind, lacking, level_id
),
extended AS (
    SELECT
        chosen.*,
        CASE
            WHEN frame_kind <> '{FrameKind.DURATION_FRAME}'
                THEN round(amount * typed.factor / framed.factor, 2)
            WHEN frame_unit IN ('måneder', 'år') THEN round(months_between / framed.factor, 2)
            ELSE round((ends_on - starts_on + 1) / CASE frame_unit WHEN 'uger' THEN 7.0 ELSE 1.0 END, 2)
        END AS extent,
        CASE
            WHEN frame_kind = '{FrameKind.DURATION_FRAME}' THEN
                CASE WHEN starts_on IS NULL OR ends_on IS NULL THEN 'slutdato' END
            WHEN amount IS NULL THEN 'omfang'
            WHEN amount_unit = '' THEN 'enhed'
            WHEN typed.dimension IS DISTINCT FROM framed.dimension THEN 'en enhed, der kan omregnes'
        END AS unmeasured
    FROM chosen
    JOIN measured framed ON framed.unit = frame_unit
    LEFT JOIN measured typed ON typed.unit = amount_unit AND typed.dimension = framed.dimension
    CROSS JOIN LATERAL (
        SELECT extract(year FROM period) * 12 + extract(month FROM period)
            + extract(day FROM period) * 12 / 365 AS months_between
        FROM age(ends_on + 1, starts_on) AS period
    ) AS duration
)
SELECT
    id AS registration_id,
    version_id,
    CASE WHEN lacking = '' THEN level_id END AS level_id,
    frame_kind AS kind,
    CASE
        WHEN lacking <> '' OR unmeasured IS NOT NULL THEN '{Relation.INCOMPLETE}'
        WHEN frame_kind = '{FrameKind.MINIMUM}' THEN
            CASE WHEN extent < coalesce(minimum, typical, maximum)
                THEN '{Relation.BELOW}' ELSE '{Relation.INSIDE}' END
        WHEN extent > coalesce(maximum, CASE WHEN minimum IS NULL THEN typical END) THEN '{Relation.ABOVE}'
        WHEN extent < coalesce(minimum, CASE WHEN maximum IS NULL THEN typical END) THEN '{Relation.BELOW}'
        ELSE '{Relation.INSIDE}'
    END AS relation,
    CASE WHEN unmeasured IS NULL THEN extent END AS amount,
    concat_ws(', ', nullif(lacking, ''), unmeasured) AS missing
FROM extended
"""


def judgement_sql(source: str) -> str:
    """A SELECT of judgements (registration_id, version_id, level_id, kind, relation, amount, missing).

    source: a SELECT that yields COLUMNS for the decisions to judge. Decisions of a kind that is not judged,
    and decisions that no frame covers, yield nothing. `amount` is in the frame's unit.
    """
    return _JUDGEMENT.format(source=source)


@dataclass(frozen=True)
class Assessment:
    """One judgement before anything is saved, with what the reader needs to understand it."""

    version: StandardVersion
    level: ServiceLevel | None
    kind: FrameKind
    relation: Relation
    amount: Decimal | None
    missing: str

    @property
    def is_deviation(self) -> bool:
        return self.relation in (Relation.ABOVE, Relation.BELOW)


def preview(registration: Registration) -> list[Assessment]:
    """Judge a decision that need not be saved. Three queries at most."""
    values = [getattr(registration, column) for column in COLUMNS]
    source = "SELECT " + ", ".join(
        f"%s::{kind} AS {column}" for column, kind in zip(COLUMNS, TYPES, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(judgement_sql(source), values)
        rows = cursor.fetchall()
    return sorted(_assessments(rows), key=lambda assessment: JUDGED_KINDS.index(assessment.kind))


def _assessments(rows: list[tuple[Any, ...]]) -> list[Assessment]:
    versions = StandardVersion.objects.select_related("standard__legal_basis", "adoption").in_bulk(
        [row[1] for row in rows]
    )
    levels = ServiceLevel.objects.select_related("intervention", "need_level", "target_group").in_bulk(
        [row[2] for row in rows if row[2]]
    )
    return [
        Assessment(versions[version], levels.get(level), FrameKind(kind), Relation(relation), amount, missing)
        for _, version, level, kind, relation, amount, missing in rows
    ]
