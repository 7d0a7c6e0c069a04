"""The commands that take in a table: what is already known of the file, a rehearsal, progress."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.timezone import localtime

from roles.actions.files.outcome import FileRefused, ImportOutcome
from serviceniveau.actions.imports.runs import DeliveredFile, earlier_run
from serviceniveau.actions.imports.sources import DEFAULT_SOURCE
from serviceniveau.actions.imports.taking_in import CaseFile
from serviceniveau.management.file_command import FileCommand
from serviceniveau.models import ImportRun


class ImportCommand(FileCommand):
    subject: ImportRun.Subject

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="gør det hele, men gem intet")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = DeliveredFile.at(options["file"])
            earlier = earlier_run(file, self.subject)
            outcome = self.take_in(file, options)
        except FileRefused as refusal:
            self.refuse(refusal, as_json=options["json"])
        else:
            self.report(outcome, earlier, options)

    def take_in(self, file: DeliveredFile, options: dict[str, Any]) -> ImportOutcome:
        raise NotImplementedError

    def report(self, outcome: ImportOutcome, earlier: ImportRun | None, options: dict[str, Any]) -> None:
        if options["json"]:
            self.write_json(outcome)
            return
        if options["dry_run"]:
            self.stdout.write("Prøvekørsel: intet er gemt.")
        if earlier:
            by = f" af {earlier.started_by}" if earlier.started_by else ""
            self.stdout.write(
                f"Filen er indlæst før: {localtime(earlier.started_at):%d-%m-%Y kl. %H.%M}{by}."
            )
        self.write_text(outcome, noun="rækker", told=str)


class CaseFileCommand(ImportCommand):
    take_in_cases: CaseFile

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--source", default=DEFAULT_SOURCE, help="kilden, når filen ikke selv har kolonnen kilde"
        )

    def take_in(self, file: DeliveredFile, options: dict[str, Any]) -> ImportOutcome:
        return self.take_in_cases(
            file=file, source=options["source"], dry_run=options["dry_run"], progress=self.stderr.write
        )
