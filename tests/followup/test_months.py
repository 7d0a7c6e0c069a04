"""Revisions, late changes and repetition: what closing a month promises."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.timezone import localdate, now

from followup import tasks
from followup.actions.months import close_month, start_closing
from followup.actions.steps import perform
from followup.models import DriftSignal, MonthlyFact, MonthlyReport, MonthlyRun, MonthlyStock, PublishedFigure
from followup.queries.months import closed_revisions, late_months, month_plus, ready_steps
from serviceniveau.celery import app
from serviceniveau.models import Registration
from tests.factories import RegistrationFactory, standard_in_force
from tests.followup.months import decisions, judge_all, random_decisions

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
TABLES = (MonthlyFact, MonthlyStock, DriftSignal, MonthlyReport, PublishedFigure)


def everything() -> list[list[tuple]]:
    """All that closing writes, but for when it was written."""
    hidden = ("id", "frozen_at")
    found = []
    for model in TABLES:
        names = [field.attname for field in model._meta.concrete_fields if field.name not in hidden]
        found.append(sorted(map(repr, model.objects.values_list(*names))))
    return found


@pytest.mark.django_db
def test_closing_does_every_step_once(team):
    decisions(team, AUGUST, above=2, inside=5, version=standard_in_force())
    judge_all()

    closing = close_month(month=AUGUST)

    assert (closing.revision, closing.facts, closing.signals, closing.late) == (1, 2, 0, [])
    states = MonthlyRun.objects.order_by("step").values_list("step", "state", "attempts")
    assert set(states) == {(step, "faerdig", 1) for step in ("tal", "signaler", "offentliggoer", "rapport")}
    assert MonthlyReport.objects.count() == 4
    assert closed_revisions() == {AUGUST: 1}


@pytest.mark.django_db
def test_closing_again_without_change_keeps_the_revision():
    random_decisions(1)
    close_month(month=AUGUST)
    before = everything()

    closings = [close_month(month=AUGUST) for _ in range(3)]

    assert [closing.revision for closing in closings] == [1, 1, 1]
    assert everything() == before
    assert MonthlyRun.objects.filter(revision__gt=1).count() == 0


@pytest.mark.django_db
def test_a_late_decision_makes_a_new_revision_and_says_what_changed(team):
    version = standard_in_force()
    decisions(team, AUGUST, above=2, inside=5, version=version)
    judge_all()
    close_month(month=AUGUST)
    decisions(team, AUGUST, above=1, inside=0, version=version)
    judge_all()

    late = late_months()
    closing = close_month(month=AUGUST)

    assert late == {AUGUST: (7, 8)}
    assert closing.revision == 2
    changed = {"unit": team.code, "standard": version.standard.code, "intervention": "stoette"}
    changed |= {"kind": "bevilling_ny", "relation": "above", "before": 2, "after": 3}
    assert closing.late == [changed]
    sums = [sum(MonthlyFact.objects.filter(revision=one).values_list("n", flat=True)) for one in (1, 2)]
    assert sums == [7, 8]
    assert late_months() == {}


@pytest.mark.django_db
def test_a_correction_that_changes_no_figure_keeps_the_revision(team):
    decisions(team, AUGUST, above=0, inside=3, version=standard_in_force())
    judge_all()
    close_month(month=AUGUST)
    Registration.objects.update(edition=2, deviation_text="Rettet tekst")

    late = late_months()
    closing = close_month(month=AUGUST)

    assert late == {AUGUST: (3, 3)}
    assert closing.revision == 1
    assert late_months() == {}


@pytest.mark.django_db
def test_signals_follow_when_an_earlier_month_changes(team):
    version = standard_in_force()
    for month in (JULY, AUGUST):
        decisions(team, month, above=0, inside=3, version=version)
        judge_all()
        close_month(month=month)
    decisions(team, JULY, above=2, inside=0, version=version)
    judge_all()

    revisions = [close_month(month=month).revision for month in (JULY, AUGUST)]

    assert revisions == [2, 2]


@pytest.mark.django_db
def test_decisions_of_a_later_month_leave_an_earlier_one_as_it_was(team):
    random_decisions(2)
    close_month(month=AUGUST)
    grant = Registration.objects.filter(grant__isnull=False, kind="bevilling_ny").first().grant
    grant.case.unit = team
    grant.case.save()
    RegistrationFactory(
        case=grant.case, grant=grant, kind="ophoer", decided_on=date(2026, 10, 2), starts_on=date(2026, 6, 1)
    )

    closing = close_month(month=AUGUST)

    assert closing.revision == 1


@pytest.mark.django_db
def test_an_unfinished_revision_is_taken_up_and_its_leftovers_replaced(team):
    decisions(team, AUGUST, above=1, inside=3, version=standard_in_force())
    judge_all()
    start_closing(month=AUGUST)
    perform(ready_steps().get().pk)
    MonthlyRun.objects.filter(step="tal").update(state="i_gang", leased_until=now() - timedelta(seconds=1))

    closing = close_month(month=AUGUST)

    assert (closing.revision, closing.facts) == (1, 2)
    assert MonthlyRun.objects.get(step="tal").attempts == 2


@pytest.mark.django_db
def test_decisions_after_an_interrupted_close_are_not_forgotten(team):
    version = standard_in_force()
    decisions(team, AUGUST, above=1, inside=3, version=version)
    judge_all()
    start_closing(month=AUGUST)
    perform(ready_steps().get().pk)
    decisions(team, AUGUST, above=0, inside=2, version=version)
    judge_all()

    closing = close_month(month=AUGUST)

    assert closing.revision == 2
    assert late_months() == {}


@pytest.mark.django_db
def test_a_step_that_is_taken_is_left_alone(team):
    start_closing(month=AUGUST)
    run = MonthlyRun.objects.get(step="tal")
    MonthlyRun.objects.filter(pk=run.pk).update(state="i_gang", leased_until=now() + timedelta(seconds=9))

    assert perform(run.pk) is None
    assert MonthlyFact.objects.count() == 0


@pytest.mark.django_db
def test_steps_wait_for_what_they_rest_on(team):
    start_closing(month=SEPTEMBER)
    start_closing(month=AUGUST)

    order = []
    while run := ready_steps().first():
        order.append((run.month.month, run.step))
        perform(run.pk)

    firsts = [order.index(pair) for pair in [(8, "tal"), (9, "tal"), (9, "signaler"), (9, "rapport")]]
    assert firsts == sorted(firsts)
    assert order.index((8, "signaler")) < order.index((8, "offentliggoer"))
    assert order.index((8, "signaler")) < order.index((9, "signaler"))


@pytest.mark.django_db
def test_a_step_that_breaks_is_tried_again_and_says_why(team, monkeypatch):
    RegistrationFactory(case__unit=team, decided_on=AUGUST)
    start_closing(month=AUGUST)
    run = MonthlyRun.objects.get(step="tal")
    monkeypatch.setattr("followup.actions.facts.FACTS", "SELECT 1/0 AS unit_id")

    for _ in range(5):
        with pytest.raises(Exception, match=r"."):
            perform(run.pk)

    run.refresh_from_db()
    assert (run.state, run.attempts) == ("fejlet", 5)
    assert run.error
    monkeypatch.undo()
    assert close_month(month=AUGUST).facts == 1


@pytest.mark.django_db
def test_a_month_that_has_not_begun_is_refused():
    with pytest.raises(ValidationError):
        start_closing(month=date(2099, 1, 1))
    with pytest.raises(ValidationError):
        start_closing(month=date(2026, 8, 2))


@pytest.fixture
def at_work(django_capture_on_commit_callbacks):
    """Announced tasks run here, one after the other, once what announced them is committed."""
    app.conf.task_always_eager = True
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    app.conf.task_always_eager = False


@pytest.mark.django_db
def test_the_schedule_closes_last_month_and_the_late_ones(team, at_work):
    last = month_plus(localdate().replace(day=1), -1)
    earlier = month_plus(last, -3)
    RegistrationFactory(case__unit=team, decided_on=earlier)
    close_month(month=earlier)
    RegistrationFactory(case__unit=team, decided_on=earlier + timedelta(days=3))

    with at_work():
        tasks.close_previous_month()

    assert closed_revisions() == {earlier: 2, last: 1}


@pytest.mark.django_db
def test_the_sweep_announces_what_stands_still(team, at_work):
    start_closing(month=AUGUST)
    MonthlyRun.objects.filter(step="tal").update(state="i_gang", leased_until=now() - timedelta(seconds=1))

    with at_work():
        tasks.sweep()

    assert closed_revisions() == {AUGUST: 1}


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["tal", "signaler", "offentliggoer", "rapport"])
def test_each_step_done_three_times_leaves_what_once_leaves(step):
    random_decisions(4)
    close_month(month=AUGUST)
    before = everything()

    for _ in range(3):
        run = MonthlyRun.objects.filter(step=step).first()
        MonthlyRun.objects.filter(pk=run.pk).update(state="venter")
        perform(run.pk)

    assert everything() == before
    assert closed_revisions() == {AUGUST: 1}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_close_the_month_once(transactional_db):
    random_decisions(5)
    errors: list[Exception] = []

    def close() -> None:
        try:
            close_month(month=AUGUST)
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    at_once = everything()
    close_month(month=AUGUST)

    assert errors == []
    assert everything() == at_once
    assert closed_revisions() == {AUGUST: 1}
    assert set(MonthlyRun.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db
@pytest.mark.parametrize(("older", "ready"), [("faerdig", False), ("fejlet", True)])
def test_a_scan_waits_for_that_of_the_month_before_unless_its_facts_have_failed(older, ready):
    for month, state in ((date(2026, 8, 1), older), (date(2026, 9, 1), "faerdig")):
        MonthlyRun.objects.create(month=month, revision=1, step="tal", state=state)
        MonthlyRun.objects.create(month=month, revision=1, step="signaler")

    scans = ready_steps().filter(step="signaler").values_list("month__month", flat=True)

    assert list(scans) == ([9] if ready else [8])
