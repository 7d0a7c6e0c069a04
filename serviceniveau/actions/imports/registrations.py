"""Decisions from a file: checked as a set, written as a set, judged as a set."""

from __future__ import annotations

from datetime import date

from django.utils.timezone import localdate

from roles.models import User
from serviceniveau.actions.imports.case_rows import CASE_LOOKUPS, CASE_VALUES, duplicate_check
from serviceniveau.actions.imports.checks import refuse_cpr_rows, run_checks
from serviceniveau.actions.imports.expressions import amount_sql, date_sql, literal
from serviceniveau.actions.imports.layouts import REGISTRATIONS
from serviceniveau.actions.imports.outcome import ImportOutcome
from serviceniveau.actions.imports.reading import Table, read_table
from serviceniveau.actions.imports.registration_checks import create_frames, registration_checks
from serviceniveau.actions.imports.registration_rows import (
    follow_up,
    write_below,
    write_registrations,
)
from serviceniveau.actions.imports.runs import DeliveredFile, Delivery, perform
from serviceniveau.actions.imports.sources import DEFAULT_SOURCE, check_source
from serviceniveau.actions.imports.staging import (
    Progress,
    create_readings,
    create_temporary,
    execute,
    problems,
    reading_joins,
    silent,
    stage,
)
from serviceniveau.models import SCALE, ImportRun

DATES = ("ansoegt_dato", "afgjort_dato", "registreret_dato", "start_dato", "slut_dato", "opfoelgning_dato")

AMOUNTS = ("omfang", "pris")


def import_registrations(
    *,
    file: DeliveredFile,
    source: str = DEFAULT_SOURCE,
    by: User | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportOutcome:
    """Take in a file of decisions. The same file again changes nothing. Raises FileRefused."""
    check_source(source)
    delivery = Delivery(ImportRun.Subject.REGISTRATIONS, file, source, by)

    def work() -> ImportOutcome:
        return _import(read_table(file.content, REGISTRATIONS), source, progress)

    return perform(delivery, work, dry_run=dry_run)


def _import(table: Table, source: str, progress: Progress) -> ImportOutcome:
    today = localdate()
    rows = stage(table, REGISTRATIONS, progress=progress)
    progress(f"{rows} rækker læst; tjekker dem")
    _check(source, today)
    accepted = execute("SELECT FROM candidate")
    progress(f"{accepted} rækker godkendt; skriver dem")
    write_below()
    created, updated = write_registrations(table.columns, today)
    progress(f"{created + updated} afgørelser skrevet; bedømmer dem")
    follow_up()
    return ImportOutcome(
        rows=rows,
        created=created,
        updated=updated,
        unchanged=accepted - created - updated,
        rejected=rows - accepted,
        errors=problems(),
    )


def _check(source: str, today: date) -> None:
    refuse_cpr_rows(REGISTRATIONS)
    _create_candidates(source)
    create_frames()
    duplicate_check("afgoerelse_id", "source, decision_id", "Afgørelsen")
    run_checks(registration_checks(today))


def _create_candidates(source: str) -> None:
    units = ", ".join(f"('{unit}', '{dimension}')" for unit, (dimension, _) in SCALE.items())
    create_readings("calendar", DATES, date_sql("content"))
    create_readings("figure", AMOUNTS, amount_sql("content"))
    readings = ", ".join(
        [f"{column}_day.value AS {column}_on" for column in DATES]
        + [f"{column}_figure.value AS {column}_value" for column in AMOUNTS]
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
        {reading_joins("calendar", DATES, "_day")}
        {reading_joins("figure", AMOUNTS, "_figure")}
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
