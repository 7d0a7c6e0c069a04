from roles.actions.assignments import assign_role, change_end, end_assignment, sync_permissions
from roles.actions.organisation import create_unit
from roles.actions.organisation_file import ImportResult
from roles.actions.organisation_import import import_organisation
from roles.actions.reading import log_read

__all__ = [
    "ImportResult",
    "assign_role",
    "change_end",
    "create_unit",
    "end_assignment",
    "import_organisation",
    "log_read",
    "sync_permissions",
]
