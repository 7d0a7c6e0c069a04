"""The ledger as it stood before a month: the same whenever and however often the month is scanned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from followup.models import Drift, DriftSignal, MonthlyRun, SignalNote
from followup.queries.scan import Key
from roles.models import Unit


@dataclass(frozen=True)
class Book:
    """before: open when the month began. mine: opened in it, by key and direction, by an earlier scan of it.

    said: by drift the newest signal of the months before. confirmed: drifts of which one of those was not
    provisional. closed: units that were closed when the month began. is_newest: no later month has been
    scanned.
    """

    before: dict[Key, Drift]
    mine: dict[tuple[Key, str], Drift]
    said: dict[int, DriftSignal]
    confirmed: set[int]
    closed: set[int]
    is_newest: bool


def open_book(*, month: date, revision: int) -> Book:
    """Six queries."""
    earlier = Drift.objects.filter(opened_in__lt=month).filter(Q(closed_in=None) | Q(closed_in__gte=month))
    mine = Drift.objects.filter(opened_in=month)
    spoken = DriftSignal.objects.filter(drift__in=earlier.values("pk"), month__lt=month)
    said = spoken.order_by("drift_id", "-month", "-revision").distinct("drift_id")
    return Book(
        before={key_of(drift): drift for drift in earlier},
        mine={(key_of(drift), drift.direction): drift for drift in mine.order_by("pk")},
        said={signal.drift_id or 0: signal for signal in said},
        confirmed=set(spoken.filter(provisional=False).values_list("drift_id", flat=True)),
        closed=set(Unit.objects.filter(closed_on__lte=month).values_list("pk", flat=True)),
        is_newest=not _scanned_later(month),
    )


def key_of(drift: Drift) -> Key:
    return Key(drift.measure, drift.unit_id, drift.standard_id, drift.intervention_id)


def spoken_of(drifts: Collection[Drift], *, month: date, revision: int) -> set[int]:
    """Those that people or another revision have spoken of; locked, so that nobody begins to meanwhile."""
    keys = [drift.pk for drift in drifts]
    list(Drift.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    others = DriftSignal.objects.filter(drift__in=keys).exclude(month=month, revision=revision)
    noted = SignalNote.objects.filter(drift__in=keys)
    return {pk or 0 for each in (others, noted) for pk in each.values_list("drift_id", flat=True)}


def _scanned_later(month: date) -> bool:
    runs = MonthlyRun.objects.filter(
        month__gt=month, step=MonthlyRun.Step.SCAN, state=MonthlyRun.State.FINISHED
    )
    return runs.exists() or DriftSignal.objects.filter(month__gt=month).exists()
