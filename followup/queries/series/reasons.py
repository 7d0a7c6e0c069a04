"""Which reasons are given for deviations, per unit and standard: for the detector of a repeated reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from followup.drift.chart import Bools, Ints
from followup.models import MeasureCode
from followup.queries.measures import MEASURES, Source
from followup.queries.months import month_plus
from followup.queries.series.portfolio import months_until
from followup.queries.series.tables import table_of
from followup.queries.series.tree import read_tree

REASON_WINDOW = 24
"""Newest months whose reasons are counted together."""


@dataclass(frozen=True, eq=False)
class ReasonCounts:
    """counts: (rows, reasons) explained deviations in the window. reason: (reasons,) ids.

    unit, standard, intervention, parent, level, leaf: (rows,) as in `Series`.
    """

    unit: Ints
    standard: Ints
    intervention: Ints
    parent: Ints
    level: Ints
    leaf: Bools
    reason: Ints
    counts: Ints

    def __len__(self) -> int:
        return len(self.unit)


def reasons_given(*, month: date, revisions: dict[date, int]) -> ReasonCounts:
    """Two queries."""
    since = month_plus(month, 1 - REASON_WINDOW)
    recent = {each: revision for each, revision in revisions.items() if each >= since}
    measure = MEASURES[MeasureCode.SAME_REASON]
    months = months_until(month, recent)
    table = table_of(Source.FACTS, [measure], months=months, revisions=recent, more=("reason_id",))
    counts = table.sums[MeasureCode.SAME_REASON, "totals"]
    rows = (counts > 0) & (table.keys[:, 1] > 0)
    tree = read_tree()
    reason, at = np.unique(table.keys[rows, 3], return_inverse=True)
    cells, place = np.unique(table.keys[rows, :3], axis=0, return_inverse=True)
    shape = (len(cells), len(reason))
    given = np.bincount(place.ravel() * len(reason) + at.ravel(), counts[rows], len(cells) * len(reason))
    keys, adds = tree.roll_up(cells)
    return ReasonCounts(
        unit=keys[:, 0],
        standard=keys[:, 1],
        intervention=keys[:, 2],
        parent=tree.parent_positions(keys),
        level=tree.levels(keys[:, 0]),
        leaf=tree.is_leaf(keys[:, 0]),
        reason=reason,
        counts=np.rint(adds @ given.reshape(shape)).astype(np.int64),
    )
