from serviceniveau.actions.imports import import_registrations
from serviceniveau.management.importing import CaseFileCommand


class Command(CaseFileCommand):
    help = "Indlæs afgørelser fra en semikolonsepareret CSV-fil."
    subject = import_registrations.subject
    take_in_cases = import_registrations
