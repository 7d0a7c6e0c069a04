"""How late decisions are registered, counted against a loop over single rows."""

from datetime import date, timedelta

import pytest

from followup.queries.delays import LAST_AGE, reporting_delay
from followup.queries.measures import NEW_AND_CHANGED
from followup.queries.months import month_end, months_between
from serviceniveau.models import DecisionKind, Registration
from tests.factories import CaseFactory, RegistrationFactory, standard_in_force
from tests.followup.months import judge_all, random_decisions

AUGUST = date(2026, 8, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(team):
    """Decisions on a day, registered so many days later; above the frame if deviating."""
    case, version = CaseFactory(unit=team), standard_in_force()
    intervention = version.levels.get().intervention

    def decide(on: date, days: int, **more) -> None:
        RegistrationFactory(
            case=case,
            grant=None,
            intervention=intervention,
            decided_on=on,
            registered_on=on + timedelta(days=days),
            **more,
        )

    return decide


def ages(month: date) -> tuple[list[int], list[int]]:
    delays = reporting_delay(month=month)
    return delays.outside_by_age.tolist(), delays.inside_by_age.tolist()


def test_decisions_are_counted_by_the_months_until_they_were_registered(decide):
    decide(date(2025, 10, 6), 0)
    decide(date(2025, 10, 31), 1)
    decide(date(2025, 10, 6), 30, deviating=True)
    decide(date(2025, 10, 6), 70, deviating=True)
    decide(date(2025, 10, 6), 270, deviating=True)
    judge_all()

    assert ages(AUGUST) == ([0, 1, 1, 0, 0, 0, 1], [1, 1, 0, 0, 0, 0, 0])


def test_only_new_and_changed_decisions_of_complete_months_count(decide):
    decide(date(2026, 2, 27), 0)
    decide(date(2026, 3, 2), 0)  # of March something may still come
    decide(date(2025, 3, 3), 0)
    decide(date(2025, 2, 28), 0)  # older than the twelve months
    decide(date(2025, 10, 6), 0, kind=DecisionKind.EXTENDED)
    decide(date(2025, 10, 6), 0, status=Registration.Status.AWAITING)
    judge_all()

    assert sum(ages(AUGUST)[1]) == 2


def test_what_is_registered_later_was_not_known_then(decide):
    decide(date(2025, 10, 6), 400, deviating=True)
    judge_all()

    assert sum(ages(AUGUST)[0]) == 0
    assert ages(date(2026, 11, 1))[0][LAST_AGE] == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_are_what_counting_by_hand_gives(seed, django_assert_num_queries):
    random_decisions(seed)
    for number, row in enumerate(Registration.objects.order_by("pk")):
        row.registered_on = row.decided_on + timedelta(days=number * 7 % 300)
        row.save(update_fields=["registered_on"])
    month = date(2027, 2, 1)

    with django_assert_num_queries(1):
        found = ages(month)

    assert found == by_hand(month)
    assert sum(map(sum, found)) > 5


def by_hand(month: date) -> tuple[list[int], list[int]]:
    outside, inside = [0] * (LAST_AGE + 1), [0] * (LAST_AGE + 1)
    for row in Registration.objects.decided().filter(kind__in=NEW_AND_CHANGED):
        old = months_between(row.month, month)
        judgement = row.judgements.first()
        if row.registered_on > month_end(month) or not 6 <= old <= 17 or judgement is None:
            continue
        age = min(months_between(row.month, row.registered_on.replace(day=1)), LAST_AGE)
        outside[age] += judgement.relation in ("above", "below")
        inside[age] += judgement.relation == "inside"
    return outside, inside
