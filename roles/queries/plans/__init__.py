from roles.queries.plans.changes import Change, Edition, changes_of, removed_lines, restorable
from roles.queries.plans.completeness import Completeness, completeness, found_in
from roles.queries.plans.difference import Difference, Pair, difference
from roles.queries.plans.grid import Cell, Grid, GridRow, grid, plans_visible
from roles.queries.plans.words import FieldChange

__all__ = [
    "Cell",
    "Change",
    "Completeness",
    "Difference",
    "Edition",
    "FieldChange",
    "Grid",
    "GridRow",
    "Pair",
    "changes_of",
    "completeness",
    "difference",
    "found_in",
    "grid",
    "plans_visible",
    "removed_lines",
    "restorable",
]
