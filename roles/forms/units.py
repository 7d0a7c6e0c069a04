"""Units as they are typed: new, renamed, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.timezone import localdate

from roles.forms.fields import DateField, LongSelect, UnitChoice
from roles.forms.plain import PlainForm
from roles.models import Permission, Unit, User
from roles.models.cpr import refuse_cpr
from roles.models.organisation import unit_code
from roles.permissions import units_with
from roles.queries.units import possible_successors

NOT_LISTED = "Vælg en enhed på listen."


def name_field() -> forms.CharField:
    return forms.CharField(label="Navn", max_length=120, validators=[refuse_cpr])


def district_field() -> forms.CharField:
    return forms.CharField(
        label="Bydel",
        max_length=80,
        required=False,
        validators=[refuse_cpr],
        help_text="Når enheden dækker en bestemt del af kommunen.",
    )


class UnitForm(PlainForm):
    """A new unit under one that the administrator manages."""

    parent = UnitChoice(label="Hører under", queryset=Unit.objects.none(), empty_label="Vælg enhed")
    kind = forms.ChoiceField(
        label="Art", choices=[("", "Vælg art"), *(kind for kind in Unit.Kind.choices if kind[0] != "kommune")]
    )
    name = name_field()
    code = forms.CharField(
        label="Kode",
        max_length=40,
        validators=[unit_code, refuse_cpr],
        help_text="Den samme som i de filer, der indlæses. Den kan ikke ændres siden.",
    )
    district = district_field()
    opened_on = DateField(label="Første dag", help_text="Ingen kan have en rolle i enheden før den dag.")

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        parents: Any = self.fields["parent"]
        parents.error_messages["invalid_choice"] = NOT_LISTED
        managed = units_with(by, Permission.MANAGE_ORGANISATION)
        parents.queryset = managed.open().exclude(kind=Unit.Kind.TEAM).order_by("path")  # type: ignore[attr-defined]


class UnitNameForm(PlainForm):
    name = name_field()
    district = district_field()


class SuccessorChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    widget = LongSelect

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.parent.name})" if obj.parent else str(obj)


class ClosingForm(PlainForm):
    shown_at: ClassVar = {"closed_on": "last_day"}

    last_day = DateField(
        label="Enhedens sidste dag",
        help_text="Roller gælder til og med den dag. Sager og opgaver går over dagen efter.",
    )
    successor = SuccessorChoice(
        label="Afløser",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="Ingen: her er intet at overtage",
        help_text="En enhed af samme art. Den overtager åbne sager og opgaver.",
    )
    keep_roles = forms.BooleanField(
        label="Rollerne fortsætter i afløseren",
        required=False,
        help_text="Ledende roller skal godkendes af en anden administrator. Din egen rolle følger ikke med.",
    )

    def __init__(self, *args: Any, unit: Unit, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        successors: Any = self.fields["successor"]
        successors.error_messages["invalid_choice"] = NOT_LISTED
        managed = units_with(by, Permission.MANAGE_ORGANISATION)
        successors.queryset = possible_successors(unit, managed).select_related("parent").order_by("path")

    @property
    def closed_on(self) -> date:
        last: date = self.cleaned_data["last_day"]
        return last + timedelta(days=1)

    @property
    def choice(self) -> str:
        """What is answered, in one word: a yes counts only for what was seen."""
        successor = self.cleaned_data["successor"]
        return f"{self.closed_on}-{successor.pk if successor else 0}-{self.cleaned_data['keep_roles']}"


def today() -> dict[str, date]:
    return {"opened_on": localdate()}
