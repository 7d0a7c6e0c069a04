"""A right that ends is gone at the next request: nobody has to log out first."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate, timedelta

from roles.actions import sync_permissions
from roles.actions.closing import close_unit
from roles.actions.people import deactivate_person, stop_role
from roles.models import RoleCode, UnitPermission
from roles.permissions import ROLE_PERMISSIONS
from tests.factories import UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(log_in, caseworker):
    """The caseworker asks for the caseload, and is let in the first time."""
    client = log_in(caseworker)

    def asked() -> int:
        return client.get("/min-sagsstamme/").status_code

    assert asked() == 200
    return asked


def test_role_that_is_stopped(ask, caseworker, administrator):
    stop_role(assignment=caseworker.assignments.get(), by=administrator)

    assert ask() == 403


def test_person_who_is_deactivated_is_logged_out(ask, caseworker, administrator):
    deactivate_person(person=caseworker, by=administrator)

    assert ask() == 302


def test_unit_that_closes(ask, team, administrator):
    close_unit(unit=team, on=localdate(), successor=UnitFactory(), by=administrator)

    assert ask() == 403


def test_role_that_follows_to_the_successor_counts_there(ask, team, caseworker, administrator):
    successor = UnitFactory()
    close_unit(unit=team, on=localdate(), successor=successor, by=administrator, keep_roles=True)

    assert ask() == 200
    assert [each.unit for each in caseworker.assignments.filter(valid__contains=localdate())] == [successor]


def test_role_that_the_list_no_longer_gives_the_right(ask, monkeypatch):
    monkeypatch.setitem(ROLE_PERMISSIONS, RoleCode.CASEWORKER, frozenset())
    sync_permissions()

    assert ask() == 403
    assert not UnitPermission.objects.filter(assignment__role__code=RoleCode.CASEWORKER).exists()


@pytest.mark.parametrize(("days_left", "status"), [(0, 403), (1, 200)])
def test_deputy_until_the_last_day(log_in, team, caseworker, days_left, status):
    today = localdate()
    span = DateRange(today - timedelta(days=9), today + timedelta(days=days_left))
    deputy = give_role(UserFactory(), RoleCode.CASEWORKER, team, span)
    deputy.assignments.update(deputy_of=caseworker)

    assert log_in(deputy).get("/min-sagsstamme/").status_code == status
