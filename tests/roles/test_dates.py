from datetime import date

import pytest

from roles.dates import day_words, deadline_words

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("due_on", "told"),
    [
        (date(2025, 12, 1), "1. december 2025, 356 dage siden"),
        (date(2026, 11, 3), "3. november, 19 dage siden"),
        (date(2026, 11, 21), "i går, 21. november"),
        (date(2026, 11, 22), "i dag, 22. november"),
        (date(2026, 11, 23), "i morgen, 23. november"),
        (date(2026, 12, 3), "3. december, om 11 dage"),
        (date(2027, 1, 21), "21. januar 2027, om 60 dage"),
        (date(2027, 1, 22), "22. januar 2027"),
    ],
)
def test_deadline_is_told_calmly(due_on, told):
    assert deadline_words(due_on, on=TODAY) == told


def test_day_has_its_year_where_it_is_another():
    assert day_words(date(2026, 5, 1), on=TODAY) == "1. maj"
    assert day_words(date(2028, 5, 1), on=TODAY) == "1. maj 2028"
