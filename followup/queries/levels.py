"""The level that a signal speaks of: a share, a mean in the measure's own unit, or a number per month."""

from followup.models import DriftSignal, MeasureCode

MEANS = frozenset(
    {
        MeasureCode.EXTENT,
        MeasureCode.UNIT_PRICE,
        MeasureCode.COST,
        MeasureCode.DURATION,
        MeasureCode.NEED_LEVEL,
    }
)
COUNTS = frozenset({MeasureCode.NEW_GRANTS, MeasureCode.ENDED_GRANTS})
DAYS_A_MONTH = 365.25 / 12


def level_of(signal: DriftSignal) -> float:
    return _level(signal, signal.observed)


def expected_level(signal: DriftSignal) -> float:
    """The level there would have been had nothing changed."""
    return _level(signal, signal.expected)


def _level(signal: DriftSignal, value: float) -> float:
    if signal.measure in MEANS:
        return value
    per = DAYS_A_MONTH if signal.measure in COUNTS else 1
    return value / signal.n * per if signal.n else 0.0
