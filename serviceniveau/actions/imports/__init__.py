from serviceniveau.actions.imports.applications import import_applications
from serviceniveau.actions.imports.registrations import import_registrations

__all__ = ["import_applications", "import_registrations"]
