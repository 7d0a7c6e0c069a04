"""Every chart cuts a series up alike: parts, a frozen baseline, months left out, a fixed centre."""

import math

import numpy as np
import pytest

from followup.drift.c import c_chart
from followup.drift.g import g_chart
from followup.drift.i import i_chart
from followup.drift.i_prime import i_prime_chart
from followup.drift.mr import mr_chart
from followup.drift.p import p_chart
from followup.drift.p_prime import p_prime_chart
from followup.drift.phases import Phases, lay_out
from followup.drift.run import run_chart
from followup.drift.s import s_chart
from followup.drift.t import t_chart
from followup.drift.u import u_chart
from followup.drift.u_prime import u_prime_chart
from followup.drift.xbar import xbar_chart

RATIOS = {"p": p_chart, "p'": p_prime_chart, "u": u_chart, "u'": u_prime_chart, "i'": i_prime_chart}
SINGLES = {"run": run_chart, "i": i_chart, "mr": mr_chart, "c": c_chart, "t": t_chart, "g": g_chart}
MEASURED = {"xbar": xbar_chart, "s": s_chart}
ALL = [*RATIOS, *SINGLES, *MEASURED]
LINES = ("centre", "lower", "upper", "lower_2s", "upper_2s")

STEADY = "5 7 6 8 6 7 5 6 8 7 6 7"
HIGHER = "25 27 24 28 26 25 27 24 28 26"


def chart_of(name, line, **cut):
    """Chart a line of numbers: of 200 a month, alone, or as three measurements around each."""
    values, phases = [math.nan if word == "?" else float(word) for word in line.split()], Phases(**cut)
    if name in RATIOS:
        return RATIOS[name](values, [200] * len(values), phases=phases)
    if name in SINGLES:
        return SINGLES[name](values, phases=phases)
    spread = [value for value in values for _ in range(3)] if name == "s" else [2] * 3 * len(values)
    middle = np.repeat(0 if name == "s" else values, 3)[: 3 * len(values)] if name == "xbar" else 0
    months = np.repeat(np.arange(len(values)), 3).tolist()
    return MEASURED[name](middle + np.tile([-1, 0, 1], len(values)) * spread, months=months, phases=phases)


def lines(chart, chosen=slice(None)):
    return np.stack([getattr(chart, name)[chosen] for name in LINES])


def marks(chart):
    return " ".join("^" if flag else "." for flag in chart.signal)


@pytest.mark.parametrize("name", sorted(set(ALL) - {"mr"}))
def test_each_part_is_a_chart_of_its_own(name):
    whole = chart_of(name, f"{STEADY} {HIGHER}", part=[12])

    alone = [chart_of(name, STEADY), chart_of(name, HIGHER)]

    assert whole.phase.tolist() == [1] * 12 + [2] * 10
    np.testing.assert_allclose(lines(whole), np.hstack([lines(one) for one in alone]), rtol=1e-12)
    assert whole.runs == tuple(one.runs[0] for one in alone)
    assert whole.provisional == (False, True)
    assert whole.signal.tolist() == [*alone[0].signal, *alone[1].signal]


def test_range_across_two_parts_belongs_to_the_later():
    whole = chart_of("mr", f"{STEADY} {HIGHER}", part=[12])

    assert whole.y[12] == 18
    assert whole.centre[0] == chart_of("mr", STEADY).centre[0]
    assert whole.centre[12] == pytest.approx((18 + 2 + 3 + 4 + 2 + 1 + 2 + 3 + 4 + 2) / 10)


@pytest.mark.parametrize("name", ALL)
def test_frozen_limits_rest_on_the_first_months_and_hold_for_all(name):
    frozen = chart_of(name, f"{STEADY} {HIGHER}", freeze=12)

    first = chart_of(name, STEADY)

    np.testing.assert_allclose(lines(frozen), lines(first, slice(0, 1)).repeat(22, axis=1), rtol=1e-12)
    assert frozen.baseline.tolist() == [True] * 12 + [False] * 10
    assert (len(frozen.runs), frozen.runs[0].observed) == (1, 22)


@pytest.mark.parametrize(
    ("name", "expect"),
    [(name, ". . . . . . . . . . . . ^ ^ .") for name in sorted(set(ALL) - {"run", "mr"})]
    + [("run", ". . . . . . . . . . . . . . ."), ("mr", ". . . . . . . . . . . . ^ ^ ^")],
)
def test_frozen_chart_marks_what_comes_after(name, expect):
    assert marks(chart_of(name, f"{STEADY} 150 190 6", freeze=12)) == expect


