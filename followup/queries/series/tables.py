"""The sums of the measures as tables, one query for each source of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import FloatField, Q, QuerySet
from django.db.models.functions import Cast

from followup.drift.chart import Floats, Ints
from followup.models import MeasureCode, MonthlyFact, MonthlyStock
from followup.queries.measures import Measure, Source
from followup.queries.months import rows_of


@dataclass(frozen=True, eq=False)
class Table:
    """keys: (rows, 3 or more) unit, standard (0 for none), intervention, and what else was asked for.

    month: (rows,) position among the months. sums: (rows,) of each measure's parts, by name.
    """

    keys: Ints
    month: Ints
    sums: dict[tuple[MeasureCode, str], Floats]


def table_of(
    source: Source,
    measures: Iterable[Measure],
    *,
    months: list[date],
    revisions: dict[date, int],
    more: tuple[str, ...] = (),
    only: Q | None = None,
) -> Table:
    """The measures' sums per unit, standard, intervention, month and ``more`` columns. One query.

    only: which of the source's rows, None for all.
    """
    chosen = rows_of(revisions) & (only or Q())
    if source is Source.STOCK:
        rows = MonthlyStock.objects.filter(chosen, intervention__isnull=False)
        return _read(rows, ("unit_id", "intervention_id", *more), measures, months, standard=False)
    facts = MonthlyFact.objects.filter(chosen)
    if source is Source.FACTS:
        keys = ("unit_id", "standard_id", "intervention_id", *more)
        return _read(facts, keys, measures, months, standard=True)
    assessed = facts.filter(Q(need_level__value__isnull=False))
    scaled = (*more, "need_level__scale")
    found = _read(assessed, ("unit_id", "intervention_id", *scaled), measures, months, standard=False)
    return _on_the_usual_scale(found)


def _read(
    rows: QuerySet[Any],
    columns: tuple[str, ...],
    measures: Iterable[Measure],
    months: list[date],
    *,
    standard: bool,
) -> Table:
    parts = {(each.code, part): sums for each in measures for part, sums in each.parts.items()}
    names = {f"{code}_{part}": Cast(sums, FloatField()) for (code, part), sums in parts.items()}
    grouped = rows.order_by().values(*columns, "month").annotate(**names)
    found = np.array(list(grouped.values_list(*columns, "month", *names)), dtype=object)
    found = found.reshape(-1, len(columns) + 1 + len(names))
    keys = [_numbers(found[:, place]) for place in range(len(columns))]
    if not standard:
        keys.insert(1, np.zeros(len(found), dtype=np.int64))
    month = found[:, len(columns)].astype("datetime64[M]").astype(np.int64)
    first = np.datetime64(months[0], "M").astype(np.int64)
    sums = found[:, len(columns) + 1 :].astype(np.float64)
    return Table(np.column_stack(keys), month - first, dict(zip(parts, sums.T, strict=True)))


def _numbers(column: Any) -> Ints:
    """Ids as they are, 0 for none; texts by their place among the texts."""
    if any(isinstance(value, str) for value in column[:1]):
        return np.unique(column.astype(str), return_inverse=True)[1].astype(np.int64)
    column[column == None] = 0  # noqa: E711  elementwise
    return np.asarray(column.astype(np.int64))


def _on_the_usual_scale(table: Table) -> Table:
    """Keep, per intervention, the decisions assessed on the scale that most are; drop the scale's column."""
    totals = next((sums for (_, part), sums in table.sums.items() if part == "totals"), np.zeros(0))
    scaled = table.keys[:, [2, -1]]
    pairs, place = np.unique(scaled, axis=0, return_inverse=True)
    size = np.bincount(place.ravel(), weights=totals, minlength=len(pairs))
    order = np.lexsort((pairs[:, 1], -size, pairs[:, 0]))
    firsts = order[np.unique(pairs[order, 0], return_index=True)[1]]
    kept = np.isin(place.ravel(), firsts)
    sums = {name: column[kept] for name, column in table.sums.items()}
    return Table(table.keys[kept, :-1], table.month[kept], sums)
