"""What a pattern and a change of one place say together."""

from datetime import date

import pytest

from followup.models import MeasureCode
from followup.queries.scan.findings import Evidence, Finding, Key, Scan
from followup.queries.scan.patterns import told_once

SHOWN = Evidence(date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), 3, 12, 60, 0.02, 0.09)


def found(measure: MeasureCode, direction: str = "down", unit: int = 1, probability: float = 0.9) -> Finding:
    return Finding(Key(measure.value, unit, 7, 8), direction, probability, SHOWN)


def scan(change: Finding, *, is_new: bool) -> Scan:
    told = {change.key: change}
    return Scan(told, {}) if is_new else Scan({}, told)


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("measure", [MeasureCode.SHARE_ABOVE, MeasureCode.SHARE_BELOW])
def test_a_fall_and_too_few_deviations_are_one_signal(measure, is_new):
    change, pattern = found(measure), found(MeasureCode.SHARE_DEVIATING)

    told, apart = told_once(scan(change, is_new=is_new), {pattern.key: pattern})

    assert apart == {}
    assert (told.new | told.followed)[change.key].also == ("share_deviating",)


@pytest.mark.parametrize(
    "change",
    [
        found(MeasureCode.SHARE_ABOVE, "up"),
        found(MeasureCode.SHARE_ABOVE, unit=2),
        found(MeasureCode.SHARE_ABOVE, probability=0.2),
        found(MeasureCode.EXTENT),
    ],
    ids=["a rise", "another unit", "faded", "another measure"],
)
def test_a_pattern_without_such_a_fall_speaks_for_itself(change):
    pattern = found(MeasureCode.SHARE_DEVIATING)

    told, apart = told_once(scan(change, is_new=True), {pattern.key: pattern})

    assert apart == {pattern.key: pattern}
    assert told.new[change.key].also == ()
