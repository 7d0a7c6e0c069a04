from datetime import date

import pytest

from followup.actions.months import close_month
from followup.queries.driving import driving_cases, driving_cells
from followup.queries.months import month_plus
from tests.factories import (
    ApplicationFactory,
    DeviationReasonFactory,
    DriftFactory,
    DriftSignalFactory,
    NeedLevelFactory,
    RegistrationFactory,
    UnitFactory,
    standard_in_force,
)
from tests.followup.months import decisions, judge_all

pytestmark = pytest.mark.django_db

LAST = date(2026, 9, 1)


@pytest.fixture
def signal(team):
    """Since August many at one need level lie above, nearly all of them because help is urgent."""
    version = standard_in_force()
    usual, urgent = NeedLevelFactory(value=2), NeedLevelFactory(value=3)
    reason = DeviationReasonFactory(code="akut")
    for back in range(5, -1, -1):
        month, many = month_plus(LAST, -back), back < 2
        decisions(team, month, above=1, inside=5, version=version, need_level=usual)
        decisions(
            team,
            month,
            above=5 if many else 1,
            inside=5,
            version=version,
            need_level=urgent,
            deviation_reason=reason if many else None,
        )
    judge_all()
    for back in range(5, -1, -1):
        close_month(month=month_plus(LAST, -back))
    drift = DriftFactory(
        unit=team.parent, standard=version.standard, intervention=version.levels.get().intervention
    )
    return DriftSignalFactory(drift=drift, month=LAST, since=month_plus(LAST, -1))


def test_the_cell_that_moved_most_comes_first(signal):
    first = driving_cells(signal.drift)[0]

    assert (first.need_level.value, first.reason.code) == (3, "akut")
    assert (first.before.events, first.before.total) == (0, 24)
    assert (first.since.events, first.since.total) == (10, 20)
    assert first.excess == 10


def test_the_cases_are_those_that_count_since_the_change(signal, leader, caseworker, controller, politician):
    assert driving_cases(leader, signal.drift).count() == 12
    assert driving_cases(caseworker, signal.drift).count() == 12
    assert driving_cases(politician, signal.drift).count() == 0
    assert {each.relation for each in driving_cases(leader, signal.drift)} == {"above"}


def test_the_cases_of_a_cell(signal, leader):
    cell = driving_cells(signal.drift)[0]

    found = driving_cases(leader, signal.drift, need_level=cell.need_level.pk, reason=cell.reason.pk)

    assert found.count() == 10
    assert driving_cases(leader, signal.drift, reason=0).count() == 2


@pytest.mark.parametrize(
    ("measure", "direction", "expected"),
    [
        ("ended_grants", "up", {"ophoer"}),
        ("new_grants", "down", {"bevilling_ny"}),
        ("share_refused", "down", {"bevilling_ny", "afslag"}),
        ("duration", "up", set()),
    ],
)
def test_the_cases_are_those_that_the_measure_counts(team, leader, measure, direction, expected):
    grant = RegistrationFactory(case__unit=team, decided_on=LAST, kind="bevilling_ny", ends_on=None)
    for kind in ("ophoer", "afslag", "opjustering"):
        RegistrationFactory(
            case=grant.case,
            intervention=grant.intervention,
            grant=None,
            decided_on=LAST,
            kind=kind,
            ends_on=None,
        )
    drift = DriftFactory(
        unit=team, standard=None, intervention=grant.intervention, measure=measure, direction=direction
    )
    DriftSignalFactory(drift=drift, month=LAST, since=LAST)

    assert {each.kind for each in driving_cases(leader, drift)} == expected


def test_where_fewer_are_in_time_the_late_are_listed(team, leader):
    late, in_time = (
        RegistrationFactory(
            case__unit=team,
            intervention__code="SAMME",
            decided_on=LAST,
            application=ApplicationFactory(deadline_on=date(2026, 9, day)),
        )
        for day in (1, 2)
    )
    late.__class__.objects.filter(pk=late.pk).update(decided_on=date(2026, 9, 2))
    drift = DriftFactory(
        unit=team,
        standard=None,
        intervention=late.intervention,
        measure="decided_in_time",
        direction="down",
    )
    DriftSignalFactory(drift=drift, month=LAST, since=LAST)

    assert list(driving_cases(leader, drift)) == [late]


def test_a_unit_elsewhere_has_no_cases_of_it(signal, leader):
    signal.drift.unit = UnitFactory(code="FJO-SS-VH-T9")

    assert driving_cases(leader, signal.drift).count() == 0


@pytest.mark.parametrize("measure", ["extent", "new_grants", "follow_up_overdue", "need_level"])
def test_what_is_no_share_of_decisions_has_no_cells(signal, measure):
    signal.drift.measure = measure

    assert driving_cells(signal.drift, signal) == []
