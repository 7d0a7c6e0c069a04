"""Every series that the scan looks at: per measure, one of each unit, standard and intervention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from followup.drift.chart import Bools, Floats, Ints
from followup.models import MeasureCode
from followup.queries.measures import MEASURES, Family, Measure, Source
from followup.queries.months import days_of_months, month_plus, months_between
from followup.queries.series.tables import Table, table_of
from followup.queries.series.tree import Tree, read_tree
from followup.queries.series.versions import Versions, read_versions


def _none() -> Floats:
    return np.zeros((0, 0))


@dataclass(frozen=True, eq=False)
class Series:
    """All series of one measure.

    months: oldest first, without gaps. Every array is (series,), ids and positions, but for the family's:
    unit, standard (0 for none), intervention. level: 0 municipality, 1 department, 2 team. parent: position
    of the series of the nearest unit above, -1 for none. leaf: no unit beneath the unit.
    adoption: first whole month under the standard's newest version, 0 if it is older than the months.
    declared: the share that this version expects, NaN where it says nothing.
    Of its family, (series, months) and of shape (0, 0) in the others: SHARE events, totals. MEAN totals,
    sums, squares (of logarithms where the measure's scale says so). COUNT counts, exposure (days).
    """

    months: list[date]
    measure: MeasureCode
    unit: Ints
    standard: Ints
    intervention: Ints
    parent: Ints
    level: Ints
    leaf: Bools
    adoption: Ints
    declared: Floats
    events: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    totals: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    sums: Floats = field(default_factory=_none)
    squares: Floats = field(default_factory=_none)
    counts: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    exposure: Floats = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.unit)


def portfolio(
    *, month: date, revisions: dict[date, int], measures: Iterable[Measure] = MEASURES.values()
) -> dict[MeasureCode, Series]:
    """Every series of every measure. A query for each source of figures, one for units, one for versions.

    The months run from the oldest of the revisions to ``month``. The repeated reason is no series but a
    table: see `reasons_given`.
    """
    months = months_until(month, revisions)
    wanted = [measure for measure in measures if measure.detector != "reason"]
    tree, versions = read_tree(), read_versions(months)
    found: dict[MeasureCode, Series] = {}
    for source in Source:
        of_source = [measure for measure in wanted if measure.source is source]
        if of_source:
            table = table_of(source, of_source, months=months, revisions=revisions)
            closed = np.isin(np.arange(len(months)), [months.index(each) for each in revisions])
            for measure in of_source:
                found[measure.code] = _series(measure, table, tree, versions, months, closed)
    return {measure.code: found[measure.code] for measure in wanted}


def months_until(month: date, revisions: dict[date, int]) -> list[date]:
    first = min(revisions, default=month)
    return [month_plus(first, step) for step in range(months_between(first, month) + 1)]


def _series(  # noqa: PLR0913  what was read, once for all measures
    measure: Measure, table: Table, tree: Tree, versions: Versions, months: list[date], closed: Bools
) -> Series:
    keys, parts = _tabulated(measure, table, tree, len(months))
    size = parts[_counted(measure)].sum(axis=1)
    kept = (size > 0) & _happens_somewhere(measure, keys, parts) & ~_repeats_one_beneath(keys, size, tree)
    keys, parts = keys[kept], {name: part[kept] for name, part in parts.items()}
    unit, standard, intervention = keys.T
    return Series(
        months,
        measure.code,
        unit,
        standard,
        intervention,
        parent=tree.parent_positions(keys),
        level=tree.levels(unit),
        leaf=tree.is_leaf(unit),
        adoption=versions.adoptions(standard),
        declared=versions.declared(measure.code, standard),
        **_arrays(measure, parts, months, closed),
    )


def _tabulated(measure: Measure, table: Table, tree: Tree, months: int) -> tuple[Ints, dict[str, Floats]]:
    """Return keys (series, 3) and the measure's parts (series, months), for every unit looked at."""
    keys = table.keys.copy()
    if measure.per == "intervention":
        keys[:, 1] = 0
    rows = table.sums[measure.code, _counted(measure)] > 0
    rows &= (keys[:, 1] > 0) | (measure.per == "intervention")
    if measure.source is Source.STOCK:  # counted for each unit with all beneath it already
        rows &= np.isin(keys[:, 0], list(tree.level))
    cells, place = np.unique(keys[rows], axis=0, return_inverse=True)
    at = place.ravel() * months + table.month[rows]
    parts: dict[str, Floats] = {
        name: np.bincount(at, weights=table.sums[measure.code, name][rows], minlength=len(cells) * months)
        .astype(np.float64)
        .reshape(len(cells), months)
        for name in measure.family.value
    }
    if measure.source is Source.STOCK:
        return cells, parts
    keys, adds = tree.roll_up(cells)
    return keys, {name: np.asarray(adds @ part) for name, part in parts.items()}


def _counted(measure: Measure) -> str:
    return "counts" if measure.family is Family.COUNT else "totals"


def _happens_somewhere(measure: Measure, keys: Ints, parts: dict[str, Floats]) -> Bools:
    """A maximum alone leaves nothing below it: such a share is silent everywhere and teaches nothing."""
    if measure.family is not Family.SHARE or not len(keys):
        return np.ones(len(keys), dtype=bool)
    _, place = np.unique(keys[:, 1:], axis=0, return_inverse=True)
    happened = np.bincount(place.ravel(), weights=parts["events"].sum(axis=1))
    return np.asarray(happened[place.ravel()] > 0)


def _repeats_one_beneath(keys: Ints, size: Floats, tree: Tree) -> Bools:
    """A unit all of whose decisions come from one unit beneath it would repeat that one's series."""
    beneath = tree.pairs[tree.pairs[:, 0] != tree.pairs[:, 1]]
    repeats = np.zeros(len(keys), dtype=bool)
    at = {key: place for place, key in enumerate(map(tuple, keys.tolist()))}
    tops: dict[int, list[int]] = {}
    for own, top in beneath.tolist():
        tops.setdefault(own, []).append(top)
    for (unit, *rest), place in at.items():
        for top in tops.get(unit, []):
            above = at.get((top, *rest))
            if above is not None and size[above] == size[place]:
                repeats[above] = True
    return repeats


def _arrays(measure: Measure, parts: dict[str, Floats], months: list[date], closed: Bools) -> dict[str, Any]:
    """The arrays of the measure's family; counts are whole numbers."""
    whole = ("events", "totals", "counts")
    found = {name: np.rint(part).astype(np.int64) if name in whole else part for name, part in parts.items()}
    if measure.family is Family.COUNT:
        return found | {"exposure": exposure_of(parts["counts"], months, closed)}
    return found


def exposure_of(counts: Floats, months: list[date], closed: Bools) -> Floats:
    """Days of each closed month; 0 before a series' first count: it may not have been there to count."""
    days = days_of_months(months) * closed
    begun = np.cumsum(counts, axis=-1) > 0
    return np.asarray(begun * days)
