"""Applications from a file: those that are not answered yet, and what is known of those that are."""

from __future__ import annotations

from datetime import date

from serviceniveau.actions.imports.case_rows import (
    CASE_LOOKUPS,
    CASE_VALUES,
    case_checks,
    duplicate_check,
    write_cases,
)
from serviceniveau.actions.imports.checks import (
    Check,
    dates,
    in_order,
    not_after,
    required,
    run_checks,
)
from serviceniveau.actions.imports.deadlines import write_deadlines
from serviceniveau.actions.imports.expressions import date_sql, literal
from serviceniveau.actions.imports.layouts import APPLICATIONS
from serviceniveau.actions.imports.staging import (
    Progress,
    create_readings,
    create_temporary,
    execute,
    reading_joins,
)
from serviceniveau.actions.imports.taking_in import CaseFile
from serviceniveau.models import ImportRun


def _check(source: str, today: date) -> None:
    _create_candidates(source)
    duplicate_check("modtaget_dato", "source, number, ydelse, modtaget_dato_on", "Ansøgningen")
    run_checks(_checks(today))


def _create_candidates(source: str) -> None:
    days = APPLICATIONS.dates
    create_readings("calendar", days, date_sql("content"))
    own_dates = ", ".join(f"{column}_day.value AS {column}_on" for column in days)
    create_temporary(
        "candidate",
        f"""
        SELECT staged.*, {own_dates}, {CASE_VALUES},
            coalesce(nullif(staged.kilde, ''), {literal(source)}) AS source, staged.sagsnr AS number
        FROM staged {CASE_LOOKUPS} {reading_joins("calendar", days, "_day")}
        """,
    )


def _checks(today: date) -> list[Check]:
    later = (
        ("frist_dato", "Fristen {frist_dato_on:dato}"),
        ("besked_sendt_dato", "Beskeden {besked_sendt_dato_on:dato}"),
        ("trukket_dato", "Tilbagetrækningen {trukket_dato_on:dato}"),
    )
    return [
        *required(APPLICATIONS),
        *dates(APPLICATIONS, today=today),
        not_after("modtaget_dato", today, "Modtagelsen"),
        not_after("besked_sendt_dato", today, "Beskeden"),
        not_after("trukket_dato", today, "Tilbagetrækningen"),
        *case_checks(day="modtaget_dato_on", today=today),
        *(
            in_order(
                "modtaget_dato",
                column,
                f"{what} ligger før modtagelsen {{modtaget_dato_on:dato}}. Ret en af datoerne.",
            )
            for column, what in later
        ),
    ]


def _write(present: list[str], today: date, progress: Progress) -> tuple[int, int]:
    """What the file leaves empty stays as it is: people add it here."""
    write_cases(day="modtaget_dato_on")
    _create_applied()
    write_deadlines()
    return _write_applied()


def _create_applied() -> None:
    create_temporary(
        "applied",
        """
        SELECT candidate.line, kase.id AS case_id, candidate.intervention_id, candidate.legal_basis_id,
            candidate.modtaget_dato_on AS received_on, candidate.frist_dato_on AS given_deadline_on,
            candidate.besked_sendt_dato_on AS notice_sent_on, candidate.trukket_dato_on AS withdrawn_on,
            known.deadline_on AS known_deadline_on
        FROM candidate
        JOIN serviceniveau_case kase USING (source, number)
        LEFT JOIN serviceniveau_application known ON known.case_id = kase.id
            AND known.intervention_id = candidate.intervention_id
            AND known.received_on = candidate.modtaget_dato_on
        WHERE known.id IS NULL
            OR known.legal_basis_id <> candidate.legal_basis_id
            OR candidate.frist_dato_on <> coalesce(known.deadline_on, 'infinity')
            OR candidate.besked_sendt_dato_on <> coalesce(known.notice_sent_on, 'infinity')
            OR candidate.trukket_dato_on <> coalesce(known.withdrawn_on, 'infinity')
        """,
    )


def _write_applied() -> tuple[int, int]:
    create_temporary("touched", "SELECT 0::bigint AS id, false AS is_new LIMIT 0")
    execute(
        """
        WITH written AS (
            INSERT INTO serviceniveau_application AS stored
                (case_id, intervention_id, legal_basis_id, received_on, deadline_on, notice_sent_on,
                withdrawn_on)
            SELECT case_id, intervention_id, legal_basis_id, received_on,
                coalesce(given_deadline_on, known_deadline_on, deadline_on), notice_sent_on, withdrawn_on
            FROM applied LEFT JOIN deadline USING (intervention_id, legal_basis_id, received_on)
            ORDER BY line
            ON CONFLICT (case_id, intervention_id, received_on) DO UPDATE SET
                legal_basis_id = excluded.legal_basis_id,
                deadline_on = excluded.deadline_on,
                notice_sent_on = coalesce(excluded.notice_sent_on, stored.notice_sent_on),
                withdrawn_on = coalesce(excluded.withdrawn_on, stored.withdrawn_on)
            RETURNING id, xmax = 0 AS is_new
        )
        INSERT INTO touched SELECT id, is_new FROM written
        """
    )
    return execute("SELECT FROM touched WHERE is_new"), execute("SELECT FROM touched WHERE NOT is_new")


import_applications = CaseFile(ImportRun.Subject.APPLICATIONS, APPLICATIONS, _check, _write)
