"""The days that responsibilities are timed after, as one person sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import localdate

from roles.models import Event, Permission, User
from roles.permissions import units_with


@dataclass(frozen=True)
class EventLine:
    event: Event
    is_editable: bool


@dataclass(frozen=True)
class EventLines:
    coming: list[EventLine]
    past: list[EventLine]


def event_lines(user: User | AnonymousUser) -> EventLines:
    """In order of their days; today's are still to come."""
    editable = set(units_with(user, Permission.EDIT_PLAN).values_list("pk", flat=True))
    events = Event.objects.select_related("unit").order_by("on", "kind", "pk")
    lines = [EventLine(event, event.unit_id in editable) for event in events]
    today = localdate()
    return EventLines(
        coming=[line for line in lines if line.event.on >= today],
        past=[line for line in lines if line.event.on < today],
    )
