from django import forms

from roles.forms.plain import PlainForm
from roles.models.cpr import refuse_cpr
from serviceniveau.models import ReadSampleItem


class CheckReadForm(PlainForm):
    """What the leader says of one reading. What is possible is refused by the action."""

    finding = forms.ChoiceField(
        label="Vurdering",
        choices=ReadSampleItem.Finding.choices,
        widget=forms.RadioSelect(attrs={"class": "form-radio"}),
        error_messages={"required": "Vælg, om opslaget er i orden eller skal afklares."},
    )
    note = forms.CharField(
        label="Bemærkning",
        max_length=300,
        required=False,
        validators=[refuse_cpr],
        help_text="Skal opslaget afklares, så skriv hvad. Ingen CPR-numre.",
    )
