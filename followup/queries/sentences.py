"""Figures as Danish sentences: what a leader reads before any chart."""

from __future__ import annotations

from datetime import date

from followup.models import Direction, DriftSignal, MeasureCode
from followup.queries.levels import level_of, measure_of
from followup.queries.measures import Family
from roles.dates import MONTH_NAMES

Change = DriftSignal.Change

# What a mean is the mean of, up to where its level follows.
MEAN_OF: dict[str, str] = {
    MeasureCode.EXTENT: "det bevilgede omfang lå i gennemsnit",
    MeasureCode.UNIT_PRICE: "prisen var i gennemsnit",
    MeasureCode.COST: "udgiften pr. bevilling var i gennemsnit",
    MeasureCode.DURATION: "bevillingerne gjaldt i gennemsnit i",
    MeasureCode.NEED_LEVEL: "det vurderede støttebehov var i gennemsnit",
}
# What is found over the whole period has no month of change; it is told what it may mean.
LASTING: dict[str, str] = {
    MeasureCode.SHARE_DEVIATING: (
        "Så lidt variation kan betyde, at rammen bliver brugt som en fast regel uden en konkret vurdering."
    ),
    MeasureCode.SHARE_AT_MAXIMUM: (
        "Det kan betyde, at maksimum bliver brugt som standardbevilling uden en konkret vurdering."
    ),
    MeasureCode.SAME_REASON: "Det kan betyde, at standarden ikke passer til sagerne.",
}


def month_name(month: date) -> str:
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def period_name(first: date, last: date) -> str:
    if first >= last:
        return month_name(last)
    if first.year == last.year:
        return f"{MONTH_NAMES[first.month - 1]}–{month_name(last)}"
    return f"{month_name(first)}–{month_name(last)}"


def is_improvement(signal: DriftSignal) -> bool:
    """Whether practice moved away from what asks for attention, by what the measure says of itself."""
    return measure_of(signal).worse not in (None, signal.direction)


def signal_sentence(signal: DriftSignal) -> str:
    """How many, of how many, since when, and how many there would have been had nothing changed."""
    if signal.change in (Change.CLOSED, Change.WITHDRAWN):
        return _is_over(signal)
    told = _what(signal)
    opening = f"Foreløbigt: {told}" if signal.provisional else _capital(told)
    fades = " Ændringen ser ud til at aftage." if signal.change == Change.FADED else ""
    return f"{opening} Forventet: {_expected(signal)}. {LASTING.get(signal.measure) or _when(signal)}{fades}"


def place_and_sentence(signal: DriftSignal) -> str:
    return f"{signal.unit}, {signal.standard or signal.intervention}: {signal_sentence(signal)}"


def _what(signal: DriftSignal) -> str:
    measure, period = measure_of(signal), period_name(signal.since, signal.month)
    if measure.family is Family.MEAN:
        level = measure.scale.sentence(level_of(signal))
        return f"{MEAN_OF[signal.measure]} {level} i {period} ({signal.n} {_decisions(signal.n)})."
    if measure.family is Family.COUNT:
        return f"{_only(signal)}{signal.observed:.0f} {measure.counted} i {period}."
    share = f"{signal.observed:.0f} af {signal.n}"
    if is_improvement(signal) and signal.measure not in LASTING:
        more = "flere" if signal.direction == Direction.UP else "færre"
        return f"{more} {measure.counted} end før {measure.happened}: {share} i {period}."
    return f"{_only(signal)}{share} {measure.counted} {measure.happened} i {period}."


def _decisions(count: int) -> str:
    return "afgørelse" if count == 1 else "afgørelser"


def _only(signal: DriftSignal) -> str:
    return "kun " if signal.direction == Direction.DOWN else ""


def _expected(signal: DriftSignal) -> str:
    measure = measure_of(signal)
    if measure.family is Family.MEAN:
        return measure.scale.sentence(signal.expected)
    return "under 1" if signal.expected < 0.5 else f"{signal.expected:.0f}"


def _when(signal: DriftSignal) -> str:
    """The month of the change, or the months between which it lies if one cannot be told from the other."""
    first, last = signal.since_first or signal.since, signal.since_last or signal.since
    if first == last:
        return f"Ændringen er sandsynligvis sket i {month_name(signal.since)}."
    start = MONTH_NAMES[first.month - 1] if first.year == last.year else month_name(first)
    return f"Ændringen er sandsynligvis sket mellem {start} og {month_name(last)}."


def _is_over(signal: DriftSignal) -> str:
    name = MeasureCode(signal.measure).label
    if signal.change == Change.WITHDRAWN:
        return f"{name}: signalet holdt ikke, da måneden var komplet. Der er ingen sikker ændring."
    if signal.is_of_closed_unit:
        return f"{name}: {signal.unit} er lukket, så ændringen bliver ikke fulgt længere."
    if signal.measure in LASTING:
        return f"{name}: mønstret ses ikke længere."
    return f"{name}: ændringen fra {month_name(signal.since)} ses ikke længere. Niveauet er som før."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
