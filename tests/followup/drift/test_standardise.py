import numpy as np
import pytest

from followup.drift.standardise import BORROWED, standardise


def by_hand(rows):
    """(unit, cell, wider, events, totals) one by one, as the text of the function says."""
    expected = {}
    for unit, cell, wider, _, n in rows:
        others = [row for row in rows if row[0] != unit]
        if not sum(row[4] for row in others):
            expected[unit] = float("nan")
            continue
        share = sum(row[3] for row in others) / sum(row[4] for row in others)
        for place, name in ((2, wider), (1, cell)):
            there = [row for row in others if row[place] == name]
            share = (sum(row[3] for row in there) + BORROWED * share) / (
                sum(row[4] for row in there) + BORROWED
            )
        expected[unit] = expected.get(unit, 0) + n * share
    return [expected[unit] for unit in sorted(expected)]


def test_expected_is_what_counting_by_hand_gives():
    rng = np.random.default_rng(2)
    rows = []
    for _ in range(60):
        cell, n = int(rng.integers(8)), int(rng.integers(0, 30))
        rows.append((int(rng.integers(5)), cell, cell // 3, int(rng.binomial(n, 0.3)), n))
    unit, cell, wider, events, totals = (list(column) for column in zip(*rows, strict=True))

    found = standardise(unit, cell, events, totals, wider=wider)

    assert found.expected == pytest.approx(by_hand(rows))


def test_heavier_cases_lead_to_more():
    found = standardise([0, 1, 1], [0, 0, 1], [9, 60, 5], [10, 100, 100])

    assert found.expected[0] == pytest.approx(10 * (60 + 5 * 65 / 200) / 105)


def test_one_unit_alone_has_nothing_to_be_compared_with():
    found = standardise([0, 0], [0, 1], [8, 1], [20, 20])

    assert np.isnan(found.expected).tolist() == [True]


def test_without_rows_there_are_no_units():
    assert len(standardise([], [], [], []).expected) == 0


def test_cases_that_are_rare_elsewhere_rest_on_little():
    found = standardise([0, 1, 1, 0], [0, 0, 1, 1], [5, 5, 50, 1], [50, 10, 500, 1])

    assert found.others.round().tolist() == [16, 6]


def test_more_events_than_decisions_are_refused():
    with pytest.raises(ValueError, match="exceed"):
        standardise([0], [0], [3], [2])


def test_nothing_is_expected_from_units_set_apart():
    found = standardise([0, 1, 2], [0, 0, 0], [10, 10, 90], [100, 100, 100], apart=[2])

    assert found.expected == pytest.approx([10, 10, 10])
