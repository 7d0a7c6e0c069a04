"""Who may see which measure, and how levels are written."""

from dataclasses import replace

import pytest

from followup.models import Drift, MeasureCode
from followup.queries.measures import MEASURES, measures_for, of_visible_measures
from roles.models import Permission
from tests.factories import DriftFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded(monkeypatch):
    """One measure that takes another right than the rest."""
    code = MeasureCode.COST
    monkeypatch.setitem(MEASURES, code, replace(MEASURES[code], visible_with=Permission.HANDLE_SIGNAL))
    return code


def test_a_leader_sees_every_measure_of_the_unit(leader, team):
    assert list(measures_for(leader, team)) == list(MEASURES)


def test_nobody_sees_a_measure_of_another_unit(leader):
    assert measures_for(leader, UnitFactory(code="anden")) == {}


def test_a_measure_is_kept_from_those_without_its_right(controller, leader, team, guarded):
    assert guarded not in measures_for(controller, team)
    assert guarded in measures_for(leader, team)


def test_rows_of_a_measure_are_kept_from_those_without_its_right(controller, leader, team, guarded):
    hidden = DriftFactory(unit=team, measure=guarded)
    shown = DriftFactory(unit=team, measure=MeasureCode.EXTENT)

    seen = {user: set(Drift.objects.filter(of_visible_measures(user))) for user in (controller, leader)}

    assert seen == {controller: {shown}, leader: {shown, hidden}}