@pytest.mark.parametrize("name", ALL)
def test_part_switches_freeze_off(name):
    both, part = (chart_of(name, f"{STEADY} {HIGHER}", part=[12], freeze=one) for one in (3, None))

    assert both.baseline.all()
    np.testing.assert_array_equal(lines(both), lines(part))


@pytest.mark.parametrize("name", ALL)
def test_excluded_months_are_drawn_and_tested_but_teach_nothing(name):
    low, high = (chart_of(name, f"5 7 6 8 {odd} 6 7 5 6 8 7 6 7", exclude=[5]) for odd in (150, 190))

    if name != "mr":
        np.testing.assert_array_equal(lines(low), lines(high))
        np.testing.assert_allclose(
            lines(high), lines(chart_of(name, STEADY), slice(0, 1)).repeat(13, 1), rtol=1e-12
        )
    assert high.y[4] != low.y[4]
    assert (high.signal[4], high.runs[0].observed) == (name != "run", 12)
    assert high.included.tolist() == [True] * 4 + [False] + [True] * 8


@pytest.mark.parametrize("name", ALL)
def test_fixed_centre_replaces_the_estimate(name):
    estimated = chart_of(name, STEADY)
    centre = float(estimated.centre[0]) * 1.5

    fixed = chart_of(name, STEADY, centre=centre)

    assert fixed.centre == pytest.approx(centre)
    # Six of twelve on each side of the estimate; all but two below half as much again.
    assert fixed.runs[0].longest > estimated.runs[0].longest
    if name in ("i", "i'", "mr"):
        spread = (fixed.upper - fixed.centre) / (estimated.upper - estimated.centre)
        assert spread == pytest.approx(1 if name != "mr" else spread[0])


@pytest.mark.parametrize("name", ["p", "u", "c", "t", "g"])
def test_fixed_centre_without_a_baseline_may_flag(name):
    """Limits that follow from the centre need no months to learn from."""
    line, centre = "190", chart_of(name, STEADY).centre[0]

    may = name != "t"  # the limits of waiting times also need their spread

    assert chart_of(name, line, centre=float(centre)).signal.tolist() == [may]


@pytest.mark.parametrize("name", ["i", "p'", "u'", "i'"])
def test_missing_month_breaks_the_two_ranges_it_touches(name):
    """A jump of the level while nothing was counted widens no limits."""
    gap = chart_of(name, "5 6 5 6 5 6 ? 25 26 25 26 25 26")
    seamless = chart_of(name, "5 6 5 6 5 6 25 26 25 26 25 26")

    width, other = ((chart.upper - chart.centre)[0] for chart in (gap, seamless))

    assert width <= other
    assert np.isnan(gap.y[6])


def test_ranges_close_up_over_excluded_months_but_not_over_missing_ones():
    excluded = i_chart([1, 2, 90, 4, 5], phases=Phases(exclude=[3]), screened=False)
    missing = i_chart([1, 2, None, 4, 5], screened=False)

    assert excluded.upper[0] - excluded.centre[0] == pytest.approx(3 * (1 + 2 + 1) / 3 / 1.128)
    assert missing.upper[0] - missing.centre[0] == pytest.approx(3 * (1 + 1) / 2 / 1.128)


@pytest.mark.parametrize("part", [[0, -3, 2, 2, 9, 4], [4, 2], (2, 4, 5, 100)])
def test_parts_that_are_no_inner_months_are_ignored(part):
    assert lay_out(Phases(part=part), np.arange(5)).phase.tolist() == [1, 1, 2, 2, 3]


def test_nothing_to_cut_is_one_part():
    for part in (None, [], [0], [5], [-1, 17]):
        assert lay_out(Phases(part=part), np.arange(5)).phase.tolist() == [1] * 5


def test_freeze_past_the_end_or_at_nothing():
    assert lay_out(Phases(freeze=9), np.arange(3)).baseline.tolist() == [True] * 3
    nothing = p_chart([1, 2], [9, 9], phases=Phases(freeze=0))
    assert np.isnan(nothing.centre).all()
    assert nothing.signal.tolist() == [False] * 2


def test_excluding_everything_leaves_no_line():
    chart = i_chart([1, 2, 3], phases=Phases(exclude=[1, 2, 3]))

    assert np.isnan(chart.centre).all()
    assert (chart.signal.tolist(), chart.runs[0].useful) == ([False] * 3, 0)
