"""The settings in words, who changed them, and our own record of false alarms by quarter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from followup.models import DetectorSettings
from followup.queries.detector import ROW, FalseAlarmRecord, Flags, share_of_false
from roles.models.history import both_names
from roles.templatetags.danish import amount, percent

LABELS = {
    "q": "Andel tilfældige signaler, I vil leve med",
    "hazard": "Chance for et skift pr. måned",
    "least_n": "Færrest afgørelser bag et signal",
    "on_time_goal": "Mål for andel afgjort inden fristen",
}
EMPTY = {"hazard": "læres af kommunens egne tal", "on_time_goal": "intet mål"}
MOST_CHANGES = 50


@dataclass(frozen=True)
class Change:
    at: datetime
    by: str
    label: str
    before: str
    after: str


def setting_words(name: str, value: Any) -> str:
    if value is None:
        return EMPTY[name]
    return amount(value) if name == "least_n" else percent(value, 0 if float(value * 100).is_integer() else 2)


def settings_in_words(settings: DetectorSettings) -> list[tuple[str, str]]:
    return [(label, setting_words(name, getattr(settings, name))) for name, label in LABELS.items()]


def changes() -> list[Change]:
    """What was changed, the newest first. One query."""
    rows = DetectorSettings.history.filter(id=ROW).select_related("history_user").order_by("history_id")
    found = [
        Change(
            at=newer.history_date,
            by=_who(newer),
            label=label,
            before=setting_words(name, getattr(older, name)),
            after=setting_words(name, getattr(newer, name)),
        )
        for older, newer in pairwise(rows)
        for name, label in LABELS.items()
        if getattr(older, name) != getattr(newer, name)
    ]
    return found[::-1][:MOST_CHANGES]


def _who(change: Any) -> str:
    return both_names(change.history_user.name, change.history_change_reason) if change.history_user else ""


@dataclass(frozen=True)
class Quarter:
    name: str
    flags: Flags

    @property
    def share(self) -> str:
        return share_words(self.flags)


def share_words(flags: Flags) -> str:
    """25 % (mellem 11 % og 45 %); a dash while none has been judged."""
    share, low, high = share_of_false(flags.false, flags.judged)
    return "–" if share is None else f"{percent(share)} (mellem {percent(low)} og {percent(high)})"


def quarters(record: FalseAlarmRecord) -> list[Quarter]:
    """The newest first."""
    found: dict[tuple[int, int], list[Flags]] = defaultdict(list)
    for month, flags in record.months:
        found[_quarter(month)].append(flags)
    return [
        Quarter(f"{number}. kvartal {year}", _together(found[year, number]))
        for year, number in sorted(found, reverse=True)
    ]


def _quarter(month: date) -> tuple[int, int]:
    return month.year, (month.month + 2) // 3


def _together(flags: list[Flags]) -> Flags:
    return Flags(**{name.name: sum(getattr(each, name.name) for each in flags) for name in fields(Flags)})


def record_words(record: FalseAlarmRecord) -> list[str]:
    """What became of our signals, and how often they were chance, beside what is aimed at."""
    flags = record.in_all
    if not flags.opened:
        return ["Der er endnu ikke åbnet nogen signaler."]
    counts = f"{_signals(flags.opened)} er åbnet. {_became_words(flags)}"
    if record.share is None:
        return [counts, record.verdict]
    share = (
        f"Af de {flags.judged}, der er bedømt, var {percent(record.share)} tilfældige, sandsynligvis mellem"
        f" {percent(record.low)} og {percent(record.high)}. I har valgt at leve med {percent(record.q)}."
    )
    return [counts, share, record.verdict]


def _became_words(flags: Flags) -> str:
    """What became of them, without what became of none."""
    waiting = (
        f", heraf {flags.waiting} foreløbig{'t' if flags.waiting == 1 else 'e'}" if flags.waiting else ""
    )
    told = {
        "er bedømt som tilfældig variation": flags.noise,
        "er trukket tilbage, da måneden var komplet": flags.withdrawn,
        "er forklaret": flags.explained,
        "er afsluttet uden at være forklaret": flags.closed,
        f"er stadig uden forklaring{waiting}": flags.open + flags.waiting,
    }
    parts = [f"{amount(count)} {words}" for words, count in told.items() if count]
    return f"{', '.join(parts[:-1])} og {parts[-1]}." if len(parts) > 1 else f"{parts[0]}."


def _signals(count: int) -> str:
    return "1 signal" if count == 1 else f"{amount(count)} signaler"
