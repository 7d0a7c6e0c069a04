from datetime import date

import pytest

from roles.actions.plans import add_responsibility, adopt_plan, create_plan
from roles.models import Phase, ResponsibilityPlan, Role, RoleCode, Unit, User
from tests.factories import UserFactory, department, give_role


@pytest.fixture
def unit(db: None) -> Unit:
    return department()


@pytest.fixture
def editor(unit: Unit) -> User:
    return give_role(UserFactory(name="Bo Faglig"), RoleCode.PROFESSIONAL_LEAD, unit)


@pytest.fixture
def plan(unit: Unit, editor: User) -> ResponsibilityPlan:
    """An empty draft with the five roles."""
    return create_plan(unit=unit, subject="Voksen handicap", by=editor, from_template=False)


@pytest.fixture
def leading(db: None) -> Role:
    return Role.objects.get(code=RoleCode.TEAM_LEADER)


@pytest.fixture
def cell(leading: Role) -> dict[str, object]:
    return {"role": leading, "phase": Phase.FOLLOW_UP}


@pytest.fixture
def adopted(plan: ResponsibilityPlan, leading: Role, editor: User) -> ResponsibilityPlan:
    """Version 1, in force since 2 November 2026, with one monthly line."""
    values = {"text": "Gennemgår signaler", "timing": "maaned", "first_due_on": date(2026, 11, 15)}
    add_responsibility(plan=plan, role=leading, phase=Phase.FOLLOW_UP, values=values, by=editor)
    return adopt(plan, by=editor)


def adopt(plan: ResponsibilityPlan, *, by: User, on: date = date(2026, 11, 2), **given: str):
    decision = {"body": "Socialudvalget", "case_number": "27.00-P22", "link": "", **given}
    return adopt_plan(plan=plan, adopted_on=on, by=by, **decision)
