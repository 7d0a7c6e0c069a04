import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from serviceniveau.actions.imports.outcome import FileRefused, ImportOutcome
from serviceniveau.actions.imports.runs import DeliveredFile

SHOWN_ERRORS = 20


class FileCommand(BaseCommand):
    """Exit code 0 when the file was read, also with rejected rows; 1 when the file as a whole is refused."""

    def refuse(self, refusal: FileRefused, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(refusal.outcome().as_json(), ensure_ascii=False))
            sys.exit(1)
        raise CommandError(
            "Filen er afvist, og intet er gemt.\n" + "\n".join(map(str, refusal.problems)), returncode=1
        )


class EntryCommand(FileCommand):
    """Takes in one JSON file and tells what came of it."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FIL.json")
        parser.add_argument("--json", action="store_true", help="skriv resultatet som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self.take_in_entries(DeliveredFile.at(options["file"]))
        except FileRefused as refusal:
            self.refuse(refusal, as_json=options["json"])
            return
        as_json = options["json"]
        self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False) if as_json else _as_text(outcome))

    def take_in_entries(self, file: DeliveredFile) -> ImportOutcome:
        raise NotImplementedError


def _as_text(outcome: ImportOutcome) -> str:
    lines = [
        f"{outcome.rows} poster: {outcome.created} oprettet, {outcome.updated} rettet, "
        f"{outcome.unchanged} uændret, {outcome.rejected} afvist."
    ]
    lines += [problem.message for problem in outcome.errors[:SHOWN_ERRORS]]
    if len(outcome.errors) > SHOWN_ERRORS:
        lines.append(f"… og {len(outcome.errors) - SHOWN_ERRORS} fejl mere.")
    return "\n".join(lines)
