"""When an application must be answered: the standard's deadline, counted from the day it was received."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache, lru_cache

from holidays import country_holidays

from serviceniveau.models import DeadlineUnit


@lru_cache(maxsize=100_000)
def deadline_on(received_on: date, count: int, unit: str) -> date:
    """The last day of the deadline. The day of receipt does not count; a month ends at its last day.

    Raises ValueError for an unknown unit.
    """
    match DeadlineUnit(unit):
        case DeadlineUnit.WORKING_DAYS:
            return _working_days_after(received_on, count)
        case DeadlineUnit.DAYS:
            return received_on + timedelta(days=count)
        case DeadlineUnit.WEEKS:
            return received_on + timedelta(weeks=count)
        case DeadlineUnit.MONTHS:
            return _months_after(received_on, count)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _danish_holidays(day.year)


@cache
def _danish_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("DK", years=year))


def _working_days_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def _months_after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
