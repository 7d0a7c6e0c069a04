"""Where our charts deliberately differ from the R packages, one test each; compat=True undoes it.

The p-chart's exact flags and its line that rounding does not move are in test_p.py.
"""

import math

import numpy as np
import pytest

from followup.drift.i import i_chart
from followup.drift.mr import mr_chart
from followup.drift.phases import Phases
from followup.drift.ranges import mean_of_ranges
from followup.drift.run import run_chart

FLAT = [5.0] * 15
ONE_BLIP = [5.0] * 10 + [6.0] + [5.0] * 9
CONSTANT_RATIO = ([1, 3, 7, 9, 11, 13, 17, 19, 21, 23], [10, 30, 70, 90, 110, 130, 170, 190, 210, 230])


def test_screening_that_leaves_no_spread_is_undone():
    ours, theirs = i_chart(ONE_BLIP), i_chart(ONE_BLIP, compat=True)

    assert theirs.signal.tolist() == [True] * 20
    assert ours.signal.tolist() == [False] * 10 + [True] + [False] * 9
    assert ours.upper[0] == pytest.approx(5.05 + 3 * (2 / 19) / 1.128)


def test_no_spread_gives_no_limits():
    ours, theirs = i_chart(FLAT, screened=False), i_chart(FLAT, screened=False, compat=True)

    assert (math.isnan(ours.upper[0]), theirs.upper[0]) == (True, 5)
    assert ours.signal.tolist() == theirs.signal.tolist() == [False] * 15


def test_one_point_off_a_flat_baseline_is_no_flag():
    y, phases = [*FLAT, 5.1], Phases(freeze=15)

    assert i_chart(y, phases=phases, screened=False).signal.tolist() == [False] * 16
    assert i_chart(y, phases=phases, screened=False, compat=True).signal.tolist() == [False] * 15 + [True]
    assert mr_chart(y, phases=phases).signal.tolist() == [False] * 16
    assert mr_chart(y, phases=phases, compat=True).signal.tolist() == [False] * 15 + [True]


def test_rounding_puts_no_point_beside_the_line():
    assert run_chart(*CONSTANT_RATIO).runs[0].useful == 0
    assert i_chart(*CONSTANT_RATIO).runs[0].useful == 0


def test_median_gives_way_where_many_points_lie_on_it():
    seldom, often = [0, 0, 1, 3, 2, 4, 5, 6, 7], [0, 0, 0, 0, 1, 3, 2]

    assert run_chart(seldom).centre[0] == run_chart(seldom, compat=True).centre[0] == 3
    assert (run_chart(often).centre[0], run_chart(often, compat=True).centre[0]) == (pytest.approx(6 / 7), 0)


def test_ranges_of_nothing_and_of_zeros():
    nothing, zeros = np.array([]), np.zeros(5)

    assert math.isnan(mean_of_ranges(nothing))
    assert math.isnan(mean_of_ranges(zeros))
    assert mean_of_ranges(zeros, screened=False, compat=True) == 0
