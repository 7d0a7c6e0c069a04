import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import betabinom

from followup.drift.tails import mid_p_above


def slow_mid_p(x, n, a, b):
    """Add up the distribution in whole fractions."""
    a, b = Fraction(a), Fraction(b)

    def rising(start, count):
        return math.prod((start + i for i in range(count)), start=Fraction(1))

    weight = [math.comb(n, k) * rising(a, k) * rising(b, n - k) for k in range(n + 1)]
    return float((sum(weight[x + 1 :]) + weight[x] / 2) / sum(weight))


@given(data=st.data(), n=st.integers(0, 40), a=st.floats(0.05, 300), b=st.floats(0.05, 300))
def test_mid_p_above_equals_whole_fractions(data, n, a, b):
    x = data.draw(st.integers(0, n))

    found = mid_p_above([x], [n], [a], [b])[0]

    assert found == pytest.approx(slow_mid_p(x, n, a, b), rel=1e-10, abs=1e-13)


@pytest.mark.parametrize(
    ("x", "n", "a", "b"), [(900, 1000, 30, 270), (40, 400, 300, 2700), (3, 1800, 90, 810)]
)
def test_mid_p_above_equals_scipy_on_large_counts(x, n, a, b):
    pmf = betabinom.pmf(np.arange(n + 1), n, a, b)

    assert mid_p_above([x], [n], [a], [b])[0] == pytest.approx(pmf[x + 1 :].sum() + pmf[x] / 2, rel=1e-8)


def test_mid_p_above_keeps_the_digits_of_a_tiny_tail():
    expected = math.log(0.5) + betaln(260, 270) - betaln(30, 270)  # all 230 of 230 are events

    assert math.log(mid_p_above([230], [230], [30], [270])[0]) == pytest.approx(expected, rel=1e-10)


@given(data=st.data(), n=st.integers(0, 200), a=st.floats(0.5, 500), b=st.floats(0.5, 500))
def test_mid_p_of_both_directions_add_to_one(data, n, a, b):
    x = data.draw(st.integers(0, n))

    assert mid_p_above([x], [n], [a], [b])[0] + mid_p_above([n - x], [n], [b], [a])[0] == pytest.approx(1)
