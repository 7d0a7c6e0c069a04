"""Dates as whole days since 1970-01-01, so that a million of them are one array."""

from collections.abc import Callable
from datetime import date
from functools import cache

import holidays
import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
NEVER = np.int64(1 << 40)
"""Later than every date: a thing that does not happen."""


def day(value: date) -> int:
    return int(np.datetime64(value, "D").astype(np.int64))


@cache
def _calendar() -> np.busdaycalendar:
    closed = holidays.country_holidays("DK", years=range(2015, 2041))
    return np.busdaycalendar(holidays=sorted(closed))


def next_workday(days: Days) -> Days:
    return _busday(days, np.zeros_like(days))


def workdays_later(days: Days, count: Days) -> Days:
    return _busday(days, count)


def _busday(days: Days, count: Days) -> Days:
    moved = np.busday_offset(days.astype("datetime64[D]"), count, roll="forward", busdaycal=_calendar())
    return moved.astype(np.int64)


def month_number(days: Days) -> Days:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_day(months: Days) -> Days:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def last_day(months: Days) -> Days:
    return first_day(months + 1) - 1


def year(days: Days) -> Days:
    years: Days = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years


def months_later(days: Days, count: int) -> Days:
    """The same day of a later month, or that month's last."""
    month = month_number(days)
    moved: Days = np.minimum(first_day(month + count) + days - first_day(month), last_day(month + count))
    return moved


def age(born: Days, on: Days) -> Days:
    """Whole years. The birthday is counted by its number in the year, which is near enough here."""
    passed = on - first_day(12 * (year(on) - 1970)) >= born - first_day(12 * (year(born) - 1970))
    return year(on) - year(born) - ~passed


def birthday(born: Days, years: Days | int) -> Days:
    """The first day with that age, by the same count as `age`."""
    return first_day(12 * (year(born) + years - 1970)) + born - first_day(12 * (year(born) - 1970))


LATER: dict[str, Callable[[Days, int], Days]] = {
    "arbejdsdage": lambda days, count: workdays_later(days, np.full_like(days, count)),
    "dage": lambda days, count: days + count,
    "uger": lambda days, count: days + 7 * count,
    "måneder": months_later,
}
"""How a deadline of so many units is counted."""

LENGTH = {"arbejdsdage": 1.45, "dage": 1.0, "uger": 7.0, "måneder": 30.4}
"""About how many days one unit is."""
