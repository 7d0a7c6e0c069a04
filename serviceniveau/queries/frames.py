"""What a decision meets before it is judged: the person's age that day and the versions in force."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from roles.models.sorting import Danish
from serviceniveau.models import (
    JUDGED_KINDS,
    AgeBand,
    DeviationReason,
    Registration,
    ServiceLevel,
    StandardVersion,
    possible_age_bands,
)


def settled_age_band(birth_year: int | None, *, on: date | None, chosen: str = "") -> str:
    """The only possible band, else the chosen one where it is possible; empty means nobody knows yet."""
    if birth_year is None or on is None:
        return chosen
    bands = possible_age_bands(birth_year, on=on)
    if len(bands) == 1:
        return bands[0].value
    return chosen if chosen in bands else ""


def age_band_choices(birth_year: int | None, *, on: date | None) -> list[AgeBand]:
    """The bands to ask about; none when one is certain."""
    if birth_year is None or on is None:
        return []
    bands = possible_age_bands(birth_year, on=on)
    return bands if len(bands) > 1 else []


def versions_covering(registration: Registration) -> list[StandardVersion]:
    """Versions in force on the decision date with a frame for the intervention; `frames` holds those frames.

    Two queries. Unlike the judgement it does not ask about target group, need level or amount.
    """
    frames = _frames(registration).select_related("need_level", "target_group")
    ordered = frames.order_by("kind", "need_level__scale", "need_level__value", "id")
    versions = _covering(registration).select_related("standard__legal_basis", "adoption")
    return list(versions.prefetch_related(Prefetch("levels", queryset=ordered, to_attr="frames")))


def _frames(registration: Registration) -> QuerySet[ServiceLevel]:
    return ServiceLevel.objects.filter(kind__in=JUDGED_KINDS, intervention=registration.intervention_id)


def _covering(registration: Registration) -> QuerySet[StandardVersion]:
    if not (registration.decided_on and registration.intervention_id and registration.legal_basis_id):
        return StandardVersion.objects.none()
    return StandardVersion.objects.in_force(on=registration.decided_on).filter(
        Exists(_frames(registration).filter(version=OuterRef("pk"))),
        standard__legal_basis__law=registration.legal_basis.law,
    )


def usable_reasons(standard_ids: list[int], *, kept: int | None = None) -> list[DeviationReason]:
    """Reasons for every standard and for these; `kept` is shown although it is no longer in use."""
    usable = Q(is_active=True) & (Q(standard=None) | Q(standard__in=standard_ids))
    return list(DeviationReason.objects.filter(usable | Q(pk=kept)).order_by("position", Danish("name")))
