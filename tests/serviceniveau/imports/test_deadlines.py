from datetime import date

import pytest

from serviceniveau.queries.deadlines import deadline_on


@pytest.mark.parametrize(
    ("received_on", "count", "unit", "expected"),
    [
        (date(2026, 8, 3), 10, "arbejdsdage", date(2026, 8, 17)),
        (date(2026, 8, 1), 1, "arbejdsdage", date(2026, 8, 3)),
        (date(2026, 4, 1), 1, "arbejdsdage", date(2026, 4, 7)),  # Easter
        (date(2026, 12, 24), 1, "arbejdsdage", date(2026, 12, 28)),
        (date(2023, 5, 4), 1, "arbejdsdage", date(2023, 5, 8)),  # store bededag, for the last time
        (date(2024, 4, 25), 1, "arbejdsdage", date(2024, 4, 26)),
        (date(2026, 8, 3), 0, "arbejdsdage", date(2026, 8, 3)),
        (date(2026, 8, 3), 14, "dage", date(2026, 8, 17)),
        (date(2026, 8, 3), 12, "uger", date(2026, 10, 26)),
        (date(2026, 1, 31), 1, "måneder", date(2026, 2, 28)),
        (date(2027, 11, 30), 3, "måneder", date(2028, 2, 29)),
        (date(2026, 12, 15), 1, "måneder", date(2027, 1, 15)),
    ],
)
def test_deadline(received_on, count, unit, expected):
    assert deadline_on(received_on, count, unit) == expected


def test_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="fortnights"):
        deadline_on(date(2026, 8, 3), 1, "fortnights")
