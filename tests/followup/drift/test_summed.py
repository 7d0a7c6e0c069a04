"""Means from sums: the same chart as from the single measurements."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.drift.i import i_chart
from followup.drift.phases import Phases
from followup.drift.summed import mean_chart
from followup.drift.xbar import xbar_chart

values = st.lists(st.floats(-50, 50).map(lambda value: round(value, 2)), min_size=2, max_size=6)


def sums_of(months):
    return (
        [len(month) for month in months],
        [sum(month) for month in months],
        [sum(value**2 for value in month) for month in months],
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(values, min_size=2, max_size=20))
def test_the_chart_is_that_of_the_single_measurements(months):
    phases = Phases(exclude=range(13, 21))
    rows = [(number, value) for number, month in enumerate(months, 1) for value in month]

    expected = xbar_chart([value for _, value in rows], months=[number for number, _ in rows], phases=phases)
    found = mean_chart(*sums_of(months), phases=phases)

    # A sum of squares loses what lies below about 1e-7 of a value: hardly any spread is none.
    if (expected.upper - expected.centre > 1e-3).all():
        assert found.upper == pytest.approx(expected.upper, rel=1e-4, nan_ok=True)
        assert found.lower == pytest.approx(expected.lower, rel=1e-4, abs=1e-4, nan_ok=True)
    assert found.y == pytest.approx(expected.y)
    assert found.centre == pytest.approx(expected.centre)


def test_single_measurements_make_an_i_chart():
    months = [[4], [6], [5], [], [7], [5], [20]]
    means = [4, 6, 5, None, 7, 5, 20]

    found = mean_chart(*sums_of(months), phases=Phases(freeze=6))

    expected = i_chart(means, phases=Phases(freeze=6))
    assert found.upper == pytest.approx(expected.upper, nan_ok=True)
    assert found.signal.tolist() == expected.signal.tolist() == [False] * 6 + [True]
    assert found.totals.tolist() == [1, 1, 1, 0, 1, 1, 1]


def test_nothing_gives_no_values():
    found = mean_chart([0, 0], [0, 0], [0, 0])

    assert np.isnan(found.y).all()
    assert found.signal.tolist() == [False, False]


@pytest.mark.parametrize(
    ("totals", "sums", "squares"),
    [
        ([1, -1], [1, 1], [1, 1]),
        ([1, 1], [1, np.inf], [1, 1]),
        ([1, 1], [1, 1], [1, np.inf]),
        ([1], [1, 1], [1, 1]),
        ([[1]], [[1]], [[1]]),
    ],
)
def test_what_are_no_sums_is_refused(totals, sums, squares):
    with pytest.raises(ValueError, match="cannot|shape|flat"):
        mean_chart(totals, sums, squares)
