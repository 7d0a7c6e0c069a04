"""Deputies and roles for the tests of duties."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.assignments import assign_role
from roles.models import Role
from tests.factories import UserFactory


def role(code):
    return Role.objects.get(code=code)


def deputise(holder, code, unit, *, deputy=None, last=None):
    deputy = deputy or UserFactory()
    end = last + timedelta(days=1) if last else None
    assign_role(user=deputy, role=code, unit=unit, valid=DateRange(date(2026, 1, 1), end), deputy_of=holder)
    return deputy
