from roles.actions.files.outcome import ImportOutcome
from serviceniveau.actions.imports.catalogue import import_catalogue
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.management.file_command import EntryCommand


class Command(EntryCommand):
    help = "Indlæs lovgrundlag, ydelser, målgrupper, støttebehov og afvigelsesgrunde."

    def take_in_entries(self, file: DeliveredFile) -> ImportOutcome:
        return import_catalogue(file=file)
