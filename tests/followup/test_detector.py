from datetime import date

import pytest
from django.core.exceptions import ValidationError

from followup.actions.detector import SettingsConflict, set_detector
from followup.models import DetectorSettings
from followup.queries.detector import Flags, current_settings, false_alarm_record
from tests.factories import DriftFactory, DriftSignalFactory, SignalNoteFactory

pytestmark = pytest.mark.django_db

USUAL = {"q": 0.1, "hazard": None, "least_n": 5, "on_time_goal": None}
AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)


def test_the_usual_values_hold_until_somebody_sets_others(administrator):
    assert (current_settings().q, current_settings().edition) == (0.1, 0)

    saved = set_detector(edition=0, **USUAL | {"q": 0.2, "on_time_goal": 0.9}, by=administrator)

    now = current_settings()
    assert (now.pk, now.q, now.on_time_goal, now.edition) == (saved.pk, 0.2, 0.9, 1)


def test_who_did_not_see_the_newest_settings_is_told(administrator):
    set_detector(edition=0, **USUAL, by=administrator)

    with pytest.raises(SettingsConflict) as refused:
        set_detector(edition=0, **USUAL | {"q": 0.3}, by=administrator)

    assert refused.value.current.q == 0.1


@pytest.mark.parametrize(
    "wrong", [{"q": 0.6}, {"q": 0.0}, {"hazard": 0.2}, {"hazard": 0}, {"least_n": 0}, {"on_time_goal": 1}]
)
def test_settings_that_make_no_sense_are_refused_at_their_field(administrator, wrong):
    with pytest.raises(ValidationError) as refused:
        set_detector(edition=0, **USUAL | wrong, by=administrator)

    assert list(refused.value.message_dict) == list(wrong)
    assert not DetectorSettings.objects.exists()


def opened(month, *, state="aaben", cause="", provisional=False, **more):
    drift = DriftFactory(opened_in=month, state=state, closed_in=None if state == "aaben" else month, **more)
    DriftSignalFactory(drift=drift, month=month, provisional=provisional)
    if cause:
        SignalNoteFactory(drift=drift, kind="forklaret", cause=cause)
    return drift


def test_the_record_tells_what_became_of_the_flags():
    opened(AUGUST, cause="tilfaeldighed")
    opened(AUGUST, cause="praksis")
    opened(AUGUST, state="trukket")
    opened(AUGUST, state="afsluttet")
    opened(AUGUST)
    opened(SEPTEMBER, provisional=True)

    record = false_alarm_record()

    august = Flags(noise=1, withdrawn=1, explained=1, open=1, closed=1)
    assert record.months == [(SEPTEMBER, Flags(waiting=1)), (AUGUST, august)]
    assert (record.in_all.opened, record.in_all.judged) == (6, 3)
    assert record.share == pytest.approx(2 / 3)
    assert 0.2 < record.low < 2 / 3 < record.high < 1
    assert "Flere signaler end tilsigtet" in record.verdict


def test_the_last_word_on_a_drift_counts():
    SignalNoteFactory(drift=opened(AUGUST, cause="tilfaeldighed"), kind="forklaret", cause="lov")

    assert false_alarm_record().in_all == Flags(explained=1)


def test_nothing_judged_is_no_share(django_assert_num_queries):
    opened(AUGUST)
    with django_assert_num_queries(4):
        record = false_alarm_record()

    assert (record.share, record.low, record.in_all) == (None, None, Flags(open=1))
    assert "Endnu" in record.verdict
