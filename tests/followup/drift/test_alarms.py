import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.drift.alarms import flag, replay, unspent

PROBABILITIES = {".": 0.01, "-": 0.4, "o": 0.6, "^": 0.99, "?": math.nan}


def followed(line):
    """Draw the probability of one series; + where its signal opens, = while it is open."""
    months = replay(np.array([[PROBABILITIES[mark] for mark in line]]))
    return "".join("+" if m.flagged[0] else "=" if m.open[0] else " " for m in months)


def slow_flag(probability, open_before, q):
    """Try every set of candidates, and take the largest whose mean is low enough."""
    candidates = [i for i, p in enumerate(probability) if p >= 0.5 and not open_before[i]]
    sizes = [
        size
        for size in range(1, len(candidates) + 1)
        for some in itertools.combinations(candidates, size)
        if sum(1 - probability[i] for i in some) / size <= q
    ]
    return max(sizes, default=0)


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=8), st.sampled_from([0.05, 0.1, 0.3]))
def test_flag_takes_the_largest_set_that_keeps_the_promise(series, q):
    probability, is_open = [p / 100 + 0.003 for p, _ in series], [was for _, was in series]

    found = flag(probability, is_open, q)

    assert found.sum() == slow_flag(probability, is_open, q)
    if found.any():
        assert np.min(np.array(probability)[found]) >= max(
            p
            for p, one, was in zip([*probability, 0.0], [*found, False], [*is_open, False], strict=True)
            if not one and not was
        )


def test_open_signals_do_not_pay_for_new_ones():
    certain, doubtful = [1.0] * 100, [0.6] * 31

    found = flag([*certain, *doubtful], [True] * 100 + [False] * 31)

    assert found.sum() == 0


def test_what_a_month_leaves_pays_for_one_doubtful_series_at_most():
    certain, doubtful = [1.0] * 100, [0.6] * 31

    spare = unspent(certain, [True] * 100)

    assert (spare, flag(doubtful, [False] * 31, spare=spare).sum()) == (0.5, 1)
    assert unspent(doubtful, [True] + [False] * 30, spare=spare) == pytest.approx(0.2)


def test_what_is_left_is_passed_on_from_month_to_month():
    months = replay(np.array([[0.99, 0.99, 0.99], [0.99, 0.99, 0.99], [0.01, 0.7, 0.75]]))

    assert [month.flagged.tolist() for month in months[:2]] == [[True, True, False], [False] * 3]
    assert [month.spare for month in months] == [
        pytest.approx(0.18),
        pytest.approx(0.18),
        pytest.approx(0.03),
    ]


def test_nothing_given_flags_nothing():
    assert flag([], []).tolist() == []


def test_signal_opens_once_and_stays_while_likely():
    assert followed("..^^o-^..^") == "  +======="


def test_signal_closes_after_three_faded_months_and_opens_again():
    assert followed("^...^^") == "+== +="


def test_a_month_without_an_answer_neither_fades_nor_closes():
    assert followed("^.?.?.") == "+==== "


def test_uncertain_series_wait():
    assert followed("oo^") == "  +"
