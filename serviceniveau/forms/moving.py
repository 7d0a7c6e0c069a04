"""A caseload that changes hands, and a file with the organisation."""

from __future__ import annotations

from typing import Any

from django import forms

from roles.forms.plain import PlainForm
from roles.models import Unit, User
from roles.models.cpr import refuse_cpr
from serviceniveau.models import Case
from serviceniveau.queries.moving import cases_of, caseworkers_at

LARGEST_FILE = 5 * 1024 * 1024
MOST_CASES = 500  # a form holds no more; the rest is moved the next time


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes whose group can be pointed at by its errors."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return super().id_for_label(id_, index) or id_


class CaseChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}, {obj.target_group}" if obj.target_group else str(obj.number)


class MovingForm(PlainForm):
    cases = CaseChoice(
        label="Sager, der flyttes",
        queryset=Case.objects.none(),
        widget=Boxes,
        error_messages={"required": "Vælg mindst én sag."},
    )
    receivers = forms.ModelMultipleChoiceField(
        label="Modtagere",
        queryset=User.objects.none(),
        widget=Boxes,
        help_text="Vælger du flere, fordeles sagerne ligeligt mellem dem.",
        error_messages={"required": "Vælg, hvem der skal have sagerne."},
    )
    reason = forms.CharField(
        label="Begrundelse",
        max_length=300,
        error_messages={"required": "Skriv kort, hvorfor sagerne skifter hænder."},
        validators=[refuse_cpr],
        help_text="Fx: Asta fratræder. Begrundelsen står i hver sags historik.",
    )

    def __init__(self, *args: Any, unit: Unit, giver: User | None, **options: Any) -> None:
        super().__init__(*args, **options)
        cases, receivers = self._rows("cases"), self._rows("receivers")
        # All cases of the unit are understood, so that the action can tell of those that are gone.
        cases.queryset = Case.objects.filter(unit=unit)
        receivers.queryset = caseworkers_at(unit).exclude(pk=giver.pk if giver else 0)
        offered = list(cases_of(giver, unit)[:MOST_CASES])
        cases.choices = [(case.pk, cases.label_from_instance(case)) for case in offered]
        cases.initial = [case.pk for case in offered]
        self.offered = offered
        self.is_cut = len(offered) == MOST_CASES

    def _rows(self, name: str) -> Any:
        return self.fields[name]


class OrganisationFileForm(PlainForm):
    file = forms.FileField(
        label="Fil",
        help_text="CSV adskilt af semikolon, eller en eksport fra OS2mo (JSON). Højst 5 MB.",
        error_messages={"required": "Vælg en fil.", "empty": "Filen er tom. Vælg en anden."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("Filen fylder over 5 MB. Del den, eller bed driften indlæse den.")
        refuse_cpr(file.name)
        return file
