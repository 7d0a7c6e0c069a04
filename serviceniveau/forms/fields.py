"""Numbers as Danes type them, and choices in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Model

from roles.templatetags.danish import amount as number

Choice = tuple[Any, Any]


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
