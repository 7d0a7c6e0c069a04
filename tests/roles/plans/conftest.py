import pytest

from roles.actions.plans import create_plan
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
