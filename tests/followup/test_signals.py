from datetime import date

import pytest

from followup.actions.months import close_month
from followup.actions.signals import fold, rebuild_signals
from followup.models import DriftSignal, MeasureCode, MonthlyFact, MonthlyRun
from followup.queries.months import month_plus
from followup.queries.series import portfolio_series
from serviceniveau.models import DecisionKind, Judgement, Registration
from tests.factories import (
    InterventionFactory,
    StandardVersionFactory,
    UnitFactory,
    adopt,
    department,
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


def series_now():
    return portfolio_series(month=LAST, revisions=dict.fromkeys(MONTHS, 1))


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
def test_a_unit_counts_all_beneath_it(teams):
    version = standard_in_force()
    other = UnitFactory(code="AN-1", parent=department("FJO-SS-AN"))
    rows = [row for team in (*teams, other) for row in history(team, version, above=STEADY)]
    MonthlyFact.objects.bulk_create(rows)

    series = series_now()

    of_last = {
        unit: (int(series.events[at, -1]), int(series.totals[at, -1]))
        for at, unit in enumerate(series.unit.tolist())
        if series.measure_of(at) == MeasureCode.SHARE_ABOVE
    }
    vh, top = teams[0].parent, teams[0].parent.parent.parent
    expected = {team.pk: (1, 19) for team in (*teams, other)} | {vh.pk: (3, 57), top.pk: (4, 76)}
    assert of_last == expected
    assert set(series.unit[series.leaf].tolist()) == {team.pk for team in (*teams, other)}


@pytest.mark.django_db
def test_a_unit_that_only_repeats_one_beneath_it_is_left_out(teams):
    MonthlyFact.objects.bulk_create(history(teams[0], standard_in_force(), above=STEADY))

    assert set(series_now().unit.tolist()) == {teams[0].pk}


@pytest.mark.django_db
def test_what_happens_nowhere_is_no_series(teams):
    MonthlyFact.objects.bulk_create(history(teams[0], standard_in_force(), above=STEADY))

    measures = {series_now().measure_of(at) for at in range(len(series_now()))}

    assert measures == {MeasureCode.SHARE_ABOVE, MeasureCode.SHARE_WITHOUT_REASON}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", [DecisionKind.EXTENDED, DecisionKind.SUPPLIER_CHANGED, DecisionKind.LAW_MIGRATION]
)
def test_extensions_and_changes_of_law_are_in_no_measure(teams, kind):
    MonthlyFact.objects.bulk_create(
        [fact(teams[0], standard_in_force(), LAST, n=9, relation="above", kind=kind)]
    )

    assert len(series_now()) == 0


@pytest.mark.django_db
def test_only_the_newest_revision_counts(teams):
    version = standard_in_force()
    rows = [fact(teams[0], version, LAST, n=5), fact(teams[0], version, LAST, n=7, relation="above")]
    rows[1].revision = 2
    MonthlyFact.objects.bulk_create(rows)

    series = portfolio_series(month=LAST, revisions={LAST: 2})

    assert series.totals[series.measure == 0].sum() == 7


@pytest.mark.django_db
def test_an_adoption_inside_the_window_restarts_its_standard(teams):
    version = standard_in_force()
    version.valid = type(version.valid)(date(2024, 1, 1), date(2026, 2, 15))
    version.save()
    adopt(StandardVersionFactory(standard=version.standard, number=2), date(2026, 2, 15))
    older = standard_in_force(intervention=InterventionFactory(code="ledsagelse"))
    MonthlyFact.objects.bulk_create(
        [*history(teams[0], version, above=STEADY), *history(teams[0], older, above=STEADY)]
    )

    series = series_now()

    restart = dict(zip(series.standard.tolist(), series.adoption.tolist(), strict=True))
    first_whole_month = series.months.index(date(2026, 3, 1))
    assert restart == {version.standard.pk: first_whole_month, older.standard.pk: 3}


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(teams, django_assert_num_queries):
    version = standard_in_force()
    MonthlyFact.objects.bulk_create(history(teams[0], version, above=STEADY))
    with django_assert_num_queries(4):
        series_now()
    MonthlyFact.objects.bulk_create([row for t in teams[1:] for row in history(t, version, above=STEADY)])
    with django_assert_num_queries(4):
        series_now()


@pytest.mark.django_db
def test_no_facts_no_series():
    assert len(series_now()) == 0


def shift(measure, direction, probability, *, unit=1, standard=1):
    return DriftSignal(
        measure=measure,
        direction=direction,
        probability=probability,
        unit_id=unit,
        standard_id=standard,
        n=20,
    )


def names(signals):
    return {(signal.measure, signal.direction, signal.unit_id) for signal in signals}


@pytest.mark.parametrize(
    ("above", "below", "kept"),
    [
        (("up", 0.97), ("down", 0.95), {("share_above", "up", 1)}),
        (("up", 0.95), ("down", 0.97), {("share_below", "down", 1)}),
        (("down", 0.97), ("up", 0.95), {("share_above", "down", 1)}),
        (("up", 0.97), ("up", 0.95), {("share_above", "up", 1), ("share_below", "up", 1)}),
    ],
)
def test_one_shift_that_shows_twice_is_one_signal(above, below, kept):
    signals = [shift(MeasureCode.SHARE_ABOVE, *above), shift(MeasureCode.SHARE_BELOW, *below)]

    assert names(fold(signals)) == names(fold(signals[::-1])) == kept


def test_shifts_of_two_units_or_of_reasons_stay_apart():
    signals = [
        shift(MeasureCode.SHARE_ABOVE, "up", 0.97),
        shift(MeasureCode.SHARE_BELOW, "down", 0.95, unit=2),
        shift(MeasureCode.SHARE_WITHOUT_REASON, "up", 0.94),
    ]

    assert len(fold(signals)) == 3


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
