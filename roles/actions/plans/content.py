"""What a responsibility says, made tidy and checked before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from roles.models import Responsibility, Timing
from roles.models.cpr import refuse_cpr
from roles.queries.plans import words

CONTENT = words.CONTENT
LONGEST_TEXT = 600
FIRST_DAY, LAST_DAY = date(2007, 1, 1), date(2099, 12, 31)
MOST_DAYS = 4 * 366  # from one election to the next
Errors = dict[str, list[str]]


def fill_in(responsibility: Responsibility, values: Mapping[str, Any]) -> None:
    """Write the values on the responsibility. Raises ValidationError by field; then nothing is saved."""
    if unknown := values.keys() - set(CONTENT):
        raise TypeError(f"not the content of a responsibility: {sorted(unknown)}")
    for name, value in values.items():
        setattr(responsibility, name, _tidy(value))
    _drop_what_the_timing_leaves_unused(responsibility)
    refuse_content(responsibility)


def refuse_content(responsibility: Responsibility) -> None:
    errors: Errors = {}
    try:
        responsibility.clean_fields(exclude=["plan", "role", "text", "position"])
    except ValidationError as error:
        errors = error.message_dict
    errors |= _text_errors(responsibility) | _timing_errors(responsibility, errors)
    if errors:
        raise ValidationError(errors)


def _tidy(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "").replace("\r\n", "\n").strip()


def _drop_what_the_timing_leaves_unused(responsibility: Responsibility) -> None:
    if responsibility.timing == Timing.RELATIVE:
        responsibility.first_due_on = None
    else:
        responsibility.event, responsibility.offset_days = "", None
    if responsibility.timing == Timing.NONE:
        responsibility.first_due_on = None


def _text_errors(responsibility: Responsibility) -> Errors:
    errors: Errors = {}
    if not responsibility.text:
        errors["text"] = ["Skriv, hvad rollen har ansvar for."]
    elif len(responsibility.text) > LONGEST_TEXT:
        surplus = len(responsibility.text) - LONGEST_TEXT
        errors["text"] = [f"Teksten er {surplus} tegn for lang. Skriv højst {LONGEST_TEXT} tegn."]
    for name in ("text", "legal_basis"):
        try:
            refuse_cpr(getattr(responsibility, name))
        except ValidationError as error:
            errors[name] = error.messages
    return errors


def _timing_errors(responsibility: Responsibility, found: Errors) -> Errors:
    errors: Errors = {}
    due, offset = responsibility.first_due_on, responsibility.offset_days
    if responsibility.timing == Timing.RELATIVE:
        if not responsibility.event:
            errors["event"] = ["Vælg den begivenhed, som fristen regnes fra."]
        if offset is None:
            errors["offset_days"] = ["Skriv, hvor mange dage efter begivenheden fristen er (minus: før)."]
        elif "offset_days" not in found and abs(offset) > MOST_DAYS:
            errors["offset_days"] = [f"Skriv højst {MOST_DAYS} dage før eller efter begivenheden."]
    if due and "first_due_on" not in found and not FIRST_DAY <= due <= LAST_DAY:
        errors["first_due_on"] = [f"Vælg en dag mellem {FIRST_DAY:%d-%m-%Y} og {LAST_DAY:%d-%m-%Y}."]
    return errors
