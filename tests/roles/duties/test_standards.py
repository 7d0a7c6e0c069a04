from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from roles.models import Duty, Event, EventKind, Timing
from serviceniveau.actions.standards import adopt_version
from tests.factories import ResponsibilityFactory, ServiceLevelFactory, UnitFactory, department, municipality
from tests.roles.duties.people import adopt

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def line(team, leader):
    """A fortnight after a standard is adopted, the leader goes through it with the team."""
    line = ResponsibilityFactory(
        timing=Timing.RELATIVE, first_due_on=None, event=EventKind.STANDARD_ADOPTED, offset_days=14
    )
    adopt(line.plan, TODAY - timedelta(days=100))
    return line


def adopt_standard(owner, on=TODAY):
    version = ServiceLevelFactory(version__standard__owner=owner).version
    return adopt_version(version=version, valid_from=on, body="Socialudvalget", adopted_on=on)


def test_an_adopted_standard_makes_duties_below_its_unit(line, team, leader):
    adopt_standard(department())

    duty = Duty.objects.of(leader).get()
    assert (duty.due_on, duty.event.unit) == (TODAY + timedelta(days=14), department())


@pytest.mark.parametrize("has_owner", [True, False])
def test_a_standard_without_an_open_unit_concerns_everybody(line, has_owner):
    closed = UnitFactory(closed_on=TODAY - timedelta(days=1))

    adopt_standard(closed if has_owner else None)

    assert Event.objects.get().unit == municipality()


def test_an_old_standard_is_no_event(line):
    adopt_standard(department(), on=date(2006, 5, 1))

    assert Event.objects.count() == 0
