import math

import numpy as np
import pytest

from followup.drift.filter import Settings, filter_shares
from followup.drift.onset import find_onset
from followup.drift.portfolio import Prior
from tests.followup.drift.paths import slow_path_weights

PRIOR = Prior(3, 27, 0.01)
SMALL = Settings(
    hazard=0.05, returning=0.1, odds=(1.5, 3.0), odds_weight=(0.7, 0.3), levels=3, baseline_months=2
)


def found_in(line, total=20, **known):
    """Draw one number a month; the same total every month."""
    events = [[int(number) for number in line.split()]]
    return find_onset(events, np.full(np.shape(events), total), **{"prior": PRIOR, **known})


def drawn(months):
    return " ".join("^" if month else "." for month in months)


def test_onset_of_a_clear_rise():
    events = "2 1 3 2 2 1 2 3 2 2 1 2 2 3 9 8 9 8 9 8"
    likely = ". . . . . . . . . . . . . . ^ . . . . ."

    found = found_in(events)

    assert drawn(found.likely[0]) == likely
    assert (found.since[0], found.n[0], found.observed[0]) == (14, 120, 51)
    assert (found.direction[0], found.share[0]) == ("up", pytest.approx(51 / 120, abs=0.01))
    assert found.low[0] < 51 / 120 < found.high[0]
    assert found.expected[0] == pytest.approx(120 * 0.1, rel=0.1)


def test_onset_of_a_slight_fall_is_less_sure():
    events = "9 8 9 7 8 9 7 9 8 9 8 9 8 9 5 6 5 4 6 5 5 4 5 6"
    likely = ". . . . . . . . . . . . . ^ ^ ^ ^ . . . . . . ."

    found = found_in(events, prior=Prior(6, 9, 0.01))

    assert (found.direction[0], found.since[0]) == ("down", 14)
    assert drawn(found.likely[0]) == likely


def test_onset_is_sought_after_the_adoption():
    events = "2 2 2 2 2 2 2 2 2 2 2 2 8 8 8 8 8 8 8 8 8 8 8 8 8 8 2 1 2 1"

    found = found_in(events, adoption=[15])

    assert (found.direction[0], found.since[0]) == ("down", 26)
    assert found.expected[0] == pytest.approx(4 * 8, rel=0.1)


def test_offsets_are_part_of_what_was_expected():
    events = "2 2 2 2 2 2 2 2 2 2 2 2 2 2 9 9 9 9 9 9"

    found = found_in(events, offsets=np.where(np.arange(20) < 14, 0, math.log(2))[None])

    assert found.expected[0] == pytest.approx(120 * 2 / 11, rel=0.1)


def test_onset_equals_enumeration_of_every_path():
    x, n = [2, 1, 6, 7, 5], [10, 9, 12, 11, 10]
    begun = np.zeros((2, 5))
    for path, weight in slow_path_weights(x, n, PRIOR, SMALL):
        if path[-1] > 0:
            begun[int(path[-1] > 2), max([m for m in range(5) if not path[m]], default=-1) + 1] += weight

    found = find_onset([x], [n], prior=PRIOR, settings=SMALL)

    assert found.chance[0] == pytest.approx(begun[0] / begun[0].sum(), rel=1e-5)


def test_nothing_is_said_where_nothing_was_watched():
    found = find_onset([[1, 2], [0, 0]], [[20, 20], [0, 0]], prior=PRIOR)

    assert (found.since.tolist(), found.direction.tolist(), found.n.tolist()) == ([-1, -1], ["", ""], [0, 0])
    assert np.isnan([found.expected, found.share, found.low, found.high]).all()


def test_each_series_is_explained_by_itself():
    rng = np.random.default_rng(5)
    n = rng.poisson(15, (700, 30))
    x = rng.binomial(n, np.where(np.arange(30) < 20, 0.1, 0.3))
    adoption = rng.choice([0, 0, 13], 700)

    whole = find_onset(x, n, prior=PRIOR, adoption=adoption)
    alone = find_onset(x[651:652], n[651:652], prior=PRIOR, adoption=adoption[651:652])

    np.testing.assert_allclose(whole.chance[651], alone.chance[0], atol=1e-12)
    assert np.median(whole.since) == 20


def test_chances_belong_to_the_change_the_filter_sees():
    x, n = np.array([[2, 2, 1, 2, 8, 8]]), np.full((1, 6), 20)

    found = find_onset(x, n, prior=PRIOR, settings=SMALL)

    assert found.chance.sum() == pytest.approx(1)
    assert filter_shares(x, n, prior=PRIOR, settings=SMALL).probability[0, -1] > 0.5
