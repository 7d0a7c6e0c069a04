"""A plan from a file: which file, and where the draft goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from roles.actions.plans.exchange.reading import MOST_BYTES
from roles.forms.fields import UnitChoice
from roles.forms.plain import PlainForm
from roles.forms.plans import open_units
from roles.models import Unit, User
from roles.models.cpr import refuse_cpr
from roles.queries.plan_content import PlanContent

AS_IN_FILE = "Som i filen"


class PlanFileForm(PlainForm):
    file = forms.FileField(
        label="Fil",
        help_text=f"Excel (.xlsx), Word (.docx) eller JSON, højst {MOST_BYTES // 1024**2} MB.",
        allow_empty_file=True,  # the reader says what is wrong with it
        widget=forms.FileInput(attrs={"accept": ".xlsx,.docx,.json"}),
    )
    unit = UnitChoice(label="Enhed", queryset=Unit.objects.none(), required=False, empty_label=AS_IN_FILE)
    subject = forms.CharField(
        label="Emne",
        required=False,
        max_length=120,
        validators=[refuse_cpr],
        help_text="Lad feltet stå tomt, når emnet er som i filen.",
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = open_units(user)  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(f"Filen fylder over {MOST_BYTES // 1024**2} MB og er ikke en plan.")
        return file

    def target(self, content: PlanContent) -> tuple[Unit, str]:
        """Where the draft goes: what was chosen, else what the file says. Raises ValidationError by field."""
        unit, subject = self.cleaned_data["unit"], self.cleaned_data["subject"] or content.subject
        units = self.fields["unit"].queryset  # type: ignore[attr-defined]
        unit = unit or units.filter(code=content.unit).first()
        if unit is None:
            raise ValidationError({"unit": self._why_no_unit(content)})
        if not subject:
            raise ValidationError({"subject": "Filen nævner intet emne. Skriv, hvad planen handler om."})
        return unit, subject

    def _why_no_unit(self, content: PlanContent) -> str:
        if not content.unit:
            return "Filen nævner ingen enhed. Vælg en enhed."
        if Unit.objects.filter(code=content.unit).exists():
            return f"Du må ikke lave planer for enheden {content.unit} i filen. Vælg en anden enhed."
        return f"Enheden {content.unit} i filen findes ikke her. Vælg en enhed."


class KeepForm(PlainForm):
    """The plan as it was shown, kept in the page between the two steps and read as any other file."""

    content = forms.CharField(widget=forms.Textarea)
    unit = forms.ModelChoiceField(queryset=Unit.objects.none())
    subject = forms.CharField(max_length=120, validators=[refuse_cpr])

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = open_units(user)  # type: ignore[attr-defined]
