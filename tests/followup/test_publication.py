from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.actions.months import close_month
from followup.actions.publication import publish
from followup.models import MonthlyFact, PublishedFigure
from followup.queries.figures import exact_cells
from followup.queries.published import ROUNDING_ERROR, published_areas, rounded
from serviceniveau.models import Area, DecisionKind
from tests.factories import RegistrationFactory, standard_in_force
from tests.followup.months import decisions, judge_all, random_decisions

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)


def test_cells_are_rounded_to_the_middle_of_six():
    assert [rounded(count) for count in range(14)] == [0, 3, 3, 3, 3, 3, 3, 9, 9, 9, 9, 9, 9, 15]


@given(st.integers(0, 10_000))
def test_rounding_is_never_more_than_three_off(count):
    assert abs(rounded(count) - count) <= ROUNDING_ERROR
    assert (rounded(count) == 0) == (count == 0)


@pytest.mark.django_db
def test_totals_are_sums_of_the_rounded_cells():
    random_decisions(1)
    close_month(month=AUGUST)
    close_month(month=SEPTEMBER)

    for area in published_areas(first=AUGUST, last=SEPTEMBER):
        cells = PublishedFigure.objects.filter(area=area.area)
        judged = cells.filter(cell__in=["inside", "above", "below", "incomplete"])
        assert area.judged == sum(judged.values_list("value", flat=True))
        assert sum(area.totals.values()) == sum(cells.values_list("value", flat=True))
        assert [month.month for month in area.months] == [AUGUST, SEPTEMBER]
        assert area.rounding_error == 3 * 4 * 2


@pytest.mark.django_db
def test_each_cell_is_the_exact_count_rounded(team):
    version = standard_in_force()
    decisions(team, AUGUST, above=2, inside=8, version=version)
    RegistrationFactory(case__unit=team, decided_on=AUGUST, kind=DecisionKind.LAW_MIGRATION)
    RegistrationFactory(case__unit=team, decided_on=AUGUST, kind=DecisionKind.EXTENDED)
    judge_all()

    close_month(month=AUGUST)

    (adults,) = [area for area in published_areas(first=AUGUST, last=AUGUST) if area.area == "voksen"]
    cells = adults.months[0].cells
    assert cells == {"inside": 9, "above": 3, "below": 0, "incomplete": 0, "on_time": 0, "late": 0}
    assert PublishedFigure.objects.count() == len(Area) * 6


@pytest.mark.django_db
def test_readers_see_the_newest_revision_and_the_old_one_stays(team):
    version = standard_in_force()
    decisions(team, AUGUST, above=0, inside=6, version=version)
    judge_all()
    close_month(month=AUGUST)
    decisions(team, AUGUST, above=0, inside=1, version=version)
    judge_all()
    close_month(month=AUGUST)

    inside = PublishedFigure.objects.filter(area="voksen", cell="inside").order_by("revision")
    assert list(inside.values_list("revision", "value")) == [(1, 3), (2, 9)]
    shown = {area.area: area.totals["inside"] for area in published_areas(first=AUGUST, last=AUGUST)}
    assert shown["voksen"] == 9


@pytest.mark.django_db
def test_publishing_again_changes_nothing():
    random_decisions(2)
    close_month(month=AUGUST)
    before = list(PublishedFigure.objects.order_by("pk").values())
    MonthlyFact.objects.update(n=999)

    publish(month=AUGUST, revision=1)

    assert list(PublishedFigure.objects.order_by("pk").values()) == before
    assert exact_cells(month=AUGUST, revision=1) != {}


@pytest.mark.django_db
def test_published_figures_take_two_queries(django_assert_num_queries):
    random_decisions(3)
    for months in ([AUGUST], [SEPTEMBER]):
        close_month(month=months[0])
        with django_assert_num_queries(2):
            published_areas(first=date(2026, 1, 1), last=SEPTEMBER)
