import math

import numpy as np
import pytest

from followup.drift.detect import describe, judge_shares, own_baseline


def portfolio(series=200, months=30, *, risen=40, seed=4):
    """The last ``risen`` series treble their odds in month 20."""
    rng = np.random.default_rng(seed)
    totals = rng.poisson(25, (series, months))
    odds = rng.beta(12, 60, (series, 1)) / 0.8
    changes = (np.arange(series)[:, None] >= series - risen) & (np.arange(months) >= 20)
    odds = odds * np.where(changes, 3, 1)
    return rng.binomial(totals, odds / (1 + odds)), totals


def test_shares_that_rose_are_found_and_described():
    events, totals = portfolio()

    judged = judge_shares(events, totals, leaf=np.full(200, True))
    likely = judged.probability[:, -1] >= 0.5
    onset = describe(judged, likely)

    assert (likely[:160].mean() < 0.04, likely[160:].mean() > 0.85) == (True, True)
    assert set(judged.direction[160:]) == {"up"}
    assert not judged.provisional.any()
    assert np.median(onset.since) == 20
    assert onset.since.shape == (likely.sum(),)


def test_parents_are_judged_and_teach_nothing():
    events, totals = portfolio(60)
    both = np.vstack([events, events.sum(axis=0)]), np.vstack([totals, totals.sum(axis=0)])

    alone = judge_shares(events, totals, leaf=np.full(60, True))
    with_parent = judge_shares(*both, leaf=np.arange(61) < 60)

    assert with_parent.hazard == alone.hazard
    np.testing.assert_array_equal(with_parent.probability[:60], alone.probability)
    assert with_parent.probability[60, -1] > 0.9


def test_a_young_series_is_judged_provisionally_by_half_a_baseline():
    events = np.array([[2, 1, 3, 2, 2, 1, 9, 8, 9, 8]] * 2 + [[2] * 10])
    totals = np.full((3, 10), 20)
    totals[2], events[2, :6] = [0] * 6 + [20] * 4, 0

    judged = judge_shares(events, totals, leaf=np.full(3, True))
    found = describe(judged, [0])

    assert np.isnan(judged.probability[0]).tolist() == [True] * 6 + [False] * 4
    assert np.isnan(judged.probability[2]).all()
    assert (judged.provisional.all(), judged.probability[0, -1] > 0.9) == (True, True)
    assert (found.since[0], found.observed[0]) == (6, 34)


def test_a_series_with_a_full_baseline_is_not_provisional():
    events, totals = np.full((2, 13), 2), np.full((2, 13), 20)
    totals[1, 0] = events[1, 0] = 0

    assert judge_shares(events, totals, leaf=[True, True]).provisional.tolist() == [False, True]


def test_a_declared_level_is_not_provisional():
    events, totals = np.full((9, 7), 9), np.full((9, 7), 20)
    events[:, :3] = 2

    judged = judge_shares(events, totals, leaf=np.full(9, True), declared=[0.1] + [np.nan] * 8)

    assert judged.provisional.tolist() == [False] + [True] * 8
    assert judged.probability[0, -1] > 0.5


def test_answers_come_in_the_order_asked_for():
    young, old = np.array([0] * 10 + [2] * 6 + [9] * 4), np.array([2] * 16 + [9] * 4)
    judged = judge_shares([young, old, young], np.array([young, old, young]).clip(0, 1) * 20, leaf=[True] * 3)

    found = describe(judged, [1, 2, 0])

    assert found.since.tolist() == [16, 16, 16]
    assert describe(judged, []).since.shape == (0,)


def test_the_hazard_given_is_the_one_used():
    events, totals = portfolio(20, risen=0)

    usual = judge_shares(events, totals, leaf=np.full(20, True), hazard=0.001)
    eager = judge_shares(events, totals, leaf=np.full(20, True), hazard=0.05)

    assert (usual.hazard, eager.hazard) == (0.001, 0.05)
    assert (eager.probability[0, 12:] > usual.probability[0, 12:]).all()


@pytest.mark.parametrize("shape", [(0, 24), (1, 24), (3, 0), (3, 1)])
@pytest.mark.parametrize("share", [0, 1])
def test_little_or_constant_input_gives_a_quiet_answer(shape, share):
    totals = np.full(shape, 10)

    judged = judge_shares(totals * share, totals, leaf=np.full(shape[0], True))

    assert judged.probability.shape == shape
    assert not (judged.probability >= 0.5).any()
    assert judged.direction.shape == (shape[0],)


def test_without_leaves_the_usual_is_taken_for_granted():
    judged = judge_shares([[2] * 24], np.full((1, 24), 20), leaf=[False])

    assert judged.hazard == pytest.approx(0.005, rel=0.01)
    assert judged.probability[0, -1] < 0.1


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"leaf": [True, True]}, "leaf has shape"),
        ({"adoption": [1, 2]}, "adoption has shape"),
        ({"hazard": 0.0}, "the hazard must lie between 0 and 1"),
        ({"hazard": math.nan}, "the hazard must lie between 0 and 1"),
        ({"declared": [0.0]}, "a declared share must lie between 0 and 1"),
        ({"offsets": [[math.inf]]}, "an offset must be a number"),
    ],
)
def test_bad_knowledge_is_refused(more, complaint):
    with pytest.raises(ValueError, match=complaint):
        judge_shares([[1]], [[2]], **{"leaf": [True], **more})


def test_baseline_ends_where_a_standard_takes_effect():
    active = np.array([[True, False, True, True, True]] * 3)

    found = own_baseline(active, np.array([0, 3, 0]), 3)

    assert found.tolist() == [
        [True, False, True, True, False],
        [True, False, True, False, False],
        [True, False, True, True, False],
    ]
