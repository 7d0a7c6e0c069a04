"""Monthly facts as arrays: what the scan looks at."""

from followup.queries.series.cells import Cells, cells_of
from followup.queries.series.portfolio import Series, portfolio
from followup.queries.series.reasons import ReasonCounts, reasons_given
from followup.queries.series.together import portfolio_series

__all__ = [
    "Cells",
    "ReasonCounts",
    "Series",
    "cells_of",
    "portfolio",
    "portfolio_series",
    "reasons_given",
]
