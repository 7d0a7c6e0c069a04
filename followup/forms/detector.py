"""How sensitive the scan is, as people write it: shares in percent."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import Any

from django import forms

from followup.models import DetectorSettings
from roles.forms.plain import PlainForm
from roles.templatetags.danish import amount

NOT_A_NUMBER = "Skriv et tal, fx 10 eller 0,5."


class PercentField(forms.Field):
    """10, 0,5 or 0.5 percent is the share 0.1 or 0.005; nothing is None."""

    widget = forms.TextInput(attrs={"class": "short", "inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> float | None:
        text = str(value or "").replace("%", "").replace(",", ".").strip()
        if not text:
            return None
        try:
            share = Decimal(text) / 100
        except DecimalException:  # also more digits in the exponent than there is room for
            raise forms.ValidationError(NOT_A_NUMBER) from None
        if not share.is_finite():
            raise forms.ValidationError(NOT_A_NUMBER)
        return float(share)

    def prepare_value(self, value: Any) -> Any:
        return amount(round(value * 100, 2)) if isinstance(value, float) else value


class DetectorForm(PlainForm):
    """What may be chosen is refused by the action."""

    q = PercentField(
        label="Andel tilfældige signaler, I vil leve med",
        help_text=(
            "Hvor mange af 100 nye signaler der må vise sig at være tilfældige. Højere: flere ændringer"
            " bliver fundet, og tidligere, men flere af dem er ikke noget. Lavere: færre signaler, og mere"
            " sikre. Mellem 1 og 50."
        ),
    )
    hazard = PercentField(
        label="Chance for et skift pr. måned",
        required=False,
        help_text=(
            "Hvor tit praksis skifter et bestemt sted. Lad feltet være tomt: så læres det af kommunens egne"
            " tal, hver gang en måned lukkes. Højere: der skal mindre til, før et signal kommer. Lavere: der"
            " skal mere til. Mellem 0,01 og 10."
        ),
    )
    least_n = forms.IntegerField(
        label="Færrest afgørelser bag et signal",
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Skriv et helt tal."},
        help_text=(
            "Højere: små enheder får sjældnere signaler, og de kommer senere. Lavere: også få afgørelser kan"
            " give et signal, hvis de er usædvanlige nok. Mellem 1 og 1.000."
        ),
    )
    on_time_goal = PercentField(
        label="Mål for andel afgjort inden fristen",
        required=False,
        help_text=(
            "Står på politikernes overblik som et tegn: nås målet måned efter måned? Højere: et strengere"
            " mål. Lavere: et mildere. Tomt felt: intet mål. Målet ændrer ikke, hvilke signaler der kommer."
        ),
    )
    edition = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, settings: DetectorSettings) -> DetectorForm:
        return cls(initial={name: getattr(settings, name) for name in FIELDS})


FIELDS: tuple[str, ...] = ("q", "hazard", "least_n", "on_time_goal", "edition")
