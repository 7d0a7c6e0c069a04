"""Monthly facts as arrays: one series per unit (with all beneath it), standard, intervention and measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from followup.models import MeasureCode, MonthlyFact
from followup.queries.measures import MEASURES as ALL
from followup.queries.months import WINDOW, month_plus, months_between, rows_of
from roles.models import Unit
from serviceniveau.models import StandardVersion

Ints = NDArray[np.int64]

MEASURES = {code: ALL[code] for code in list(ALL)[:3]}
SCANNED = (Unit.Kind.MUNICIPALITY, Unit.Kind.DEPARTMENT, Unit.Kind.TEAM)


@dataclass(frozen=True, eq=False)
class Series:
    """events, totals: (series, months), oldest month first. The others: (series,), ids and positions.

    measure: position in MEASURES. leaf: the unit has no unit beneath it.
    adoption: first whole month under the standard's newest version, 0 if it is older than the window.
    """

    months: list[date]
    events: Ints
    totals: Ints
    measure: Ints
    unit: Ints
    standard: Ints
    intervention: Ints
    leaf: NDArray[np.bool_]
    adoption: Ints

    def __len__(self) -> int:
        return len(self.unit)

    def measure_of(self, position: int) -> MeasureCode:
        return list(MEASURES)[int(self.measure[position])]


def window(month: date) -> list[date]:
    return [month_plus(month, step) for step in range(1 - WINDOW, 1)]


def portfolio_series(*, month: date, revisions: dict[date, int]) -> Series:
    """Every series the scan looks at. Four queries, whatever the number of series."""
    months = window(month)
    ancestors = _scanned_ancestors()
    rows = _rolled_up(_fact_rows(revisions), ancestors)
    keys, events, totals = _tabulate(rows, months)
    measure, unit, standard, intervention = keys.T
    leaf = ~np.isin(unit, _parents())
    kept = _happens_somewhere(keys, events) & _says_something_new(keys, totals, ancestors)
    adoption = _adoptions(standard, months)
    return Series(
        months,
        events[kept],
        totals[kept],
        measure[kept],
        unit[kept],
        standard[kept],
        intervention[kept],
        leaf[kept],
        adoption[kept],
    )


def _fact_rows(revisions: dict[date, int]) -> Ints:
    """(rows, 4 + 2 per measure): unit, standard, intervention, month's ordinal, then events and total."""
    counts = {f"events_{code}": measure.events for code, measure in MEASURES.items()}
    counts |= {f"total_{code}": measure.total for code, measure in MEASURES.items()}
    names = [f"{part}_{code}" for code in MEASURES for part in ("events", "total")]
    facts = MonthlyFact.objects.filter(rows_of(revisions), standard__isnull=False)
    grouped = facts.values("unit_id", "standard_id", "intervention_id", "month").annotate(**counts)
    columns = ["unit_id", "standard_id", "intervention_id", "month", *names]
    table = np.array(list(grouped.values_list(*columns)), dtype=object).reshape(-1, len(columns))
    table[:, 3] = np.array(table[:, 3], dtype="datetime64[M]").astype(np.int64)
    return table.astype(np.int64)


def _scanned_ancestors() -> Ints:
    """(pairs, 2): each unit with each unit it counts in, itself included."""
    units = list(Unit.objects.values_list("pk", "path", "kind"))
    above = [(pk, path) for pk, path, kind in units if kind in SCANNED]
    pairs = [(pk, top) for pk, path, _ in units for top, prefix in above if path.startswith(prefix)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _parents() -> Ints:
    return np.array(
        list(Unit.objects.exclude(parent=None).values_list("parent_id", flat=True)), dtype=np.int64
    )


def _rolled_up(rows: Ints, ancestors: Ints) -> Ints:
    """Repeat each row for every unit that it counts in."""
    order = np.argsort(ancestors[:, 0], kind="stable")
    owner, top = ancestors[order].T
    first = np.searchsorted(owner, rows[:, 0], side="left")
    count = np.searchsorted(owner, rows[:, 0], side="right") - first
    repeated = np.repeat(rows, count, axis=0)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    repeated[:, 0] = top[np.repeat(first, count) + step]
    return repeated


def _tabulate(rows: Ints, months: list[date]) -> tuple[Ints, Ints, Ints]:
    """Return keys (series, 4), events and totals (series, months) of all measures below each other."""
    cells, place = np.unique(rows[:, :3], axis=0, return_inverse=True)
    column = rows[:, 3] - np.datetime64(months[0], "M").astype(np.int64)
    shape = (len(MEASURES), len(cells), len(months))
    events, totals = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for number in range(len(MEASURES)):
        np.add.at(events[number], (place.ravel(), column), rows[:, 4 + 2 * number])
        np.add.at(totals[number], (place.ravel(), column), rows[:, 5 + 2 * number])
    measure = np.repeat(np.arange(len(MEASURES)), len(cells))
    keys = np.column_stack([measure, np.tile(cells, (len(MEASURES), 1))])
    return keys, events.reshape(-1, len(months)), totals.reshape(-1, len(months))


def _happens_somewhere(keys: Ints, events: Ints) -> NDArray[np.bool_]:
    """A maximum alone leaves nothing below it: such a series is silent everywhere and teaches nothing."""
    _, place = np.unique(keys[:, [0, 2, 3]], axis=0, return_inverse=True)
    happened = np.bincount(place.ravel(), weights=events.sum(axis=1))
    return np.asarray(happened[place.ravel()] > 0)


def _says_something_new(keys: Ints, totals: Ints, ancestors: Ints) -> NDArray[np.bool_]:
    """A unit all of whose decisions come from one unit beneath it would repeat that one's series."""
    size = dict(zip(map(tuple, keys.tolist()), totals.sum(axis=1).tolist(), strict=True))
    repeated = {
        (measure, top, standard, intervention)
        for (measure, unit, standard, intervention), total in size.items()
        for top in ancestors[(ancestors[:, 0] == unit) & (ancestors[:, 1] != unit), 1].tolist()
        if size[measure, top, standard, intervention] == total
    }
    return np.array([total > 0 and key not in repeated for key, total in size.items()], dtype=bool)


def _adoptions(standard: Ints, months: list[date]) -> Ints:
    newest: dict[int, int] = {}
    for version in StandardVersion.objects.adopted().order_by("valid"):
        start = version.valid.lower if version.valid else None
        if start is None or start >= month_plus(months[-1], 1):
            continue
        newest[version.standard_id] = months_between(months[0], start) + (start.day > 1)
    return np.array([max(newest.get(int(pk), 0), 0) for pk in standard], dtype=np.int64)
