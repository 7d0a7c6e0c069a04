"""When something that returns falls due: dates in, dates out, no database."""

from collections.abc import Iterable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def due_dates(*, anchor: date, months: int, first: date, last: date) -> list[date]:
    """The days from ``first`` to ``last`` on which something that began at ``anchor`` falls due.

    months: how far apart; 0 is once. Every day is counted from the anchor, so a month too short for it
    borrows its own last day only: 31-01 is followed by 28-02 and 31-03.
    """
    if months == 0:
        return [anchor] if first <= anchor <= last else []
    step = max(0, _months_between(anchor, first) // months - 1)
    found = []
    while (day := anchor + relativedelta(months=step * months)) <= last:
        if day >= first:
            found.append(day)
        step += 1
    return found


def due_after(*, days: Iterable[date], offset_days: int, first: date, last: date) -> list[date]:
    """The days that lie ``offset_days`` after the given ones (before, if negative), within the window."""
    moved = {day + timedelta(days=offset_days) for day in days}
    return sorted(day for day in moved if first <= day <= last)


def _months_between(early: date, late: date) -> int:
    return (late.year - early.year) * 12 + late.month - early.month
