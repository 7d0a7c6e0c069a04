"""The figures of a signal as pairs of label and words: the same on the card, on its page and in its file."""

from __future__ import annotations

from followup.models import DriftSignal
from followup.queries.levels import (
    COUNTS,
    MEANS,
    between_words,
    expected_level,
    level_of,
    level_words,
    measure_of,
)
from followup.queries.sentences import LASTING, month_name, period_name
from roles.templatetags.danish import amount, percent


def signal_facts(signal: DriftSignal) -> list[tuple[str, str]]:
    facts = [
        _period(signal),
        ("Faktisk", _counted(signal, signal.observed, level_of(signal))),
        ("Forventet", _counted(signal, signal.expected, expected_level(signal))),
        (
            "Niveauet nu",
            f"Sandsynligvis mellem {between_words(_level(signal, signal.low), _level(signal, signal.high))}",
        ),
    ]
    return [*facts, ("Bygger på", _basis(signal))] if _has_own_unit(signal) else facts


def _has_own_unit(signal: DriftSignal) -> bool:
    """Whether the level is no share, so that it does not say itself how many it rests on."""
    return signal.measure in MEANS or signal.measure in COUNTS


def _period(signal: DriftSignal) -> tuple[str, str]:
    """What is found over the whole period at once has no month of change."""
    if signal.measure in LASTING:
        return "Periode", period_name(signal.since, signal.month)
    return "Siden", _since(signal)


def _since(signal: DriftSignal) -> str:
    first, last = signal.since_first, signal.since_last
    words = month_name(signal.since)
    if first is None or last is None or first == last:
        return words
    return f"{words} (sandsynligvis {period_name(first, last)})"


def _counted(signal: DriftSignal, value: float, level: float) -> str:
    if _has_own_unit(signal):
        return _level(signal, level)
    return f"{amount(round(value))} af {amount(signal.n)} ({percent(level)})"


def _basis(signal: DriftSignal) -> str:
    counted = measure_of(signal).counted if signal.measure in COUNTS else "afgørelser"
    number = signal.observed if signal.measure in COUNTS else signal.n
    return f"{amount(round(number))} {counted} i {period_name(signal.since, signal.month)}"


def _level(signal: DriftSignal, level: float) -> str:
    return level_words(signal.measure, level) if _has_own_unit(signal) else percent(level)
