"""SQL expressions that turn the text of a file into values, and the sentences that say why it cannot be done.

Everything here is put together from our own constants; what stands in the file is only ever a column's value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from roles.actions.files.messages import SHOWN
from serviceniveau.models import AgeBand

LARGEST_AMOUNT = 10**10


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)


def sentence(template: str) -> str:
    """`Enheden »{enhed}« findes ikke.` as an SQL expression with columns in braces.

    `{x:dato}` writes a date in Danish; `{x!}` writes all of x, for what comes from our own tables.
    """
    parts = re.split(r"\{([^}]+)\}", template)
    return (
        "concat("
        + ", ".join(literal(part) if n % 2 == 0 else _shown(part) for n, part in enumerate(parts))
        + ")"
    )


def _shown(expression: str) -> str:
    if expression.endswith(":dato"):
        return f"to_char({expression.removesuffix(':dato')}, 'DD-MM-YYYY')"
    if expression.endswith("!"):
        return expression.removesuffix("!")
    return f"left(({expression})::text, {SHOWN})"


def date_sql(column: str) -> str:
    """dd-mm-åååå or ISO as a date; NULL for anything else, also for dates that do not exist."""
    iso = (
        f"CASE WHEN {column} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN {column}"
        f" WHEN {column} ~ '^[0-9]{{2}}-[0-9]{{2}}-[0-9]{{4}}$'"
        f" THEN substr({column}, 7, 4) || '-' || substr({column}, 4, 2) || '-' || substr({column}, 1, 2) END"
    )
    return f"CASE WHEN {column} <> '' AND pg_input_is_valid({iso}, 'date') THEN ({iso})::date END"


AMBIGUOUS_AMOUNT = "^[0-9]{1,3}[.][0-9]{3}$"


def amount_sql(column: str) -> str:
    """A Danish number with at most two decimals; NULL where it is none, or could be read in two ways."""
    return (
        f"CASE WHEN {column} = '' THEN NULL"
        f" WHEN {column} ~ '^[0-9]{{1,12}}(,[0-9]{{1,2}})?$' THEN replace({column}, ',', '.')::numeric"
        f" WHEN {column} ~ '^[0-9]{{1,3}}([.][0-9]{{3}}){{1,4}},[0-9]{{1,2}}$'"
        f" OR {column} ~ '^[0-9]{{1,3}}([.][0-9]{{3}}){{2,4}}$'"
        f" THEN replace(replace({column}, '.', ''), ',', '.')::numeric END"
    )


def age_band_sql(birth_year: str, on: str) -> str:
    """The band of that year's ages; an empty text where two are possible: then we must ask."""
    oldest = f"(extract(year FROM {on})::int - {birth_year})"
    older, younger = _band(f"greatest({oldest}, 0)"), _band(f"greatest({oldest} - 1, 0)")
    return f"CASE WHEN {oldest} IS NOT NULL AND {older} = {younger} THEN {older} ELSE '' END"


def _band(age: str) -> str:
    return "CASE " + " ".join(f"WHEN {age} <= {band.last_age} THEN '{band}'" for band in AgeBand) + " END"
