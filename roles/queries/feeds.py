"""A person's open duties as a calendar that other programs read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.utils.timezone import localdate, make_aware
from icalendar import Calendar, Event

from roles.models import CalendarFeed, Duty, User

REFRESH = timedelta(hours=6)
LONGEST_SUMMARY = 120


def feed_of(digest: str) -> CalendarFeed | None:
    """The feed whose token has the digest, of a user who is still active."""
    feeds = CalendarFeed.objects.select_related("user")
    return feeds.filter(token_sha256=digest, user__is_active=True).first()


def calendar_of(user: User, address_of: Callable[[Duty], str]) -> bytes:
    """iCalendar (RFC 5545): an all-day event per open duty. It names duties and units, never people."""
    calendar = Calendar()
    calendar.add("prodid", "-//serviceniveau//opgaver//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Opgaver i Serviceniveau")
    calendar.add("x-wr-timezone", "Europe/Copenhagen")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    duties = Duty.objects.of(user).open().select_related("responsibility__plan", "role", "unit")
    for duty in duties:
        calendar.add_component(_event(duty, address_of(duty)))
    return bytes(calendar.to_ical())


def _event(duty: Duty, address: str) -> Event:
    event = Event()
    event.add("uid", _lasting_name(duty))
    event.add("dtstamp", make_aware(datetime.combine(localdate(), time())))
    event.add("dtstart", duty.due_on)
    event.add("dtend", duty.due_on + timedelta(days=1))
    event.add("summary", f"Frist: {_short(duty.responsibility.text)}")
    event.add("description", _described(duty, address))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # a deadline takes no time of the day
    return event


def _lasting_name(duty: Duty) -> str:
    """The same however often the duty is made again from its plan."""
    return f"{duty.lineage}-{duty.unit_id}-{duty.holder_id or 0}-{duty.due_on:%Y%m%d}@serviceniveau"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 1].rstrip()}…"


def _described(duty: Duty, address: str) -> str:
    lines = [
        " ".join(duty.responsibility.text.split()),
        f"Gælder {duty.unit}. Rolle: {duty.role}.",
        f"Rolle- og ansvarsfordeling: {duty.responsibility.plan.subject}.",
    ]
    if duty.responsibility.evidence:
        lines.append(f"Dokumentation: {duty.responsibility.evidence}.")
    return "\n".join([*lines, address])
