from datetime import date
from decimal import Decimal

import pytest
from django.forms import model_to_dict
from django.utils.timezone import localdate

from followup.actions.facts import rebuild_facts, rebuild_stock
from followup.models import MonthlyFact, MonthlyStock
from roles.actions.closing import close_unit
from serviceniveau.models import DecisionKind
from tests.factories import ApplicationFactory, CaseFactory, RegistrationFactory, UnitFactory
from tests.followup.months import facts_by_hand, random_decisions, stock_by_hand

AUGUST = date(2026, 8, 1)
CELL = """
    unit legal_basis intervention standard target_group need_level age_band kind relation reason supplier
"""

pytestmark = pytest.mark.django_db


def stored_facts(month: date) -> dict[tuple, dict]:
    found = {}
    for fact in MonthlyFact.objects.filter(month=month):
        row = model_to_dict(fact, exclude=["id", "month", "revision"])
        found[tuple(row.pop(name) for name in CELL.split())] = row
    return found


def stored_stock(month: date) -> dict[tuple, tuple]:
    rows = MonthlyStock.objects.filter(month=month)
    return {
        (row.unit.code, row.intervention.code if row.intervention else None): (
            row.running_grants,
            row.persons,
            row.undecided_applications,
            row.follow_ups,
            row.follow_ups_overdue,
        )
        for row in rows
    }


@pytest.mark.parametrize("seed", [1, 2, 4, 12])
def test_facts_are_what_counting_by_hand_gives(seed):
    random_decisions(seed)

    made = rebuild_facts(month=AUGUST, revision=1)

    assert stored_facts(AUGUST) == facts_by_hand(AUGUST)
    assert made == MonthlyFact.objects.count() > 10
    summed = [field.name for field in MonthlyFact._meta.fields if field.name.endswith("_n")]
    assert [name for name in summed if not MonthlyFact.objects.filter(**{f"{name}__gt": 0})] == []


def test_figures_stay_with_the_unit_of_their_time_when_it_closes(team):
    heir = UnitFactory()
    case = CaseFactory(unit=team)
    RegistrationFactory(case__unit=team, decided_on=date(2026, 8, 14))
    ApplicationFactory(case=case)
    rebuild_facts(month=AUGUST, revision=1)
    rebuild_stock(month=AUGUST, revision=1)
    before = stored_facts(AUGUST), stored_stock(AUGUST)

    close_unit(unit=team, on=localdate(), successor=heir, by=None)
    rebuild_facts(month=AUGUST, revision=1)
    rebuild_stock(month=AUGUST, revision=1)

    case.refresh_from_db()
    assert case.unit == heir
    assert (stored_facts(AUGUST), stored_stock(AUGUST)) == before
    assert stored_stock(AUGUST)[team.code, None] == (1, 1, 1, 0, 0)


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_stock_is_what_counting_by_hand_gives(seed):
    random_decisions(seed)

    for month in (date(2026, 7, 1), AUGUST, date(2026, 9, 1)):
        rebuild_stock(month=month, revision=1)

        assert stored_stock(month) == stock_by_hand(month)


def test_facts_have_no_place_for_a_caseworker():
    assert "caseworker" not in {field.name for field in MonthlyFact._meta.get_fields()}


def test_a_change_of_law_is_counted_as_its_own_kind_without_a_relation(team):
    RegistrationFactory(case__unit=team, kind=DecisionKind.LAW_MIGRATION, decided_on=date(2026, 8, 3))

    rebuild_facts(month=AUGUST, revision=1)

    fact = MonthlyFact.objects.get()
    assert (fact.kind, fact.relation, fact.n) == ("paragraf_migrering", "", 1)


def test_rebuilding_replaces_only_its_own_revision(team):
    RegistrationFactory(case__unit=team, decided_on=date(2026, 8, 3))
    rebuild_facts(month=AUGUST, revision=1)

    rebuild_facts(month=AUGUST, revision=2)
    rebuild_facts(month=AUGUST, revision=2)

    assert list(MonthlyFact.objects.values_list("revision", "n").order_by("revision")) == [(1, 1), (2, 1)]


def test_facts_of_a_month_take_one_insert(team, django_assert_num_queries):
    for day in (1, 2, 3):
        RegistrationFactory(case__unit=team, decided_on=date(2026, 8, day), amount=Decimal(day))

    with django_assert_num_queries(2):
        rebuild_facts(month=AUGUST, revision=1)
    with django_assert_num_queries(2):
        rebuild_stock(month=AUGUST, revision=1)
