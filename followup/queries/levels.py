"""The level that a signal speaks of: a share, a mean in the measure's own unit, or a number per month."""

from __future__ import annotations

from followup.models import DriftSignal, MeasureCode
from followup.queries.measures import MEASURES, Family, Measure

DAYS_A_MONTH = 365.25 / 12
MEANS = frozenset(code for code, measure in MEASURES.items() if measure.family is Family.MEAN)
COUNTS = frozenset(code for code, measure in MEASURES.items() if measure.family is Family.COUNT)


def measure_of(signal: DriftSignal) -> Measure:
    return MEASURES[MeasureCode(signal.measure)]


def level_of(signal: DriftSignal) -> float:
    return _level(signal, signal.observed)


def expected_level(signal: DriftSignal) -> float:
    """The level there would have been had nothing changed."""
    return _level(signal, signal.expected)


def level_words(measure: str, level: float) -> str:
    """45 % · 14 % over det typiske · 7,5 nye bevillinger pr. måned"""
    return MEASURES[MeasureCode(measure)].scale.sentence(level)


def between_words(low: str, high: str) -> str:
    """Two levels as one interval, without saying twice what they are of: "6,3 og 8,5 pr. måned"."""
    first, last = low.split(" "), high.split(" ")
    while len(first) > 1 and len(last) > 1 and first[-1] == last[-1]:
        first.pop()
        last.pop()
    return f"{' '.join(first)} og {high}"


def _level(signal: DriftSignal, value: float) -> float:
    family = measure_of(signal).family
    if family is Family.MEAN:
        return value
    per = DAYS_A_MONTH if family is Family.COUNT else 1
    return value / signal.n * per if signal.n else 0.0
