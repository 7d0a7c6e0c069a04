"""Days that responsibilities are timed to: meetings, elections, a standard or a budget adopted."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from roles.actions.duties import drop_duties_of, follow_plans
from roles.models import Event, EventKind, Unit, User
from roles.models.history import record_actor

FIRST_DAY, LAST_DAY = date(2007, 1, 1), date(2099, 12, 31)


@transaction.atomic
def record_event(*, kind: str, unit: Unit, on: date, title: str = "", by: User | None) -> Event:
    """The same event twice is one event."""
    event = Event(kind=kind, unit=unit, on=on, title=" ".join(title.replace("\x00", "").split()))
    _refuse(event)
    if by is not None:
        record_actor(user_id=by.pk, reason=f"Registrerer begivenhed i {unit.code}")
    recorded, is_new = Event.objects.get_or_create(kind=event.kind, unit=unit, on=event.on, title=event.title)
    if is_new:
        follow_plans(units=[unit])
    return recorded


@transaction.atomic
def remove_event(*, event: Event, by: User) -> None:
    """The open duties timed to it go with it."""
    record_actor(user_id=by.pk, reason=f"Fjerner begivenhed i {event.unit.code}")
    drop_duties_of(event)
    Event.objects.filter(pk=event.pk).delete()
    follow_plans(units=[event.unit])


def _refuse(event: Event) -> None:
    if event.kind == EventKind.PLAN_ADOPTED:
        raise ValidationError({"kind": "Planens egen vedtagelse registreres på planen."})
    event.clean_fields(exclude=["unit"])
    if not FIRST_DAY <= event.on <= LAST_DAY:
        raise ValidationError({"on": f"Vælg en dag mellem {FIRST_DAY:%d-%m-%Y} og {LAST_DAY:%d-%m-%Y}."})
    if event.unit.closed_on and event.unit.closed_on <= event.on:
        raise ValidationError(
            {"unit": f"{event.unit} er lukket fra {event.unit.closed_on:%d-%m-%Y}. Vælg en åben enhed."}
        )
