from serviceniveau.actions.imports import import_applications
from serviceniveau.management.importing import ImportCommand
from serviceniveau.models import ImportRun


class Command(ImportCommand):
    help = "Indlæs ansøgninger fra en semikolonsepareret CSV-fil."
    subject = ImportRun.Subject.APPLICATIONS
    take_in = staticmethod(import_applications)
