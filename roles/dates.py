"""Dates in Danish words."""

from datetime import date

MONTH_NAMES = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
DAYS_COUNTED = 60
"""How far ahead a deadline is also told as a number of days."""


def day_words(day: date, *, on: date) -> str:
    """3. november · 15. januar 2027: with the year where it is another one."""
    words = f"{day.day}. {MONTH_NAMES[day.month - 1]}"
    return words if day.year == on.year else f"{words} {day.year}"


def deadline_words(due_on: date, *, on: date) -> str:
    """3. november, 19 dage siden · i dag, 22. november · 3. december, om 11 dage · 15. marts 2027"""
    written, days = day_words(due_on, on=on), (due_on - on).days
    if days in (-1, 0, 1):
        return f"{('i går', 'i dag', 'i morgen')[days + 1]}, {written}"
    if days < 0:
        return f"{written}, {-days} dage siden"
    return f"{written}, om {days} dage" if days <= DAYS_COUNTED else written
