"""Days that responsibilities are timed to."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from roles.actions.events import record_event, remove_event
from roles.models import Duty, Event, EventKind
from tests.factories import DutyFactory, EventFactory, municipality

MEETING = EventKind.COMMITTEE_MEETING


def test_event_is_recorded_once(unit, editor):
    given = {"kind": MEETING, "unit": unit, "on": date(2026, 12, 2), "title": " Møde  11 ", "by": editor}
    first, second = record_event(**given), record_event(**given)

    assert (first, first.title, Event.objects.count()) == (second, "Møde 11", 1)
    assert first.history.get().history_user == editor


REFUSED = {
    "unknown kind": ({"kind": "jul"}, "jul"),
    "the plan's own": ({"kind": EventKind.PLAN_ADOPTED}, "Planens egen vedtagelse registreres på planen"),
    "year 200": ({"on": date(200, 1, 1)}, "mellem 01-01-2007 og 31-12-2099"),
    "CPR": ({"title": "Møde 010190-1234"}, "CPR-nummer"),
    "long": ({"title": "x" * 161}, "160"),
}


@pytest.mark.parametrize(("given", "sentence"), REFUSED.values(), ids=REFUSED)
def test_event_that_cannot_be_is_refused(unit, editor, given, sentence):
    values = {"kind": MEETING, "unit": unit, "on": date(2026, 12, 2), "title": "", **given}

    with pytest.raises(ValidationError, match=sentence):
        record_event(**values, by=editor)
    assert Event.objects.count() == 0


def test_event_after_the_unit_closed_is_refused(unit, editor):
    unit.closed_on = date(2026, 12, 1)

    with pytest.raises(ValidationError, match="er lukket fra 01-12-2026"):
        record_event(kind=MEETING, unit=unit, on=date(2026, 12, 2), by=editor)


def test_event_is_removed_with_its_open_duties(db, editor):
    event = EventFactory(unit=municipality())
    DutyFactory(event=event)
    remove_event(event=event, by=editor)

    assert (Event.objects.count(), Duty.objects.count()) == (0, 0)


def test_event_with_done_duties_stays(db, editor):
    event = EventFactory()
    DutyFactory(event=event, done_at=now(), done_by=editor)

    with pytest.raises(ValidationError, match="en udført opgave og bliver stående"):
        remove_event(event=event, by=editor)
    assert (Event.objects.count(), Duty.objects.count()) == (1, 1)
