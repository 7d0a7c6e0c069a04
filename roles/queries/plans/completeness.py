"""What a plan lacks: empty cells, roles that nobody holds, responsibilities that no duty comes of."""

from __future__ import annotations

from dataclasses import dataclass

from roles.models import Involvement, Responsibility, ResponsibilityPlan
from roles.queries.organisation import search_words
from roles.queries.plans.grid import Cell, GridRow, grid


@dataclass(frozen=True)
class Completeness:
    empty_cells: list[Cell]
    vacant_rows: list[GridRow]
    undated: list[Responsibility]

    @property
    def is_complete(self) -> bool:
        return not (self.empty_cells or self.vacant_rows or self.undated)


def completeness(plan: ResponsibilityPlan) -> Completeness:
    """Of the rows that are shown. A role without a line needs no person; nor does a line for information."""
    rows = grid(plan).shown
    cells = [cell for row in rows for cell in row.cells]
    lines = [line for cell in cells for line in cell.responsibilities]
    return Completeness(
        empty_cells=[cell for cell in cells if not cell.responsibilities],
        vacant_rows=[
            row for row in rows if row.is_vacant and any(cell.responsibilities for cell in row.cells)
        ],
        undated=[line for line in lines if _lacks_a_day(line)],
    )


def _lacks_a_day(line: Responsibility) -> bool:
    return line.role.is_staffed and line.involvement != Involvement.INFORMED and not line.acts


def found_in(plan: ResponsibilityPlan, search: str) -> set[int]:
    """The keys of the lines in which every word is found; none without a word."""
    words = search_words(search.lower())
    lines = plan.responsibilities.select_related("role") if words else []
    return {line.pk for line in lines if all(word in _said(line) for word in words)}


def _said(line: Responsibility) -> str:
    parts = (
        line.text,
        line.evidence,
        line.legal_basis,
        line.role.name,
        line.get_phase_display(),
        line.get_involvement_display(),
        line.get_information_level_display(),
        line.get_timing_display() if line.timing else "",
        line.get_event_display(),
    )
    return " ".join(parts).lower()
