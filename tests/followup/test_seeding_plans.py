"""The made-up municipality's plans: adopted through the front door, mostly done, with something left."""

from datetime import date

import pytest
from django.utils.timezone import localdate

from followup.actions.seeding_plans import COVERED, ONLY_WHEN, PLANS, first_wednesday, seed_plans
from followup.queries.months import month_plus
from roles.models import Duty, Event, Responsibility, ResponsibilityPlan, RoleCode
from tests.factories import UnitFactory, UserFactory, department, give_role, municipality

pytestmark = pytest.mark.django_db
LAST_MONTH = month_plus(localdate().replace(day=1), -1)


@pytest.fixture
def departments():
    give_role(UserFactory(name="Per Admin"), RoleCode.ADMINISTRATOR, municipality())
    for code in PLANS:
        team = UnitFactory(code=f"{code}-T1", parent=department(code))
        give_role(UserFactory(), RoleCode.TEAM_LEADER, team)
        give_role(UserFactory(), RoleCode.CASEWORKER, team)


def test_first_wednesday_of_a_month():
    found = [first_wednesday(date(2026, month, 1)) for month in (4, 10, 11)]

    assert found == [date(2026, 4, 1), date(2026, 10, 7), date(2026, 11, 4)]


def test_plans_are_adopted_and_a_new_version_is_under_way(departments):
    seed_plans(until=LAST_MONTH)

    plans = ResponsibilityPlan.objects.values_list("subject", "version", "superseded_on")
    assert [each[:2] for each in plans.in_force()] == [(subject, 1) for subject, _ in PLANS.values()]
    assert list(plans.drafts()) == [("Støtte til voksne med handicap", 2, None)]


def test_each_plan_keeps_only_the_lines_about_its_own_paragraphs(departments):
    seed_plans(until=LAST_MONTH)

    lines = Responsibility.objects.filter(plan__version=1)
    asked = lines.filter(legal_basis__regex="SEL §§ 83|SEL § 101")
    assert set(asked.values_list("plan__unit__code", flat=True)) == set(COVERED)
    assert not lines.filter(text__contains=ONLY_WHEN).exists()


def test_most_of_what_was_due_is_done_and_something_is_left(departments):
    seed_plans(until=LAST_MONTH)

    held = Duty.objects.exclude(seat=None)
    done, left = held.exclude(done_at=None).count(), held.overdue().count()
    assert done > 5 * left > 0
    assert not held.exclude(done_at=None).exclude(due_on__lt=localdate()).exists()


def test_again_changes_nothing(departments):
    seed_plans(until=LAST_MONTH)
    before = (ResponsibilityPlan.objects.count(), Duty.objects.count(), Event.objects.count())

    assert seed_plans(until=LAST_MONTH) == 0

    assert (ResponsibilityPlan.objects.count(), Duty.objects.count(), Event.objects.count()) == before
