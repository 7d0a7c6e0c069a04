import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from followup.drift.filter import filter_shares
from followup.drift.offsets import case_mix_offsets, delay_offsets, season_offsets
from followup.drift.portfolio import Prior

# Case mix, drawn: one letter per decision, capital if it is above the frame; one word per month


def table(*lines):
    """Return the columns of the long form, a line per series of m(ild) and s(evere) decisions."""
    rows = [
        (series, cell, month, sum(letter.isupper() for letter in of_cell), len(of_cell))
        for series, line in enumerate(lines)
        for month, word in enumerate(line.split())
        for cell, name in enumerate("ms")
        if (of_cell := [letter for letter in word if letter.lower() == name])
    ]
    return [list(column) for column in zip(*rows, strict=True)]


PORTFOLIO = ["mmmmmmmmmMSSSSssssss"] * 3  # a tenth of the mild are above, four tenths of the severe


def offsets(*lines, usual=3, parent=None, group=None):
    months = max(len(line.split()) for line in lines)
    baseline = np.tile(np.arange(months) < usual, (len(lines), 1))
    columns = table(*lines)
    group = [0] * len(lines) if group is None else group
    return case_mix_offsets(
        *columns, shape=(len(lines), months), baseline=baseline, group=group, parent=parent
    )


def test_severer_cases_raise_what_is_expected():
    found = offsets("mmmm mmmm mmmm ssss mmss mmmm", *[" ".join(PORTFOLIO * 2)] * 9)[0]

    assert found[[0, 1, 2, 5]].tolist() == [0] * 4
    assert found[3] == pytest.approx(logit(0.4) - logit(0.1), abs=0.05)
    assert found[4] == pytest.approx(logit(0.25) - logit(0.1), abs=0.05)


def test_series_does_not_predict_itself():
    """What the series decides, in its baseline or later, makes no difference to its own offsets."""
    others = [" ".join(PORTFOLIO * 2)] * 9

    lawful, strict = (offsets(line, *others)[0] for line in ("mmss ms ms sss s m", "MMSS MS MS SSS S M"))

    assert lawful == pytest.approx(strict)


def test_later_months_teach_nothing():
    quiet, wild = "ms ms ms ss ms", "ms ms ms SS MS"

    assert offsets(quiet, quiet, *PORTFOLIO)[0].tolist() == offsets(quiet, wild, *PORTFOLIO)[0].tolist()


def test_only_comparable_series_teach():
    line, other = "mmss mmss mmss ssss", "MMss MMss MMss mmmm"

    apart = offsets(line, other, *PORTFOLIO, group=[0, 1, 0, 0, 0])
    without = offsets(line, *PORTFOLIO)

    assert apart[0].tolist() == without[0].tolist()


def test_department_is_expected_by_others_than_its_teams():
    """The first two are teams of the third; what they decide does not move it."""
    calm, wild = "ms ms ms ss", "mS MS MS sS"
    parent = [2, 2, *[-1] * 8]
    others = [" ".join(PORTFOLIO)] * 7

    found = [offsets(line, line, "", *others, parent=parent) for line in (calm, wild)]

    assert found[0][2] == pytest.approx(found[1][2], abs=1e-12)
    assert found[0][2, 3] > 0.3


def test_municipality_is_expected_by_its_own_baseline():
    """Its teams are all there is: their baseline months say what severer cases cost."""
    team = "mmmmmmmmmM mmmmmmmmms SSSSssssss ssssssssss"

    found = offsets(*[team] * 20, "", parent=[*[20] * 20, -1])

    assert found[20, 3] == pytest.approx(found[0, 3], abs=0.02)
    assert found[20, 3] > 0.5


def test_cells_that_do_not_differ_move_nothing():
    rng = np.random.default_rng(3)
    series, cell, month = (one.ravel() for one in np.indices((30, 6, 24)))
    totals = rng.poisson(5, len(series))
    baseline = np.tile(np.arange(24) < 12, (30, 1))

    found = case_mix_offsets(
        series,
        cell,
        month,
        rng.binomial(totals, 0.15),
        totals,
        shape=(30, 24),
        baseline=baseline,
        group=[0] * 30,
    )

    assert np.abs(found).max() < 0.05


def test_nothing_known_is_no_offset():
    assert offsets("ms  ", "ms ss ms", usual=0).tolist() == [[0] * 3, [0] * 3]
    assert (
        case_mix_offsets([], [], [], [], [], shape=(2, 3), baseline=np.ones((2, 3)), group=[0, 0]).tolist()
        == [[0] * 3] * 2
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [((2, 0, 0, 1, 2), "not there"), ((0, 0, 3, 1, 2), "not there"), ((0, -1, 0, 1, 2), "not there")]
    + [((0, 0, 0, 3, 2), "exceed"), ((0, 0, 0, -1, 2), "negative")],
)
def test_rows_that_fit_nowhere_are_refused(row, problem):
    with pytest.raises(ValueError, match=problem):
        case_mix_offsets(*([one] for one in row), shape=(2, 3), baseline=np.ones((2, 3)), group=[0, 0])


