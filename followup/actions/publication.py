"""The only place where exact counts become public: each inner cell is rounded once, for good."""

from datetime import date

from followup.models import PublishedFigure
from followup.queries.figures import exact_cells
from followup.queries.published import rounded


def publish(*, month: date, revision: int) -> int:
    """Publish the revision; what is published stays. Returns the number of cells."""
    figures = [
        PublishedFigure(month=month, revision=revision, area=area, cell=cell, value=rounded(count))
        for (area, cell), count in exact_cells(month=month, revision=revision).items()
    ]
    PublishedFigure.objects.bulk_create(figures, ignore_conflicts=True)
    return len(figures)
