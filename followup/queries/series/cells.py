"""The decisions of a month by kind of case, for what a month's cases alone would lead one to expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from followup.drift.chart import Ints
from followup.models import MeasureCode
from followup.queries.measures import MEASURES, Family, Measure, Source
from followup.queries.series.portfolio import Series
from followup.queries.series.tables import table_of


@dataclass(frozen=True, eq=False)
class Cells:
    """Decisions of leaf units, (rows,): number of the series, the cell, the month; and how many.

    cell: target group and need level as one number. group: (series,) the same number for series that are
    comparable: one standard and intervention.
    """

    series: Ints
    cell: Ints
    month: Ints
    events: Ints
    totals: Ints
    group: Ints


def cells_of(found: dict[MeasureCode, Series], *, revisions: dict[date, int]) -> dict[MeasureCode, Cells]:
    """The cells of every share that is judged per standard by the filter. One query."""
    wanted = [MEASURES[code] for code in found if _depends_on_cases(MEASURES[code])]
    if not wanted:
        return {}
    months = found[wanted[0].code].months
    more = ("target_group_id", "need_level_id")
    table = table_of(Source.FACTS, wanted, months=months, revisions=revisions, more=more)
    _, cell = np.unique(table.keys[:, 3:], axis=0, return_inverse=True)
    return {
        measure.code: _cells(
            found[measure.code],
            table.keys[:, :3],
            cell.ravel(),
            table.month,
            np.rint(table.sums[measure.code, "events"]).astype(np.int64),
            np.rint(table.sums[measure.code, "totals"]).astype(np.int64),
        )
        for measure in wanted
    }


def _depends_on_cases(measure: Measure) -> bool:
    return (
        measure.family is Family.SHARE
        and measure.per == "standard"
        and measure.source is Source.FACTS
        and measure.detector == "filter"
    )


def _cells(series: Series, keys: Ints, cell: Ints, month: Ints, events: Ints, totals: Ints) -> Cells:  # noqa: PLR0913
    own = np.column_stack([series.unit, series.standard, series.intervention])
    leaves = np.flatnonzero(series.leaf)
    both, place = np.unique(np.vstack([own[leaves], keys]), axis=0, return_inverse=True)
    position = np.full(len(both), -1, dtype=np.int64)
    position[place.ravel()[: len(leaves)]] = leaves
    at = position[place.ravel()[len(leaves) :]]
    rows = (at >= 0) & (totals > 0)
    _, group = np.unique(own[:, 1:], axis=0, return_inverse=True)
    return Cells(at[rows], cell[rows], month[rows], events[rows], totals[rows], group.ravel())
