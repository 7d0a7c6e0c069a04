import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from roles.actions import ImportResult, import_organisation

SHOWN_ERRORS = 20


class Command(BaseCommand):
    help = "Indlæs enheder, personer og roller fra en semikolonsepareret fil."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FIL.csv")
        parser.add_argument("--dry-run", action="store_true", help="vis resultatet uden at gemme")
        parser.add_argument("--json", action="store_true", help="skriv resultatet som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = import_organisation(file=options["file"], dry_run=options["dry_run"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except OSError as error:
            raise CommandError(f"{options['file']} kan ikke læses: {error.strerror}.") from error
        self.stdout.write(_as_json(result) if options["json"] else _as_text(result))


def _as_json(result: ImportResult) -> str:
    counts = {name: getattr(result, name) for name in ("rows", "created", "updated", "unchanged", "rejected")}
    return json.dumps(counts | {"errors": [asdict(error) for error in result.errors]}, ensure_ascii=False)


def _as_text(result: ImportResult) -> str:
    lines = [
        f"{result.rows} rækker: {result.created} oprettet, {result.updated} rettet, "
        f"{result.unchanged} uændret, {result.rejected} afvist."
    ]
    lines += [
        f"Linje {error.line}, {error.column}: {error.message}" for error in result.errors[:SHOWN_ERRORS]
    ]
    if len(result.errors) > SHOWN_ERRORS:
        lines.append(f"… og {len(result.errors) - SHOWN_ERRORS} fejl mere.")
    return "\n".join(lines)
