from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from roles.actions.files.outcome import ImportOutcome
from roles.actions.files.reading import read_bytes
from serviceniveau.actions.imports.organisation import import_organisation
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.management.importing import ImportCommand
from serviceniveau.models import ImportRun


class Command(ImportCommand):
    help = "Indlæs enheder, personer og roller fra semikolonsepareret CSV eller en eksport fra OS2mo (JSON)."
    subject = ImportRun.Subject.ORGANISATION

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FIL",
            help="hvad OS2mos typer og stillinger hedder her; ellers roles/data/os2mo_mapping.json",
        )

    def take_in(self, file: DeliveredFile, options: dict[str, Any]) -> ImportOutcome:
        mapping = read_bytes(options["mapping"]) if options["mapping"] else None
        return import_organisation(file=file, dry_run=options["dry_run"], mapping=mapping)