# Against going through the rows


def slow_offsets(rows, baseline, group):
    """Every series a leaf: go through the rows for each series, cell and month."""
    found = np.zeros(baseline.shape)
    for i in range(len(baseline)):
        near = [row for row in rows if group[row[0]] == group[i]]
        usual = [row for row in near if baseline[row[0]][row[2]]]
        others = [row for row in usual if row[0] != i]
        if total(others, 4) == 0:
            others = usual
        worth = slow_worth(others)
        middle = (total(others, 3) + 0.5) / (total(others, 4) + 1)
        own = [row for row in near if row[0] == i]

        def expected(some, others=others, worth=worth, middle=middle):
            cells = {row[1]: [one for one in others if one[1] == row[1]] for row in some}
            share = {c: (total(of, 3) + worth * middle) / (total(of, 4) + worth) for c, of in cells.items()}
            return sum(share[row[1]] * row[4] for row in some) / total(some, 4)

        base = [row for row in own if baseline[i][row[2]]]
        for month in range(baseline.shape[1]):
            now = [row for row in own if row[2] == month]
            if total(now, 4) and total(base, 4):
                found[i, month] = logit(expected(now)) - logit(expected(base))
    return found


def slow_worth(rows):
    n = total(rows, 4)
    mean = (total(rows, 3) + 0.5) / (n + 1)
    cells = [[row for row in rows if row[1] == cell] for cell in {row[1] for row in rows if row[4]}]
    sizes = [total(of, 4) for of in cells]
    weights = [size / (mean * (1 - mean)) for size in sizes]
    spread = sum(
        weight * (total(of, 3) / size - mean) ** 2
        for weight, of, size in zip(weights, cells, sizes, strict=True)
    )
    scale = sum(weights) - sum(weight**2 for weight in weights) / (sum(weights) or 1)
    between = (spread - (len(cells) - 1)) / scale if len(cells) > 1 else 0
    return max(1, n) if between <= 0 else min(max(mean * (1 - mean) / between - 1, 1), max(n, 1))


def total(rows, column):
    return sum(row[column] for row in rows)


ROW = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 4), st.integers(0, 6), st.integers(0, 6))


@given(st.lists(ROW, min_size=1, max_size=40))
@settings(max_examples=150)
def test_offsets_equal_going_through_the_rows(rows):
    rows = [(i, c, t, min(x, n), n) for i, c, t, x, n in rows]
    baseline, group = np.tile(np.arange(5) < 3, (4, 1)), [7, 7, 7, 2]

    found = case_mix_offsets(*zip(*rows, strict=True), shape=(4, 5), baseline=baseline, group=group)

    np.testing.assert_allclose(found, slow_offsets(rows, baseline, group), atol=1e-9)


# What it is for


def drifting_mix(rng, units=600, months=36, growing=0.05, odds=1.0):
    """Draw units whose cases grow severer after the first year; ``odds`` is a real shift after two years."""
    shares = expit(np.linspace(-3.2, -0.4, 6))
    severity = rng.normal(0, 0.5, (units, 1)) + np.maximum(np.arange(months) - 11, 0) * growing
    pull = np.exp(severity[:, :, None] * (np.arange(6) - 2.5) / 2)
    totals = rng.poisson(40 * pull / pull.sum(axis=2, keepdims=True))
    level = logit(shares) + rng.normal(0, 0.3, (units, 1, 1)) + np.zeros((1, months, 1))
    level[:, 24:] += math.log(odds)
    return rng.binomial(totals, expit(level)), totals


