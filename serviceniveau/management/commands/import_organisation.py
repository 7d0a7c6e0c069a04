from typing import Any

from roles.actions.files.outcome import ImportOutcome
from serviceniveau.actions.imports.organisation import import_organisation
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.management.importing import ImportCommand
from serviceniveau.models import ImportRun


class Command(ImportCommand):
    help = "Indlæs enheder, personer og roller fra en semikolonsepareret CSV-fil."
    subject = ImportRun.Subject.ORGANISATION

    def take_in(self, file: DeliveredFile, options: dict[str, Any]) -> ImportOutcome:
        return import_organisation(file=file, dry_run=options["dry_run"])
