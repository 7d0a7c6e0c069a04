"""What is written when a duty is done."""

from __future__ import annotations

from typing import Any

from django import forms

from roles.forms.plain import PlainForm
from roles.models import Duty
from roles.models.cpr import refuse_cpr


class DutyDoneForm(PlainForm):
    """Evidence is asked for where the plan asks for it."""

    evidence = forms.CharField(
        label="Dokumentation",
        max_length=400,
        required=False,
        validators=[refuse_cpr],
        help_text="Fx et journalnummer, et link eller navnet på referatet. Skriv ikke personoplysninger.",
    )
    note = forms.CharField(
        label="Bemærkning",
        max_length=2000,
        required=False,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *data: Any, duty: Duty, **options: Any) -> None:
        options["auto_id"] = f"opgave-{duty.pk}-%s"  # several may stand in one list
        super().__init__(*data, **options)
        self.fields["note"].initial, self.fields["evidence"].initial = duty.note, duty.evidence
        if duty.responsibility.evidence:
            self.fields["evidence"].required = True
            self.fields["evidence"].help_text = f"Planen beder om: {duty.responsibility.evidence}"
            self.fields["evidence"].error_messages["required"] = "Skriv, hvor dokumentationen findes."
