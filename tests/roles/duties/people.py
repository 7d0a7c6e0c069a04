"""Deputies and roles for the tests of duties."""

from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.assignments import assign_role
from roles.models import Role
from tests.factories import PlanFactory, ResponsibilityFactory, UserFactory


def role(code):
    return Role.objects.get(code=code)


def deputise(holder, code, unit, *, deputy=None, last=None):
    deputy = deputy or UserFactory()
    end = last + timedelta(days=1) if last else None
    assign_role(user=deputy, role=code, unit=unit, valid=DateRange(date(2026, 1, 1), end), deputy_of=holder)
    return deputy


def adopt(plan, adopted_on):
    """As the political body did, without asking: for tests of what follows."""
    plan.body, plan.adopted_on = "Socialudvalget", adopted_on
    plan.save()
    return plan


def next_version(plan, adopted_on, *, leave_out=False, **values):
    """A version in force with the lines of the one before it, changed so; or without them."""
    version = PlanFactory(unit=plan.unit, subject=plan.subject, version=plan.version + 1)
    for line in plan.responsibilities.all():
        copied = {name: getattr(line, name) for name in ("role", "lineage", "text", "timing", "first_due_on")}
        if not leave_out:
            ResponsibilityFactory(plan=version, **copied | values)
    plan.superseded_on = adopted_on
    plan.save()
    return adopt(version, adopted_on)
