from roles.actions.plans.responsibilities import (
    EditConflict,
    add_responsibility,
    change_responsibility,
    move_responsibility,
    remove_responsibility,
)
from roles.actions.plans.restoring import restore_responsibility
from roles.actions.plans.rows import add_party, add_row, move_row, remove_row, set_row_hidden
from roles.actions.plans.versions import adopt_plan, copy_plan, create_plan, delete_draft, rename_plan

__all__ = [
    "EditConflict",
    "add_party",
    "add_responsibility",
    "add_row",
    "adopt_plan",
    "change_responsibility",
    "copy_plan",
    "create_plan",
    "delete_draft",
    "move_responsibility",
    "move_row",
    "remove_responsibility",
    "remove_row",
    "rename_plan",
    "restore_responsibility",
    "set_row_hidden",
]
