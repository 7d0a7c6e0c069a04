import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.drift.cusum import cusum, run_length
from tests.followup.drift.reference import SHARED, cases, read, unlike


def told(case):
    return {
        "level": case["options"]["p0"],
        "shifted": case["options"]["p1"],
        "limit": case["options"]["h"],
    }


def assert_like_reference(case):
    expected = case["expected"]
    if case["chart"] == "binomial_cusum":
        found = cusum([case["input"]["y"]], [case["input"]["n"]], **told(case))
        assert unlike(found.statistic[0], expected["statistic"]) == []
        assert found.signal[0].astype(int).tolist() == expected["alarms"]
    elif case["chart"] == "binomial_cusum_arl":
        for name, share in (("arl_in_control_sim", "p0"), ("arl_shifted_sim", "p1")):
            found = run_length(case["options"][share], case["options"]["n"], **told(case))
            assert found == pytest.approx(expected[name], rel=0.02)


def test_cusum_equals_reference():
    found = cases("cusum")

    assert len(found) == 18
    for case in found:
        assert_like_reference(case)


def test_cusum_equals_every_shared_case():
    for case in read(SHARED / "surveillance.json.gz")["cases"]:
        assert_like_reference(case)


def drawn(line, **options):
    events = [[int(number) for number in line.split()]]
    found = cusum(events, np.full(np.shape(events), 20), level=0.1, shifted=0.3, limit=3, **options)
    return " ".join("^" if signal else "." for signal in found.signal[0])


def test_cusum_signals_after_a_shift_and_starts_afresh():
    assert drawn("2 3 1 2 5 6 2 5 6 2") == ". . . . . ^ . . ^ ."
    assert drawn("2 3 1 2 5 6 2 5 6 2", restart=False) == ". . . . . ^ . ^ ^ ^"


def test_fall_is_looked_for_by_a_lower_share():
    found = cusum([[6, 6, 1, 0, 1]], np.full((1, 5), 20), level=0.3, shifted=0.1, limit=3)

    assert found.signal.tolist() == [[False, False, True, True, True]]


@given(st.lists(st.integers(0, 15), max_size=20))
def test_cusum_equals_adding_up_by_hand(line):
    expected, now = [], 0.0
    for x in line:
        now = max(0.0, now + x * math.log(0.2 / 0.1) + (15 - x) * math.log(0.8 / 0.9))
        expected.append(now)
        now = 0.0 if now > 2 else now

    found = cusum([line], np.full((1, len(line)), 15), level=0.1, shifted=0.2, limit=2)

    assert found.statistic[0] == pytest.approx(expected)


def test_run_length_equals_simulation():
    rng = np.random.default_rng(12)
    x = rng.binomial(9, 0.2, (20_000, 400))

    found = cusum(x, np.full(x.shape, 9), level=0.2, shifted=0.35, limit=2.0)

    first = np.where(found.signal.any(axis=1), found.signal.argmax(axis=1), 400) + 1
    assert run_length(0.2, 9, level=0.2, shifted=0.35, limit=2.0) == pytest.approx(first.mean(), rel=0.03)


@pytest.mark.parametrize(("level", "shifted"), [(0, 0.1), (0.1, 1), (math.nan, 0.1)])
def test_shares_that_are_none_are_refused(level, shifted):
    with pytest.raises(ValueError, match="between 0 and 1"):
        cusum([[1]], [[2]], level=level, shifted=shifted, limit=1)
