"""Facts as series: for every measure, against sums made row by row."""

import math
from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from django.db.models import Q

from followup.actions.facts import rebuild_facts, rebuild_stock
from followup.models import MeasureCode, MonthlyFact, MonthlyStock
from followup.queries.measures import MEASURES, Family, Measure, Source
from followup.queries.measures.measure import share_of
from followup.queries.months import month_plus
from followup.queries.series import cells_of, portfolio, reasons_given
from roles.models import Unit
from serviceniveau.models import DecisionKind
from tests.factories import NeedLevelFactory, StandardVersionFactory, UnitFactory, adopt, standard_in_force
from tests.followup.months import random_decisions
from tests.followup.test_signals import LAST, MONTHS, fact, history

SUMMER = [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
SCANNED = {"kommune": 0, "afdeling": 1, "team": 2}

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams():
    return [UnitFactory(code=f"T-{number}") for number in range(3)]


def counted(months):
    for month in months:
        rebuild_facts(month=month, revision=1)
        rebuild_stock(month=month, revision=1)
    return dict.fromkeys(months, 1)


# --- An oracle: loops over single rows --------------------------------------------------------------


def sums_by_hand(code: MeasureCode) -> dict[tuple, list[float]]:
    """(unit, standard, intervention, month) -> the measure's sums."""
    measure, found = MEASURES[code], defaultdict(lambda: [0.0] * len(MEASURES[code].family.value))
    stock = measure.source is Source.STOCK
    rows = MonthlyStock.objects.exclude(intervention=None) if stock else MonthlyFact.objects.all()
    for row in rows.select_related("unit"):
        values = by_hand(code, row)
        standard = row.standard_id if measure.per == "standard" else 0
        if values is None or standard is None:
            continue
        for unit in Unit.objects.filter(kind__in=SCANNED):
            if unit == row.unit or (not stock and row.unit.path.startswith(unit.path)):
                at = found[unit.pk, standard, row.intervention_id, row.month]
                at[:] = [a + float(b) for a, b in zip(at, values, strict=True)]
    return found


def by_hand(code: MeasureCode, row) -> list | None:
    if code == MeasureCode.FOLLOW_UP_OVERDUE:
        return [row.follow_ups_overdue, row.follow_ups]
    kind, n = row.kind, row.n
    changed = kind in (
        "bevilling_ny",
        "bevilling_delvis",
        "opjustering",
        "nedjustering",
        "genvurdering_medhold",
    )
    compared = changed and row.relation in ("inside", "above", "below")
    deviating = changed and row.relation in ("above", "below")
    return {
        MeasureCode.SHARE_ABOVE: [n * (row.relation == "above"), n] if compared else None,
        MeasureCode.SHARE_BELOW: [n * (row.relation == "below"), n] if compared else None,
        MeasureCode.SHARE_DEVIATING: [n * deviating, n] if compared else None,
        MeasureCode.SHARE_WITHOUT_REASON: [n * (row.reason_id is None), n] if deviating else None,
        MeasureCode.SHARE_AT_MAXIMUM: [row.at_max_n, row.max_n] if changed else None,
        MeasureCode.STARTED_IN_TIME: [row.start_on_time_n, row.start_n],
        MeasureCode.SHARE_RAISED: of(
            row, "opjustering", "nedjustering forlaengelse aendring_inden_for_rammen"
        ),
        MeasureCode.SHARE_LOWERED: of(
            row, "nedjustering", "opjustering forlaengelse aendring_inden_for_rammen"
        ),
        MeasureCode.SHARE_REFUSED: of(row, "afslag", "bevilling_ny bevilling_delvis"),
        MeasureCode.APPEALS_CHANGED: of(row, "genvurdering_medhold", "genvurdering_fastholdt"),
        MeasureCode.DECIDED_IN_TIME: [row.on_time_n, row.deadline_n]
        if kind != "paragraf_migrering"
        else None,
        MeasureCode.NOTICE_GIVEN: [row.notice_n, row.late_n] if kind != "paragraf_migrering" else None,
        MeasureCode.EXTENT: logs(row, "extent") if changed else None,
        MeasureCode.COST: logs(row, "cost", "cost_log_n") if changed else None,
        MeasureCode.UNIT_PRICE: logs(row, "price") if changed or kind == "leverandoerskift" else None,
        MeasureCode.DURATION: logs(row, "span") if changed else None,
        MeasureCode.NEED_LEVEL: levels(row) if changed and row.need_level else None,
        MeasureCode.NEW_GRANTS: [n] if kind in ("bevilling_ny", "bevilling_delvis") else None,
        MeasureCode.ENDED_GRANTS: [n] if kind in ("ophoer", "ophoer_borger") else None,
    }[code]


def of(row, hit: str, others: str) -> list | None:
    return [row.n * (row.kind == hit), row.n] if row.kind in [hit, *others.split()] else None


def logs(row, name: str, count: str = "") -> list:
    return [
        getattr(row, count or f"{name}_n"),
        getattr(row, f"{name}_log_sum"),
        getattr(row, f"{name}_log_squares"),
    ]


def levels(row) -> list:
    value = row.need_level.value
    return [row.n, row.n * value, row.n * value**2]


@pytest.mark.parametrize("seed", [12, 4])
def test_every_measure_is_what_adding_up_by_hand_gives(seed):
    random_decisions(seed)
    revisions = counted(SUMMER)

    found = portfolio(month=SUMMER[-1], revisions=revisions)

    assert list(found) == [code for code, measure in MEASURES.items() if measure.detector != "reason"]
    for code, series in found.items():
        expected = sums_by_hand(code)
        names = MEASURES[code].family.value
        assert len(series) > 0, code
        for at in range(len(series)):
            for place, month in enumerate(series.months):
                key = (series.unit[at], series.standard[at], series.intervention[at], month)
                values = [getattr(series, name)[at, place] for name in names]
                assert values == pytest.approx(expected.get(key, [0] * len(names))), (code, key)


def test_series_know_the_one_above_and_their_level(teams):
    version = standard_in_force()
    MonthlyFact.objects.bulk_create(
        [row for team in teams for row in history(team, version, above="212120212121202121212021")]
    )

    series = portfolio(month=LAST, revisions=dict.fromkeys(MONTHS, 1))[MeasureCode.SHARE_ABOVE]

    # The municipality repeats its only department and is left out.
    department = teams[0].parent
    told = {
        unit: (level, parent)
        for unit, level, parent in zip(series.unit, series.level, series.parent, strict=True)
    }
    at = series.unit.tolist().index(department.pk)
    assert told == {department.pk: (1, -1)} | {team.pk: (2, at) for team in teams}
    assert dict(zip(series.unit.tolist(), series.leaf.tolist(), strict=True)) == {department.pk: False} | {
        team.pk: True for team in teams
    }


def test_counts_have_the_days_of_closed_months_since_the_first_of_them(teams):
    version = standard_in_force()
    rows = [fact(teams[0], version, month, n=2) for month in MONTHS[3:]]
    MonthlyFact.objects.bulk_create(rows)
    revisions = {month: 1 for month in MONTHS if month != MONTHS[10]}

    series = portfolio(month=LAST, revisions=revisions)[MeasureCode.NEW_GRANTS]

    days = [(month_plus(month, 1) - month).days for month in MONTHS]
    days[:3], days[10] = [0, 0, 0], 0
    assert series.exposure[0].tolist() == days
    assert series.counts[0].tolist() == [0, 0, 0, *[2] * 7, 0, *[2] * 13]


def test_a_declared_level_holds_for_its_own_measure_from_its_version_on(teams):
    version = standard_in_force()
    version.valid = type(version.valid)(date(2024, 1, 1), date(2026, 2, 1))
    version.save()
    newer = StandardVersionFactory(standard=version.standard, number=2, expected_above="0.150")
    adopt(newer, date(2026, 2, 1))
    MonthlyFact.objects.bulk_create(history(teams[0], version, above="212120212121202121212021"))

    found = portfolio(month=LAST, revisions=dict.fromkeys(MONTHS, 1))

    above, extent = found[MeasureCode.SHARE_ABOVE], found[MeasureCode.NEW_GRANTS]
    assert above.declared.tolist() == [0.15]
    assert above.months[above.adoption[0]] == date(2026, 2, 1)
    assert np.isnan(extent.declared).all()
    assert extent.adoption.tolist() == [0]


def test_need_levels_of_another_scale_are_left_out(teams):
    version = standard_in_force()
    usual, other = NeedLevelFactory(scale="VUM", value=3), NeedLevelFactory(scale="FSIII", value=1)
    rows = [fact(teams[0], version, LAST, n=5), fact(teams[0], version, LAST, n=2)]
    rows[0].need_level, rows[1].need_level = usual, other
    MonthlyFact.objects.bulk_create(rows)

    series = portfolio(month=LAST, revisions={LAST: 1})[MeasureCode.NEED_LEVEL]

    assert (series.totals.tolist(), series.sums.tolist(), series.squares.tolist()) == ([[5]], [[15]], [[45]])


def test_decisions_of_no_standard_count_in_what_is_per_intervention(teams):
    version = standard_in_force()
    rows = [
        fact(teams[0], version, LAST, n=5, kind=kind) for kind in (DecisionKind.REFUSAL, DecisionKind.NEW)
    ]
    rows[0].standard = None
    MonthlyFact.objects.bulk_create(rows)

    series = portfolio(month=LAST, revisions={LAST: 1})[MeasureCode.SHARE_REFUSED]

    assert (series.standard.tolist(), series.events.tolist(), series.totals.tolist()) == ([0], [[5]], [[10]])


def test_months_go_back_as_far_as_the_revisions(teams):
    months = [month_plus(LAST, -back) for back in range(60)]
    MonthlyFact.objects.bulk_create([fact(teams[0], standard_in_force(), month, n=1) for month in months])

    series = portfolio(month=LAST, revisions=dict.fromkeys(months, 1))[MeasureCode.NEW_GRANTS]

    assert (series.months[0], len(series.months)) == (months[-1], 60)


def test_nothing_closed_gives_no_series():
    found = portfolio(month=LAST, revisions={})

    assert {len(series) for series in found.values()} == {0}
    assert cells_of(found, revisions={})[MeasureCode.SHARE_ABOVE].series.tolist() == []
    assert len(reasons_given(month=LAST, revisions={})) == 0


def test_the_number_of_queries_does_not_grow(teams, django_assert_num_queries):
    version = standard_in_force()
    revisions = dict.fromkeys(MONTHS, 1)
    for team in teams:
        MonthlyFact.objects.bulk_create(history(team, version, above="212120212121202121212021"))
        with django_assert_num_queries(5):
            found = portfolio(month=LAST, revisions=revisions)
        with django_assert_num_queries(1):
            cells_of(found, revisions=revisions)
        with django_assert_num_queries(2):
            reasons_given(month=LAST, revisions=revisions)


def test_cells_add_up_to_the_leaf_series():
    random_decisions(12)
    revisions = counted(SUMMER)
    found = portfolio(month=SUMMER[-1], revisions=revisions)

    cells = cells_of(found, revisions=revisions)

    assert set(cells) == {
        MeasureCode.SHARE_ABOVE,
        MeasureCode.SHARE_BELOW,
        MeasureCode.SHARE_WITHOUT_REASON,
        MeasureCode.STARTED_IN_TIME,
    }
    for code, rows in cells.items():
        series = found[code]
        again = np.zeros((2, *series.totals.shape), dtype=int)
        np.add.at(again[0], (rows.series, rows.month), rows.events)
        np.add.at(again[1], (rows.series, rows.month), rows.totals)
        assert (again[0] == series.events * series.leaf[:, None]).all()
        assert (again[1] == series.totals * series.leaf[:, None]).all()
        assert len(set(rows.group.tolist())) == len(
            set(zip(series.standard, series.intervention, strict=True))
        )


def test_reasons_are_counted_over_two_years_and_up_the_tree():
    random_decisions(12)
    revisions = counted(SUMMER)

    given = reasons_given(month=SUMMER[-1], revisions=revisions)

    expected = defaultdict(int)
    for row in MonthlyFact.objects.filter(relation__in=["above", "below"], reason__isnull=False):
        if by_hand(MeasureCode.SHARE_DEVIATING, row):
            for unit in Unit.objects.filter(kind__in=SCANNED):
                if row.unit.path.startswith(unit.path):
                    expected[unit.pk, row.standard_id, row.intervention_id, row.reason_id] += row.n
    found = {
        (given.unit[at], given.standard[at], given.intervention[at], given.reason[place]): given.counts[
            at, place
        ]
        for at, place in zip(*np.nonzero(given.counts), strict=True)
    }
    assert found == dict(expected)
    assert set(given.level.tolist()) == {0, 1, 2}


def test_one_more_measure_is_one_more_entry(teams):
    """A measure made here comes out as series without anything else being told of it."""
    made = Measure(
        code=MeasureCode.SHARE_REFUSED,
        family=Family.SHARE,
        per="intervention",
        sums=share_of(Q(kind=DecisionKind.EXTENDED), Q(supplier="Havly")),
        worse=None,
        meaning="Andelen af forlængelser hos Havly.",
        counted="forlængelser",
        happened="var hos Havly",
    )
    rows = [fact(teams[0], standard_in_force(), LAST, n=n, kind=DecisionKind.EXTENDED) for n in (4, 3)]
    rows[1].supplier = "Havly"
    MonthlyFact.objects.bulk_create(rows)

    (series,) = portfolio(month=LAST, revisions={LAST: 1}, measures=[made]).values()

    assert (series.events.tolist(), series.totals.tolist()) == ([[3]], [[7]])
    assert made.scale.sentence(3 / 7) == "42,9\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("code", "level", "written"),
    [
        (MeasureCode.EXTENT, math.exp(math.log(1.14)), "14 % over det typiske"),
        (MeasureCode.EXTENT, 0.9, "10 % under det typiske"),
        (MeasureCode.EXTENT, 1.001, "på det typiske"),
        (MeasureCode.UNIT_PRICE, 412, "412 kr. pr. enhed"),
        (MeasureCode.COST, 81234, "81.234 kr. om året"),
        (MeasureCode.DURATION, 230.2, "230 dage"),
        (MeasureCode.NEED_LEVEL, 2.412, "2,41 på skalaen"),
        (MeasureCode.NEW_GRANTS, 12.46, "12,5 nye bevillinger pr. måned"),
        (MeasureCode.DECIDED_IN_TIME, 0.875, "87,5 %"),
    ],
)
def test_levels_are_written_as_danes_do(code, level, written):
    assert MEASURES[code].scale.sentence(level).replace("\N{NO-BREAK SPACE}", " ") == written


def test_every_measure_is_described():
    assert set(MEASURES) == set(MeasureCode)
    for measure in MEASURES.values():
        assert measure.meaning.endswith(".")
        assert measure.counted
        assert bool(measure.happened) == (measure.family is Family.SHARE)
        assert len(measure.sums) == len(measure.family.value)
