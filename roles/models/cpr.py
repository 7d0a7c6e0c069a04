"""The one guard against civil registration numbers: every free-text field, import column and file name."""

import re

from django.core.exceptions import ValidationError

# Day, month and year of a date that exists; understood alike by Python and PostgreSQL.
_DATE = (
    "(?:(?:(?:0[1-9]|[12][0-9]|3[01])(?:0[13578]|1[02])"
    "|(?:0[1-9]|[12][0-9]|30)(?:0[469]|11)"
    "|(?:0[1-9]|1[0-9]|2[0-8])02)[0-9]{2}"
    "|2902(?:[02468][048]|[13579][26]))"
)
_BETWEEN = "(?:[./_]|[ \u00a0]?[-\u2010-\u2015\u2212]?[ \u00a0]?)"
CPR_PATTERN = f"(?<![0-9])(?<![0-9][.,])(?<![+]){_DATE}{_BETWEEN}[0-9]{{4}}(?![0-9])(?![.,][0-9])"
# Digits of double width look like the others and mean the same.
WIDE, NARROW = "".join(chr(0xFF10 + n) for n in range(10)), "0123456789"
CANDIDATE_PATTERN = (  # cheap, and true of everything the other one finds
    f"[0-9{WIDE}]{{6}}[^0-9{WIDE}]{{0,3}}[0-9{WIDE}]{{4}}"
)
# An identifier that only happens to hold ten digits.
UUID_PATTERN = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"

_NARROWED = str.maketrans(WIDE, NARROW)
_CPR, _UUID = re.compile(CPR_PATTERN), re.compile(UUID_PATTERN)

CPR_MESSAGE = "Feltet ser ud til at indeholde et CPR-nummer. Fjern det: sager kendes kun på sagsnummeret."


def find_cpr(text: str) -> str | None:
    """The first ten digits that may be a CPR number. Modulus 11 is not asked for: valid numbers break it."""
    found = _CPR.search(_UUID.sub("id", text.translate(_NARROWED)))
    return found.group() if found else None


def has_cpr_sql(text: str) -> str:
    """The same rule as an SQL condition on a text expression. The cheap pattern first: few rows pass it."""
    return (
        f"({text} ~ '{CANDIDATE_PATTERN}'"
        f" AND regexp_replace(translate({text}, '{WIDE}', '{NARROW}'), '{UUID_PATTERN}', 'id', 'g')"
        f" ~ '{CPR_PATTERN}')"
    )


def refuse_cpr(value: str) -> None:
    if find_cpr(value):
        raise ValidationError(CPR_MESSAGE, code="cpr")
