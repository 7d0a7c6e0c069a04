from serviceniveau.actions.imports import import_applications
from serviceniveau.management.importing import CaseFileCommand


class Command(CaseFileCommand):
    help = "Indlæs ansøgninger fra en semikolonsepareret CSV-fil."
    subject = import_applications.subject
    take_in_cases = import_applications
