"""Actions agreed about signals, as what people have in hand: told of those who leave, and never moved."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from followup.models import SignalNote
from roles.models import Unit
from roles.residents import Residents, register


def register_actions() -> None:
    """For the start of the app. They stand with a person and a signal, so no unit is kept open by them."""
    name, one = "åbne handlinger om signaler", "åben handling om et signal"
    register(Residents(name, one, count_actions_at, move_actions, count_actions_with))


def count_actions_at(unit: Unit) -> int:
    return 0


def move_actions(unit: Unit, successor: Unit) -> int:
    """What was written about a signal is never changed: another owner is another note."""
    return 0


def count_actions_with(people: Collection[int]) -> dict[int, int]:
    notes = SignalNote.objects.filter(kind=SignalNote.Kind.ACTION, answered_by=None, owner__in=people)
    counted = notes.order_by().values_list("owner").annotate(Count("pk"))
    return {owner or 0: count for owner, count in counted}
