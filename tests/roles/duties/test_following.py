from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roles.actions.duties import Changed, do_duty, follow_plans
from roles.models import Duty, EventKind, Involvement, RoleCode, Timing, Unit
from tests.factories import (
    EventFactory,
    PlanFactory,
    PlanRoleFactory,
    ResponsibilityFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
    municipality,
)
from tests.roles.duties import oracle
from tests.roles.duties.people import adopt, deputise, next_version, role

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 20)
ADOPTED = date(2026, 9, 1)


def days(**which):
    return list(Duty.objects.filter(**which).order_by("due_on").values_list("due_on", flat=True))


def kept(on=TODAY):
    rows = Duty.objects.filter(done_at=None)
    return {(d.lineage, d.unit_id, d.due_on, d.holder_id): (d.role_id, d.seat_id) for d in rows}


@pytest.fixture
def monthly(team, leader):
    """Team Nord's leader looks at the signals on the 15th, decided 1 September."""
    line = ResponsibilityFactory()
    adopt(line.plan, ADOPTED)
    return line


def test_duties_from_the_adoption_to_the_end_of_next_year(monthly, team):
    changed = follow_plans(on=TODAY)

    assert changed == Changed(added=16, removed=0, updated=0)
    assert days()[0::15] == [date(2026, 9, 15), date(2027, 12, 15)]
    assert set(Duty.objects.values_list("unit", "seat", "holder", "role")) == {
        (team.pk, team.pk, None, role(RoleCode.TEAM_LEADER).pk)
    }


def test_again_changes_no_row(monthly):
    follow_plans(on=TODAY)
    before = list(Duty.history.values_list("history_id", flat=True))

    assert follow_plans(on=TODAY) == Changed(0, 0, 0)
    assert list(Duty.history.values_list("history_id", flat=True)) == before


def test_a_draft_asks_for_nothing(team, leader):
    ResponsibilityFactory()

    assert not follow_plans(on=TODAY)


@pytest.mark.parametrize(
    "line",
    [
        {"involvement": Involvement.INFORMED},
        {"timing": Timing.NONE},
        {"first_due_on": None},
        {"role": "borgere"},
    ],
)
def test_what_does_not_act_asks_for_nothing(team, leader, line):
    if "role" in line:
        line["role"] = role(line["role"])
    adopt(ResponsibilityFactory(**line).plan, ADOPTED)

    assert not follow_plans(on=TODAY)


def test_a_hidden_role_asks_for_nothing(team, leader):
    line = ResponsibilityFactory()
    PlanRoleFactory(plan=line.plan, is_hidden=True)
    adopt(line.plan, ADOPTED)

    assert not follow_plans(on=TODAY)


def test_every_team_has_its_own_and_a_new_one_from_the_day_it_opened(monthly, team):
    UnitFactory(code="SYD", opened_on=date(2026, 10, 1))
    UnitFactory(code="OLD", closed_on=date(2026, 10, 1))

    follow_plans(on=TODAY)

    assert days(unit=team)[0] == date(2026, 9, 15)
    assert days(unit__code="SYD", seat=None)[0] == date(2026, 10, 15)
    assert days(unit__code="OLD") == []


def test_a_role_above_sits_at_the_nearest_unit_with_a_holder(team):
    line = ResponsibilityFactory(role=role(RoleCode.CONTROLLER))
    adopt(line.plan, ADOPTED)
    top, dept = municipality(), department()

    seats = []
    for unit in (None, team, top, dept):
        if unit:
            give_role(UserFactory(), RoleCode.CONTROLLER, unit)
        follow_plans(on=TODAY)
        seats.append(set(Duty.objects.values_list("unit", "seat")))

    assert seats == [{(dept.pk, seat)} for seat in (None, team.pk, top.pk, dept.pk)]


def test_everybody_alone_from_the_day_the_role_was_given(team, caseworker):
    new = UserFactory()
    give_role(new, RoleCode.CASEWORKER, team, DateRange(date(2026, 10, 1), None))
    deputise(new, RoleCode.CASEWORKER, team)
    line = ResponsibilityFactory(role=role(RoleCode.CASEWORKER), is_individual=True)
    adopt(line.plan, ADOPTED)

    follow_plans(on=TODAY)

    assert days(holder=caseworker)[0] == date(2026, 9, 15)
    assert days(holder=new)[0] == date(2026, 10, 15)
    assert Duty.objects.exclude(holder__in=[caseworker, new]).count() == 0


