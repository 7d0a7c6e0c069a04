from serviceniveau.actions.imports.outcome import ImportOutcome
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.actions.imports.standards import import_standards
from serviceniveau.management.file_command import FileCommand


class Command(FileCommand):
    help = "Indlæs kvalitetsstandarder med versioner og rammer."

    def take_in(self, file: DeliveredFile) -> ImportOutcome:
        return import_standards(file=file)
