from roles.queries.plans.grid import Cell, Grid, GridRow, grid, plans_visible

__all__ = ["Cell", "Grid", "GridRow", "grid", "plans_visible"]
