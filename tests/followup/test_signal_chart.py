"""The chart of any measure: which chart, in which units, from which months."""

import math
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from followup.charts import chart_headings, chart_rows, control_chart, runs_words
from followup.drift.p import p_chart
from followup.drift.phases import Phases
from followup.models import MeasureCode, MonthlyFact, MonthlyStock
from followup.queries.measures import MEASURES, Family
from followup.queries.months import month_plus
from followup.queries.series import portfolio
from followup.queries.signal_chart import Subject, axis_of, signal_chart
from tests.factories import (
    DeviationReasonFactory,
    NeedLevelFactory,
    StandardVersionFactory,
    UnitFactory,
    adopt,
    standard_in_force,
)
from tests.followup.months import random_decisions
from tests.followup.test_charts import parse, texts
from tests.followup.test_portfolio import SUMMER, counted
from tests.followup.test_signals import LAST, MONTHS, fact

REVISIONS = dict.fromkeys(MONTHS, 1)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def version(db):
    return standard_in_force()


@pytest.fixture
def team(db):
    return UnitFactory(code="T-1")


def subject(code, team, version):
    return Subject(code, team, version.standard_id, version.levels.get().intervention_id)


def logs(team, version, name, *, values, n=5, count=""):
    """Facts month by month: n decisions around each value, 10 % apart."""
    rows = []
    for month, value in zip(MONTHS, values, strict=True):
        row = fact(team, version, month, n=n)
        some = [round(math.log(value * (1 + 0.1 * (i - n // 2))), 6) for i in range(n)]
        setattr(row, count or f"{name}_n", n)
        setattr(row, f"{name}_log_sum", Decimal(repr(round(sum(some), 6))))
        setattr(row, f"{name}_log_squares", Decimal(repr(round(sum(one * one for one in some), 6))))
        rows.append(row)
    MonthlyFact.objects.bulk_create(rows)


PRICES = [400, 410, 395, 405] * 4 + [402, 405] + [520, 515, 530, 525, 518, 522]


@pytest.mark.django_db
def test_prices_are_drawn_in_kroner_with_limits_from_the_first_year(team, version):
    logs(team, version, "price", values=PRICES)

    chart, adoptions = signal_chart(
        subject(MeasureCode.UNIT_PRICE, team, version), month=LAST, revisions=REVISIONS
    )

    assert chart.y[-1] == pytest.approx(
        math.exp(np.log([522 * f for f in (0.8, 0.9, 1, 1.1, 1.2)]).mean()), rel=1e-4
    )
    assert 380 < chart.centre[0] < 405
    assert (chart.lower < chart.centre).all()
    assert chart.signal.tolist() == [False] * 18 + [True] * 6
    assert chart.totals.tolist() == [5] * 24
    assert [each.on for each in adoptions] == [date(2024, 1, 1)]


@pytest.mark.django_db
def test_the_table_of_a_mean_tells_decisions_and_values(team, version):
    logs(team, version, "price", values=PRICES)
    chart, _ = signal_chart(subject(MeasureCode.UNIT_PRICE, team, version), month=LAST, revisions=REVISIONS)
    axis = axis_of(MEASURES[MeasureCode.UNIT_PRICE])

    newest = dict(zip(chart_headings(axis), chart_rows(chart, axis)[-1].values(), strict=True))

    assert newest == {
        "Måned": "sep 26",
        "Afgørelser": "5",
        "Pris pr. enhed": f"517{NBSP}kr.",
        "Niveau": f"398{NBSP}kr.",
        "Nedre grænse": newest["Nedre grænse"],
        "Øvre grænse": newest["Øvre grænse"],
        "Bemærkning": "Usædvanligt høj",
    }


@pytest.mark.django_db
def test_single_decisions_a_month_are_drawn_as_single_values(team, version):
    logs(team, version, "span", values=[200, 230, 210, 240] * 6, n=1)

    chart, _ = signal_chart(subject(MeasureCode.DURATION, team, version), month=LAST, revisions=REVISIONS)

    assert chart.y[:4] == pytest.approx([200, 230, 210, 240], rel=1e-4)
    assert not np.isnan(chart.upper).any()


@pytest.mark.django_db
def test_counts_are_drawn_per_month_however_many_days_it_has(team, version):
    MonthlyFact.objects.bulk_create(
        [fact(team, version, month, n=(month_plus(month, 1) - month).days) for month in MONTHS]
    )

    chart, _ = signal_chart(subject(MeasureCode.NEW_GRANTS, team, version), month=LAST, revisions=REVISIONS)

    assert chart.y == pytest.approx(np.full(24, 365.25 / 12))
    assert not chart.signal.any()


@pytest.mark.django_db
def test_the_need_level_is_drawn_as_it_is(team, version):
    rows = [fact(team, version, month, n=4) for month in MONTHS for _ in range(2)]
    for number, row in enumerate(rows):
        row.need_level = NeedLevelFactory(scale="VUM", value=2 + number % 2)
    MonthlyFact.objects.bulk_create(rows)

    chart, _ = signal_chart(subject(MeasureCode.NEED_LEVEL, team, version), month=LAST, revisions=REVISIONS)

    assert chart.y.tolist() == [2.5] * 24
    assert chart.totals.tolist() == [8] * 24


@pytest.mark.django_db
def test_overdue_follow_ups_are_read_from_the_stock(team, version):
    intervention = version.levels.get().intervention
    MonthlyStock.objects.bulk_create(
        MonthlyStock(
            month=month, revision=1, unit=team, intervention=intervention, running_grants=30, persons=30,
            undecided_applications=0, follow_ups=20, follow_ups_overdue=3,
        )
        for month in MONTHS
    )  # fmt: skip

    chart, _ = signal_chart(
        subject(MeasureCode.FOLLOW_UP_OVERDUE, team, version), month=LAST, revisions=REVISIONS
    )

    assert (chart.events.tolist(), chart.totals.tolist()) == ([3] * 24, [20] * 24)


@pytest.mark.django_db
def test_the_reason_that_is_given_most_is_followed(team, version):
    often, rarely = DeviationReasonFactory(), DeviationReasonFactory(code="akut")
    rows = [
        fact(team, version, month, n=n, relation="above", reason=reason)
        for month in MONTHS
        for reason, n in ((often, 3), (rarely, 1))
    ]
    MonthlyFact.objects.bulk_create(rows)

    chart, _ = signal_chart(subject(MeasureCode.SAME_REASON, team, version), month=LAST, revisions=REVISIONS)

    assert (chart.events.tolist(), chart.totals.tolist()) == ([3] * 24, [4] * 24)


@pytest.mark.django_db
def test_a_new_version_begins_a_phase(team, version):
    version.valid = type(version.valid)(date(2024, 1, 1), date(2026, 1, 10))
    version.save()
    adopt(StandardVersionFactory(standard=version.standard, number=2), date(2026, 1, 10))
    logs(team, version, "extent", values=[1.0] * 16 + [1.2] * 8)

    chart, adoptions = signal_chart(
        subject(MeasureCode.EXTENT, team, version), month=LAST, revisions=REVISIONS
    )

    assert chart.phase.tolist() == [1] * 16 + [2] * 8
    assert [each.label for each in adoptions] == ["version 1 gælder", "version 2 gælder"]


@pytest.mark.django_db
def test_what_is_charted_is_what_is_scanned():
    random_decisions(12)
    revisions = counted(SUMMER)

    for code, series in portfolio(month=SUMMER[-1], revisions=revisions).items():
        for at in range(len(series)):
            standard = int(series.standard[at]) or None
            asked = Subject(code, unit_of(series.unit[at]), standard, int(series.intervention[at]))
            chart, _ = signal_chart(asked, month=SUMMER[-1], revisions=revisions)
            if MEASURES[code].family is Family.COUNT:
                assert np.nan_to_num(chart.events).tolist() == series.counts[at].tolist()
            else:
                assert chart.totals.tolist() == series.totals[at].tolist()


def unit_of(pk):
    return UnitFactory._meta.model.objects.get(pk=pk)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "queries"), [("extent", 2), ("new_grants", 2), ("need_level", 3)])
def test_a_chart_takes_few_queries(team, version, code, queries, django_assert_num_queries):
    MonthlyFact.objects.bulk_create([fact(team, version, month, n=3) for month in MONTHS])
    asked = subject(MeasureCode(code), team, version)

    with django_assert_num_queries(queries):
        signal_chart(asked, month=LAST, revisions=REVISIONS)


@pytest.mark.django_db
@pytest.mark.parametrize("code", MEASURES)
def test_a_chart_without_figures_is_drawn(team, version, code):
    chart, adoptions = signal_chart(subject(code, team, version), month=LAST, revisions=REVISIONS)

    picture = control_chart(chart, title="t", ident="i", axis=axis_of(MEASURES[code]), adoptions=adoptions)

    assert parse(picture).find("desc").text.startswith("24 måneder fra okt 24 til sep 26.")


@pytest.mark.django_db
@pytest.mark.parametrize("compact", [False, True])
def test_the_axis_of_a_mean_is_in_its_own_units(team, version, compact):
    logs(team, version, "price", values=PRICES)
    chart, _ = signal_chart(subject(MeasureCode.UNIT_PRICE, team, version), month=LAST, revisions=REVISIONS)

    picture = control_chart(
        chart,
        title="Pris",
        ident="p",
        axis=axis_of(MEASURES[MeasureCode.UNIT_PRICE]),
        changed=date(2026, 4, 1),
        between=(date(2026, 3, 1), date(2026, 5, 1)),
        compact=compact,
    )

    svg = parse(picture)
    assert f"400{NBSP}kr." in texts(picture)
    assert svg.find("desc").text == (
        f"24 måneder fra okt 24 til sep 26. Middel 398{NBSP}kr. Udgangspunkt okt 24 til sep 25. Usædvanlige"
        " måneder: apr 26, maj 26, jun 26, jul 26, aug 26, sep 26. Ændring apr 26. Ændringen kan ligge fra"
        f" mar 26 til maj 26. {runs_words(chart)}"
    )
    flags = svg.findall(".//polygon[@class='chart-flag']")
    assert [flag.find("title").text for flag in flags][-1] == (
        f"sep 26: 517{NBSP}kr. (5 afgørelser). Usædvanligt høj"
    )
    assert width(svg, "polygon", "chart-span") * 24 == pytest.approx(
        3 * width(svg, "polyline", "chart-centre"), rel=0.02
    )


def width(svg, shape, kind):
    places = svg.find(f".//{shape}[@class='{kind}']").get("points").split()
    across = [float(place.split(",")[0]) for place in places]
    return max(across) - min(across)


def months(count):
    return [month_plus(date(2024, 1, 1), step) for step in range(count)]


USUAL = "måneder i træk ligger på samme side af linjen; det er ikke usædvanligt ved tilfældige udsving."
LONG = "måneder i træk ligger på samme side af linjen; ved tilfældige udsving er det sjældent flere end"


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ("13" * 12, f"Højst 1 {USUAL}"),
        ("1313131313131" + "4" * 11, f"11 {LONG} 8."),
        (
            "1" * 12 + "3" * 12,
            f"12 {LONG} 8. Linjen krydses én gang; ved tilfældige udsving er det sjældent færre end 8.",
        ),
        ("2" * 24, ""),
        ("2222222" + "13" * 8 + "2", ""),
        ("131", ""),
    ],
)
def test_anhoej_is_told_in_words(events, said):
    counts = [int(each) for each in events]
    chart = p_chart(counts, [20] * len(counts), months=months(len(counts)), phases=Phases(centre=0.1))

    assert runs_words(chart) == said


def test_anhoej_looks_at_the_months_after_the_baseline_too():
    counts = [int(each) for each in "1313131313131" + "4" * 11]
    phases = Phases(exclude=range(13, 25))

    chart = p_chart(counts, [20] * 24, months=months(24), phases=phases)

    assert runs_words(chart).startswith("11 måneder i træk")


def test_a_change_outside_the_period_is_not_shaded():
    chart = p_chart([2] * 12, [20] * 12, months=months(12))

    picture = control_chart(chart, title="t", ident="i", between=(date(2022, 1, 1), date(2022, 2, 1)))

    assert parse(picture).find(".//polygon[@class='chart-span']") is None
