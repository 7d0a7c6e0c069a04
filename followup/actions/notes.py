"""What people say and do about a drift. Every note is added; none is changed or removed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from followup.models import Direction, Drift, SignalNote
from followup.queries.ledger import newest_signal
from followup.queries.months import month_end, month_plus
from roles.models import Permission, User
from roles.models.cpr import refuse_cpr
from roles.permissions import may, standing_in

Kind = SignalNote.Kind

LONGEST_ACCEPTANCE = 12
"""Months that a drift can be accepted for: after that it is to be looked at again."""
AFTERWARDS = frozenset({Kind.EXPLAINED, Kind.COMMENT, Kind.ACTION_DONE})
"""What can still be said of a drift that is over."""


@transaction.atomic
def explain(*, drift: Drift, cause: str, text: str, by: User) -> SignalNote:
    if cause not in SignalNote.Cause.values:
        raise ValidationError({"cause": "Vælg en årsag."})
    return _note(drift, Kind.EXPLAINED, text, by, cause=cause)


@transaction.atomic
def accept(*, drift: Drift, until: date, text: str, by: User) -> SignalNote:
    """Let the drift be quiet up to and including the day, unless it goes further than it has now."""
    today = localdate()
    latest = _a_year_on(today)
    if until <= today:
        raise ValidationError({"until": "Vælg en dag efter i dag."})
    if until > latest:
        raise ValidationError({"until": f"Vælg senest {latest:%d-%m-%Y}: et signal accepteres højst et år."})
    newest = newest_signal(drift)
    if newest is None:
        raise ValidationError("Signalet har ingen måned endnu. Prøv igen, når måneden er lukket.")
    level = newest.high if drift.direction == Direction.UP else newest.low
    return _note(drift, Kind.ACCEPTED, text, by, accepted_until=until, accepted_level=level)


def _a_year_on(today: date) -> date:
    month = month_plus(today.replace(day=1), LONGEST_ACCEPTANCE)
    return month.replace(day=min(today.day, month_end(month).day))


@transaction.atomic
def plan_action(*, drift: Drift, text: str, owner: User, due_on: date, by: User) -> SignalNote:
    if due_on <= localdate():
        raise ValidationError({"due_on": "Vælg en frist efter i dag."})
    if not owner.is_active or not may(owner, Permission.VIEW_SIGNALS, drift.unit):
        raise ValidationError({"owner": f"Vælg en ansvarlig, der kan se signaler i {drift.unit}."})
    return _note(drift, Kind.ACTION, text, by, owner=owner, due_on=due_on)


@transaction.atomic
def finish_action(*, note: SignalNote, text: str, by: User) -> SignalNote:
    if note.kind != Kind.ACTION:
        raise ValidationError("Kun en handling kan meldes udført.")
    Drift.objects.select_for_update().get(pk=note.drift_id)  # two at once: the second sees the first
    if SignalNote.objects.filter(answers=note).exists():
        raise ValidationError("Handlingen er allerede meldt udført.")
    return _note(note.drift, Kind.ACTION_DONE, text, by, answers=note)


@transaction.atomic
def comment(*, drift: Drift, text: str, by: User) -> SignalNote:
    return _note(drift, Kind.COMMENT, text, by)


def _note(drift: Drift, kind: SignalNote.Kind, text: str, by: User, **more: Any) -> SignalNote:
    current = Drift.objects.select_for_update().filter(pk=drift.pk).first()
    if current is None:  # its month was scanned again while the form was open
        raise ValidationError(
            "Signalet er ikke fundet igen og er taget af listen. Gå tilbage til signalerne."
        )
    if current.state != Drift.State.OPEN and kind not in AFTERWARDS:
        raise ValidationError("Signalet er afsluttet. Du kan stadig forklare det og skrive en bemærkning.")
    said = {"kind": kind, "text": _plain(text), "by": by, **more}
    last = current.notes.order_by("at", "pk").last()
    if last and all(getattr(last, name) == value for name, value in said.items()):
        return last  # the form was sent twice
    newest = newest_signal(current)
    return SignalNote.objects.create(
        drift=current,
        month=newest.month if newest else current.opened_in,
        standing_in=standing_in(by, Permission.HANDLE_SIGNAL, current.unit),
        **said,
    )


def _plain(text: str) -> str:
    written = text.replace("\r\n", "\n").strip()
    if not written:
        raise ValidationError({"text": "Skriv nogle ord, så andre kan følge med."})
    longest = SignalNote._meta.get_field("text").max_length or 0
    if len(written) > longest:
        raise ValidationError({"text": f"Teksten må højst fylde {longest} tegn."})
    try:
        refuse_cpr(written)
    except ValidationError as error:
        raise ValidationError({"text": error.messages}) from error
    return written