def test_what_one_had_alone_goes_with_the_role(team, caseworker):
    line = ResponsibilityFactory(role=role(RoleCode.CASEWORKER), is_individual=True)
    adopt(line.plan, ADOPTED)
    follow_plans(on=TODAY)
    caseworker.assignments.update(valid=DateRange(date(2020, 1, 1), TODAY))

    follow_plans(on=TODAY)

    assert not Duty.objects.filter(holder=caseworker).exists()
    assert set(Duty.objects.values_list("unit", "seat", "holder")) == {(team.pk, None, None)}


def test_an_inactive_holder_holds_nothing(monthly, leader):
    leader.is_active = False
    leader.save()

    follow_plans(on=TODAY)

    assert set(Duty.objects.values_list("seat", flat=True)) == {None}


def test_relative_to_an_event_at_or_above_the_unit(team, leader):
    line = ResponsibilityFactory(
        timing=Timing.RELATIVE, first_due_on=None, event=EventKind.COMMITTEE_MEETING, offset_days=-14
    )
    adopt(line.plan, ADOPTED)
    meeting = EventFactory(on=date(2026, 12, 2))
    EventFactory(on=date(2026, 9, 5))  # two weeks before it lies before the adoption
    EventFactory(on=date(2026, 12, 9), unit=UnitFactory())
    EventFactory(on=date(2026, 12, 9), kind=EventKind.ELECTION)

    follow_plans(on=TODAY)

    assert list(Duty.objects.filter(unit=team).values_list("due_on", "event")) == [
        (date(2026, 11, 18), meeting.pk)
    ]


def test_relative_to_the_adoption_of_the_plan_itself(team, leader):
    line = ResponsibilityFactory(
        timing=Timing.RELATIVE, first_due_on=None, event=EventKind.PLAN_ADOPTED, offset_days=14
    )
    adopt(line.plan, ADOPTED)

    follow_plans(on=TODAY)

    assert days() == [date(2026, 9, 15)]


def test_a_new_version_takes_over_by_lineage(monthly, leader):
    follow_plans(on=TODAY)
    done = do_duty(duty=Duty.objects.get(due_on=date(2026, 9, 15)), by=leader)

    version = next_version(monthly.plan, TODAY, first_due_on=date(2026, 1, 10), text="Anden tekst")
    follow_plans(on=TODAY)

    done.refresh_from_db()
    new = version.responsibilities.get()
    assert done.responsibility == monthly
    assert Duty.objects.get(due_on=date(2026, 10, 15)).responsibility == new  # overdue: stays, and follows
    assert days(done_at=None)[:3] == [date(2026, 10, 15), date(2026, 11, 10), date(2026, 12, 10)]


def test_what_a_new_version_leaves_out_goes_unless_overdue(monthly):
    follow_plans(on=TODAY)

    next_version(monthly.plan, TODAY, leave_out=True)
    changed = follow_plans(on=TODAY)

    assert changed == Changed(added=0, removed=14, updated=0)
    assert days() == [date(2026, 9, 15), date(2026, 10, 15)]


def test_a_line_given_to_another_role_takes_its_overdue_duties_along(monthly, team):
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, department())
    follow_plans(on=TODAY)

    next_version(monthly.plan, TODAY, role=role(RoleCode.PROFESSIONAL_LEAD))
    follow_plans(on=TODAY)

    overdue = Duty.objects.of(lead).filter(due_on__lt=TODAY)
    assert list(overdue.values_list("unit", "seat")) == [(team.pk, department().pk)] * 2
    assert set(Duty.objects.filter(due_on__gte=TODAY).values_list("unit", flat=True)) == {department().pk}


