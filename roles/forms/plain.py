"""What all forms share: no browser bubbles, and one way to show what an action refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

REQUIRED = "Udfyld feltet."


class PlainForm(forms.Form):
    """shown_at: where a person mends what an action says of a field that the form does not have."""

    use_required_attribute = False
    shown_at: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        usual = forms.Field.default_error_messages["required"]
        for field in self.fields.values():
            if field.error_messages["required"] == usual:
                field.error_messages["required"] = REQUIRED

    def take(self, error: ValidationError) -> None:
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, sentences in told.items():
            field = self.shown_at.get(name, name)
            self.add_error(field if field in self.fields else None, sentences)
