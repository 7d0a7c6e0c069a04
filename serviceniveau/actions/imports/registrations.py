"""Decisions from a file: checked as a set, written as a set, judged as a set."""

from __future__ import annotations

from datetime import date

from serviceniveau.actions.imports.case_rows import CASE_LOOKUPS, CASE_VALUES, duplicate_check
from serviceniveau.actions.imports.checks import run_checks
from serviceniveau.actions.imports.expressions import amount_sql, date_sql, literal
from serviceniveau.actions.imports.layouts import REGISTRATIONS
from serviceniveau.actions.imports.registration_checks import create_frames, registration_checks
from serviceniveau.actions.imports.registration_rows import (
    follow_up,
    write_below,
    write_registrations,
)
from serviceniveau.actions.imports.staging import (
    Progress,
    create_readings,
    create_temporary,
    reading_joins,
)
from serviceniveau.actions.imports.taking_in import CaseFile
from serviceniveau.models import SCALE, ImportRun


def _check(source: str, today: date) -> None:
    _create_candidates(source)
    create_frames()
    duplicate_check("afgoerelse_id", "source, decision_id", "Afgørelsen")
    run_checks(registration_checks(today))


def _write(present: list[str], today: date, progress: Progress) -> tuple[int, int]:
    write_below()
    created, updated = write_registrations(present, today)
    progress(f"{created + updated} afgørelser skrevet; bedømmer dem")
    follow_up()
    return created, updated


def _create_candidates(source: str) -> None:
    units = ", ".join(f"('{unit}', '{dimension}')" for unit, (dimension, _) in SCALE.items())
    dates, amounts = REGISTRATIONS.dates, REGISTRATIONS.amounts
    create_readings("calendar", dates, date_sql("content"))
    create_readings("figure", amounts, amount_sql("content"))
    readings = ", ".join(
        [f"{column}_day.value AS {column}_on" for column in dates]
        + [f"{column}_figure.value AS {column}_value" for column in amounts]
    )
    create_temporary(
        "candidate",
        f"""
        SELECT staged.*, {readings}, {CASE_VALUES},
            coalesce(nullif(staged.kilde, ''), {literal(source)}) AS source,
            staged.afgoerelse_id AS decision_id,
            staged.sagsnr AS number,
            md5(concat_ws(chr(31), {", ".join("staged." + column for column in REGISTRATIONS.columns)}))
                AS source_digest,
            coalesce(nullif(staged.bevilling_id, ''), staged.sagsnr || '/' || staged.ydelse) AS grant_number,
            measured.dimension,
            coalesce(by_code.id, by_value.id) AS need_level_id,
            coalesce(reason.id, own_reason.id) AS deviation_reason_id
        FROM staged {CASE_LOOKUPS}
        {reading_joins("calendar", dates, "_day")}
        {reading_joins("figure", amounts, "_figure")}
        LEFT JOIN (VALUES {units}) AS measured(unit, dimension) ON measured.unit = staged.omfang_enhed
        LEFT JOIN serviceniveau_needlevel by_code
            ON by_code.scale = staged.stoettebehov_skala AND by_code.code = staged.stoettebehov
        LEFT JOIN serviceniveau_needlevel by_value
            ON by_value.scale = staged.stoettebehov_skala AND by_value.value::text = staged.stoettebehov
        LEFT JOIN serviceniveau_deviationreason reason
            ON reason.code = staged.afvigelse_grund AND reason.standard_id IS NULL
        LEFT JOIN (
            SELECT DISTINCT ON (own.code, level.intervention_id) own.code, level.intervention_id, own.id
            FROM serviceniveau_deviationreason own
            JOIN serviceniveau_standardversion version ON version.standard_id = own.standard_id
            JOIN serviceniveau_servicelevel level ON level.version_id = version.id
            ORDER BY own.code, level.intervention_id, own.id
        ) own_reason ON own_reason.code = staged.afvigelse_grund
            AND own_reason.intervention_id = intervention.id
        """,
        keys="line, source, number, decision_id, grant_number, intervention_id, ansoegt_dato_on",
    )


import_registrations = CaseFile(ImportRun.Subject.REGISTRATIONS, REGISTRATIONS, _check, _write)
