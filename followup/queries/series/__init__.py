"""Monthly facts as arrays: what the scan looks at."""

from followup.queries.series.cells import Cells, cells_of
from followup.queries.series.portfolio import Series, portfolio
from followup.queries.series.reasons import ReasonCounts, reasons_given

__all__ = [
    "Cells",
    "ReasonCounts",
    "Series",
    "cells_of",
    "portfolio",
    "reasons_given",
]
