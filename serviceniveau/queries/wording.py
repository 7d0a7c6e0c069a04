"""A judgement in plain Danish. A deviation is lawful; the words must never say otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from roles.templatetags.danish import amount as number
from roles.templatetags.danish import percent
from serviceniveau.models import FrameKind, MeasurementUnit, Relation, ServiceLevel, StandardVersion

SINGULAR = {
    "timer": "time",
    "minutter": "minut",
    "gange": "gang",
    "dage": "dag",
    "måltider": "måltid",
    "ture": "tur",
    "uger": "uge",
    "måneder": "måned",
}
FRAMES = {
    FrameKind.GUIDING_FRAME: "rammen",
    FrameKind.MINIMUM: "minimum",
    FrameKind.DURATION_FRAME: "varighedsrammen",
}
LAWFUL = "Det er lovligt, når den konkrete og individuelle vurdering kræver det. Skriv hvorfor."


class Judged(Protocol):
    """A judgement that is stored, or one made before saving."""

    @property
    def kind(self) -> str: ...
    @property
    def relation(self) -> str: ...
    @property
    def level(self) -> ServiceLevel | None: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def missing(self) -> str: ...


def unit_words(unit: str) -> str:
    return (
        MeasurementUnit(unit).label.removesuffix(" (varighed)").removesuffix(" (engangsbeløb)")
        if unit
        else ""
    )


def amount_words(amount: Decimal, unit: str) -> str:
    """1 time pr. uge, 2,5 timer pr. uge"""
    words = unit_words(unit)
    first, _, rest = words.partition(" ")
    if amount == 1 and first in SINGULAR:
        words = f"{SINGULAR[first]} {rest}".strip()
    return f"{number(amount)} {words}".strip()


def frame_words(level: ServiceLevel) -> str:
    """2–6 timer pr. uge, højst 6 timer pr. uge, mindst 2 timer pr. uge, 4 timer pr. uge"""
    low, high = level.minimum, level.maximum
    if level.kind == FrameKind.MINIMUM:
        bound = next(value for value in (low, level.typical, high) if value is not None)
        return f"mindst {amount_words(bound, level.unit)}"
    if low is not None and high is not None:
        return (
            f"{number(low)}–{amount_words(high, level.unit)}"
            if low != high
            else amount_words(high, level.unit)
        )
    if high is not None:
        return f"højst {amount_words(high, level.unit)}"
    if low is not None:
        return f"mindst {amount_words(low, level.unit)}"
    return amount_words(level.typical or Decimal(0), level.unit)


def difference(judged: Judged) -> Decimal | None:
    """How far outside the frame, in the frame's unit."""
    level, amount = judged.level, judged.amount
    if level is None or amount is None:
        return None
    if judged.relation == Relation.ABOVE:
        bound = level.maximum if level.maximum is not None else level.typical
        return None if bound is None else amount - bound
    if judged.relation == Relation.BELOW:
        bounds = (level.minimum, level.typical, level.maximum if judged.kind == FrameKind.MINIMUM else None)
        bound = next((value for value in bounds if value is not None), None)
        return None if bound is None else bound - amount
    return None


def sentence(judged: Judged) -> str:
    """One judgement: "Inden for rammen (2–6 timer pr. uge)." or "2 timer over rammen (…)."."""
    frame = FRAMES[FrameKind(judged.kind)]
    if judged.relation == Relation.INCOMPLETE:
        return f"Kan ikke holdes op mod {frame} endnu. Der mangler: {judged.missing}."
    words = f" ({frame_words(judged.level)})" if judged.level else ""
    if judged.relation == Relation.INSIDE:
        return (
            f"Opfylder {frame}{words}." if judged.kind == FrameKind.MINIMUM else f"Inden for {frame}{words}."
        )
    side = "over" if judged.relation == Relation.ABOVE else "under"
    distance = difference(judged)
    if distance is None or judged.level is None:
        return f"{side.capitalize()} {frame}{words}."
    extent = amount_words(distance, judged.level.unit).split(" pr. ")[0]
    return f"{extent} {side} {frame}{words}."


def expected_sentence(version: StandardVersion) -> str:
    """What the adoption expects of practice; empty where it declares nothing."""
    above, below = (_about(share) for share in (version.expected_above, version.expected_below))
    if above and below:
        return f"Kommunen forventer, at {above} af afgørelserne ligger over rammen og {below} under den."
    if above or below:
        side = "over" if above else "under"
        return f"Kommunen forventer, at {above or below} af afgørelserne ligger {side} rammen."
    return ""


def _about(share: Decimal | None) -> str:
    """omkring 10 %, omkring 7,5 %"""
    if share is None:
        return ""
    return f"omkring {percent(share, 0 if share * 100 == round(share * 100) else 1)}"