def probabilities(x, n, *, adjusted):
    baseline = np.tile(np.arange(x.shape[1]) < 12, (len(x), 1))
    series, month, cell = (one.ravel() for one in np.indices(x.shape))
    shape, group = x.shape[:2], np.repeat([0, 1, 2], len(x) // 3)
    columns = (series, cell, month, x.ravel(), n.ravel())
    shift = case_mix_offsets(*columns, shape=shape, baseline=baseline, group=group) if adjusted else None
    return filter_shares(x.sum(axis=2), n.sum(axis=2), prior=Prior(15, 80, 0), offsets=shift).probability[
        :, 12:
    ]


def test_case_mix_alone_makes_no_drift_and_a_real_shift_is_still_found():
    rng = np.random.default_rng(41)
    x, n = drifting_mix(rng)

    blind, seeing = (probabilities(x, n, adjusted=one).max(axis=1) > 0.9 for one in (False, True))
    even, of_even = drifting_mix(rng, growing=0)
    nominal = probabilities(even, of_even, adjusted=False).max(axis=1) > 0.9
    shifted = probabilities(*drifting_mix(rng, odds=2.0), adjusted=True)[:, -1] > 0.9

    assert blind.mean() > 0.4
    assert seeing.mean() <= 1.5 * nominal.mean() < 0.04
    assert shifted.mean() > 0.6


# Season


def yearly(effects, months, rng=None, units=60, total=50):
    """Draw (units, months) counts with these effects by month of the year, from January on."""
    of_year = np.arange(months) % 12 + 1
    level = np.random.default_rng(5).normal(-2, 0.4, (units, 1)) + np.asarray(effects)[of_year - 1]
    n = np.full(level.shape, total)
    x = np.rint(n * 100 * expit(level)) if rng is None else rng.binomial(n, expit(level))
    return x, n * 100 if rng is None else n, of_year


AUTUMN = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0.4, 0.4, 0.4, 0]) - 0.1


def season_of(x, n, of_year):
    return season_offsets(x, n, leaf=np.ones(len(x), dtype=bool), month_of_year=of_year)


def test_season_is_what_returns_each_year():
    found = season_of(*yearly(AUTUMN, 36))

    assert found.shape == (60, 36)
    assert found[0, :12] == pytest.approx(AUTUMN, abs=0.03)
    assert found[0, :12].sum() == pytest.approx(0, abs=1e-12)
    assert found[0, 12:24].tolist() == found[59, :12].tolist()


def test_season_is_found_through_the_noise_and_chance_is_none():
    rng = np.random.default_rng(6)

    there, none = (season_of(*yearly(one, 36, rng))[0, :12] for one in (AUTUMN, AUTUMN * 0))

    assert there == pytest.approx(AUTUMN, abs=0.12)
    assert np.abs(none).max() < 0.06


def test_one_changed_autumn_and_a_straight_trend_are_no_season():
    x, n, of_year = yearly(AUTUMN * 0, 36)
    once = np.where((np.arange(36) >= 32) & (np.arange(36) < 35), 1.5, 1) * x
    growing = x * (1 + np.arange(36) / 60)

    assert np.abs(season_of(np.rint(once), n, of_year)).max() < 0.1
    assert np.abs(season_of(np.rint(growing), n, of_year)).max() < 0.02


def test_season_needs_two_years_and_every_month():
    assert not season_of(*yearly(AUTUMN, 23)).any()
    assert season_of(*yearly(AUTUMN, 24)).any()
    x, n, of_year = yearly(AUTUMN, 36)
    assert not season_of(np.where(of_year == 7, 0, x), np.where(of_year == 7, 0, n), of_year).any()
    assert not season_offsets(x, n, leaf=[False] * 60, month_of_year=of_year).any()


def test_season_refuses_months_that_do_not_fit():
    with pytest.raises(ValueError, match="month_of_year"):
        season_offsets([[1, 2]], [[3, 3]], leaf=[True], month_of_year=[1])


# Delay


def test_late_deviations_lower_the_newest_months_only():
    """Half of those outside come a month late, nobody inside does."""
    found = delay_offsets([500, 500, 0], [4000, 0, 0], ages=[5, 2, 1, 0])

    assert found[:3] == pytest.approx([0, 0, 0], abs=1e-12)
    assert found[3] == pytest.approx(math.log(0.5), abs=0.03)


def test_delay_that_is_alike_bends_nothing():
    assert delay_offsets([30, 10], [300, 100], ages=[1, 0]).tolist() == pytest.approx([0, 0])
    assert delay_offsets([0, 0], [0, 0], ages=[0, 1]).tolist() == [0, 0]
    assert delay_offsets([0, 9], [0, 50], ages=[0]).tolist() == [0]
    assert delay_offsets([], [], ages=[0]).tolist() == [0]


def test_delay_has_the_shape_of_the_ages():
    assert delay_offsets([5, 5], [9, 1], ages=[[2, 1, 0], [2, 1, 0]]).shape == (2, 3)


def test_few_late_ones_prove_little():
    assert -0.15 < delay_offsets([1, 1], [400, 40], ages=[0])[0] < 0


@pytest.mark.parametrize(
    ("outside", "inside", "ages"),
    [([1], [1, 2], [0]), ([-1], [1], [0]), ([1], [1], [-1]), ([math.nan], [1], [0])],
)
def test_delay_refuses_what_cannot_be(outside, inside, ages):
    with pytest.raises(ValueError, match=r"shape|from 0 up"):
        delay_offsets(outside, inside, ages=ages)
