"""Dates as Danes or computers write them: dd-mm-åååå or åååå-mm-dd, nothing else."""

from __future__ import annotations

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from roles.actions.files.messages import NO_DATE, NOT_IN_CALENDAR, SHOWN, TOO_LATE

# Understood alike by Python and PostgreSQL.
DATE_FORM = "^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{4})$"
LAST_YEAR_AHEAD = 50


def last_day(today: date) -> date:
    """No date of a file lies later."""
    return date(today.year + LAST_YEAR_AHEAD, 12, 31)


def read_day(text: str) -> date:
    """Raises ValidationError in Danish."""
    if not re.fullmatch(DATE_FORM, text):
        raise ValidationError(NO_DATE.format(text[:SHOWN]))
    parts = text.split("-")
    try:
        day = date.fromisoformat("-".join(parts if len(parts[0]) == 4 else reversed(parts)))
    except ValueError as error:
        raise ValidationError(NOT_IN_CALENDAR.format(text)) from error
    if day > last_day(localdate()):
        raise ValidationError(TOO_LATE.format(f"{day:%d-%m-%Y}", last_day(localdate()).year))
    return day
