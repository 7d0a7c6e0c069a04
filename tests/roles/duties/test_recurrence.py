from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from roles.recurrence import due_after, due_dates

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
STEPS = st.sampled_from([1, 3, 12, 24, 48])


def slowly(anchor, months, first, last):
    every = [anchor + relativedelta(months=months * step) for step in range(800)]
    return [day for day in every if first <= day <= last]


def test_the_last_day_of_a_month_comes_back():
    days = due_dates(anchor=date(2026, 1, 31), months=1, first=date(2026, 2, 1), last=date(2026, 5, 31))

    assert days == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]


def test_a_leap_day_returns_in_leap_years():
    days = due_dates(anchor=date(2024, 2, 29), months=12, first=date(2026, 1, 1), last=date(2028, 12, 31))

    assert days == [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


def test_once_is_once():
    day, window = date(2026, 4, 1), {"first": date(2026, 1, 1), "last": date(2027, 12, 31)}

    assert due_dates(anchor=day, months=0, **window) == [day]
    assert due_dates(anchor=date(2025, 4, 1), months=0, **window) == []


def test_nothing_is_due_before_it_began():
    days = due_dates(anchor=date(2027, 6, 1), months=12, first=date(2020, 1, 1), last=date(2028, 12, 31))

    assert days == [date(2027, 6, 1), date(2028, 6, 1)]


@given(anchor=DAYS, months=STEPS, first=DAYS, length=st.integers(-5, 1500))
def test_the_short_way_finds_what_the_long_way_finds(anchor, months, first, length):
    last = first + timedelta(days=length)

    assert due_dates(anchor=anchor, months=months, first=first, last=last) == slowly(
        anchor, months, first, last
    )


@given(days=st.lists(DAYS, max_size=6), offset=st.integers(-400, 400), first=DAYS, length=st.integers(0, 900))
def test_what_follows_an_event_lies_in_the_window(days, offset, first, length):
    last = first + timedelta(days=length)

    found = due_after(days=days, offset_days=offset, first=first, last=last)

    assert found == sorted({day for day in found if first <= day <= last})
    assert {day - timedelta(days=offset) for day in found} <= set(days)


def test_days_before_an_event():
    assert due_after(
        days=[date(2026, 12, 2)], offset_days=-14, first=date(2026, 1, 1), last=date(2026, 12, 31)
    ) == [date(2026, 11, 18)]
