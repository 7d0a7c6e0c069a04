"""The published figures: read from the one rounded cube and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from followup.models import PublishedFigure
from followup.queries.months import rows_of
from serviceniveau.models import Area

ROUNDING_ERROR = 3
"""A published cell lies at most so far from the exact count."""
Cell = PublishedFigure.Cell
JUDGED = (Cell.INSIDE, Cell.ABOVE, Cell.BELOW, Cell.INCOMPLETE)
DEADLINES = (Cell.ON_TIME, Cell.LATE)


def rounded(count: int) -> int:
    """Midpoint-6: 0 stays 0, 1-6 become 3, 7-12 become 9, and so on."""
    return 0 if count == 0 else (count - 1) // 6 * 6 + 3


@dataclass(frozen=True)
class PublishedMonth:
    """The rounded cells of an area in a month. Every total is a sum of them."""

    month: date
    cells: dict[str, int]

    def total(self, cells: Iterable[str]) -> int:
        return sum(self.cells.get(cell, 0) for cell in cells)

    @property
    def judged(self) -> int:
        return self.total(JUDGED)

    @property
    def with_deadline(self) -> int:
        return self.total(DEADLINES)


@dataclass(frozen=True)
class PublishedArea:
    area: str
    months: list[PublishedMonth]

    @property
    def name(self) -> str:
        return str(Area(self.area).label)

    @property
    def totals(self) -> dict[str, int]:
        """Each cell over all months."""
        return {cell: sum(month.cells.get(cell, 0) for month in self.months) for cell in Cell.values}

    @property
    def judged(self) -> int:
        return sum(month.judged for month in self.months)

    @property
    def with_deadline(self) -> int:
        return sum(month.with_deadline for month in self.months)

    @property
    def rounding_error(self) -> int:
        """The largest possible error of the sum of all judged cells, if every one is off the same way."""
        return ROUNDING_ERROR * len(JUDGED) * len(self.months)


def published_areas(*, first: date, last: date) -> list[PublishedArea]:
    """Each area's months from first to last, oldest first, in their newest published revision."""
    figures = PublishedFigure.objects.filter(month__range=(first, last))
    grouped = figures.order_by("month").values("month").annotate(newest=Max("revision"))
    newest = {row["month"]: row["newest"] for row in grouped}
    rows = figures.filter(rows_of(newest)).order_by("month").values_list("area", "month", "cell", "value")
    cells: dict[str, dict[date, dict[str, int]]] = {area: {} for area in Area.values}
    for area, month, cell, value in rows:
        cells[area].setdefault(month, {})[cell] = value
    return [
        PublishedArea(area, [PublishedMonth(month, found) for month, found in months.items()])
        for area, months in cells.items()
        if months
    ]
