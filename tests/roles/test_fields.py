"""Dates as people type them, and years that nobody meant."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from roles.forms.fields import DateField

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
