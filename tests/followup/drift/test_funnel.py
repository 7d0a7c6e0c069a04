import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from followup.drift.funnel import funnel
from followup.drift.standardise import standardise
from tests.followup.drift.reference import SHARED, cases, close, read, unlike

KINDS = {"PR": "share", "RC": "rate"}
LEVELS = {"95": "95", "99": "998"}


def like_reference(case):
    options, rows = case["options"], case["input"]
    kind = KINDS[options["data_type"]]
    return funnel(rows["numerator"], rows["denominator"], kind=kind, trim=options["trim_by"], compat=True)


def far(ours, theirs):
    return [pair for pair in zip(ours, theirs, strict=True) if not math.isclose(*pair, rel_tol=1e-6)]


def assert_like_reference(case):
    found, expected = like_reference(case), case["expected"]
    groups = expected["groups"]
    applied = found.limits if expected["draw_adjusted"] else found.chance
    assert unlike(found.y, groups["rr"]) == unlike(found.z, groups["Uzscore"]) == []
    assert unlike(found.winsorised, groups["Wuzscore"]) == []
    if expected["draw_adjusted"]:
        assert close(found.phi, expected["phi"])
        assert close(found.tau2, expected["tau2"])
    for theirs, ours in LEVELS.items():
        assert far(getattr(found.chance, f"lower_{ours}"), groups[f"LCL{theirs}"]) == []
        assert far(getattr(found.chance, f"upper_{ours}"), groups[f"UCL{theirs}"]) == []
        assert far(getattr(applied, f"lower_{ours}"), groups[f"OD{theirs}LCL"]) == []
        assert far(getattr(applied, f"upper_{ours}"), groups[f"OD{theirs}UCL"]) == []
    level = LEVELS[str(case["options"]["limit"])]
    lower, upper = getattr(applied, f"lower_{level}"), getattr(applied, f"upper_{level}")
    assert ((found.y < lower) | (found.y > upper)).astype(int).tolist() == groups["outlier"]


@pytest.mark.parametrize("case", cases("funnel"), ids=lambda case: case["id"])
def test_funnel_equals_reference(case):
    assert_like_reference(case)


def assert_spread_like_reference(case):
    found, expected = funnel(**rows_of(case)), case["expected"]

    assert close(found.centre, expected["theta"])
    assert unlike(found.z, expected["z"]) == []
    assert close(found.phi, expected["phi"])
    assert close(found.tau2, expected["tau2"])
    assert unlike(found.adjusted.upper_998, expected["upper_998_add"]) == []


@pytest.mark.parametrize("case", cases("overdispersion"), ids=lambda case: case["id"])
def test_overdispersion_of_shares_equals_reference(case):
    assert_spread_like_reference(case)


def rows_of(case):
    return {"events": case["input"]["numerator"], "totals": case["input"]["denominator"]}


def test_funnel_equals_every_shared_case():
    for case in read(SHARED / "funnel_funnelplotr.json.gz")["cases"]:
        assert_like_reference(case)
    for case in read(SHARED / "funnel_overdispersion.json.gz")["cases"]:
        assert_spread_like_reference(case)


def slow_limit(law, tail, total):
    """Climb the distribution and interpolate where the tail is reached."""
    count, below = 0, 0.0
    while below + law.pmf(count) < tail:
        below += law.pmf(count)
        count += 1
    return max(count - (below + law.pmf(count) - tail) / law.pmf(count), 0) / total


@settings(deadline=None)  # a busy machine is no fault
@given(
    events=st.lists(st.integers(0, 20), min_size=1, max_size=6),
    more=st.integers(1, 60),
    kind=st.sampled_from(["share", "rate"]),
)
def test_chance_limits_equal_climbing_the_distribution(events, more, kind):
    totals = [x + more for x in events]

    found = funnel(events, totals, kind=kind)

    for unit, total in enumerate(totals):
        law = binom(total, found.centre) if kind == "share" else poisson(total * found.centre)
        if found.centre > 0:
            assert found.chance.upper_998[unit] == pytest.approx(slow_limit(law, 0.999, total), abs=1e-6)
            assert found.chance.lower_95[unit] == pytest.approx(slow_limit(law, 0.025, total), abs=1e-6)


