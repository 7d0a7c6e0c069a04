"""People, their roles and their deputies as they are typed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.validators import validate_email
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.forms.fields import DateField, UnitChoice
from roles.forms.plain import PlainForm
from roles.models import Permission, Role, Unit, User
from roles.models.cpr import refuse_cpr
from roles.permissions import units_with

LAST_DAY_HINT = "Lad feltet stå tomt, hvis rollen gælder indtil videre."


class PersonField(forms.CharField):
    """An active person by e-mail, or by name where only one has it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "person-options", "autocomplete": "off", "class": "person"})
        super().__init__(max_length=254, widget=widget, **options)
        self.help_text = self.help_text or "Skriv e-mail eller navn."

    def clean(self, value: Any) -> User | None:
        typed = " ".join(super().clean(value).split())
        if not typed:
            return None
        people = User.objects.filter(is_active=True)
        found = list(people.filter(email__iexact=typed)) or list(people.filter(name__iexact=typed)[:2])
        if len(found) > 1:
            raise forms.ValidationError(f"Flere hedder {typed}. Skriv personens e-mail.")
        if not found:
            raise forms.ValidationError(
                "Ingen aktiv person har den e-mail eller det navn. Vælg en fra listen."
            )
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, User) else value


class PersonForm(PlainForm):
    name = forms.CharField(label="Navn", max_length=120, validators=[refuse_cpr])
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        validators=[validate_email, refuse_cpr],
        help_text="Personen logger ind med den.",
        error_messages={"invalid": "Skriv en e-mail, fx navn@kommune.dk."},
    )
    staff_code = forms.CharField(
        label="Medarbejderkode",
        max_length=40,
        required=False,
        validators=[refuse_cpr],
        help_text="Kendes fra de filer, der indlæses.",
    )


class AssignmentForm(PlainForm):
    shown_at: ClassVar = {"valid": "last_day"}

    user = PersonField(label="Person")
    role = forms.ModelChoiceField(
        label="Rolle", queryset=Role.objects.filter(is_staffed=True), empty_label="Vælg rolle"
    )
    unit = UnitChoice(label="Enhed", queryset=Unit.objects.none(), empty_label="Vælg enhed")
    first_day = DateField(label="Første dag")
    last_day = DateField(label="Sidste dag", required=False, help_text=LAST_DAY_HINT)

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        units: Any = self.fields["unit"]
        administered = units_with(by, Permission.MANAGE_ORGANISATION)
        units.queryset = Unit.objects.open().filter(pk__in=administered).order_by("path")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "Sidste dag skal være samme dag som den første eller senere.")
        return values

    @property
    def valid(self) -> DateRange:
        return DateRange(self.cleaned_data["first_day"], day_after(self.cleaned_data["last_day"]))


class EndForm(PlainForm):
    """The last day with the role; empty means until further notice."""

    shown_at: ClassVar = {"valid": "last_day"}

    last_day = DateField(label="Sidste dag med rollen", required=False, help_text=LAST_DAY_HINT)


class DecisionForm(PlainForm):
    """Whether the role is given: the button that was pressed says it."""

    remark = forms.CharField(
        label="Bemærkning",
        max_length=300,
        required=False,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Skal skrives, når anmodningen afvises.",
    )


class DeputyForm(PlainForm):
    shown_at: ClassVar = {"valid": "last_day"}

    deputy = PersonField(label="Stedfortræder")
    first_day = DateField(label="Første dag")
    last_day = DateField(label="Sidste dag", help_text="Højst 12 måneder efter den første.")


def day_after(last: date | None) -> date | None:
    """PostgreSQL's ranges end before their upper day."""
    return last + timedelta(days=1) if last else None


def from_today() -> dict[str, date]:
    return {"first_day": localdate()}
