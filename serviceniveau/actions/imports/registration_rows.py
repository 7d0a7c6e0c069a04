"""From accepted rows to cases, applications, grants and registrations: only what changed is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from serviceniveau.actions.grants import refresh_grants
from serviceniveau.actions.imports.case_rows import write_cases
from serviceniveau.actions.imports.deadlines import write_deadlines
from serviceniveau.actions.imports.expressions import age_band_sql, listed
from serviceniveau.actions.imports.staging import MANY_ROWS, create_temporary, execute, grow
from serviceniveau.actions.judgements import judge
from serviceniveau.models import WITHOUT_GRANT, Registration

AGE_BAND = (
    "CASE WHEN candidate.aldersgruppe <> '' THEN candidate.aldersgruppe"
    f" ELSE {age_band_sql('candidate.birth_year', 'candidate.afgjort_dato_on')} END"
)


@dataclass(frozen=True)
class Field:
    """A column of the registration: its value by the file, and the columns of the file that say it.

    A file without those columns leaves what is stored; so does an empty cell where `kept`.
    """

    name: str
    value: str
    columns: tuple[str, ...] = ()
    kept: bool = False
    otherwise: str = ""

    def settled(self, present: Iterable[str]) -> str:
        """What is to be stored, where `stored` is the registration as it is (or NULL)."""
        value = self.value
        if self.columns and not set(self.columns) & set(present):
            value = f"CASE WHEN stored.id IS NULL THEN {value} ELSE stored.{self.name} END"
        elif self.kept:
            value = f"coalesce({value}, stored.{self.name})"
        return f"coalesce({value}, {self.otherwise})" if self.otherwise else value


FIELDS = (
    Field("case_id", "kase.id"),
    Field("grant_id", "running.id"),
    Field("application_id", "application.id", ("ansoegt_dato",), kept=True),
    Field("unit_id", "candidate.unit_id"),
    Field("caseworker_id", "candidate.caseworker_id", ("sagsbehandler",)),
    Field("legal_basis_id", "candidate.legal_basis_id"),
    Field("intervention_id", "candidate.intervention_id"),
    Field("target_group_id", "candidate.target_group_id", ("maalgruppe",)),
    Field("need_level_id", "candidate.need_level_id", ("stoettebehov",)),
    Field("age_band", f"nullif({AGE_BAND}, '')", ("aldersgruppe", "foedselsaar"), kept=True, otherwise="''"),
    Field("kind", "candidate.afgoerelsestype"),
    Field("decided_on", "candidate.afgjort_dato_on"),
    Field("month", "date_trunc('month', candidate.afgjort_dato_on)::date"),
    Field(
        "registered_on",
        "candidate.registreret_dato_on",
        ("registreret_dato",),
        kept=True,
        otherwise="today.day",
    ),
    Field("starts_on", "candidate.start_dato_on", ("start_dato",)),
    Field("ends_on", "candidate.slut_dato_on", ("slut_dato",)),
    Field("follow_up_on", "candidate.opfoelgning_dato_on", ("opfoelgning_dato",)),
    Field("amount", "candidate.omfang_value", ("omfang",)),
    Field("amount_unit", "candidate.omfang_enhed", ("omfang_enhed",)),
    Field("price_dkk", "candidate.pris_value", ("pris",)),
    Field("price_unit", "candidate.pris_enhed", ("pris_enhed",)),
    Field("supplier", "candidate.leverandoer", ("leverandoer",)),
    Field("deviation_reason_id", "candidate.deviation_reason_id", ("afvigelse_grund",), kept=True),
    Field("deviation_text", "nullif(candidate.begrundelse, '')", ("begrundelse",), kept=True, otherwise="''"),
)


def write_below() -> None:
    """What a decision stands on: its case, the application that it answers and its grant."""
    write_cases(day="afgjort_dato_on")
    _write_applications()
    _write_grants()


def _write_applications() -> None:
    create_temporary(
        "applied",
        """
        SELECT DISTINCT ON (kase.id, candidate.intervention_id, candidate.ansoegt_dato_on)
            kase.id AS case_id, candidate.intervention_id, candidate.legal_basis_id,
            candidate.ansoegt_dato_on AS received_on
        FROM candidate
        JOIN serviceniveau_case kase USING (source, number)
        LEFT JOIN serviceniveau_application known ON known.case_id = kase.id
            AND known.intervention_id = candidate.intervention_id
            AND known.received_on = candidate.ansoegt_dato_on
        WHERE candidate.ansoegt_dato_on IS NOT NULL AND known.id IS NULL
        ORDER BY kase.id, candidate.intervention_id, candidate.ansoegt_dato_on, candidate.line
        """,
    )
    write_deadlines()
    grow(
        "serviceniveau_application",
        """
        INSERT INTO serviceniveau_application
            (case_id, intervention_id, legal_basis_id, received_on, deadline_on)
        SELECT case_id, intervention_id, legal_basis_id, received_on, deadline_on
        FROM applied LEFT JOIN deadline USING (intervention_id, legal_basis_id, received_on)
        ON CONFLICT (case_id, intervention_id, received_on) DO NOTHING
        """,
    )


def _write_grants() -> None:
    grow(
        "serviceniveau_grant",
        f"""
        INSERT INTO serviceniveau_grant (case_id, number, intervention_id)
        SELECT DISTINCT ON (kase.id, candidate.grant_number)
            kase.id, candidate.grant_number, candidate.intervention_id
        FROM candidate
        JOIN serviceniveau_case kase USING (source, number)
        LEFT JOIN serviceniveau_grant known
            ON known.case_id = kase.id AND known.number = candidate.grant_number
        WHERE known.id IS NULL AND candidate.afgoerelsestype NOT IN ({listed(WITHOUT_GRANT)})
        ORDER BY kase.id, candidate.grant_number, candidate.afgjort_dato_on DESC, candidate.line DESC
        ON CONFLICT (case_id, number) DO NOTHING
        """,
    )


def write_registrations(present: Iterable[str], today: date) -> tuple[int, int]:
    """Create and update from `candidate`; returns how many of each. `present`: the columns of the file."""
    _create_wanted(present, today)
    names = [field.name for field in FIELDS] + ["source_digest"]
    listed_names = ", ".join(names)
    create_temporary("touched", "SELECT 0::bigint AS id, false AS is_new LIMIT 0")
    execute(
        f"""
        WITH written AS (
            INSERT INTO serviceniveau_registration AS stored
                (source, decision_id, status, edition, {listed_names})
            SELECT source, decision_id, '{Registration.Status.DECIDED}', 1, {listed_names}
            FROM wanted ORDER BY line
            ON CONFLICT (source, decision_id) DO UPDATE SET
                edition = stored.edition + 1, {", ".join(f"{name} = excluded.{name}" for name in names)}
            RETURNING id, xmax = 0 AS is_new
        )
        INSERT INTO touched SELECT id, is_new FROM written
        """
    )
    execute("ANALYZE touched")
    if execute("SELECT FROM touched") >= MANY_ROWS:
        execute("ANALYZE serviceniveau_registration")
    return execute("SELECT FROM touched WHERE is_new"), execute("SELECT FROM touched WHERE NOT is_new")


def _create_wanted(present: Iterable[str], today: date) -> None:
    present = set(present)
    settled = {field.name: field.settled(present) for field in FIELDS}
    create_temporary(
        "wanted",
        f"""
        SELECT candidate.line, candidate.source, candidate.decision_id, candidate.source_digest,
            stored.grant_id AS former_grant_id,
            {", ".join(f"{value} AS {name}" for name, value in settled.items())}
        FROM candidate
        CROSS JOIN (SELECT DATE '{today}' AS day) AS today
        JOIN serviceniveau_case kase USING (source, number)
        LEFT JOIN serviceniveau_grant running ON running.case_id = kase.id
            AND running.number = candidate.grant_number
            AND candidate.afgoerelsestype NOT IN ({listed(WITHOUT_GRANT)})
        LEFT JOIN serviceniveau_application application ON application.case_id = kase.id
            AND application.intervention_id = candidate.intervention_id
            AND application.received_on = candidate.ansoegt_dato_on
        LEFT JOIN serviceniveau_registration stored
            ON stored.source = candidate.source AND stored.decision_id = candidate.decision_id
        WHERE stored.id IS NULL OR stored.source_digest <> candidate.source_digest AND
            ({", ".join(settled.values())})
            IS DISTINCT FROM ({", ".join(f"stored.{name}" for name in settled)})
        """,
        keys="line",
    )


def follow_up() -> None:
    """Grants follow their decisions, also those that decisions were moved from; then judge what changed."""
    refresh_grants(
        selection="SELECT grant_id FROM wanted WHERE grant_id IS NOT NULL"
        " UNION SELECT former_grant_id FROM wanted WHERE former_grant_id IS NOT NULL"
    )
    judge(selection="SELECT id FROM touched")
