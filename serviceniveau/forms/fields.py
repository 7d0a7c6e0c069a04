"""Dates and numbers as Danes type them, and choices in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Model

from roles.templatetags.danish import amount as number

DATE_FORMATS = ["%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%y", "%d.%m.%y", "%d/%m/%y", "%Y-%m-%d"]
Choice = tuple[Any, Any]


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
        return super().to_python(value)


class NumberField(forms.DecimalField):
    """Decimal comma. 1.234 may mean two things and is refused; 1.234,5 and 12.500,00 are clear."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"class": "short", "inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=12, decimal_places=2, widget=widget, **options)
        self.error_messages["invalid"] = "Skriv et tal, fx 4 eller 2,5."

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = self._danish(value.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", ""))
        return super().to_python(value)

    def _danish(self, text: str) -> str:
        if "," in text:
            return text.replace(".", "").replace(",", ".")
        whole, dot, rest = text.partition(".")
        if dot and len(rest) == 3 and rest.isdigit():
            message = f"{text} kan betyde {whole}{rest} eller {whole},{rest}. Skriv tallet uden punktum."
            raise forms.ValidationError(message, code="ambiguous")
        return text

    def prepare_value(self, value: Any) -> Any:
        return number(value).replace(".", "") if isinstance(value, Decimal) else value


class ModelChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of rows whose offered options may be fewer than those it accepts."""

    def __init__(self, *, label_of: Callable[[Any], str] = str, **options: Any) -> None:
        self.label_of = label_of
        super().__init__(**options)
        self.error_messages["invalid_choice"] = "Vælg en af mulighederne på listen."

    def label_from_instance(self, obj: Model) -> str:
        return self.label_of(obj)

    def offer(self, rows: Callable[[], Iterable[Any]], group_of: Callable[[Any], str] | None = None) -> None:
        """Show these rows, in groups if told; asked for only when the control is drawn."""

        def choices() -> Iterator[Choice]:
            if self.empty_label is not None:
                yield ("", self.empty_label)
            options = [(row, (row.pk, self.label_of(row))) for row in rows()]
            if group_of is None:
                yield from (option for _, option in options)
                return
            for name, members in groupby(options, key=lambda each: group_of(each[0])):
                yield (name, [option for _, option in members])

        self.widget.choices = choices


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
