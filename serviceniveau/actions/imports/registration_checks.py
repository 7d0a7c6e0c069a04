"""What a row of decisions must fulfil besides what every row of a case must."""

from __future__ import annotations

from datetime import date

from serviceniveau.actions.imports.case_rows import case_checks
from serviceniveau.actions.imports.checks import (
    Check,
    amounts,
    dates,
    in_order,
    known,
    not_after,
    not_longer,
    required,
)
from serviceniveau.actions.imports.expressions import listed
from serviceniveau.actions.imports.layouts import REGISTRATIONS
from serviceniveau.actions.imports.staging import create_temporary
from serviceniveau.models import (
    JUDGED_DECISIONS,
    SCALE,
    AgeBand,
    DecisionKind,
    FrameKind,
    MeasurementUnit,
    PriceUnit,
)

LONGEST_TEXT = 4_000
EXTENT_FRAMES = (FrameKind.GUIDING_FRAME, FrameKind.MINIMUM)
NO_DECISION = {
    "forventet": "»forventet« er ikke en afgørelse. Indlæs først rækken, når sagen er afgjort.",
    "fristoverskridelse_besked": "»fristoverskridelse_besked« er ikke en afgørelse. Skriv datoen som"
    " besked_sendt_dato i filen med ansøgninger.",
}


def create_frames() -> None:
    """In which kinds of unit decisions are judged, by intervention, law and day."""
    units = ", ".join(f"('{unit}', '{dimension}')" for unit, (dimension, _) in SCALE.items())
    create_temporary(
        "frame",
        f"""
        SELECT DISTINCT level.intervention_id, law.law, version.valid, adoption.adopted_on, level.unit,
            measured.dimension
        FROM serviceniveau_servicelevel level
        JOIN (VALUES {units}) AS measured(unit, dimension) ON measured.unit = level.unit
        JOIN serviceniveau_standardversion version
            ON version.id = level.version_id AND version.valid IS NOT NULL
        JOIN serviceniveau_adoption adoption ON adoption.version_id = version.id
        JOIN serviceniveau_qualitystandard standard ON standard.id = version.standard_id
        JOIN serviceniveau_legalbasis law ON law.id = standard.legal_basis_id
        WHERE level.kind IN ({listed(EXTENT_FRAMES)}) AND level.intervention_id IS NOT NULL
        """,
    )


def registration_checks(today: date) -> list[Check]:
    return [
        *required(REGISTRATIONS),
        *not_longer(afgoerelse_id=80, bevilling_id=120, leverandoer=120, begrundelse=LONGEST_TEXT),
        *_date_checks(today),
        *case_checks(day="afgjort_dato_on", today=today),
        *_kind_checks(),
        *_need_checks(),
        *amounts(REGISTRATIONS),
        *_unit_checks(),
        known(
            "afvigelse_grund",
            "deviation_reason_id",
            "Afvigelsesgrunden »{afvigelse_grund}« findes ikke. Brug en af: "
            "{(SELECT string_agg(code, ', ' ORDER BY position, code) FROM"
            " serviceniveau_deviationreason WHERE standard_id IS NULL AND is_active)!}.",
        ),
    ]


def _date_checks(today: date) -> list[Check]:
    return [
        *dates(REGISTRATIONS, today=today),
        not_after("afgjort_dato", today, "Afgørelsesdatoen"),
        not_after("registreret_dato", today, "Registreringsdatoen"),
        in_order(
            "ansoegt_dato",
            "afgjort_dato",
            "Afgørelsen {afgjort_dato_on:dato} ligger før ansøgningen {ansoegt_dato_on:dato}."
            " Ret en af datoerne.",
        ),
        in_order(
            "start_dato",
            "slut_dato",
            "Slutdatoen {slut_dato_on:dato} ligger før startdatoen {start_dato_on:dato}. Ret en af datoerne.",
        ),
    ]


def _kind_checks() -> list[Check]:
    valid_kinds = ", ".join(DecisionKind.values)
    return [
        *(
            Check("afgoerelsestype", f"afgoerelsestype = '{code}'", message)
            for code, message in NO_DECISION.items()
        ),
        Check(
            "afgoerelsestype",
            f"afgoerelsestype NOT IN ({listed(['', *NO_DECISION, *DecisionKind.values])})",
            f"Afgørelsestypen »{{afgoerelsestype}}« kendes ikke. Brug en af: {valid_kinds}.",
        ),
        Check(
            "aldersgruppe",
            f"aldersgruppe NOT IN ({listed(['', *AgeBand.values])})",
            f"Aldersgruppen »{{aldersgruppe}}« kendes ikke. Brug en af: {', '.join(AgeBand.values)}.",
        ),
    ]


def _need_checks() -> list[Check]:
    return [
        Check(
            "stoettebehov_skala",
            "stoettebehov <> '' AND stoettebehov_skala = ''",
            "Skriv skalaen for støttebehovet, fx FFB: tallene betyder ikke det samme på dem alle.",
        ),
        Check(
            "stoettebehov_skala",
            "stoettebehov_skala <> '' AND stoettebehov_skala NOT IN"
            " (SELECT scale FROM serviceniveau_needlevel)",
            "Skalaen »{stoettebehov_skala}« findes ikke. Brug en af: "
            "{(SELECT string_agg(DISTINCT scale, ', ' ORDER BY scale) FROM serviceniveau_needlevel)!}.",
        ),
        Check(
            "stoettebehov",
            "stoettebehov <> '' AND need_level_id IS NULL"
            " AND stoettebehov_skala IN (SELECT scale FROM serviceniveau_needlevel)",
            "Støttebehovet »{stoettebehov}« findes ikke på skalaen {stoettebehov_skala}."
            " Brug koden fra kataloget eller en af værdierne: "
            "{(SELECT string_agg(value::text, ', ' ORDER BY value) FROM serviceniveau_needlevel"
            " WHERE scale = stoettebehov_skala)!}.",
        ),
    ]


def _unit_checks() -> list[Check]:
    in_force = """
        SELECT {what} FROM frame WHERE frame.intervention_id = candidate.intervention_id
            AND frame.law = candidate.lov AND frame.valid @> candidate.afgjort_dato_on
            AND frame.adopted_on <= candidate.afgjort_dato_on"""
    judged_in = in_force.format(what="string_agg(DISTINCT frame.unit, ' eller ' ORDER BY frame.unit)")
    return [
        Check(
            "omfang_enhed",
            "omfang_enhed <> '' AND dimension IS NULL",
            "Enheden »{omfang_enhed}« kendes ikke. Brug en af: " + ", ".join(MeasurementUnit.values) + ".",
        ),
        Check(
            "pris_enhed",
            f"pris_enhed NOT IN ({listed(['', *PriceUnit.values])})",
            f"Prisenheden »{{pris_enhed}}« kendes ikke. Brug en af: {', '.join(PriceUnit.values)}.",
        ),
        Check(
            "omfang_enhed",
            f"afgoerelsestype IN ({listed(JUDGED_DECISIONS)}) AND dimension IS NOT NULL"
            f" AND EXISTS ({in_force.format(what='')})"
            f" AND NOT EXISTS ({in_force.format(what='')} AND frame.dimension = candidate.dimension)",
            "{omfang_enhed} kan ikke omregnes til den enhed, som niveauet for ydelsen er fastsat i: "
            f"{{({judged_in})!}}. Skriv omfanget i den enhed.",
        ),
    ]
