"""Reads the reference cases and says where a chart differs from one."""

import gzip
import json
import math
from pathlib import Path

from followup.drift.phases import Phases

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[4] / "shared" / "cases"
NUMBERS = {
    "y": "y",
    "totals": "n",
    "centre": "cl",
    "lower": "lcl",
    "upper": "ucl",
    "lower_2s": "lcl95",
    "upper_2s": "ucl95",
}
EQUALS = {
    "months": "x",
    "phase": "part",
    "baseline": "baseline",
    "included": "include",
    "signal": "sigma_signal",
}
RUNS = {
    "signal": "runs_signal",
    "longest": "longest_run",
    "longest_max": "longest_run_max",
    "crossings": "n_crossings",
    "crossings_min": "n_crossings_min",
    "useful": "n_useful",
    "observed": "n_obs",
}


def read(file):
    return json.loads(gzip.decompress(file.read_bytes())) if file.exists() else {"cases": []}


def cases(name):
    """Return our own copy of the cases of one file."""
    return read(CASES / f"{name}.json.gz")["cases"]


def shared_qic_cases(chart):
    """Return every shared case of one chart, none where the shared ones are not at hand."""
    found = [case for file in sorted(SHARED.glob("qic_*.json.gz")) for case in read(file).get("cases", [])]
    return [case for case in found if case["chart"] == chart]


def phases_of(case):
    options = case["options"]
    return Phases(
        part=options.get("part"),
        freeze=options.get("freeze"),
        exclude=options.get("exclude") or (),
        centre=options.get("cl"),
    )


def close(ours, theirs):
    if theirs is None:
        return math.isnan(ours)
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)


def unlike(ours, theirs):
    """Return the pairs that differ, with their place."""
    pairs = enumerate(zip(ours, theirs, strict=True))
    return [(place, *pair) for place, pair in pairs if not close(*pair)]


def assert_like_reference(chart, case):
    points, parts = case["expected"]["points"], case["expected"]["parts"]
    for ours, theirs in NUMBERS.items():
        assert unlike(getattr(chart, ours), points[theirs]) == [], ours
    summed = zip(chart.events, points["y_sum"], points["y"], strict=True)
    assert [pair for *pair, y in summed if y is not None and not close(*pair)] == []  # theirs: 0 of nothing
    for ours, theirs in EQUALS.items():
        assert list(getattr(chart, ours)) == points[theirs], ours
    found = [[getattr(runs, ours) for ours in RUNS] for runs in chart.runs]
    assert found == [[part[theirs] for theirs in RUNS.values()] for part in parts]
