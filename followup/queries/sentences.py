"""Figures as Danish sentences: what a leader reads before any chart."""

from datetime import date

from followup.models import DriftSignal, MeasureCode
from followup.queries.measures import MEASURES
from roles.dates import MONTH_NAMES


def month_name(month: date) -> str:
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def period_name(first: date, last: date) -> str:
    if first >= last:
        return month_name(last)
    if first.year == last.year:
        return f"{MONTH_NAMES[first.month - 1]}–{month_name(last)}"
    return f"{month_name(first)}–{month_name(last)}"


def signal_sentence(signal: DriftSignal) -> str:
    """How many, of how many, since when, and how many there would have been had nothing changed."""
    measure = MEASURES[MeasureCode(signal.measure)]
    only = "kun " if signal.direction == DriftSignal.Direction.DOWN else ""
    what = f"{only}{signal.observed:.0f} af {signal.n} {measure.counted} {measure.happened}"
    what = f"{what} i {period_name(signal.since, signal.month)}."
    opening = f"Foreløbigt: {what}" if signal.provisional else what[0].upper() + what[1:]
    return (
        f"{opening} Forventet: {_expected(signal.expected)}."
        f" Ændringen er sandsynligvis sket i {month_name(signal.since)}."
    )


def _expected(value: float) -> str:
    return "under 1" if value < 0.5 else f"{value:.0f}"
