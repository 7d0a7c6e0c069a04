"""Every chart equals the R package on every reference case, when asked to be like it.

The p-chart, the XmR-chart, the funnel and the CUSUM are held against theirs in tests of their own.
"""

from collections import Counter

import pytest

from followup.drift.c import c_chart
from followup.drift.g import g_chart
from followup.drift.i import i_chart
from followup.drift.i_prime import i_prime_chart
from followup.drift.mr import mr_chart
from followup.drift.p_prime import p_prime_chart
from followup.drift.run import run_chart
from followup.drift.s import s_chart
from followup.drift.t import t_chart
from followup.drift.u import u_chart
from followup.drift.u_prime import u_prime_chart
from followup.drift.xbar import xbar_chart
from tests.followup.drift.reference import (
    SHARED,
    assert_like_reference,
    cases,
    phases_of,
    read,
    shared_qic_cases,
)

CHARTS = {
    "run": (run_chart, "run"),
    "i": (i_chart, "i"),
    "mr": (mr_chart, "mr"),
    "pp": (p_prime_chart, "p_prime"),
    "u": (u_chart, "u"),
    "up": (u_prime_chart, "u_prime"),
    "c": (c_chart, "c"),
    "xbar": (xbar_chart, "xbar"),
    "s": (s_chart, "s"),
    "t": (t_chart, "t"),
    "g": (g_chart, "g"),
    "ip": (i_prime_chart, "i_prime"),
}
OPTIONS = {"screened_mr": "screened", "y_neg": "may_be_negative", "agg_fun": "gather", "multiply": "multiply"}
SCREENED = {"i", "pp", "up", "t", "ip"}
WITHOUT = {"bestbox", "cutbox"}
"""Two other run rules of the reference that we do not offer."""


def chart_of(case):
    chart, rows = CHARTS[case["chart"]][0], case["input"]
    given = {OPTIONS[name]: value for name, value in case["options"].items() if name in OPTIONS}
    if case["chart"] not in SCREENED:
        given.pop("screened", None)
    columns = [rows["y"]] if rows["n"] is None else [rows["y"], rows["n"]]
    return chart(*columns, months=rows["x"], phases=phases_of(case), compat=True, **given)


def assert_all_like_reference(found):
    for case in found:
        if case["options"].get("method") not in WITHOUT:
            assert_like_reference(chart_of(case), case)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_equals_reference(name):
    found = cases(CHARTS[name][1])

    assert len(found) > 2
    assert_all_like_reference(found)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_equals_every_shared_case(name):
    assert_all_like_reference(shared_qic_cases(name))


ELSEWHERE = {"p", "xmr", "funnel", "binomial_cusum", "binomial_cusum_arl", None}
"""Charts held against the reference in the tests of their own; None is over-dispersion of a funnel."""
OPTIONAL = {"poisson_glr"}
"""Detectors of counts that the reference has and we do not; our counts go through the filter."""


@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not at hand")
def test_all_shared_cases_but_two_run_rules_and_optional_detectors_are_held_against():
    found = [case for file in sorted(SHARED.glob("*.json.gz")) for case in read(file).get("cases", [])]

    by_rule = Counter(case.get("options", {}).get("method") for case in found)
    charts = {case.get("chart") for case in found}
    assert {name: by_rule[name] for name in WITHOUT} == {"bestbox": 3, "cutbox": 3}
    assert charts == CHARTS.keys() | ELSEWHERE | OPTIONAL
