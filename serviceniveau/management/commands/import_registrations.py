from serviceniveau.actions.imports import import_registrations
from serviceniveau.management.importing import ImportCommand
from serviceniveau.models import ImportRun


class Command(ImportCommand):
    help = "Indlæs afgørelser fra en semikolonsepareret CSV-fil."
    subject = ImportRun.Subject.REGISTRATIONS
    take_in = staticmethod(import_registrations)
