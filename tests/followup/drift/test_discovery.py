import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.drift.discovery import adjust


def slow_adjust(p):
    ranked = sorted(p)
    return [min([1.0, *(q * len(p) / (i + 1) for i, q in enumerate(ranked) if q >= one)]) for one in p]


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjust_equals_its_definition(p):
    assert adjust(p).tolist() == pytest.approx(slow_adjust(p))


def test_adjust_leaves_out_what_was_not_tested():
    assert adjust([0.01, math.nan, 0.5]).tolist() == pytest.approx([0.02, math.nan, 0.5], nan_ok=True)
