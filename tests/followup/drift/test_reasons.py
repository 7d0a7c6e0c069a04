import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from followup.drift.portfolio import estimate_prior
from followup.drift.reasons import repeated_reason

USUAL = ["aaabbbccccdddddeeeee", "aaaabbbcccdddddeeeee", "aaabbbbccccddddeeeee"] * 4


def repeated(*rows, standards=None, leaf=None, **options):
    """One row per unit and standard, one letter per deviation: its reason."""
    counts = [[row.count(letter) for letter in "abcde"] for row in rows]
    standards = standards or list(range(len(rows)))
    return repeated_reason(counts, standard=standards, leaf=leaf or [True] * len(rows), **options)


def test_reason_of_most_deviations_is_flagged():
    found = repeated("ccccccccccccccccccab", *USUAL)

    assert found.flagged.tolist() == [True] + [False] * 12
    assert (found.reason[0], found.n[0], found.observed[0]) == (2, 20, 18)
    assert found.expected[0] == pytest.approx(20 * 0.18, abs=0.3)


def test_reason_that_is_rare_elsewhere_but_not_most_is_not():
    assert repeated("aaaaaaaaabbbccdddeee", *USUAL).flagged.sum() == 0


def test_reason_that_is_usual_everywhere_is_not():
    assert repeated(*["eeeeeeeeeeeeeeeeabcd"] * 12).flagged.sum() == 0


def test_nineteen_deviations_are_too_few():
    found = repeated("c" * 19, "c" * 20, *USUAL)

    assert found.flagged[:2].tolist() == [False, True]
    assert (found.reason[0], math.isnan(found.p[0])) == (2, True)


def test_units_with_the_same_standard_do_not_make_its_misfit_usual():
    misfit = "ccccccccccccccccabde"

    found = repeated(*[misfit] * 9, *USUAL, standards=[*[99] * 9, *range(12)])

    assert found.flagged.tolist() == [True] * 9 + [False] * 12


def test_sums_are_tested_but_teach_nothing():
    small = ["ccccccccccab", "ccccccccccd"]
    rows = [*small, "".join(small), *USUAL]
    standards = [99, 99, 99, *range(12)]

    found = repeated(*rows, standards=standards, leaf=[True, True, False, *[True] * 12])
    twice = repeated(*rows, standards=standards, leaf=[True, True, False, *[True] * 11, False])

    assert found.flagged[:3].tolist() == [False, False, True]
    assert twice.expected[2] != found.expected[2]


def test_one_standard_alone_is_not_compared_with_itself():
    found = repeated("c" * 30, "c" * 30, standards=[1, 1])

    assert (found.flagged.tolist(), np.isnan(found.p).all()) == ([False, False], True)


def test_nothing_says_nothing():
    found = repeated("", *USUAL)

    assert (found.reason[0], found.n[0], found.flagged[0]) == (-1, 0, False)
    assert repeated_reason(np.zeros((0, 5)), standard=[], leaf=[]).flagged.tolist() == []


ROWS = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=12)


@given(ROWS)
@settings(max_examples=60)
def test_tails_equal_going_through_the_rows(rows):
    x = np.array(rows, dtype=float)
    standard = np.arange(len(x)) // 2

    found = repeated_reason(rows, standard=standard, leaf=[True] * len(x))

    for row, reason in enumerate(found.reason):
        n = x[row].sum()
        sums = np.array([x[standard == one].sum() for one in np.unique(standard) if one != standard[row]])
        hits = np.array(
            [x[standard == one, reason].sum() for one in np.unique(standard) if one != standard[row]]
        )
        if n < 20 or not sums.sum():
            assert math.isnan(found.p[row])
            continue
        prior = estimate_prior(hits[:, None], sums[:, None], np.ones((len(sums), 1), dtype=bool))
        law = betabinom(n, prior.a, prior.b)
        assert found.p[row] == pytest.approx(law.sf(x[row, reason] - 1), abs=1e-8)


@pytest.mark.parametrize("counts", [[[-1, 2]], [[0.5, 2]], [[math.nan, 2]], [[math.inf, 1]], [1, 2], [[]]])
def test_what_cannot_be_counts_is_refused(counts):
    with pytest.raises(ValueError, match=r"whole|infinite|negative"):
        repeated_reason(counts, standard=[1], leaf=[True])


def test_rows_without_a_standard_are_refused():
    with pytest.raises(ValueError, match="one value for each row"):
        repeated_reason([[1, 2]], standard=[1, 2], leaf=[True])
