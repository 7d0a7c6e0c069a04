"""How far back a scan looks, and what makes it look again."""

from datetime import date

import pytest

from followup.actions.months import close_month
from followup.models import MonthlyRun
from followup.queries.months import counted_revisions, month_plus, scanned_revisions
from tests.factories import DetectorSettingsFactory, standard_in_force
from tests.followup.months import decisions, judge_all

AUGUST = date(2026, 8, 1)

pytestmark = pytest.mark.django_db


def test_a_scan_looks_back_over_ten_years_and_a_chart_over_three():
    months = [month_plus(AUGUST, -back) for back in range(150)]
    MonthlyRun.objects.bulk_create(
        MonthlyRun(month=month, revision=revision, step="tal", state="faerdig")
        for month in months
        for revision in (1, 2)
    )

    scanned, charted = (find(month=AUGUST, revision=1) for find in (scanned_revisions, counted_revisions))

    assert scanned == {AUGUST: 1} | dict.fromkeys(months[1:120], 2)
    assert charted == {AUGUST: 1} | dict.fromkeys(months[1:36], 2)


def test_other_settings_make_a_month_worth_scanning_again(team):
    decisions(team, AUGUST, above=2, inside=5, version=standard_in_force())
    judge_all()
    first = close_month(month=AUGUST)

    DetectorSettingsFactory(q=0.05)
    changed, again = close_month(month=AUGUST), close_month(month=AUGUST)

    assert [closing.revision for closing in (first, changed, again)] == [1, 2, 2]
