from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate, timedelta

from roles.actions import end_assignment
from roles.models import Permission, RoleCode, User
from roles.permissions import ROLE_PERMISSIONS, may, require, units_with
from tests.factories import UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db

# role x permission; read it as the committee would
MATRIX = """
                         politiker direktion fagledelse teamledelse sagsbehandler controller administrator
view_case                .         .         x          x           x             x          .
register_decision        .         .         .          x           x             .          .
approve_decision         .         .         .          x           .             .          .
view_caseworker_figures  .         .         .          x           .             .          .
view_signals             .         x         x          x           .             x          .
view_overview            x         x         x          .           .             x          .
edit_standard            .         .         x          .           .             .          .
view_operations          .         .         .          .           .             x          x
manage_organisation      .         .         .          .           .             .          x
handle_signal            .         x         x          x           .             .          .
set_detector             .         .         .          .           .             .          x
edit_plan                .         .         x          .           .             .          x
confirm_roles            .         x         x          x           .             .          .
view_read_log            .         .         x          x           .             .          .
"""


def again(user: User) -> User:
    """The user as the next request sees them."""
    return User.objects.get(pk=user.pk)


def matrix() -> dict[RoleCode, frozenset[Permission]]:
    head, *lines = MATRIX.strip().splitlines()
    rows = {cells[0]: cells[1:] for cells in (line.split() for line in lines)}
    return {
        RoleCode(role): frozenset(Permission(right) for right, marks in rows.items() if marks[column] == "x")
        for column, role in enumerate(head.split())
    }


def test_role_matrix_is_the_reviewed_one():
    assert matrix() == ROLE_PERMISSIONS


def test_permission_counts_only_between_the_dates(team):
    today, day = localdate(), timedelta(days=1)
    spans = {
        "yesterday": DateRange(today - day, today),
        "today": DateRange(today, today + day),
        "tomorrow": DateRange(today + day, None),
    }

    users = {name: give_role(UserFactory(), RoleCode.CASEWORKER, team, span) for name, span in spans.items()}

    held = [name for name, user in users.items() if may(again(user), Permission.VIEW_CASE, team)]
    assert held == ["today"]


def test_permission_reaches_the_units_below_and_no_others(team):
    other_team = UnitFactory(code="FJO-SS-VH-T2", parent=team.parent)
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)

    assert set(units_with(lead, Permission.VIEW_CASE)) == {team.parent, team, other_team}
    assert not may(lead, Permission.VIEW_CASE, team.parent.parent)


def test_unit_whose_code_begins_alike_is_not_below(team):
    UnitFactory(code="FJO-SS-VH-T11", parent=team.parent)
    caseworker = give_role(UserFactory(), RoleCode.CASEWORKER, team)

    assert list(units_with(caseworker, Permission.VIEW_CASE)) == [team]


def test_caseworker_figures_stay_with_the_exact_unit(team):
    above = give_role(UserFactory(), RoleCode.TEAM_LEADER, team.parent)

    assert list(units_with(above, Permission.VIEW_CASEWORKER_FIGURES)) == [team.parent]
    assert not may(above, Permission.VIEW_CASEWORKER_FIGURES, team)
    assert may(above, Permission.VIEW_CASE, team)


def test_ended_assignment_loses_its_rights_at_the_next_request(team, leader):
    assert may(leader, Permission.APPROVE_DECISION, team)

    end_assignment(assignment=leader.assignments.get(), on=localdate(), by=None)

    assert not may(again(leader), Permission.APPROVE_DECISION, team)


def test_inactive_user_has_no_rights(team, leader):
    leader.is_active = False
    leader.save()

    assert not may(again(leader), Permission.VIEW_CASE, team)


def test_anonymous_visitor_has_no_rights(team):
    assert not may(AnonymousUser(), Permission.VIEW_CASE, team)
    assert list(units_with(AnonymousUser(), Permission.VIEW_CASE)) == []


def test_require_refuses_what_may_does_not_grant(team, politician):
    require(politician, Permission.VIEW_OVERVIEW, team)

    with pytest.raises(PermissionDenied):
        require(politician, Permission.VIEW_CASE, team)


def test_deputy_holds_the_role_in_the_period_only(team, leader):
    deputy = give_role(
        UserFactory(), RoleCode.TEAM_LEADER, team, DateRange(date(2020, 1, 1), date(2020, 2, 1))
    )

    assert not may(deputy, Permission.APPROVE_DECISION, team)
