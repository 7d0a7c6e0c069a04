"""Every series of a measure judged by the filter of its family, with what is known of its months."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from followup.drift.alarms import LIKELY
from followup.drift.chart import Floats, Ints
from followup.drift.detect import Judged, judge_counts, judge_means, judge_shares
from followup.queries.measures import MEASURES, Family, Measure
from followup.queries.series import Series

PER_MONTH = ("events", "totals", "sums", "squares", "counts", "exposure")


@dataclass(frozen=True, eq=False)
class Looked:
    """A measure with its series and what the filter thinks of them. rest: see `drift.hierarchy.Tree`."""

    measure: Measure
    series: Series
    judged: Judged
    rest: Floats

    @property
    def probability(self) -> Floats:
        return np.asarray(self.judged.probability[:, -1])

    @property
    def up(self) -> Floats:
        return np.asarray(self.judged.up[:, -1])


def look_at(series: Series, *, offsets: Floats, hazard: float | None) -> Looked:
    judged = _judge(series, offsets, hazard, None)
    return Looked(MEASURES[series.measure], series, judged, _rest(series, judged, offsets))


def _judge(series: Series, offsets: Floats, hazard: float | None, wander: float | None) -> Judged:
    family = MEASURES[series.measure].family
    if family is Family.SHARE:
        return judge_shares(
            series.events,
            series.totals,
            leaf=series.leaf,
            offsets=offsets,
            adoption=series.adoption,
            declared=series.declared,
            hazard=hazard,
            wander=wander,
        )
    if family is Family.MEAN:
        return judge_means(
            series.totals,
            series.sums,
            series.squares,
            leaf=series.leaf,
            group=groups(series),
            offsets=offsets,
            adoption=series.adoption,
            hazard=hazard,
            wander=wander,
        )
    return judge_counts(
        series.counts,
        series.exposure,
        leaf=series.leaf,
        group=groups(series),
        offsets=offsets,
        adoption=series.adoption,
        hazard=hazard,
        wander=wander,
    )


def groups(series: Series) -> Ints:
    """(series,) the same number for those of one standard and intervention."""
    both = np.column_stack([series.standard, series.intervention])
    return np.asarray(np.unique(both, axis=0, return_inverse=True)[1].ravel(), dtype=np.int64)


def _rest(series: Series, judged: Judged, offsets: Floats) -> Floats:
    """(series,) how likely the parent without the series has moved its way; NaN unless both have moved."""
    rest = np.full(len(series), np.nan)
    if not len(series):
        return rest
    moved = judged.probability[:, -1] >= LIKELY
    child = np.flatnonzero(moved & (series.parent >= 0) & moved[series.parent])
    if not len(child):
        return rest
    leaves, parent = np.flatnonzero(series.leaf), series.parent[child]
    without = _joined(_rows(series, leaves), _difference(series, parent, child))
    again = _judge(without, np.vstack([offsets[leaves], offsets[parent]]), judged.hazard, judged.wander)
    probability, up = again.probability[len(leaves) :, -1], again.up[len(leaves) :, -1]
    rest[child] = np.nan_to_num(np.where(judged.direction[child] == "up", up, probability - up))
    return rest


def _rows(series: Series, rows: Ints) -> Series:
    chosen: dict[str, Any] = {
        each.name: value[rows]
        for each in fields(series)
        if isinstance(value := getattr(series, each.name), np.ndarray) and value.size
    }
    return replace(series, **chosen)


def _difference(series: Series, whole: Ints, part: Ints) -> Series:
    """The series of the whole less those of the part; none of them teaches."""
    left = _rows(series, whole)
    less = {
        name: np.maximum(getattr(left, name) - getattr(series, name)[part], 0)
        for name in PER_MONTH
        if name not in ("sums", "exposure") and getattr(series, name).size
    }
    if series.sums.size:  # logarithms may lie below 0
        less["sums"] = left.sums - series.sums[part]
    if series.events.size:
        less["events"] = np.minimum(less["events"], less["totals"])
    return replace(left, leaf=np.zeros(len(whole), dtype=bool), **less)


def _joined(first: Series, second: Series) -> Series:
    def both(name: str) -> Any:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    names = [each.name for each in fields(first) if isinstance(getattr(first, each.name), np.ndarray)]
    return replace(first, **{name: both(name) for name in names})
