"""What stands beside the decision form: the adopted level, the live judgement and the cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from roles.models import Unit, User
from serviceniveau.frame_scale import frame_scale
from serviceniveau.models import (
    AgeBand,
    FrameKind,
    MeasurementUnit,
    PriceUnit,
    Registration,
    Relation,
    ServiceLevel,
    StandardVersion,
)
from serviceniveau.queries.competence import is_beyond_competence
from serviceniveau.queries.cost import COUNTED_IN_ALL, yearly_cost
from serviceniveau.queries.frames import versions_covering
from serviceniveau.queries.judgement import Assessment, preview
from serviceniveau.queries.wording import LAWFUL, frame_words, sentence, unit_words


@dataclass(frozen=True)
class Cost:
    yearly: Decimal
    this_year: Decimal
    year: int
    is_once: bool


@dataclass(frozen=True)
class DrawnFrame:
    """A frame that applies: what it is, its numbers in words, for whom, and the picture."""

    name: str
    words: str
    cell: str
    scale: SafeString


@dataclass(frozen=True)
class AdoptedLevel:
    """One version in force, with the frame that applies or, while that is unknown, all that may."""

    version: StandardVersion
    assessments: list[Assessment]

    @property
    def applying(self) -> list[ServiceLevel]:
        return [assessment.level for assessment in self.assessments if assessment.level]

    @property
    def drawn(self) -> list[DrawnFrame]:
        return [
            _draw(each.level, each.amount, ident=f"ramme-{self.version.pk}-{n}")
            for n, each in enumerate(self.assessments)
            if each.level
        ]

    @property
    def possible(self) -> list[tuple[ServiceLevel, str]]:
        """The frames of the intervention, in words, while the one that applies is not known."""
        known = {level.kind for level in self.applying}
        frames: list[ServiceLevel] = self.version.frames  # type: ignore[attr-defined]
        return [(frame, frame_words(frame)) for frame in frames if frame.kind not in known]


@dataclass(frozen=True)
class Guidance:
    levels: list[AdoptedLevel]
    assessments: list[Assessment]
    cost: Cost | None
    needs_approval: bool

    @property
    def is_deviation(self) -> bool:
        return any(assessment.is_deviation for assessment in self.assessments)

    @property
    def sentences(self) -> list[tuple[Assessment, str]]:
        """What the amount is to each frame; silent about what is simply not typed yet."""
        told = [
            each for each in self.assessments if each.relation != Relation.INCOMPLETE or each.level is None
        ]
        return [(each, sentence(each)) for each in told or self.assessments]

    @property
    def advice(self) -> str:
        return LAWFUL if self.is_deviation else ""

    @property
    def standard_ids(self) -> list[int]:
        return [level.version.standard_id for level in self.levels]


def guidance_for(registration: Registration, *, unit: Unit | None, by: User) -> Guidance:
    """Six queries at most; the registration may be half filled in."""
    assessments = preview(registration) if registration.decided_on else []
    levels = [
        AdoptedLevel(version, [each for each in assessments if each.version.pk == version.pk])
        for version in versions_covering(registration)
    ]
    return Guidance(
        levels=levels,
        assessments=assessments,
        cost=cost_of(registration, today=localdate()),
        needs_approval=unit is not None and is_beyond_competence(assessments, unit=unit, by=by),
    )


def _draw(level: ServiceLevel, amount: Decimal | None, *, ident: str) -> DrawnFrame:
    cell = [str(each) for each in (level.need_level, level.target_group) if each]
    scale = frame_scale(level, amount, unit=unit_words(level.unit), ident=ident)
    name = FrameKind(level.kind).label
    return DrawnFrame(name, frame_words(level), " · ".join([*cell, *_ages(level)]), scale)


def _ages(level: ServiceLevel) -> list[str]:
    return [", ".join(AgeBand(band).label for band in level.age_bands)] if level.age_bands else []


def cost_of(registration: Registration, *, today: date) -> Cost | None:
    """What the decision costs a year, and in this calendar year with its start and end."""
    price_unit, unit = registration.price_unit, registration.amount_unit
    yearly = yearly_cost(registration.amount, unit, registration.price_dkk, price_unit)
    if yearly is None:
        return None
    is_once = _is_once(registration)
    start = registration.starts_on or registration.decided_on or today
    share = (
        Decimal(start.year == today.year)
        if is_once
        else _share_of_year(start, registration.ends_on, today.year)
    )
    return Cost(yearly, yearly * share, today.year, is_once)


def _is_once(registration: Registration) -> bool:
    if registration.price_dkk is None:
        return registration.amount_unit == MeasurementUnit.KRONER
    unit_and_price = (registration.amount_unit, registration.price_unit)
    return registration.price_unit == PriceUnit.ONCE or unit_and_price in COUNTED_IN_ALL


def _share_of_year(start: date, end: date | None, year: int) -> Decimal:
    first, last = date(year, 1, 1), date(year, 12, 31)
    begins, ends = max(start, first), min(end or last, last)
    return Decimal(max((ends - begins).days + 1, 0)) / ((last - first).days + 1)
