"""What the commands that take in a file say, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import CommandParser
from django.utils.timezone import localtime

from serviceniveau.actions.imports.outcome import FileRefused, ImportOutcome
from serviceniveau.actions.imports.runs import DeliveredFile, earlier_run
from serviceniveau.management.file_command import SHOWN_ERRORS, FileCommand
from serviceniveau.models import ImportRun


class Import(Protocol):
    def __call__(
        self, *, file: DeliveredFile, source: str, dry_run: bool, progress: Callable[[str], None]
    ) -> ImportOutcome: ...


class ImportCommand(FileCommand):
    """Exit code 0 when the file was read, also with rejected rows; 1 when the file as a whole is refused."""

    subject: ImportRun.Subject
    take_in: Import

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FIL")
        parser.add_argument("--source", default="fil", help="kilden, når filen ikke selv har kolonnen kilde")
        parser.add_argument("--dry-run", action="store_true", help="gør det hele, men gem intet")
        parser.add_argument("--json", action="store_true", help="skriv udfaldet som én JSON-værdi")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = DeliveredFile.at(options["file"])
            earlier = earlier_run(file, self.subject)
            outcome = type(self).take_in(
                file=file, source=options["source"], dry_run=options["dry_run"], progress=self.progress
            )
        except FileRefused as refusal:
            self.refuse(refusal, as_json=options["json"])
        else:
            self.report(outcome, earlier, options)

    def progress(self, message: str) -> None:
        self.stderr.write(message)

    def report(self, outcome: ImportOutcome, earlier: ImportRun | None, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))
            return
        if options["dry_run"]:
            self.stdout.write("Prøvekørsel: intet er gemt.")
        if earlier:
            by = f" af {earlier.started_by}" if earlier.started_by else ""
            self.stdout.write(
                f"Filen er indlæst før: {localtime(earlier.started_at):%d-%m-%Y kl. %H.%M}{by}."
            )
        self.stdout.write(
            f"{outcome.rows} rækker: {outcome.created} oprettet, {outcome.updated} rettet,"
            f" {outcome.unchanged} uændret, {outcome.rejected} afvist."
        )
        for problem in outcome.errors[:SHOWN_ERRORS]:
            self.stdout.write(str(problem))
        if len(outcome.errors) > SHOWN_ERRORS:
            self.stdout.write(
                f"… og {len(outcome.errors) - SHOWN_ERRORS} fejl mere (se dem alle med --json)."
            )
