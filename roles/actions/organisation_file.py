"""The layout of the organisation file, and how its rows are read: no database here.

Columns and lines in any order. The column ``type`` says what a line is about:

enhed   kode*, navn*, art* (kommune, forvaltning, afdeling, team), hoerer_under (the parent's code;
        all but the kommune), bydel, afloest_af (the successor's code), fra and til (first and last day)
person  email*, navn*, medarbejderkode
rolle   email*, rolle*, enhed* (code), fra* and til (first and last day), stedfortraeder_for (e-mail)

Keys: kode; email; email + rolle + enhed + fra. A column that the file lacks leaves what is stored as it is.
See roles/data/organisation_example.csv.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

from roles.actions.files.dates import read_day
from roles.actions.files.layouts import Layout
from roles.actions.files.outcome import RowProblem
from roles.actions.files.reading import Row, read_table

ORGANISATION = Layout(
    columns=(
        "type",
        "kode",
        "navn",
        "art",
        "hoerer_under",
        "bydel",
        "afloest_af",
        "email",
        "medarbejderkode",
        "rolle",
        "enhed",
        "stedfortraeder_for",
        "fra",
        "til",
    ),
    required=("type",),
)
UNIT, PERSON, ROLE = "enhed", "person", "rolle"
REQUIRED = {
    UNIT: ("kode", "navn", "art"),
    PERSON: ("email", "navn"),
    ROLE: ("email", "rolle", "enhed", "fra"),
}


@dataclass(frozen=True)
class NamedRow:
    """One line: its cells by column; a column that the file lacks is not among them.

    called: what the file itself calls a column, where that is something else.
    """

    line: int
    cells: dict[str, str]
    called: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        try:
            return read_day(self[column]) if self[column] else None
        except ValidationError as error:
            raise ValidationError({column: error.messages}) from error

    def problem(self, column: str, message: str) -> RowProblem:
        return RowProblem(self.line, self.called.get(column, column), message)


def read_rows(content: bytes) -> tuple[list[NamedRow], list[RowProblem]]:
    """The rows, and those that do not fit the columns. Raises FileRefused."""
    table = read_table(content, ORGANISATION)
    rows, broken = [], []
    for row in table.rows:
        if isinstance(row, Row):
            rows.append(NamedRow(row.line, dict(zip(table.columns, row.cells, strict=True))))
        else:
            broken.append(row)
    return rows, broken
