"""Dates as Danes type them, units in their tree, and keys as they stand in an address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from roles.actions.files.dates import last_day
from roles.templatetags.people import indented

DATE_FORMATS = ["%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%y", "%d.%m.%y", "%d/%m/%y", "%Y-%m-%d"]
FIRST_DAY = date(1900, 1, 1)


class DateField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(
            format="%d-%m-%Y", attrs={"class": "date", "inputmode": "numeric", "autocomplete": "off"}
        )
        super().__init__(input_formats=DATE_FORMATS, widget=widget, **options)
        self.error_messages["invalid"] = "Skriv datoen som dag-måned-år, fx 14-09-2026."

    def to_python(self, value: Any) -> date | None:
        digits = value.strip() if isinstance(value, str) else ""
        if digits.isdigit() and len(digits) in (6, 8):
            value = f"{digits[:2]}-{digits[2:4]}-{digits[4:]}"
        day = super().to_python(value)
        if day and not FIRST_DAY <= day <= last_day(localdate()):
            raise forms.ValidationError(f"Ret årstallet: {day:%d-%m}-{day.year:04} kan ikke passe.")
        return day


class LongSelect(forms.Select):
    """The markup of a select in one piece: Django renders a template per choice, 60 ms for 500 units."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            '  <option value="{}"{}>{}</option>',
            (
                (str(option["value"]), flatatt(option["attrs"]), option["label"])
                for _, group, _ in widget["optgroups"]
                for option in group
            ),
        )
        return format_html('<select name="{}"{}>\n{}\n</select>', name, flatatt(widget["attrs"]), options)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units in the order of the tree, indented as they lie."""

    widget = LongSelect

    def label_from_instance(self, obj: Any) -> str:
        return indented(obj)


def typed_key(text: str) -> int | None:
    """The number of a row as it stands in an address or a hidden field; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def typed_date(value: Any) -> date | None:
    """The date a person has typed so far; None while it is none."""
    try:
        found: date | None = DateField(required=False).clean(value)
    except forms.ValidationError:
        return None
    return found
