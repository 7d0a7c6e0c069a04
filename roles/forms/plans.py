"""The forms of the plan: what a responsibility says, and what a plan's life asks for."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.timezone import localdate

from roles.actions.plans.content import CONTENT
from roles.forms.fields import DateField, UnitChoice
from roles.forms.plain import PlainForm
from roles.models import (
    Event,
    EventKind,
    InformationLevel,
    Involvement,
    Permission,
    PlanRole,
    Responsibility,
    ResponsibilityPlan,
    Role,
    Timing,
    Unit,
    User,
)
from roles.permissions import units_with

AFTER, BEFORE = "efter", "foer"


class ResponsibilityForm(PlainForm):
    shown_at: ClassVar = {"offset_days": "days"}

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="Ansvar",
        required=False,  # the action says what is missing
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "autofocus": True}),
    )
    involvement = forms.ChoiceField(label="Medvirken", choices=Involvement)
    information_level = forms.ChoiceField(
        label="Informationsniveau", required=False, choices=[("", "Ikke angivet"), *InformationLevel.choices]
    )
    timing = forms.ChoiceField(label="Tidspunkt", required=False, choices=Timing)
    first_due_on = DateField(label="Første frist", required=False)
    days = forms.IntegerField(
        label="Antal dage",
        required=False,
        min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    direction = forms.ChoiceField(
        label="Før eller efter", required=False, choices=[(AFTER, "dage efter"), (BEFORE, "dage før")]
    )
    event = forms.ChoiceField(
        label="Begivenhed", required=False, choices=[("", "Vælg begivenhed"), *EventKind.choices]
    )
    evidence = forms.CharField(label="Dokumenteres ved", required=False, max_length=200)
    legal_basis = forms.CharField(label="Lovgrundlag", required=False, max_length=80)
    is_individual = forms.BooleanField(label="Løses af hver enkelt for sig", required=False)

    @classmethod
    def of(cls, responsibility: Responsibility, **options: Any) -> ResponsibilityForm:
        values = {name: getattr(responsibility, name) for name in CONTENT}
        offset = responsibility.offset_days
        values["days"] = None if offset is None else abs(offset)
        values["direction"] = BEFORE if (offset or 0) < 0 else AFTER
        return cls(initial=values | {"edition": responsibility.edition}, **options)

    def clean(self) -> None:
        """Said in the words of this form, where before and after are chosen, and days have no sign."""
        if self.cleaned_data.get("timing") != Timing.RELATIVE:
            return
        if self.cleaned_data.get("days") is None and "days" not in self.errors:
            self.add_error("days", "Skriv, hvor mange dage før eller efter begivenheden fristen er.")
        if not self.cleaned_data.get("event") and "event" not in self.errors:
            self.add_error("event", "Vælg den begivenhed, som fristen regnes fra.")

    def content(self) -> dict[str, Any]:
        """What the action takes."""
        values = {name: self.cleaned_data[name] for name in CONTENT if name != "offset_days"}
        days = self.cleaned_data["days"]
        sign = -1 if self.cleaned_data["direction"] == BEFORE else 1
        return values | {"offset_days": None if days is None else sign * days}


def open_units(user: User) -> QuerySet[Unit]:
    """Where the user may make plans."""
    return Unit.objects.open().filter(pk__in=units_with(user, Permission.EDIT_PLAN))


class PlanForm(PlainForm):
    unit = UnitChoice(label="Enhed", queryset=Unit.objects.none(), empty_label="Vælg enhed")
    subject = forms.CharField(label="Emne", max_length=120, help_text="Fx Voksen handicap.")
    from_template = forms.BooleanField(
        label="Begynd med udkastet",
        required=False,
        initial=True,
        help_text="Udkastet har roller, andre parter og forslag til ansvar i alle tre faser. Alt kan ændres.",
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = open_units(user)  # type: ignore[attr-defined]


class CopyForm(PlanForm):
    from_template = None  # type: ignore[assignment]


class SettingsForm(PlainForm):
    subject = forms.CharField(label="Emne", max_length=120)
    escalation_days = forms.IntegerField(
        label="Dage efter fristen, før opgaven går videre",
        help_text="Så går den også til lederen i enheden over, som får besked.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )

    def __init__(self, *args: Any, plan: ResponsibilityPlan, **options: Any) -> None:
        super().__init__(*args, **options)
        if plan.version > 1:
            self.fields["subject"].disabled = True
            self.fields["subject"].help_text = "Emnet følger de tidligere versioner."
        self.initial.update(subject=plan.subject, escalation_days=plan.escalation_days)


class AdoptionForm(PlainForm):
    body = forms.CharField(label="Vedtaget af", max_length=160, help_text="Fx Social- og sundhedsudvalget.")
    adopted_on = DateField(label="Vedtaget den")
    case_number = forms.CharField(label="Sagsnummer", max_length=60, required=False)
    link = forms.URLField(label="Link til dagsordenen", max_length=400, required=False, assume_scheme="https")


class RowForm(PlainForm):
    """A role that the program knows, or a party by its name."""

    role = forms.ModelChoiceField(
        label="Rolle", queryset=Role.objects.none(), required=False, empty_label="Vælg rolle"
    )
    name = forms.CharField(label="Eller en anden part", max_length=80, required=False)

    def __init__(self, *args: Any, plan: ResponsibilityPlan, **options: Any) -> None:
        super().__init__(*args, **options)
        taken = PlanRole.objects.filter(plan=plan).values("role")
        self.fields["role"].queryset = Role.objects.exclude(pk__in=taken)  # type: ignore[attr-defined]

    def clean(self) -> None:
        if not self.errors and not (self.cleaned_data.get("role") or self.cleaned_data.get("name")):
            raise ValidationError("Vælg en rolle, eller skriv, hvad parten hedder.")


class EventForm(PlainForm):
    kind = forms.ChoiceField(
        label="Begivenhed",
        choices=[choice for choice in EventKind.choices if choice[0] != EventKind.PLAN_ADOPTED],
        initial=EventKind.COMMITTEE_MEETING,
    )
    unit = UnitChoice(
        label="Gælder for",
        queryset=Unit.objects.none(),
        empty_label="Vælg enhed",
        help_text="Og alt under den.",
    )
    on = DateField(label="Dato", initial=localdate)
    title = forms.CharField(
        label="Betegnelse", max_length=Event._meta.get_field("title").max_length, required=False
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = open_units(user)  # type: ignore[attr-defined]
