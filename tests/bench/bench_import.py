"""Time the import of 100,000 decisions into a database that holds a million.

Run: python tests/bench/bench_import.py     (environment: see measuring.py)
The floor is measured in the same run: COPY of the same text into an unlogged table without indexes.
"""

import sys
from pathlib import Path

from django.conf import settings
from django.db import connection
from measuring import MAKE_IT, Line, milliseconds, print_table, refuse_small_database, taken_back

from serviceniveau.actions.imports import import_registrations
from serviceniveau.actions.imports.runs import DeliveredFile

ROWS = 100_000
SOURCE = "measured"


def delivered() -> bytes:
    """The first rows that the large municipality was made of, as from another case system."""
    files = sorted((Path(settings.BASE_DIR) / "var" / "seed").glob("l-*/registrations.csv"))
    if not files:
        sys.exit(f"The files of the large municipality are missing. Please make them first: {MAKE_IT}")
    with files[0].open(encoding="utf-8") as lines:
        header = next(lines)
        rows = [f"{SOURCE};{line.split(';', 1)[1]}" for _, line in zip(range(ROWS), lines, strict=False)]
    return (header + "".join(rows)).encode()


def copy_bare(content: bytes) -> None:
    header = content.split(b"\n", 1)[0].decode()
    columns = ", ".join(f"{name} text" for name in header.split(";"))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE copied_bare ({columns})")
        with cursor.copy("COPY copied_bare FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)") as copy:
            copy.write(content)


def take_in(file: DeliveredFile) -> None:
    outcome = import_registrations(file=file)
    if outcome.rejected or outcome.rows != ROWS:
        raise RuntimeError(f"{outcome.rejected} of {outcome.rows} rows were rejected: {outcome.errors[:3]}")


def main() -> None:
    refuse_small_database()
    content = delivered()
    file = DeliveredFile("measured.csv", content)
    with taken_back():
        floor = ROWS / milliseconds(lambda: copy_bare(content)) * 1000
    with taken_back():
        new = ROWS / milliseconds(lambda: take_in(file)) * 1000
        known = ROWS / milliseconds(lambda: take_in(file)) * 1000
    lines = [
        Line("new decisions", new, "rows/s", floor, "≥ 5,000"),
        Line("the same again, unchanged", known, "rows/s", floor, "≥ 10,000"),
    ]
    print_table(f"import of {ROWS} decisions; floor: COPY of the same text", lines)


if __name__ == "__main__":
    main()
