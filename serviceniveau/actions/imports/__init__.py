from serviceniveau.actions.imports.applications import import_applications
from serviceniveau.actions.imports.outcome import FileRefused, ImportOutcome, RowProblem
from serviceniveau.actions.imports.registrations import import_registrations

__all__ = ["FileRefused", "ImportOutcome", "RowProblem", "import_applications", "import_registrations"]
