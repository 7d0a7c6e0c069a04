from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions import assign_role, create_unit, end_assignment, log_read, sync_permissions
from roles.models import ReadLog, RoleAssignment, RoleCode, Unit, UnitPermission
from roles.permissions import ROLE_PERMISSIONS
from tests.factories import UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db


def rows() -> set[tuple[int, int, str, int]]:
    return set(
        UnitPermission.objects.values_list(
            "assignment_id", "user_id", "permission__codename", "content_object_id"
        )
    )


def test_assignment_brings_the_permissions_of_the_role(team):
    user = UserFactory()

    assignment = assign_role(
        user=user, role=RoleCode.TEAM_LEADER, unit=team, valid=DateRange(date(2024, 1, 1), None)
    )

    rights = ROLE_PERMISSIONS[RoleCode.TEAM_LEADER]
    assert rows() == {(assignment.pk, user.pk, right.value, team.pk) for right in rights}


def test_assignment_names_who_gave_it(team, administrator):
    assignment = assign_role(
        user=UserFactory(),
        role=RoleCode.CASEWORKER,
        unit=team,
        valid=DateRange(date(2024, 1, 1), None),
        by=administrator,
    )

    entry = assignment.history.get()
    assert (entry.history_user_id, entry.history_change_reason) == (
        administrator.pk,
        "Tildeler rollen sagsbehandler i FJO-SS-VH-T1",
    )


@pytest.mark.parametrize(
    ("valid", "message"),
    [
        (DateRange(empty=True), "Skriv, hvilken dag rollen begynder, og lad den gælde mindst én dag."),
        (DateRange(None, None), "Skriv, hvilken dag rollen begynder, og lad den gælde mindst én dag."),
        (DateRange(date(2024, 1, 1), date(2024, 1, 1)), "Rollen skal slutte efter, at den er begyndt."),
        (DateRange(date(2024, 2, 1), date(2024, 1, 1)), "Rollen skal slutte efter, at den er begyndt."),
        (DateRange(date(2006, 12, 31), None), "Team Nord findes først fra 01-01-2007."),
    ],
)
def test_assignment_refuses_dates(team, valid, message):
    with pytest.raises(ValidationError) as refusal:
        assign_role(user=UserFactory(), role=RoleCode.CASEWORKER, unit=team, valid=valid)

    assert refusal.value.message_dict == {"valid": [message]}


def test_assignment_refuses_overlap_with_itself(team, caseworker):
    with pytest.raises(ValidationError) as refusal:
        give_role(caseworker, RoleCode.CASEWORKER, team, DateRange(date(2026, 1, 1), None))

    assert refusal.value.messages == [
        "Asta Bøgelund har allerede rollen Sagsbehandler i Team Nord fra 01-01-2020. Afslut den rolle først."
    ]


def test_assignment_refuses_a_closed_unit(team):
    closed = UnitFactory(name="Team Øst", closed_on=date(2025, 1, 1))

    give_role(UserFactory(), RoleCode.CASEWORKER, closed, DateRange(date(2024, 1, 1), date(2025, 1, 1)))
    with pytest.raises(ValidationError) as refusal:
        give_role(UserFactory(), RoleCode.CASEWORKER, closed, DateRange(date(2024, 1, 1), None))

    assert refusal.value.messages == ["Team Øst er lukket fra 01-01-2025. Rollen skal slutte inden den dag."]


def test_assignment_may_follow_an_ended_one(team, caseworker):
    end_assignment(assignment=caseworker.assignments.get(), on=date(2026, 1, 1), by=None)

    give_role(caseworker, RoleCode.CASEWORKER, team, DateRange(date(2026, 1, 1), None))

    spans = caseworker.assignments.order_by("valid").values_list("valid", flat=True)
    assert list(spans) == [
        DateRange(date(2020, 1, 1), date(2026, 1, 1)),
        DateRange(date(2026, 1, 1), None),
    ]


def test_assignment_cannot_end_before_it_began(caseworker):
    with pytest.raises(ValidationError):
        end_assignment(assignment=caseworker.assignments.get(), on=date(2020, 1, 1), by=None)


def test_sync_changes_nothing_where_all_is_well(leader, caseworker):
    before = set(UnitPermission.objects.values_list("pk", flat=True))

    assert sync_permissions() == 0
    assert set(UnitPermission.objects.values_list("pk", flat=True)) == before


def test_sync_restores_lost_rows_and_removes_foreign_ones(team, leader, caseworker):
    wanted = rows()
    own, foreign = caseworker.assignments.get(), leader.assignments.get()
    approve = foreign.permissions.get(permission__codename="approve_decision")
    own.permissions.filter(permission__codename="view_case").delete()
    UnitPermission.objects.bulk_create(
        [UnitPermission(assignment=own, user=caseworker, content_object=team, permission=approve.permission)]
    )

    assert sync_permissions() == 2
    assert rows() == wanted


def test_permissions_go_with_their_assignment(caseworker):
    RoleAssignment.objects.filter(user=caseworker).delete()

    assert rows() == set()


def test_create_unit_places_it_below_its_parent(team):
    unit = create_unit(code="FJO-SS-VH-T9", name="Team Vest", kind="team", parent=team.parent)

    assert unit.path == "/FJO/FJO-SS/FJO-SS-VH/FJO-SS-VH-T9/"


def test_create_unit_refuses_a_second_top(db):
    with pytest.raises(ValidationError):
        create_unit(code="X", name="Løs enhed", kind="team", parent=None)

    assert Unit.objects.count() == 0


def test_log_read_keeps_what_was_seen(caseworker):
    log_read(by=caseworker, act="åbnet", subject="sag", keys=[3, 5], purpose="sagsbehandling")

    entry = ReadLog.objects.get()
    assert (entry.user, entry.act, entry.subject, entry.keys, entry.purpose) == (
        caseworker,
        "åbnet",
        "sag",
        [3, 5],
        "sagsbehandling",
    )