def test_a_closed_units_plan_acts_for_its_successor_until_that_has_its_own(team):
    former, heir = department("VH1"), department("VH2")
    old = ResponsibilityFactory(plan=PlanFactory(unit=former, subject="Voksne"), role=role("controller"))
    adopt(old.plan, ADOPTED)
    Unit.objects.filter(pk=former.pk).update(closed_on=TODAY, successor=heir)

    follow_plans(on=TODAY)
    assert set(Duty.objects.values_list("lineage", "unit")) == {(old.lineage, heir.pk)}

    own = ResponsibilityFactory(plan=PlanFactory(unit=heir, subject="voksne"), role=role("controller"))
    adopt(own.plan, TODAY)
    follow_plans(on=TODAY)
    coming = Duty.objects.filter(due_on__gte=TODAY)
    assert set(coming.values_list("lineage", "unit")) == {(own.lineage, heir.pk)}


def test_for_one_unit_the_others_stay_as_they_are(monthly):
    elsewhere = ResponsibilityFactory(plan=PlanFactory(unit=department("ANDEN")), role=role("controller"))
    adopt(elsewhere.plan, ADOPTED)

    assert follow_plans(on=TODAY, units=[department("ANDEN")]).added == 16
    assert follow_plans(on=TODAY, units=[department("FJO-SS-VH")]).added == 16
    assert follow_plans(on=TODAY, units=[municipality()]) == Changed(0, 0, 0)


CODES = ["teamledelse", "sagsbehandler", "fagledelse", "controller", "borgere"]


def lines():
    timed = st.one_of(
        st.fixed_dictionaries(
            {
                "timing": st.sampled_from(["maaned", "kvartal", "aar", "to_aar", "en_gang"]),
                "first_due_on": st.dates(date(2025, 1, 1), date(2027, 12, 31)),
            }
        ),
        st.fixed_dictionaries(
            {
                "timing": st.just("begivenhed"),
                "first_due_on": st.none(),
                "event": st.sampled_from(["plan_vedtaget", "udvalgsmoede"]),
                "offset_days": st.integers(-40, 40),
            }
        ),
        st.just({"timing": "", "first_due_on": None}),
    )
    said = st.fixed_dictionaries(
        {
            "role": st.sampled_from(CODES),
            "involvement": st.sampled_from(["ansvarlig", "hoeres", "informeres"]),
            "is_individual": st.booleans(),
        }
    )
    return st.builds(lambda first, second: first | second, timed, said)


PLANS = st.lists(
    st.tuples(
        st.integers(0, 5), st.dates(date(2026, 1, 1), TODAY), st.lists(lines(), min_size=1, max_size=3)
    ),
    min_size=1,
    max_size=3,
)
HELD = st.lists(
    st.tuples(
        st.sampled_from(CODES[:4]),
        st.integers(0, 5),
        st.dates(date(2025, 1, 1), date(2026, 12, 1)),
        st.booleans(),
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=PLANS, held=HELD, meetings=st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=3))
def test_set_by_set_as_one_by_one(transaction_around, plans, held, meetings):
    with transaction_around():
        units = some_units()
        for day in set(meetings):
            EventFactory(on=day, unit=units[day.day % 2])
        for number, (unit, adopted_on, content) in enumerate(plans):
            plan = PlanFactory(unit=units[unit], subject=f"Emne {number}")
            for values in content:
                ResponsibilityFactory(plan=plan, **values | {"role": role(values["role"])})
            adopt(plan, adopted_on)
        for code, unit, since, as_deputy in held:
            holder = give_role(
                UserFactory(), code, units[unit], DateRange(since, since + timedelta(days=400))
            )
            if as_deputy:
                deputise(holder, code, units[unit])

        follow_plans(on=TODAY)

        assert kept() == oracle.asked_for(TODAY)
        assert follow_plans(on=TODAY) == Changed(0, 0, 0)


def some_units():
    """Municipality, two departments, two teams in the one, and one that has closed with a successor."""
    first, second = department("D1"), department("D2")
    teams = [UnitFactory(code=f"T-{n}", parent=first) for n in (1, 2)]
    closed = department("D3")
    Unit.objects.filter(pk=closed.pk).update(closed_on=date(2026, 6, 1), successor=second)
    return [municipality(), first, second, *teams, closed]


@pytest.fixture
def transaction_around(db):
    """Every example begins with the same empty tables."""

    @contextmanager
    def rolled_back():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return rolled_back
