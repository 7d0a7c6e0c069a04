"""What is refused about one decision, in words that say what to do. An amount outside a frame never is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from roles.models.cpr import refuse_cpr
from serviceniveau.models import (
    OPENING_DECISIONS,
    WITHOUT_GRANT,
    LegalBasis,
    MeasurementUnit,
    Registration,
)
from serviceniveau.queries.judgement import Assessment, preview

FREE_TEXTS = ("supplier", "deviation_text")
OTHER_REASON = "andet"
UNCONVERTIBLE = "en enhed, der kan omregnes"

REASON_MISSING = (
    "En afvigelse skal begrundes: vælg en grund og skriv kort, hvad der taler for den i denne sag."
)

Refusal = tuple[str, str]


def refuse_invalid(registration: Registration, *, applied_on: date | None) -> list[Assessment]:
    """Raise everything that is wrong at once, by field; else return how the decision is judged."""
    refusals = [
        *_wrong_dates(registration, applied_on),
        *_wrong_law(registration),
        *_wrong_grant(registration),
        *_wrong_numbers(registration),
        *_wrong_texts(registration),
    ]
    assessments = preview(registration)
    refusals += [*_wrong_unit(assessments), *_wrong_reason(registration, assessments)]
    if refusals:
        raise ValidationError(_by_field(refusals))
    return assessments


def _by_field(refusals: list[Refusal]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, message in refusals:
        found.setdefault(field, []).append(message)
    return found


def _wrong_dates(registration: Registration, applied_on: date | None) -> Iterator[Refusal]:
    decided_on = registration.decided_on
    if decided_on > localdate():
        yield "decided_on", "Datoen ligger ude i fremtiden. Registrér afgørelsen den dag, den er truffet."
    if applied_on and decided_on < applied_on:
        yield (
            "decided_on",
            f"Der kan ikke afgøres, før der er ansøgt ({applied_on:%d-%m-%Y}). Ret en af datoerne.",
        )
    starts_on, ends_on = registration.starts_on, registration.ends_on
    if starts_on and ends_on and ends_on < starts_on:
        yield "ends_on", f"Slutdatoen ligger før startdatoen ({starts_on:%d-%m-%Y}). Ret en af datoerne."


def _wrong_law(registration: Registration) -> Iterator[Refusal]:
    basis, decided_on = registration.legal_basis, registration.decided_on
    if decided_on not in basis.valid:
        yield (
            "legal_basis",
            f"{basis} gælder ikke den {decided_on:%d-%m-%Y}. {_successor_advice(basis, decided_on)}",
        )
    if not registration.intervention.legal_bases.filter(pk=basis.pk).exists():
        yield (
            "intervention",
            f"{registration.intervention} kan ikke bevilges efter {basis}. Vælg en anden ydelse.",
        )


def _successor_advice(basis: LegalBasis, on: date) -> str:
    names = " eller ".join(str(successor) for successor in basis.successors.in_force(on=on))
    return f"Vælg {names} i stedet." if names else "Vælg den paragraf, der gælder den dag."


def _wrong_grant(registration: Registration) -> Iterator[Refusal]:
    if registration.kind in (*OPENING_DECISIONS, *WITHOUT_GRANT):
        return
    if registration.grant is None:
        yield "grant", f"Vælg den bevilling, som afgørelsen “{registration.get_kind_display()}” handler om."
    elif registration.grant.case_id != registration.case_id:
        yield "grant", "Bevillingen hører til en anden sag. Vælg en af sagens egne bevillinger."


def _wrong_numbers(registration: Registration) -> Iterator[Refusal]:
    for field in ("amount", "price_dkk"):
        value = getattr(registration, field)
        if value is not None and value < 0:
            yield field, "Skriv et tal, der er 0 eller derover."
    if registration.price_dkk is not None and not registration.price_unit:
        yield "price_unit", "Vælg, hvad prisen gælder: en time, en uge eller noget andet."


def _wrong_texts(registration: Registration) -> Iterator[Refusal]:
    for field in FREE_TEXTS:
        try:
            refuse_cpr(getattr(registration, field))
        except ValidationError as error:
            yield field, error.messages[0]


def _wrong_unit(assessments: list[Assessment]) -> Iterator[Refusal]:
    for assessment in assessments:
        if assessment.level and UNCONVERTIBLE in assessment.missing:
            wanted = MeasurementUnit(assessment.level.unit).label
            yield (
                "amount_unit",
                f"Niveauet er vedtaget i {wanted}. Skriv omfanget i en enhed, der kan omregnes dertil.",
            )
            return


def _wrong_reason(registration: Registration, assessments: list[Assessment]) -> Iterator[Refusal]:
    reason = registration.deviation_reason
    if reason is None:
        if any(assessment.is_deviation for assessment in assessments):
            yield "deviation_reason", REASON_MISSING
        return
    standards = {assessment.version.standard_id for assessment in assessments}
    if reason.standard_id and reason.standard_id not in standards:
        yield "deviation_reason", "Grunden hører til en anden kvalitetsstandard. Vælg en anden grund."
    if reason.code == OTHER_REASON and not registration.deviation_text.strip():
        yield "deviation_text", "Skriv kort med dine egne ord, hvad grunden er."
