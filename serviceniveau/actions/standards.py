"""Adopting a version of a standard: the one place that puts levels in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from roles.actions.events import FIRST_DAY, record_event
from roles.models import EventKind, Unit, User
from roles.models.history import record_actor
from serviceniveau.actions.judgements import judge
from serviceniveau.models import Adoption, FrameKind, ServiceLevel, StandardVersion


@dataclass(frozen=True)
class Decision:
    """What the political body decided, and with which effect in mind."""

    body: str
    adopted_on: date
    case_number: str = ""
    link: str = ""
    expected_effect: str = ""


@transaction.atomic
def adopt_version(  # noqa: PLR0913 - the record of a political decision
    *,
    version: StandardVersion,
    valid_from: date,
    body: str,
    adopted_on: date,
    case_number: str = "",
    link: str = "",
    expected_effect: str = "",
    by: User | None = None,
) -> StandardVersion:
    """Put the version in force from a day on; its predecessor ends the day before."""
    if by is not None:
        record_actor(user_id=by.pk, reason=f"Registrerer vedtagelse af {version}")
    decision = Decision(body, adopted_on, case_number, link, expected_effect)
    adopted = put_in_force(version=version, valid=DateRange(valid_from, None), decision=decision, by=by)
    _announce(adopted, adopted_on)
    return adopted


@transaction.atomic
def put_in_force(
    *, version: StandardVersion, valid: DateRange, decision: Decision, by: User | None = None
) -> StandardVersion:
    """As adopt_version, for a version whose last day is already known."""
    _one_adoption_at_a_time()
    version = (
        StandardVersion.objects.select_for_update().select_related("standard__legal_basis").get(pk=version.pk)
    )
    _refuse_state(version, valid, decision)
    _refuse_levels(version)
    _refuse_later_version(version, valid)
    _refuse_other_standards(version, valid)
    _end_predecessor(version, valid.lower)
    adoption = Adoption(version=version, registered_by=by, **vars(decision))
    adoption.full_clean()
    adoption.save()
    version.valid = valid
    version.save(update_fields=["valid"])
    _judge_again(version, valid.lower)
    return version


def _announce(version: StandardVersion, adopted_on: date) -> None:
    """Responsibilities below the standard's unit can be timed to its adoption; without a unit, everywhere."""
    owner = version.standard.owner
    is_open = owner and (owner.closed_on is None or owner.closed_on > adopted_on)
    unit = owner if is_open else Unit.objects.filter(parent=None).first()
    if unit and adopted_on >= FIRST_DAY:
        title = f"{version.standard.code} version {version.number}"
        record_event(kind=EventKind.STANDARD_ADOPTED, unit=unit, on=adopted_on, title=title, by=None)


def _judge_again(version: StandardVersion, day: date) -> None:
    """Decisions made since may be registered already when the adoption is: they meet the new level."""
    judge(
        selection="""
            SELECT id FROM serviceniveau_registration WHERE decided_on >= %s AND intervention_id IN (
                SELECT intervention_id FROM serviceniveau_servicelevel frame
                JOIN serviceniveau_standardversion version ON version.id = frame.version_id
                WHERE version.standard_id = %s)
        """,
        params=[day, version.standard_id],
    )


def _one_adoption_at_a_time() -> None:
    """Two standards adopted at once could otherwise cover the same cell unseen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adopt_version'))")


def _refuse_state(version: StandardVersion, valid: DateRange, decision: Decision) -> None:
    if version.is_adopted:
        raise ValidationError("Versionen er allerede vedtaget. Lav en ny version for at ændre niveauet.")
    if version.standard.origin_municipality:
        raise ValidationError(
            f"Standarden er fra biblioteket ({version.standard.origin_municipality}) og kan ikke vedtages "
            "her. Lav kommunens egen standard med den som forlæg."
        )
    if not decision.body.strip():
        raise ValidationError({"body": "Skriv, hvem der har vedtaget versionen."})
    if decision.adopted_on > valid.lower:
        raise ValidationError(
            {"valid_from": "Et niveau kan først gælde fra den dag, det er vedtaget. Vælg en senere dag."}
        )


def _refuse_levels(version: StandardVersion) -> None:
    levels = list(_covering_levels(version))
    for level in version.levels.select_related("version__standard__legal_basis"):
        level.clean()
    for first, second in combinations(levels, 2):
        if _same_cell(first, second):
            raise ValidationError(
                f"To rammer i versionen dækker det samme: {_describe(first)} og {_describe(second)}."
            )


def _refuse_later_version(version: StandardVersion, valid: DateRange) -> None:
    later = version.standard.versions.adopted().filter(valid__startswith__gte=valid.lower)
    if valid.upper is not None:
        later = later.filter(valid__startswith__lt=valid.upper)
    if (other := later.order_by("valid").first()) is not None:
        raise ValidationError(
            {
                "valid_from": f"Version {other.number} er vedtaget fra {other.valid.lower:%d-%m-%Y}. "
                "En ny version skal gælde fra en senere dag."
            }
        )


def _refuse_other_standards(version: StandardVersion, valid: DateRange) -> None:
    rivals = ServiceLevel.objects.filter(
        version__valid__overlap=valid,
        version__standard__legal_basis__law=version.standard.legal_basis.law,  # others judge other decisions
        intervention__in=version.levels.values("intervention"),
    ).exclude(version__standard=version.standard)
    others = rivals.select_related("version__standard", "intervention", "target_group", "need_level")
    own = list(_covering_levels(version))
    for rival in others.exclude(kind=FrameKind.TEXT):
        if any(_same_cell(level, rival) for level in own):
            raise ValidationError(
                f"Standarden {rival.version.standard} ({rival.version.standard.code}) dækker allerede "
                f"{_describe(rival)} i samme tidsrum. Ret rammerne, så kun én standard dækker, eller lad den "
                "anden standard få en ny version."
            )


def _covering_levels(version: StandardVersion) -> QuerySet[ServiceLevel]:
    """The levels that a decision can fall under; a text without figures covers nothing."""
    levels = version.levels.select_related("intervention", "target_group", "need_level")
    return levels.filter(intervention__isnull=False).exclude(kind=FrameKind.TEXT)


def _same_cell(first: ServiceLevel, second: ServiceLevel) -> bool:
    """Whether one decision could fall under both; an empty part of a cell means everybody."""
    return (
        (first.kind, first.intervention_id) == (second.kind, second.intervention_id)
        and _need_levels_meet(first, second)
        and _target_groups_meet(first, second)
        and (not first.age_bands or not second.age_bands or bool({*first.age_bands} & {*second.age_bands}))
    )


def _need_levels_meet(first: ServiceLevel, second: ServiceLevel) -> bool:
    return None in (first.need_level_id, second.need_level_id) or first.need_level_id == second.need_level_id


def _target_groups_meet(first: ServiceLevel, second: ServiceLevel) -> bool:
    """A group meets itself, those above it and those beneath it."""
    one, other = first.target_group, second.target_group
    if one is None or other is None:
        return True
    return one.pk in {other.pk, *other.lineage} or other.pk in one.lineage


def _describe(level: ServiceLevel) -> str:
    parts = [level.get_kind_display().lower(), level.intervention, level.target_group, level.need_level]
    named = [str(part) for part in (*parts, *level.age_bands) if part]
    return f"»{', '.join(named)}«"


def _end_predecessor(version: StandardVersion, day: date) -> None:
    running = version.standard.versions.adopted().filter(valid__contains=day)
    for predecessor in running.select_for_update():
        predecessor.valid = DateRange(predecessor.valid.lower, day)
        predecessor.save(update_fields=["valid"])
