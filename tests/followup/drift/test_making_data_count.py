import math

import pytest

from followup.drift.making_data_count import making_data_count
from tests.followup.drift.reference import SHARED, cases, read, unlike

TESTS = {
    "": "Common Cause",
    "above": "Above UCL",
    "below": "Below LCL",
    "rising": "7 Point Trend (Increasing)",
    "falling": "7 Point Trend (Decreasing)",
    "near_above": "2 in 3 Above CL",
    "near_below": "2 in 3 Below CL",
    "run_above": "7 Points Above CL",
    "run_below": "7 Points Below CL",
}
LETTERS = dict(zip(TESTS, ".AB/\\ab+-", strict=True))
STEADY = "5 7 6 4 6 5 7 5 6 4 7 5 "


def practice_of(case):
    options = case["options"]
    return making_data_count(
        case["input"]["y"],
        months=case["input"]["x"],
        improvement=options["improvement_direction"],
        target=options["target"],
        rebase=options["rebase"] or (),
        fix_after=options["fix_after_n_points"],
        screened=options["screen_outliers"],
        compat=True,
    )


def assert_like_reference(case):
    found, expected = practice_of(case), case["expected"]
    if "error" in expected:
        assert len(found.kind) == len(case["input"]["y"])
        return
    chart, points = found.chart, expected["points"]
    for ours, theirs in {"y": "y", "centre": "mean_col", "lower": "lpl", "upper": "upl"}.items():
        assert unlike(getattr(chart, ours), points[theirs]) == [], ours
    assert list(chart.months) == points["x"]
    assert (chart.phase - 1).tolist() == points["rebase_group"]
    assert [TESTS[name] for name in found.cause] == points["special_cause_type"]
    assert found.kind.tolist() == points["point_type"]
    assert [chart.provisional[group - 1] for group in chart.phase] == points["short_group_warning"]
    assert (found.variation, found.assurance) == (expected["variation_type"], expected["assurance_type"])


def test_making_data_count_equals_reference():
    found = cases("xmr")

    assert len(found) > 300
    for case in found:
        assert_like_reference(case)


def test_making_data_count_equals_every_shared_case():
    for case in read(SHARED / "ptd_xmr.json.gz")["cases"]:
        assert_like_reference(case)


def drawn(values, **options):
    numbers = values.split()
    found = making_data_count([math.nan if x == "?" else float(x) for x in numbers], **options)
    return " ".join(LETTERS[name].rjust(len(x)) for x, name in zip(numbers, found.cause, strict=True))


@pytest.mark.parametrize(
    ("after", "marks"),
    [
        ("6 12 5 0", ".  A . B"),
        ("5 7 7 7 7 7 7 7", ". + + + + + + +"),
        ("3 3.5 4 5 6 7 8 4", "/   / / / / / / ."),
        ("6 9 6 9 5", ". a . a ."),
    ],
)
def test_special_causes_are_marked(after, marks):
    assert drawn(STEADY + after, fix_after=12) == drawn(STEADY) + " " + marks


def test_tests_do_not_look_back_past_a_rebase():
    values = STEADY + "7 7 7 7 7 7 7"

    assert drawn(values, fix_after=12)[-13:] == "+ + + + + + +"
    assert drawn(values, rebase=[16])[-13:] == ". . . . . . ."


def test_tests_read_on_past_a_month_without_a_value():
    assert drawn(STEADY + "7 7 7 ? 7 7 7 7", fix_after=12)[-15:] == "+ + + . + + + +"


@pytest.mark.parametrize(
    ("last", "improvement", "variation"),
    [
        (20, "increase", "special_cause_improvement"),
        (20, "decrease", "special_cause_concern"),
        (20, "neutral", "special_cause_neutral_high"),
        (-20, "increase", "special_cause_concern"),
        (-20, "decrease", "special_cause_improvement"),
        (-20, "neutral", "special_cause_neutral_low"),
        (6, "increase", "common_cause"),
    ],
)
def test_variation_is_the_kind_of_the_last_point(last, improvement, variation):
    values = [float(x) for x in STEADY.split()]

    assert making_data_count([*values, last], improvement=improvement).variation == variation


@pytest.mark.parametrize(
    ("target", "improvement", "assurance"),
    [
        (30, "increase", "consistent_fail"),
        (30, "decrease", "consistent_pass"),
        (-30, "increase", "consistent_pass"),
        (-30, "decrease", "consistent_fail"),
        (6, "increase", "inconsistent"),
        (6, "neutral", None),
        (None, "increase", None),
    ],
)
def test_assurance_is_where_the_target_lies(target, improvement, assurance):
    values = [float(x) for x in STEADY.split()]

    assert making_data_count(values, target=target, improvement=improvement).assurance == assurance


def test_few_points_are_provisional():
    assert making_data_count([1, 2] * 6).chart.provisional == (True,)
    assert making_data_count([1, 2] * 7).chart.provisional == (False,)


def test_nothing_says_nothing():
    found = making_data_count([])

    assert (found.variation, found.assurance, found.chart.y.tolist()) == ("", None, [])