def test_funnel_points_out_the_unit_that_differs():
    found = funnel([20, 22, 18, 21, 19, 45, 3], [200, 210, 190, 200, 205, 200, 400], trim=0.3)

    assert found.outlier.tolist() == [False] * 5 + [True, True]


def test_units_that_all_differ_widen_the_limits():
    rng = np.random.default_rng(11)
    totals = np.full(60, 500)

    found = funnel(rng.binomial(totals, rng.beta(12, 108, 60)), totals)

    assert 0 < found.tau2 < 0.1 * 0.9 / 121  # drawn-in tails make it cautious
    assert (found.limits.upper_998 > found.chance.upper_998).all()
    assert found.outlier.sum() < 2 < (found.y > found.chance.upper_998).sum()


def test_units_without_decisions_are_left_out():
    found = funnel([1, 0, None, 2], [10, 0, 10, 20])

    assert (
        np.isnan(found.y).tolist() == np.isnan(found.chance.upper_95).tolist() == [False, True, True, False]
    )
    assert (found.centre, found.outlier.tolist()) == (0.1, [False] * 4)


@pytest.mark.parametrize("events", [[], [0], [0, 0, 0], [9, 9, 9]])
@pytest.mark.parametrize("kind", ["share", "rate"])
def test_nothing_all_or_one_is_no_outlier(events, kind):
    assert funnel(events, [9] * len(events), kind=kind).outlier.tolist() == [False] * len(events)


def test_funnel_refuses_what_cannot_be_counts():
    for events, totals in (([3], [2]), ([-1], [2]), ([1], [math.inf]), ([1, 2], [3])):
        with pytest.raises(ValueError, match=r"exceed|negative|infinite|shape"):
            funnel(events, totals)


# Against what a unit's own cases lead to expect


def test_units_are_judged_by_what_their_own_cases_lead_to_expect():
    """Both decide as others would; the one has heavier cases."""
    events, totals, expected = [60, 20], [100, 100], [58, 21]

    assert funnel(events, totals, fewest=10).outlier.tolist() == [True, True]
    found = funnel(events, totals, expected=expected)

    assert found.outlier.tolist() == [False, False]
    assert found.y == pytest.approx([60 / 58 * 0.4, 20 / 21 * 0.4])


def test_expected_as_the_centre_changes_nothing():
    events, totals = [10, 12, 9, 30], [100, 110, 90, 100]
    centre = sum(events) / sum(totals)

    plain, found = (funnel(events, totals, expected=each) for each in (None, [n * centre for n in totals]))

    assert found.y == pytest.approx(plain.y)
    assert found.chance.upper_998 == pytest.approx(plain.chance.upper_998)
    assert (found.tau2, found.outlier.tolist()) == (pytest.approx(plain.tau2), plain.outlier.tolist())


def test_what_rests_on_few_others_has_wider_limits():
    events, totals, expected = [30, 10], [100, 100], [20, 20]

    few, many = (funnel(events, totals, expected=expected, others=[n, n]) for n in (100, 10**9))
    known = funnel(events, totals, expected=expected)

    assert many.chance.upper_998 == pytest.approx(known.chance.upper_998, abs=0.011)  # a whole decision
    assert (few.chance.upper_998 > many.chance.upper_998 + 0.03).all()
    assert few.z == pytest.approx(known.z / math.sqrt(200 / 101))


def test_chance_alone_marks_few_units_however_few_decide():
    rng = np.random.default_rng(4)
    marked = 0
    for _ in range(500):
        totals = rng.integers(20, 200, 6)
        events = rng.binomial(totals, 0.2)
        found = standardise(np.arange(6), np.zeros(6), events, totals)
        marked += funnel(events, totals, expected=found.expected, others=found.others).outlier.sum()

    assert marked <= 500 * 6 * 0.004


def test_a_few_units_do_not_widen_the_limits_by_differing():
    events, totals = [80, 20, 20], [100, 100, 100]

    assert funnel(events, totals).outlier.tolist() == [False, False, False]
    assert funnel(events, totals, fewest=10).outlier.tolist() == [True, True, True]


def test_expected_events_are_refused_where_they_mean_nothing():
    for wrong in ({"compat": True}, {"kind": "rate", "others": [5, 5]}):
        with pytest.raises(ValueError, match="expected events"):
            funnel([1, 2], [5, 5], expected=[1, 1], **wrong)
