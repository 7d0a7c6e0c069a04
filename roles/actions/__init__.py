from roles.actions.assignments import assign_role, change_end, end_assignment, sync_permissions
from roles.actions.organisation import create_unit
from roles.actions.organisation_import import take_in_organisation
from roles.actions.reading import log_read

__all__ = [
    "assign_role",
    "change_end",
    "create_unit",
    "end_assignment",
    "log_read",
    "sync_permissions",
    "take_in_organisation",
]
