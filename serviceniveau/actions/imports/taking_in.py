"""A file of cases from beginning to end: read, checked as a set, written as a set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from roles.actions.files.layouts import Layout
from roles.actions.files.outcome import ImportOutcome
from roles.actions.files.reading import Table, read_table
from roles.models import User
from serviceniveau.actions.imports.checks import refuse_cpr_rows
from serviceniveau.actions.imports.runs import DeliveredFile, Delivery, perform
from serviceniveau.actions.imports.sources import DEFAULT_SOURCE, check_source
from serviceniveau.actions.imports.staging import Progress, execute, problems, silent, stage
from serviceniveau.models import ImportRun


@dataclass(frozen=True)
class CaseFile:
    """A kind of file, called with one: the same file again changes nothing.

    check: from `staged` to the accepted rows in `candidate`, given the source and today.
    write: from `candidate` to our tables, given the columns of the file, today and whom to tell;
    returns how many rows were created and updated.
    """

    subject: ImportRun.Subject
    layout: Layout
    check: Callable[[str, date], None]
    write: Callable[[list[str], date, Progress], tuple[int, int]]

    def __call__(
        self,
        *,
        file: DeliveredFile,
        source: str = DEFAULT_SOURCE,
        by: User | None = None,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> ImportOutcome:
        """Raises FileRefused."""
        check_source(source)

        def work() -> ImportOutcome:
            return self._import(read_table(file.content, self.layout), source, progress)

        return perform(Delivery(self.subject, file, source, by), work, dry_run=dry_run)

    def _import(self, table: Table, source: str, progress: Progress) -> ImportOutcome:
        today = localdate()
        rows = stage(table, self.layout, progress=progress)
        progress(f"{rows} rækker læst; tjekker dem")
        refuse_cpr_rows(self.layout)
        self.check(source, today)
        accepted = execute("SELECT FROM candidate")
        progress(f"{accepted} rækker godkendt; skriver dem")
        created, updated = self.write(table.columns, today, progress)
        return ImportOutcome(
            rows=rows,
            created=created,
            updated=updated,
            unchanged=accepted - created - updated,
            rejected=rows - accepted,
            errors=problems(),
        )
