from datetime import date

import pytest

from followup.actions.months import close_month
from followup.actions.signals import rebuild_signals
from followup.models import DriftSignal, MonthlyFact, MonthlyRun
from followup.queries.months import month_plus
from serviceniveau.models import DecisionKind, Judgement, Registration
from tests.factories import (
    UnitFactory,
    standard_in_force,
)
from tests.followup.months import decisions, judge_all

LAST = date(2026, 9, 1)
MONTHS = [month_plus(LAST, -back) for back in range(23, -1, -1)]


def fact(unit, version, month, *, n, relation="inside", kind=DecisionKind.NEW, reason=None):
    zeros = dict.fromkeys(
        ["amount_n", "amount_sum", "amount_squares", "cost_n", "cost_sum", "cost_squares", "days_n"], 0
    )
    zeros |= dict.fromkeys(["days_sum", "days_squares", "deadline_n", "on_time_n"], 0)
    level = version.levels.get()
    return MonthlyFact(
        month=month,
        revision=1,
        unit=unit,
        standard=version.standard,
        legal_basis=version.standard.legal_basis,
        intervention=level.intervention,
        kind=kind,
        relation=relation,
        reason=reason,
        n=n,
        amount_histogram=[],
        days_histogram=[],
        **zeros,
    )


def history(unit, version, *, above, inside=18, months=MONTHS):
    """Facts month by month; `above` is a string of digits, one per month."""
    facts = []
    for month, count in zip(months, above, strict=True):
        facts.append(fact(unit, version, month, n=inside))
        if int(count):
            facts.append(fact(unit, version, month, n=int(count), relation="above"))
    return facts


@pytest.fixture
def teams(db):
    return [UnitFactory(code=f"T-{number}") for number in range(3)]


STEADY = "212120212121202121212021"
DRIFTED = "212120212121202121999899"
FALLEN = "878797878788878700101010"


@pytest.mark.django_db
def test_only_the_team_that_drifted_is_named_and_since_when(teams):
    version = standard_in_force()
    shapes = zip(teams, (STEADY, DRIFTED, STEADY), strict=True)
    MonthlyFact.objects.bulk_create(
        [row for team, above in shapes for row in history(team, version, above=above)]
    )
    close_as_it_stands()

    made = rebuild_signals(month=LAST, revision=1)

    teams_named = DriftSignal.objects.filter(unit__kind="team").get()
    assert made >= 1
    assert (teams_named.unit, teams_named.measure, teams_named.direction) == (teams[1], "share_above", "up")
    assert teams_named.since == date(2026, 4, 1)
    assert (teams_named.observed, teams_named.n) == (53, 53 + 6 * 18)
    assert teams_named.expected < 20
    assert not DriftSignal.objects.filter(unit__in=[teams[0], teams[2]]).exists()


def close_as_it_stands() -> None:
    """Say that the facts of all months are counted."""
    MonthlyRun.objects.bulk_create(
        [MonthlyRun(month=month, revision=1, step="tal", state="faerdig") for month in MONTHS]
    )


@pytest.mark.django_db
def test_a_fall_is_found_too(teams):
    version = standard_in_force()
    shapes = zip(teams, (FALLEN, FALLEN[:16] * 2, FALLEN[:16] * 2), strict=True)
    rows = [row for team, above in shapes for row in history(team, version, above=above[:24])]
    MonthlyFact.objects.bulk_create(rows)
    close_as_it_stands()

    rebuild_signals(month=LAST, revision=1)

    fallen = DriftSignal.objects.get(unit=teams[0])
    assert (fallen.direction, fallen.since) == ("down", date(2026, 2, 1))
    assert fallen.observed < fallen.expected


@pytest.mark.django_db
def test_rebuilding_signals_replaces_them(teams):
    version = standard_in_force()
    MonthlyFact.objects.bulk_create(history(teams[0], version, above=DRIFTED))
    close_as_it_stands()

    counts = [rebuild_signals(month=LAST, revision=1) for _ in range(3)]

    assert counts == [1, 1, 1]


@pytest.mark.django_db
def test_closed_months_of_real_decisions_end_in_a_signal(team):
    version = standard_in_force()
    for number, month in enumerate(MONTHS[-18:]):
        decisions(team, month, above=1 if number < 13 else 9, inside=11, version=version)
    judge_all()

    for month in MONTHS[-18:]:
        closing = close_month(month=month)

    signals = DriftSignal.objects.filter(month=LAST)
    assert closing.signals == signals.count() >= 1
    assert signals.get(measure="share_above").since == MONTHS[-5]
    assert Judgement.objects.count() == Registration.objects.count()
