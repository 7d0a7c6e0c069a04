"""The decision form: its fields, what they offer, and the unsaved registration they describe."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core import signing
from django.db.models import QuerySet
from django.utils.timezone import localdate

from roles.forms.fields import DateField, typed_date, typed_key
from roles.models import Permission, Unit, User
from roles.permissions import units_with
from serviceniveau.forms import choices
from serviceniveau.forms.fields import ModelChoice, NumberField
from serviceniveau.models import (
    AgeBand,
    Application,
    Case,
    DeviationReason,
    Grant,
    Intervention,
    LegalBasis,
    MeasurementUnit,
    NeedLevel,
    PriceUnit,
    Registration,
    TargetGroup,
)
from serviceniveau.queries.frames import age_band_choices, settled_age_band

SALT = "decision-form"
CONTENT = (
    "legal_basis",
    "intervention",
    "kind",
    "grant",
    "need_level",
    "target_group",
    "decided_on",
    "starts_on",
    "ends_on",
    "follow_up_on",
    "amount",
    "amount_unit",
    "supplier",
    "price_dkk",
    "price_unit",
    "age_band",
    "deviation_reason",
    "deviation_text",
)
ROWS = ("legal_basis", "intervention", "grant", "need_level", "target_group", "deviation_reason")
MATTERS = (*CONTENT[:-2], "case_number", "birth_year")  # what the live check reads


def opening_token() -> str:
    """Signed: which decision this form will become, and when it was opened."""
    return signing.dumps([str(uuid4()), int(time.time())], salt=SALT)


class DecisionForm(forms.Form):
    use_required_attribute = False

    token = forms.CharField(widget=forms.HiddenInput, required=False)
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    application = ModelChoice(queryset=Application.objects.none(), widget=forms.HiddenInput, required=False)
    case_number = forms.CharField(
        label="Sagsnummer",
        max_length=40,
        widget=forms.TextInput(attrs={"list": "case-options", "autocomplete": "off", "spellcheck": "false"}),
    )
    create_case = forms.BooleanField(label="Opret en ny sag med dette nummer", required=False)
    birth_year = forms.IntegerField(label="Fødselsår", required=False, min_value=1900)
    unit = ModelChoice(label="Enhed", queryset=Unit.objects.none(), required=False, empty_label="Vælg enhed")
    legal_basis = ModelChoice(
        label="Paragraf",
        queryset=LegalBasis.objects.all(),
        empty_label="Vælg paragraf",
        label_of=choices.basis_label,
    )
    intervention = ModelChoice(label="Ydelse", queryset=Intervention.objects.all(), empty_label="Vælg ydelse")
    kind = forms.ChoiceField(label="Afgørelsestype", choices=choices.KINDS)
    grant = ModelChoice(
        label="Bevilling", queryset=Grant.objects.none(), required=False, empty_label="Vælg bevilling"
    )
    target_group = ModelChoice(
        label="Målgruppe", queryset=TargetGroup.objects.all(), required=False, empty_label="Ikke oplyst"
    )
    need_level = ModelChoice(
        label="Støttebehov",
        queryset=NeedLevel.objects.all(),
        required=False,
        empty_label="Ikke vurderet",
        label_of=choices.need_label,
    )
    age_band = forms.ChoiceField(label="Aldersgruppe på afgørelsesdagen", required=False)
    applied_on = DateField(label="Ansøgt den", required=False)
    decided_on = DateField(label="Afgjort den")
    starts_on = DateField(label="Begynder", required=False)
    ends_on = DateField(label="Slutter", required=False)
    follow_up_on = DateField(label="Opfølgning", required=False)
    amount = NumberField(label="Samlet omfang", required=False, min_value=0)
    amount_unit = forms.ChoiceField(label="Enhed for omfang", required=False)
    supplier = forms.CharField(label="Leverandør", max_length=120, required=False)
    price_dkk = NumberField(label="Pris i kroner", required=False, min_value=0)
    price_unit = forms.ChoiceField(
        label="Prisen gælder", required=False, choices=[("", "Vælg, hvad prisen gælder"), *PriceUnit.choices]
    )
    deviation_reason = ModelChoice(
        label="Grund", queryset=DeviationReason.objects.all(), required=False, empty_label="Vælg en grund"
    )
    deviation_text = forms.CharField(
        label="Med dine egne ord",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Hvad taler for det i denne sag? Skriv ikke navn, adresse eller CPR-nummer.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        registration: Registration | None = None,
        case: Case | None = None,
        check_url: str = "",
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.user, self.registration = user, registration
        self.case = registration.case if registration else case or self._typed_case()
        self.day = self._typed_day()
        self._say_in_danish()
        self._offer_rows()
        self._offer_texts()
        self._check_live(check_url)

    @property
    def units(self) -> QuerySet[Unit]:
        held = units_with(self.user, Permission.REGISTER_DECISION)
        return Unit.objects.open().filter(pk__in=held)

    def _say_in_danish(self) -> None:
        for field in self.fields.values():
            field.error_messages["required"] = _required_message(field)
        self.fields["case_number"].error_messages["required"] = "Skriv sagsnummeret."

    def value_of(self, name: str) -> Any:
        return self[name].value()

    def _typed_case(self) -> Case | None:
        typed = str(self.value_of("case_number") or "").strip()
        if not typed:
            return None
        cases = Case.objects.visible_to(self.user).filter(choices.split_case_number(typed))
        found = list(cases.select_related("unit", "target_group")[:2])
        self.sources = [case.source for case in found] if len(found) > 1 else []
        return found[0] if len(found) == 1 else None

    def _typed_day(self) -> date:
        value = self.value_of("decided_on")
        return (value if isinstance(value, date) else typed_date(value)) or localdate()

    def _offer_rows(self) -> None:
        basis = typed_key(str(self.value_of("legal_basis") or ""))
        legal, interventions = self._rows("legal_basis"), self._rows("intervention")
        legal.offer(
            lambda: LegalBasis.objects.filter(valid__contains=self.day).order_by("law", "section"),
            choices.law_name,
        )
        interventions.offer(lambda: Intervention.objects.filter(legal_bases=basis) if basis else ())
        self._rows("need_level").offer(
            lambda: NeedLevel.objects.order_by("scale", "value"), choices.scale_name
        )
        of_case: dict[str, Any] = {"case": self.case} if self.case else {"pk__in": ()}
        grants = (
            Grant.objects.filter(**of_case).select_related("intervention").order_by("-starts_on", "number")
        )
        self._rows("grant").queryset = grants
        self._rows("grant").label_of = grant_label
        self._rows("application").queryset = Application.objects.filter(**of_case)
        self._rows("unit").queryset = self.units

    def _rows(self, name: str) -> ModelChoice:
        field = self.fields[name]
        assert isinstance(field, ModelChoice)
        return field

    def _offer_texts(self) -> None:
        chosen = typed_key(str(self.value_of("intervention") or ""))
        intervention = Intervention.objects.filter(pk=chosen).first if chosen else lambda: None
        unit = self._choice("amount_unit")
        unit.choices = MeasurementUnit.choices
        unit.widget.choices = lambda: choices.unit_choices(intervention())
        bands = self.age_bands
        self._choice("age_band").choices = [("", "Vælg")] + [(band.value, band.label) for band in bands]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    @property
    def birth_year_of_case(self) -> int | None:
        if self.case:
            return self.case.birth_year
        typed = str(self.value_of("birth_year") or "")
        return typed_key(typed) if len(typed) == 4 else None

    @property
    def age_bands(self) -> list[AgeBand]:
        return age_band_choices(self.birth_year_of_case, on=self.day)

    def _check_live(self, url: str) -> None:
        for name in MATTERS if url else ():
            attrs = self.fields[name].widget.attrs
            typed = name in ("amount", "price_dkk")
            attrs["hx-post"] = url
            attrs["hx-trigger"] = "input changed delay:300ms" if typed else "change"

    def forget_missing(self) -> None:
        """While the form is being filled in, what is not reached yet is no error."""
        missing = [
            name
            for name, errors in self.errors.as_data().items()
            if all(e.code == "required" for e in errors)
        ]
        for name in missing:
            del self.errors[name]

    def carry_over(self, changed: str) -> None:
        """After a choice, fill in what follows from it and is not typed yet."""
        if changed == "case_number" and self.case and self.case.target_group_id:
            self._type("target_group", self.case.target_group_id)
        if changed == "intervention" and not (self.value_of("amount") and self.value_of("amount_unit")):
            chosen = typed_key(str(self.value_of("intervention") or ""))
            intervention = Intervention.objects.filter(pk=chosen).first() if chosen else None
            self._type("amount_unit", intervention.natural_unit if intervention else "")

    def offer_reasons(self, reasons: Callable[[], list[DeviationReason]]) -> None:
        self._rows("deviation_reason").offer(reasons)

    def show_edition(self, edition: int) -> None:
        """After a conflict was shown, saving again is a choice made with open eyes."""
        self._type("edition", edition)

    def _type(self, name: str, value: Any) -> None:
        self.data = {**{key: self.data[key] for key in self.data}, name: value}

    def clean_case_number(self) -> str:
        typed: str = self.cleaned_data["case_number"].strip()
        if getattr(self, "sources", None):
            first = f"{self.sources[0]}/{typed}"
            message = f"Nummeret findes i {' og '.join(self.sources)}. Skriv kilden foran, fx {first}."
            raise forms.ValidationError(message)
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.case is None and "case_number" in cleaned and not cleaned.get("create_case"):
            message = "Du har ingen sag med det nummer. Ret nummeret, eller sæt kryds ved “Opret en ny sag”."
            self.add_error("case_number", message)
        if self.case and self.registration is None and "target_group" in cleaned:
            cleaned["target_group"] = cleaned["target_group"] or self.case.target_group
        if self.case is None and cleaned.get("create_case"):
            cleaned["unit"] = cleaned.get("unit") or self._only_unit()
            if cleaned["unit"] is None:
                self.add_error("unit", "Vælg den enhed, som sagen hører til.")
        return cleaned

    def _only_unit(self) -> Unit | None:
        units = list(self.units[:2])
        return units[0] if len(units) == 1 else None

    def described(self) -> Registration:
        """The unsaved registration as far as it is filled in; wrong fields are left empty."""
        described = self.registration or Registration(case=self.case or self._new_case())
        if self.is_bound:
            self._describe_typed(described)
        else:
            self._describe_initial(described)
        described.age_band = settled_age_band(
            self.birth_year_of_case, on=described.decided_on, chosen=described.age_band
        )
        if self.registration is None:
            described.decision_id = self._opened()[0]
        return described

    def _describe_typed(self, described: Registration) -> None:
        for name in CONTENT:
            empty = None if name in ROWS or name.endswith("_on") or name in ("amount", "price_dkk") else ""
            setattr(described, name, self.cleaned_data.get(name, empty))
        described.application = self._linked_application(described)

    def _describe_initial(self, described: Registration) -> None:
        for name in set(CONTENT) & self.initial.keys():
            setattr(described, f"{name}_id" if name in ROWS else name, self.initial[name])

    def _new_case(self) -> Case:
        cleaned = self.cleaned_data if self.is_bound else {}
        return Case(
            number=cleaned.get("case_number", ""),
            unit=cleaned.get("unit"),
            birth_year=cleaned.get("birth_year"),
            target_group=cleaned.get("target_group"),
        )

    def _linked_application(self, described: Registration) -> Application | None:
        if self.cleaned_data.get("applied_on") is None:
            return None
        chosen: Application | None = self.cleaned_data.get("application")
        return chosen or described.application

    def _opened(self) -> tuple[str, int | None]:
        try:
            decision_id, opened_at = signing.loads(self.value_of("token") or "", salt=SALT)
        except signing.BadSignature:
            return "", None
        return decision_id, opened_at

    @property
    def seconds(self) -> int | None:
        """From the form was opened until now."""
        opened_at = self._opened()[1]
        return None if opened_at is None else max(int(time.time()) - opened_at, 0)

    @classmethod
    def of(cls, registration: Registration, *, user: User, check_url: str) -> DecisionForm:
        """The form of a saved decision, as it stands."""
        initial = {name: getattr(registration, f"{name}_id" if name in ROWS else name) for name in CONTENT}
        application = registration.application
        initial |= {"case_number": registration.case.number, "edition": registration.edition}
        initial |= {"applied_on": application.received_on if application else None}
        return cls(user=user, registration=registration, check_url=check_url, initial=initial)


def grant_label(grant: Grant) -> str:
    dates = f"fra {grant.starts_on:%d-%m-%Y}" if grant.starts_on else "afventer"
    if grant.ends_on:
        dates += f" til {grant.ends_on:%d-%m-%Y}"
    return f"{grant.number}: {grant.intervention} ({dates})"


def _required_message(field: forms.Field) -> str:
    if not field.label:
        return ""
    verb = "Vælg" if isinstance(field, forms.ChoiceField) else "Udfyld feltet"
    return f"{verb} {str(field.label).lower()}."
