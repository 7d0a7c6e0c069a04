"""Dates as people type them, and years that nobody meant."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test.html import parse_html

from roles.forms.fields import DateField, LongSelect

TYPED = ["23-11-2026", "23.11.26", "23/11/2026", "23112026", "231126", "2026-11-23", " 23-11-2026 "]


@pytest.mark.parametrize("text", TYPED)
def test_a_date_is_read_as_it_is_usually_typed(text):
    assert DateField().clean(text) == date(2026, 11, 23)


@pytest.mark.parametrize("text", ["31-02-2026", "i morgen", "23-11"])
def test_what_is_no_date_is_asked_for_again(text):
    with pytest.raises(ValidationError) as refused:
        DateField().clean(text)

    assert refused.value.messages == ["Skriv datoen som dag-måned-år, fx 14-09-2026."]


@pytest.mark.parametrize("text", ["23-11-3026", "23-11-0206", "31-12-1899"])
def test_a_year_that_nobody_meant_is_refused(text):
    with pytest.raises(ValidationError) as refused:
        DateField().clean(text)

    assert refused.value.messages == [f"Ret årstallet: {text} kan ikke passe."]


@pytest.mark.parametrize("chosen", ["", "2"])
def test_a_long_select_has_the_markup_of_a_short_one(chosen):
    choices = [("", "Vælg enhed"), (1, "Børn & Unge"), (2, "<Team>")]
    long, short = (kind(attrs={"class": "x"}, choices=choices) for kind in (LongSelect, forms.Select))

    shown = [each.render("unit", chosen, {"id": "id_unit", "aria-invalid": True}) for each in (long, short)]

    assert parse_html(shown[0]) == parse_html(shown[1])
