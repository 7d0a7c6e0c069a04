"""The ledger of drifts: which ones a reader may see, how each stands, and what has been said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from django.db.models import QuerySet
from django.utils.timezone import localdate, localtime

from followup.drift.alarms import FADED
from followup.models import Direction, Drift, DriftSignal, SignalNote
from followup.queries.levels import level_of
from followup.queries.measures import of_visible_measures
from followup.queries.months import month_plus
from followup.queries.sentences import month_name, signal_sentence
from roles.models import Permission, Unit, UnitPermission, User
from roles.models.organisation import paths_above
from roles.models.sorting import Danish
from serviceniveau.models import StandardVersion

Kind = SignalNote.Kind
Change = DriftSignal.Change

NEWS_FIRST = (Change.OPENED, Change.STRENGTHENED, Change.UNCHANGED)
"""The order of what is open; then what fades."""
MONTHS_TO_TELL = 3
"""Months after a measure before it can be said that it has not helped."""


class Effect(Enum):
    BACK = "Praksis er tilbage på det tidligere niveau."
    NOT_YET = "Praksis er endnu ikke tilbage på det tidligere niveau."
    TOO_EARLY = "Det er for tidligt at sige, om praksis kommer tilbage."


@dataclass(frozen=True)
class Standing:
    """How a drift stands today.

    signal: what the newest month says. accepted: the acceptance that keeps it quiet today. outgrown: the
    last acceptance, if its day has passed or practice has moved beyond it. effect: what came of what was
    done; None while nothing has been.
    """

    drift: Drift
    signal: DriftSignal | None
    explained: SignalNote | None = None
    accepted: SignalNote | None = None
    outgrown: SignalNote | None = None
    actions: list[SignalNote] = field(default_factory=list)
    effect: Effect | None = None

    @property
    def is_open(self) -> bool:
        return self.drift.state == Drift.State.OPEN

    @property
    def is_quiet(self) -> bool:
        return self.is_open and self.accepted is not None

    @property
    def sentence(self) -> str:
        return signal_sentence(self.signal) if self.signal else ""

    @property
    def words(self) -> str:
        """One line: explained as what, accepted until when, who does what by when."""
        parts = []
        if not self.is_open and self.drift.closed_in:
            parts.append(f"{self.drift.get_state_display()} i {month_name(self.drift.closed_in)}")
        if self.explained:
            cause = self.explained.get_cause_display()
            parts.append(f"Forklaret: {cause[0].lower()}{cause[1:]}")
        if self.is_quiet and self.accepted:
            parts.append(f"Accepteret til og med {self.accepted.accepted_until:%d-%m-%Y}")
        elif self.is_open and self.outgrown:
            parts.append(_asks_again(self.outgrown))
        parts += [f"Handling: {each.owner}, frist {each.due_on:%d-%m-%Y}" for each in self.actions]
        return " · ".join(parts)


def _asks_again(note: SignalNote) -> str:
    if note.accepted_until and note.accepted_until < localdate():
        return f"Var accepteret til og med {note.accepted_until:%d-%m-%Y}"
    return "Er gået længere end det, der blev accepteret"


def drifts_visible(user: User) -> QuerySet[Drift]:
    """The drifts in the units whose figures the user may see, each measure with its own right."""
    return Drift.objects.filter(of_visible_measures(user)).select_related("unit", "standard", "intervention")


def newest_signal(drift: Drift) -> DriftSignal | None:
    return drift.signals.order_by("-month", "-revision").first()


def signals_now(drifts: Iterable[Drift]) -> dict[int, DriftSignal]:
    """What the newest month says of each drift, by its key. One query."""
    found = DriftSignal.objects.filter(drift__in=[drift.pk for drift in drifts])
    newest = found.order_by("drift_id", "-month", "-revision").distinct("drift_id")
    return {each.drift_id or 0: each for each in newest.select_related("unit", "standard", "intervention")}


def standing(drift: Drift) -> Standing:
    return standings([drift])[0]


def standings(drifts: Iterable[Drift]) -> list[Standing]:
    """How each stands, in the order given. Four queries at most, whatever the number."""
    listed = list(drifts)
    if not listed:
        return []
    signals, notes, adopted = signals_now(listed), _notes_of(listed), _adopted_on(listed)
    return [
        _standing(drift, signals.get(drift.pk), notes[drift.pk], adopted.get(drift.standard_id or 0, []))
        for drift in listed
    ]


def _notes_of(drifts: list[Drift]) -> dict[int, list[SignalNote]]:
    notes: dict[int, list[SignalNote]] = defaultdict(list)
    found = SignalNote.objects.filter(drift__in=[drift.pk for drift in drifts]).order_by("at", "pk")
    for note in found.select_related("owner", "by"):
        notes[note.drift_id].append(note)
    return notes


def _adopted_on(drifts: list[Drift]) -> dict[int, list[date]]:
    """By standard the days on which adopted versions came into force."""
    days: dict[int, list[date]] = defaultdict(list)
    standards = {drift.standard_id for drift in drifts if drift.standard_id}
    if not standards:
        return days
    versions = StandardVersion.objects.adopted().filter(
        standard__in=standards, valid__startswith__lte=localdate()
    )
    for version in versions.order_by("valid"):
        if version.valid and version.valid.lower:
            days[version.standard_id].append(version.valid.lower)
    return days


def _standing(
    drift: Drift, signal: DriftSignal | None, notes: list[SignalNote], adopted: list[date]
) -> Standing:
    of_kind = {kind: [note for note in notes if note.kind == kind] for kind in Kind}
    done = {note.answers_id for note in of_kind[Kind.ACTION_DONE]}
    acceptance = of_kind[Kind.ACCEPTED][-1] if of_kind[Kind.ACCEPTED] else None
    holds = acceptance is not None and is_in_force(acceptance, signal)
    return Standing(
        drift=drift,
        signal=signal,
        explained=of_kind[Kind.EXPLAINED][-1] if of_kind[Kind.EXPLAINED] else None,
        accepted=acceptance if holds else None,
        outgrown=None if holds else acceptance,
        actions=[note for note in of_kind[Kind.ACTION] if note.pk not in done],
        effect=_effect(drift, signal, of_kind[Kind.ACTION_DONE], adopted),
    )


def is_in_force(note: SignalNote, signal: DriftSignal | None, *, on: date | None = None) -> bool:
    """Whether the acceptance holds on the day: its date has not passed, and practice is not beyond it."""
    if (
        note.accepted_until is None
        or note.accepted_level is None
        or note.accepted_until < (on or localdate())
    ):
        return False
    if signal is None:
        return True
    level = level_of(signal)
    return level <= note.accepted_level if signal.direction == Direction.UP else level >= note.accepted_level


def _effect(
    drift: Drift, signal: DriftSignal | None, done: list[SignalNote], adopted: list[date]
) -> Effect | None:
    """What came after the last action done or version adopted since the drift opened."""
    days = [localtime(note.at).date() for note in done] + [day for day in adopted if day > drift.opened_in]
    if not days or (signal is not None and signal.is_of_closed_unit):
        return None
    first_after = month_plus(max(days).replace(day=1), 1)
    if drift.state == Drift.State.CLOSED and drift.closed_in and drift.closed_in >= max(days).replace(day=1):
        return Effect.BACK
    if signal is None or signal.month < first_after:
        return Effect.TOO_EARLY
    if signal.probability < FADED:
        return Effect.BACK
    return Effect.NOT_YET if signal.month >= month_plus(first_after, MONTHS_TO_TELL - 1) else Effect.TOO_EARLY


def signal_list(
    user: User, *, unit: Unit | None = None, measure: str = "", state: str = ""
) -> list[Standing]:
    """The drifts the user may see, open ones first, the surest first. unit: it and all beneath it."""
    drifts = drifts_visible(user)
    drifts = drifts.filter(unit__path__startswith=unit.path) if unit else drifts
    drifts = drifts.filter(measure=measure) if measure else drifts
    drifts = drifts.filter(state=state) if state else drifts
    return sorted(standings(drifts), key=_most_pressing)


def _most_pressing(each: Standing) -> tuple[bool, bool, int, int, float]:
    """Open before closed, lately ended first, loud before quiet, news first, sure before likely."""
    signal = each.signal
    ended = 0 if each.is_open or not each.drift.closed_in else -each.drift.closed_in.toordinal()
    news = NEWS_FIRST.index(signal.change) if signal and signal.change in NEWS_FIRST else len(NEWS_FIRST)
    probability = signal.probability if signal else 0.0
    return not each.is_open, each.is_quiet, ended, news, -probability


@dataclass(frozen=True)
class Event:
    """One line of a drift's history: what a month said, or what somebody wrote. on: its day."""

    on: date
    signal: DriftSignal | None = None
    note: SignalNote | None = None


def timeline(drift: Drift) -> list[Event]:
    """Months and notes, the newest first. Two queries."""
    newest = drift.signals.order_by("month", "-revision").distinct("month")
    months = [
        Event(each.month, signal=each) for each in newest.select_related("unit", "standard", "intervention")
    ]
    notes = [
        Event(localtime(note.at).date(), note=note)
        for note in drift.notes.select_related("by", "owner", "answers")
    ]
    # A month is told once it is over, so its line stands before what was written about it.
    return sorted([*months, *notes], key=_when, reverse=True)


def _when(event: Event) -> tuple[date, int]:
    return (month_plus(event.on, 1), 0) if event.signal else (event.on, event.note.pk if event.note else 0)


def action_owners(drift: Drift) -> QuerySet[User]:
    """Those who may be given an action: active, and able to see the signals of the unit today."""
    rights = UnitPermission.objects.filter(
        permission__codename=Permission.VIEW_SIGNALS,
        content_object__path__in=paths_above(drift.unit.path),
        assignment__valid__contains=localdate(),
    )
    return User.objects.filter(is_active=True, pk__in=rights.values("user")).order_by(Danish("name"))
