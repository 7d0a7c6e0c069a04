from roles.actions.files.outcome import ImportOutcome
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.actions.imports.standards import import_standards
from serviceniveau.management.file_command import EntryCommand


class Command(EntryCommand):
    help = "Indlæs kvalitetsstandarder med versioner og rammer."

    def take_in_entries(self, file: DeliveredFile) -> ImportOutcome:
        return import_standards(file=file)
