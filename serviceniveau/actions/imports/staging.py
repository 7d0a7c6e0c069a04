"""The file as a temporary table of text with line numbers, and the table of what is wrong with its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.db import connection

from roles.actions.files.layouts import Layout
from roles.actions.files.outcome import RowProblem
from roles.actions.files.reading import Row, Table

Progress = Callable[[str], None]
ROWS_PER_LINE_OF_PROGRESS = 100_000
MANY_ROWS = 1_000


def silent(message: str) -> None:
    """For callers whom nobody watches."""


def execute(statement: str) -> int:
    """Run one statement of ours without parameters; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def grow(table: str, statement: str) -> None:
    """Insert into a table of ours; after many rows the planner must know of them before it goes on."""
    if execute(statement) >= MANY_ROWS:
        execute(f"ANALYZE {table}")


def create_temporary(name: str, definition: str, *, keys: str = "") -> None:
    """Replace the table: within one transaction two imports may follow each other.

    keys: the columns whose values the planner must know; all where none are named.
    """
    execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    execute(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {definition}")
    execute(f"ANALYZE {name} ({keys})" if keys else f"ANALYZE {name}")


def create_readings(name: str, columns: Sequence[str], reading: str) -> None:
    """Read each text of the columns once, however often it stands there; NULL when it cannot be read."""
    texts = " UNION ".join(f"SELECT {column} AS content FROM staged" for column in columns)
    create_temporary(
        name, f"SELECT content, {reading} AS value FROM ({texts}) AS written WHERE content <> ''"
    )


def reading_joins(name: str, columns: Sequence[str], suffix: str) -> str:
    """Joins that give the value of each column under the alias <column><suffix>."""
    return " ".join(
        f"LEFT JOIN {name} AS {column}{suffix} ON {column}{suffix}.content = staged.{column}"
        for column in columns
    )


def stage(table: Table, layout: Layout, *, progress: Progress) -> int:
    """Copy the rows into `staged`, what is wrong with others into `problem`; returns the number of rows."""
    columns = ", ".join(f"{column} text NOT NULL DEFAULT ''" for column in layout.columns)
    execute("DROP TABLE IF EXISTS pg_temp.staged, pg_temp.problem")
    execute(f"CREATE TEMP TABLE staged (line integer NOT NULL, {columns}) ON COMMIT DROP")
    execute("CREATE TEMP TABLE problem (line integer, place integer, col text, message text) ON COMMIT DROP")
    broken: list[RowProblem] = []
    read = _copy(table.columns, _whole(table.rows, broken), progress)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO problem VALUES (%s, 0, %s, %s)",
            [(problem.line, problem.column, problem.message) for problem in broken],
        )
    execute("ANALYZE staged (line)")
    return read + len(broken)


def _whole(rows: Iterator[Row | RowProblem], broken: list[RowProblem]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            broken.append(row)


def _copy(columns: list[str], rows: Iterator[Row], progress: Progress) -> int:
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY staged (line, {', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([row.line, *row.cells])
            count += 1
            if count % ROWS_PER_LINE_OF_PROGRESS == 0:
                progress(f"{count} rækker læst")
    return count


def problems() -> list[RowProblem]:
    """Everything that is wrong, by line and in the order of the checks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, col, message FROM problem ORDER BY line, place")
        return [RowProblem(*row) for row in cursor.fetchall()]
