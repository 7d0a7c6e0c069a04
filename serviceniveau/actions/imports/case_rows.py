"""What files of decisions and of applications have in common: every row belongs to a case."""

from __future__ import annotations

from datetime import date

from roles.actions.files.messages import TWICE
from serviceniveau.actions.imports.checks import Check, known, not_longer
from serviceniveau.actions.imports.expressions import sentence
from serviceniveau.actions.imports.staging import create_temporary, execute, grow

# Keys for codes; `day` is the day on which the unit and the law must apply.
CASE_LOOKUPS = """
    LEFT JOIN roles_unit unit ON unit.code = staged.enhed
    LEFT JOIN roles_user staff ON staff.staff_code = staged.sagsbehandler AND staged.sagsbehandler <> ''
    LEFT JOIN serviceniveau_legalbasis law ON law.law = staged.lov AND law.section = staged.paragraf
    LEFT JOIN serviceniveau_intervention intervention ON intervention.code = staged.ydelse
    LEFT JOIN serviceniveau_targetgroup target ON target.code = staged.maalgruppe
    LEFT JOIN roles_unit successor ON successor.id = unit.successor_id
"""
CASE_VALUES = """
    staff.id AS caseworker_id,
    target.id AS target_group_id,
    CASE WHEN staged.foedselsaar ~ '^[0-9]{4}$' THEN staged.foedselsaar::smallint END AS birth_year,
    unit.id AS unit_id,
    unit.opened_on AS unit_opened_on,
    unit.closed_on AS unit_closed_on,
    successor.code AS unit_successor,
    law.id AS legal_basis_id,
    law.valid AS law_valid,
    intervention.id AS intervention_id
"""


def case_checks(*, day: str, today: date) -> list[Check]:
    """day: the column of `candidate` with the day on which the unit and the law must apply."""
    return [
        *not_longer(kilde=40, sagsnr=40),
        known("enhed", "unit_id", "Enheden »{enhed}« findes ikke. Brug enhedens kode fra organisationen."),
        Check(
            "enhed",
            f"unit_opened_on > {day}",
            f"Enheden »{{enhed}}« findes først fra {{unit_opened_on:dato}}, men datoen er {{{day}:dato}}.",
        ),
        Check(
            "enhed",
            f"unit_closed_on <= {day}",
            f"Enheden »{{enhed}}« lukkede {{unit_closed_on:dato}}, og datoen er {{{day}:dato}}."
            " Brug den enhed, der havde sagen den dag{coalesce(', fx ' || unit_successor, '')!}.",
        ),
        known(
            "sagsbehandler",
            "caseworker_id",
            "Medarbejderkoden »{sagsbehandler}« kendes ikke. Opret medarbejderen i organisationen først.",
        ),
        Check(
            "lov",
            "lov <> '' AND lov NOT IN (SELECT law FROM serviceniveau_legalbasis)",
            "Loven »{lov}« findes ikke i lovgrundlaget. Brug en af: "
            "{(SELECT string_agg(DISTINCT law, ', ' ORDER BY law) FROM serviceniveau_legalbasis)!}.",
        ),
        Check(
            "paragraf",
            "paragraf <> '' AND legal_basis_id IS NULL AND lov IN (SELECT law FROM serviceniveau_legalbasis)",
            "{lov} § {paragraf} findes ikke i lovgrundlaget. Skriv kun tal og bogstav, fx 85 eller 82b.",
        ),
        Check(
            "paragraf",
            f"NOT law_valid @> {day}",
            f"{{lov}} § {{paragraf}} gjaldt ikke {{{day}:dato}}. Brug den paragraf, der gjaldt den dag.",
        ),
        known(
            "ydelse", "intervention_id", "Ydelsen »{ydelse}« findes ikke. Brug ydelsens kode fra kataloget."
        ),
        known(
            "maalgruppe",
            "target_group_id",
            "Målgruppen »{maalgruppe}« findes ikke. Brug målgruppens kode fra kataloget.",
        ),
        Check(
            "foedselsaar",
            f"foedselsaar <> '' AND (birth_year IS NULL OR birth_year NOT BETWEEN 1900 AND {today.year})",
            f"»{{foedselsaar}}« er ikke et fødselsår. Skriv fire cifre mellem 1900 og {today.year}.",
        ),
        Check(
            "foedselsaar",
            f"birth_year BETWEEN 1900 AND {today.year} AND birth_year > extract(year FROM {day})",
            f"Fødselsåret {{birth_year}} ligger efter {{{day}:dato}}. Ret et af dem.",
        ),
    ]


def duplicate_check(column: str, key: str, what: str) -> None:
    """Among rows with the same key only the first counts; the later ones say where it stands."""
    execute(
        f"""
        INSERT INTO problem
        SELECT line, 0, '{column}', {sentence(TWICE.format(what, "{first_line}"))}
        FROM (
            SELECT line, first_value(line) OVER (PARTITION BY {key} ORDER BY line) AS first_line
            FROM candidate
        ) AS same
        WHERE line <> first_line
        """
    )


def write_cases(*, day: str) -> None:
    """Create the cases of `candidate`; bring the others to their newest row, unless we know a newer one."""
    newest = ", ".join(
        f"(array_agg({column} ORDER BY {day} DESC, line DESC) FILTER (WHERE {column} IS NOT NULL))[1]"
        f" AS {column}"
        for column in ("unit_id", "caseworker_id", "birth_year", "target_group_id")
    )
    create_temporary(
        "newest",
        f"SELECT source, number, {newest}, max({day}) AS latest_on FROM candidate GROUP BY source, number",
    )
    grow(
        "serviceniveau_case",
        """
        INSERT INTO serviceniveau_case AS stored
            (source, number, unit_id, caseworker_id, birth_year, target_group_id)
        SELECT newest.source, newest.number, newest.unit_id, newest.caseworker_id, newest.birth_year,
            newest.target_group_id
        FROM newest
        LEFT JOIN serviceniveau_case known USING (source, number)
        WHERE known.id IS NULL
            OR (
                newest.unit_id <> known.unit_id
                OR newest.caseworker_id <> coalesce(known.caseworker_id, 0)
                OR newest.birth_year <> coalesce(known.birth_year, 0)
                OR newest.target_group_id <> coalesce(known.target_group_id, 0)
            )
            AND NOT EXISTS (
                SELECT FROM serviceniveau_registration later
                WHERE later.case_id = known.id AND later.decided_on > newest.latest_on
            )
        ORDER BY newest.source, newest.number
        ON CONFLICT (source, number) DO UPDATE SET
            unit_id = excluded.unit_id,
            caseworker_id = coalesce(excluded.caseworker_id, stored.caseworker_id),
            birth_year = coalesce(excluded.birth_year, stored.birth_year),
            target_group_id = coalesce(excluded.target_group_id, stored.target_group_id)
        """,
    )
