"""What the commands that take in a file say, and how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roles.actions.files.outcome import FileRefused, ImportOutcome, RowProblem
from serviceniveau.actions.imports.runs import DeliveredFile

SHOWN_ERRORS = 20


class FileCommand(BaseCommand):
    """Exit code 0 when the file was read, also with rejected rows; 1 when the file as a whole is refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FIL")
        parser.add_argument("--json", action="store_true", help="skriv udfaldet som én JSON-værdi")

    def refuse(self, refusal: FileRefused, *, as_json: bool) -> None:
        if as_json:
            self.write_json(refusal.outcome())
            sys.exit(1)
        raise CommandError(
            "Filen er afvist, og intet er gemt.\n" + "\n".join(map(str, refusal.problems)), returncode=1
        )

    def write_json(self, outcome: ImportOutcome) -> None:
        self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))

    def write_text(self, outcome: ImportOutcome, *, noun: str, told: Callable[[RowProblem], str]) -> None:
        self.stdout.write(
            f"{outcome.rows} {noun}: {outcome.created} oprettet, {outcome.updated} rettet,"
            f" {outcome.unchanged} uændret, {outcome.rejected} afvist."
        )
        for problem in outcome.errors[:SHOWN_ERRORS]:
            self.stdout.write(told(problem))
        if len(outcome.errors) > SHOWN_ERRORS:
            self.stdout.write(
                f"… og {len(outcome.errors) - SHOWN_ERRORS} fejl mere (se dem alle med --json)."
            )


class EntryCommand(FileCommand):
    """Takes in one JSON file and tells what came of it."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self.take_in_entries(DeliveredFile.at(options["file"]))
        except FileRefused as refusal:
            self.refuse(refusal, as_json=options["json"])
            return
        if options["json"]:
            self.write_json(outcome)
        else:
            self.write_text(outcome, noun="poster", told=lambda problem: problem.message)

    def take_in_entries(self, file: DeliveredFile) -> ImportOutcome:
        raise NotImplementedError
