"""Numbers, months and periods as Danes write them."""

from datetime import date, timedelta
from decimal import Decimal

from django import template
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import date_format, number_format

register = template.Library()

SPACE = "\N{NO-BREAK SPACE}"
DASH = "–"


@register.filter
def amount(value: Decimal | float | None, unit: str = "") -> str:
    """Without trailing zeros: 2, 2,5 or 1.234,25; a dash where there is none."""
    if value is None:
        return DASH
    text = number_format(Decimal(str(value)), decimal_pos=2, use_l10n=True, force_grouping=True)
    text = text.rstrip("0").rstrip(",") if "," in text else text
    return f"{text}{SPACE}{unit}" if unit else text


@register.filter
def percent(share: Decimal | float | None, decimals: int = 0) -> str:
    """A share of 0–1 in percent."""
    if share is None:
        return DASH
    return f"{number_format(round(Decimal(str(share)) * 100, decimals), decimal_pos=decimals)}{SPACE}%"


@register.filter
def kroner(value: Decimal | float | None) -> str:
    if value is None:
        return DASH
    return f"{number_format(round(Decimal(str(value))), decimal_pos=0, force_grouping=True)}{SPACE}kr."


@register.filter
def month(value: date | None) -> str:
    """oktober 2026"""
    return date_format(value, "F Y").lower() if value else DASH


@register.filter
def first_day(period: DateRange | None) -> date | None:
    return period.lower if period else None


@register.filter
def last_day(period: DateRange | None) -> date | None:
    """The last day of the period itself; PostgreSQL keeps the day after."""
    return period.upper - timedelta(days=1) if period and period.upper else None


@register.filter
def period(value: DateRange | None) -> str:
    """01-01-2024 til 30-06-2025, or fra 01-01-2024 while it lasts."""
    if value is None or value.lower is None:
        return DASH
    start, end = f"{value.lower:%d-%m-%Y}", last_day(value)
    return f"{start} til {end:%d-%m-%Y}" if end else f"fra {start}"
