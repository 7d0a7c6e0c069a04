import numpy as np
import pytest

from followup.drift.detect import describe, judge_shares
from followup.drift.evidence import logit
from followup.drift.filter import advance, filter_shares
from followup.drift.hazard import evidence_of
from followup.drift.movement import TRIED, learn_movement, likeliest_wander
from followup.drift.portfolio import Prior
from followup.drift.recursion import Settings, spreading

PRIOR = Prior(3, 27, 0.0)


def portfolio(wander, hazard=0.0, series=800, months=36):
    rng = np.random.default_rng(21)
    totals = rng.poisson(rng.choice([15, 40, 150], (series, 1)), (series, months))
    start = logit(rng.beta(3, 27, (series, 1)))
    begins = (rng.random((series, months)) < hazard) & (np.arange(months) >= 12)
    odds = np.where(begins.cumsum(axis=1) > 0, rng.choice([0.5, 2, 4], (series, 1)), 1)
    moved = np.cumsum(rng.normal(0, wander, (series, months)), axis=1)
    return rng.binomial(totals, 1 / (1 + np.exp(-start - moved) / odds)), totals


def learnt(events, totals, hazard=None):
    def filtered(rows, settings):
        return filter_shares(events[rows], totals[rows], prior=PRIOR, settings=settings)

    return learn_movement(evidence_of(np.arange(len(events)), filtered), Settings(), hazard)


# What one month does to a level


@pytest.mark.parametrize("wander", [0.02, 0.1, 0.25])
def test_levels_spread_by_the_wander_and_keep_their_mean(wander):
    levels = np.cumsum(np.linspace(0.1, 0.2, 40))

    weights = spreading(levels, wander)[20]

    mean = (weights * levels).sum()
    spread = np.sqrt((weights * (levels - mean) ** 2).sum())
    assert (mean, spread) == (pytest.approx(levels[20], abs=1e-4), pytest.approx(wander, rel=1e-3))


@pytest.mark.parametrize("wander", [0.02, 3.0])
@pytest.mark.parametrize("levels", [[0.0, 0.001, 0.002, 0.1, 0.3, 0.31], [-12.0, -12.0, 0.0]])
def test_no_weight_is_lost_or_negative_whatever_the_grid(wander, levels):
    month = spreading(np.array(levels), wander)

    assert (month >= 0).all()
    np.testing.assert_allclose(month.sum(axis=1), 1, rtol=1e-4)


# The filter with it


def test_slow_movement_is_a_change_only_to_a_filter_that_knows_no_wander():
    months = np.arange(48)
    share = 1 / (1 + np.exp(2 - np.where(months > 12, (months - 12) * 0.02, 0)))
    totals = np.full((1, 48), 400)
    events = np.rint(totals * share)

    fixed, moving = (
        filter_shares(events, totals, prior=PRIOR, settings=Settings(wander=wander)).probability[0, -1]
        for wander in (0.0, 0.05)
    )

    assert (fixed > 0.9, moving < 0.3) == (True, True)


def test_a_doubling_is_still_seen():
    events = np.array([[10] * 20 + [20] * 4])

    found = filter_shares(events, np.full((1, 24), 100), prior=PRIOR, settings=Settings(wander=0.05))

    assert found.probability[0, -1] > 0.8


def test_going_on_by_a_month_equals_a_rebuild():
    events, totals = portfolio(0.05, series=40, months=24)
    settings = Settings(wander=0.05)
    whole = filter_shares(events, totals, prior=PRIOR, settings=settings)

    month = filter_shares(events[:, :1], totals[:, :1], prior=PRIOR, settings=settings)
    for t in range(1, 24):
        month = advance(month.state, events[:, t], totals[:, t])

    np.testing.assert_allclose(month.probability[:, 0], whole.probability[:, -1], rtol=0, atol=1e-12)


# What is learnt


@pytest.mark.parametrize("wander", [0.03, 0.06, 0.12])
def test_wander_is_found(wander):
    assert learnt(*portfolio(wander)).wander == pytest.approx(wander, rel=0.3)


@pytest.mark.parametrize("hazard", [0.0, 0.003, 0.01])
def test_sudden_changes_are_no_wander(hazard):
    found = learnt(*portfolio(0.0, hazard))

    assert found.wander == 0
    assert found.hazard == pytest.approx(hazard, rel=0.35, abs=0.001)


def test_both_are_told_apart():
    found = learnt(*portfolio(0.06, 0.01))

    assert found.wander == pytest.approx(0.06, rel=0.25)
    assert found.hazard == pytest.approx(0.01, rel=0.8)


def test_a_given_hazard_is_kept():
    assert learnt(*portfolio(0.0, series=20), hazard=0.02).hazard == 0.02


@pytest.mark.parametrize(
    ("series", "evidence", "wander"),
    [
        (9, lambda wander: 0.2 * (wander == TRIED[0]), 0),
        (9, lambda wander: wander == TRIED[0], TRIED[0]),
        (9, lambda wander: 100 * wander, TRIED[-1]),
        (7, lambda wander: 100 * wander, 0),
    ],
)
def test_wander_needs_clear_evidence_of_several_series(series, evidence, wander):
    found = likeliest_wander(lambda tried: np.tile([float(evidence(each)) for each in tried], (series, 1)).T)

    assert found == pytest.approx(wander)


def test_shares_are_judged_by_what_their_portfolio_shows():
    everyone = np.full(800, True)

    still, moving = (judge_shares(*portfolio(wander), leaf=everyone) for wander in (0.0, 0.06))

    assert (still.wander, moving.wander) == (0, pytest.approx(0.06, rel=0.3))
    assert [(judged.probability[:, -1] > 0.5).mean() < 0.02 for judged in (still, moving)] == [True, True]
    assert describe(moving, moving.probability[:, -1].argsort()[-3:]).since.shape == (3,)
