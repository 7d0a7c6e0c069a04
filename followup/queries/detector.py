"""How sensitive the scan is, and how often it was wrong: our own record of false alarms."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np

from followup.drift.interval import jeffreys
from followup.models import DetectorSettings, Drift, DriftSignal, SignalNote
from followup.queries.months import month_plus

ROW = 1
LEAST_N_ALLOWED, MOST_N_ALLOWED = 1, 1000


def current_settings() -> DetectorSettings:
    """The row, or the usual values (edition 0) while nobody has set any."""
    return DetectorSettings.objects.filter(pk=ROW).first() or DetectorSettings(pk=ROW, edition=0)


@dataclass(frozen=True)
class Flags:
    """Drifts opened in a month, or in all, by what became of them.

    noise: somebody judged it chance. withdrawn: it did not stand when its months were complete.
    explained: somebody gave another cause. waiting: opened on months that may still change.
    open, closed: the rest, nobody has explained them.
    """

    noise: int = 0
    withdrawn: int = 0
    explained: int = 0
    waiting: int = 0
    open: int = 0
    closed: int = 0

    @property
    def false(self) -> int:
        return self.noise + self.withdrawn

    @property
    def judged(self) -> int:
        return self.false + self.explained

    @property
    def opened(self) -> int:
        return self.judged + self.waiting + self.open + self.closed


@dataclass(frozen=True)
class FalseAlarmRecord:
    """share: false of those judged, with its interval; None while none has been. q: what is aimed at."""

    months: list[tuple[date, Flags]]
    in_all: Flags
    share: float | None
    low: float | None
    high: float | None
    q: float

    @property
    def verdict(self) -> str:
        if self.low is None or self.high is None:
            return "Endnu er ingen signaler blevet bedømt, så vi ved ikke, hvor ofte de er tilfældige."
        if self.low > self.q:
            return "Flere signaler end tilsigtet viste sig at være tilfældige. Overvej en lavere andel."
        if self.high < self.q:
            return "Færre signaler end tilsigtet viste sig at være tilfældige."
        return "Andelen af tilfældige signaler passer med det tilsigtede."


def false_alarm_record() -> FalseAlarmRecord:
    """What became of the flags, by the month they were opened in, the newest first. Four queries."""
    fates: dict[date, Counter[str]] = defaultdict(Counter)
    causes, waiting = _last_causes(), _provisional()
    for pk, opened_in, state in Drift.objects.values_list("pk", "opened_in", "state"):
        fates[opened_in][_fate(state, causes.get(pk), pk in waiting)] += 1
    in_all = Flags(**sum(fates.values(), Counter[str]()))
    share, low, high = share_of_false(in_all.false, in_all.judged)
    months = [(month, Flags(**fates[month])) for month in sorted(fates, reverse=True)]
    return FalseAlarmRecord(months, in_all, share, low, high, current_settings().q)


def _fate(state: str, cause: str | None, is_provisional: bool) -> str:
    if cause == SignalNote.Cause.NOISE:
        return "noise"
    if state == Drift.State.WITHDRAWN:
        return "withdrawn"
    if cause:
        return "explained"
    if state == Drift.State.CLOSED:
        return "closed"
    return "waiting" if is_provisional else "open"


def _last_causes() -> dict[int, str]:
    """By drift the cause that was given last. One query."""
    explained = SignalNote.objects.filter(kind=SignalNote.Kind.EXPLAINED).order_by("at", "pk")
    return dict(explained.values_list("drift_id", "cause"))


def _provisional() -> set[int]:
    """The drifts that nothing but months that may still change speak for. One query."""
    spoken = DriftSignal.objects.filter(drift__state=Drift.State.OPEN, drift__isnull=False)
    newest = spoken.order_by("drift_id", "-month", "-revision").distinct("drift_id")
    found = newest.values_list("drift_id", "provisional", "month", "drift__opened_in")
    return {
        pk or 0 for pk, provisional, month, opened in found if provisional and month < month_plus(opened, 2)
    }


def share_of_false(false: int, judged: int) -> tuple[float | None, float | None, float | None]:
    """The share with its interval, which covers as much as that of a signal's level."""
    if not judged:
        return None, None, None
    low, high = jeffreys(np.array([float(false)]), np.array([float(judged)]), np.ones(1))
    return false / judged, float(low[0]), float(high[0])
