"""What is written about a signal: an explanation, an acceptance for a time, an action and its outcome."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from followup.models import Drift, SignalNote
from followup.queries.ledger import action_owners
from roles.forms.fields import DateField
from roles.forms.plain import PlainForm
from roles.models import User
from roles.models.cpr import refuse_cpr

NO_PEOPLE = "Skriv ikke navne, sagsnumre eller andet, der kan føre til en borger eller en medarbejder."


def words(label: str, *, hint: str, asked: str, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        validators=[refuse_cpr],
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=hint,
        error_messages={"required": asked, "max_length": "Skriv højst 2.000 tegn."},
    )


class NoteForm(PlainForm):
    """A remark; the other forms ask for more. What a note may say is refused by its action."""

    title: ClassVar = "Skriv en bemærkning"
    lead: ClassVar = (
        "En bemærkning ændrer ikke signalet. Den står i forløbet med dit navn og kan ikke rettes."
    )
    save: ClassVar = "Gem bemærkning"
    told: ClassVar = "Bemærkningen er gemt."

    text = words("Bemærkning", hint=NO_PEOPLE, asked="Skriv bemærkningen.")

    def __init__(self, *data: Any, drift: Drift, **options: Any) -> None:
        options["auto_id"] = f"signal-{drift.pk}-%s"
        super().__init__(*data, **options)


class ExplainForm(NoteForm):
    title = "Forklar signalet"
    lead = (
        "Hvad er grunden til, at praksis har flyttet sig? Forklaringen lukker ikke signalet, men andre kan"
        " se, at nogen har set på det."
    )
    save = "Gem forklaring"
    told = "Forklaringen er gemt."

    cause = forms.ChoiceField(
        label="Årsag",
        choices=SignalNote.Cause.choices,
        widget=forms.RadioSelect(attrs={"class": "form-radio"}),
        help_text="Vælg den, der forklarer mest.",
        error_messages={"required": "Vælg den årsag, der forklarer mest."},
    )
    text = words(
        "Forklaring",
        hint=f"Hvad har I set i sagerne? {NO_PEOPLE}",
        asked="Skriv, hvad I har set i sagerne.",
    )
    field_order = ("cause", "text")


class AcceptForm(NoteForm):
    title = "Acceptér for en tid"
    lead = (
        "Signalet lægges stille hen til og med den dato, du vælger, højst et år. Flytter praksis sig længere"
        " væk end nu, melder det sig igen før tid."
    )
    save = "Acceptér"
    told = "Signalet er accepteret for en tid."

    until = DateField(
        label="Til og med",
        help_text="Dag-måned-år. Datoen er med.",
        error_messages={"required": "Skriv den sidste dato, hvor signalet må ligge stille."},
    )
    text = words(
        "Begrundelse",
        hint=f"Hvorfor er det rimeligt, at praksis er anderledes så længe? {NO_PEOPLE}",
        asked="Skriv, hvorfor det er rimeligt.",
    )
    field_order = ("until", "text")


class OwnerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class ActionForm(NoteForm):
    title = "Aftal en handling"
    lead = "Hvem gør hvad, og hvornår? Når fristen nærmer sig, får den ansvarlige en mail."
    save = "Gem handling"
    told = "Handlingen er aftalt."

    text = words("Hvad skal gøres?", hint=NO_PEOPLE, asked="Skriv, hvad der skal gøres.", rows=3)
    owner = OwnerChoice(
        label="Ansvarlig",
        queryset=User.objects.none(),
        empty_label="Vælg",
        help_text="En leder eller kollega, der kan se enhedens signaler.",
        error_messages={
            "required": "Vælg den ansvarlige.",
            "invalid_choice": "Vælg en, der kan se enhedens signaler.",
        },
    )
    due_on = DateField(
        label="Frist", help_text="Dag-måned-år.", error_messages={"required": "Skriv en frist."}
    )

    def __init__(self, *data: Any, drift: Drift, **options: Any) -> None:
        super().__init__(*data, drift=drift, **options)
        owner: Any = self.fields["owner"]
        owner.queryset = action_owners(drift)


class ActionDoneForm(NoteForm):
    title = "Meld handlingen udført"
    lead = "Fortæl kort, hvad der blev gjort. De næste måneder viser, om det havde en virkning."
    save = "Meld udført"
    told = "Handlingen er meldt udført."

    text = words("Hvad blev gjort?", hint=NO_PEOPLE, asked="Skriv, hvad der blev gjort.", rows=3)
