"""What a row must fulfil: an SQL condition on `candidate`, and a Danish sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from roles.actions.files.dates import DATE_FORM, last_day
from roles.actions.files.layouts import Layout
from roles.actions.files.messages import EMPTY, NO_DATE, NOT_IN_CALENDAR, TOO_LATE
from roles.models.cpr import CANDIDATE_PATTERN, CPR_MESSAGE, has_cpr_sql
from serviceniveau.actions.imports.expressions import (
    AMBIGUOUS_AMOUNT,
    LARGEST_AMOUNT,
    literal,
    sentence,
)
from serviceniveau.actions.imports.staging import create_temporary, execute

FIRST_YEAR = 2000


@dataclass(frozen=True)
class Check:
    """Rows for which `bad` holds are rejected; `bad` and the braces of the message are SQL on `candidate`."""

    column: str
    bad: str
    message: str

    @property
    def asks_tables(self) -> bool:
        return "SELECT" in self.bad


def refuse_cpr_rows(layout: Layout) -> None:
    """First and alone: the other messages quote what they complain of, and must not quote a CPR number."""
    every_cell = "concat_ws(' ; ', " + ", ".join(layout.columns) + ")"
    execute(
        f"INSERT INTO problem SELECT line, 0, cell.col, {literal(CPR_MESSAGE)}"
        f" FROM (SELECT * FROM staged WHERE {every_cell} ~ '{CANDIDATE_PATTERN}') AS suspect"
        " CROSS JOIN LATERAL (VALUES "
        + ", ".join(f"('{column}', {column})" for column in layout.columns)
        + f") AS cell(col, content) WHERE {has_cpr_sql('cell.content')}"
    )
    drop_rejected("staged")


def run_checks(checks: Iterable[Check]) -> None:
    """In one pass the rows that anything may be wrong with; then, for those, one statement per check."""
    numbered = list(enumerate(checks, start=1))
    of_one_row = " OR ".join(f"({check.bad})" for _, check in numbered if not check.asks_tables)
    create_temporary("suspect", f"SELECT * FROM candidate WHERE {of_one_row}", keys="line")
    for place, check in numbered:
        execute(
            f"INSERT INTO problem SELECT line, {place}, '{check.column}', {sentence(check.message)}"
            f" FROM {'candidate' if check.asks_tables else 'suspect'} AS candidate WHERE {check.bad}"
        )
    drop_rejected("candidate")


def drop_rejected(table: str) -> None:
    execute(f"DELETE FROM {table} USING problem WHERE problem.line = {table}.line")


def required(layout: Layout) -> list[Check]:
    return [Check(column, f"{column} = ''", EMPTY) for column in layout.required]


def not_longer(**lengths: int) -> list[Check]:
    return [
        Check(column, f"length({column}) > {length}", f"Teksten er for lang: højst {length} tegn.")
        for column, length in lengths.items()
    ]


def dates(layout: Layout, *, today: date) -> list[Check]:
    """For columns whose value `candidate` has as <column>_on."""
    return [check for column in layout.dates for check in _date(column, today)]


def _date(column: str, today: date) -> list[Check]:
    value = f"{column}_on"
    first, last = date(FIRST_YEAR, 1, 1), last_day(today)
    as_written, as_date = f"{{{column}}}", f"{{{value}:dato}}"
    return [
        Check(
            column,
            f"{value} IS NULL AND {column} <> '' AND {column} ~ '{DATE_FORM}'",
            NOT_IN_CALENDAR.format(as_written),
        ),
        Check(
            column,
            f"{value} IS NULL AND {column} <> '' AND {column} !~ '{DATE_FORM}'",
            NO_DATE.format(as_written),
        ),
        Check(
            column,
            f"{value} < DATE '{first}'",
            f"Datoen {as_date} ligger før år {FIRST_YEAR}. Kontroller årstallet.",
        ),
        Check(
            column,
            f"{value} > DATE '{last}'",
            TOO_LATE.format(as_date, last.year),
        ),
    ]


def not_after(column: str, day: date, what: str) -> Check:
    value = f"{column}_on"
    return Check(
        column, f"{value} > DATE '{day}'", f"{what} {{{value}:dato}} ligger ude i fremtiden. Ret datoen."
    )


def in_order(earlier: str, later: str, message: str) -> Check:
    return Check(later, f"{later}_on < {earlier}_on", message)


def amounts(layout: Layout) -> list[Check]:
    """For columns whose value `candidate` has as <column>_value."""
    return [check for column in layout.amounts for check in _amount(column)]


def _amount(column: str) -> list[Check]:
    value = f"{column}_value"
    unread = f"{value} IS NULL AND {column} <> ''"
    return [
        Check(
            column,
            f"{unread} AND {column} ~ '{AMBIGUOUS_AMOUNT}'",
            f"»{{{column}}}« kan betyde {{replace({column}, '.', '')}} eller {{replace({column}, '.', ',')}}:"
            " skriv 1234 eller 1,23.",
        ),
        Check(
            column,
            f"{unread} AND {column} ~ '^[-\u2212]'",
            f"»{{{column}}}« er negativt. Skriv det samlede tal efter afgørelsen.",
        ),
        Check(
            column,
            f"{unread} AND {column} ~ '^[0-9]+,[0-9]{{3,}}$'",
            f"»{{{column}}}« har flere end to decimaler. Afrund det, fx til 1,23.",
        ),
        Check(
            column,
            f"{unread} AND {column} !~ '{AMBIGUOUS_AMOUNT}|^[-\u2212]|^[0-9]+,[0-9]{{3,}}$'",
            f"»{{{column}}}« er ikke et tal. Skriv det med komma og højst to decimaler, fx 4 eller 4,5.",
        ),
        Check(column, f"{value} >= {LARGEST_AMOUNT}", f"»{{{column}}}« er for stort. Kontroller tallet."),
    ]


def known(column: str, key: str, message: str) -> Check:
    """A code that must be found where the column is filled."""
    return Check(column, f"{column} <> '' AND {key} IS NULL", message)
