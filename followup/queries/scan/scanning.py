"""The scan of a month: judge all series, and keep the share of false new signals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from followup.drift.alarms import LIKELY
from followup.drift.chart import Bools, Floats
from followup.drift.detect import describe
from followup.drift.hierarchy import Families, Tree, flag_families
from followup.models import DetectorSettings, Direction, MeasureCode
from followup.queries.measures import MEASURES
from followup.queries.scan.describing import Row, has_enough
from followup.queries.scan.findings import Finding, Key, Scan
from followup.queries.scan.judging import Looked, look_at
from followup.queries.scan.offsets import offsets_of
from followup.queries.scan.patterns import patterns, told_once
from followup.queries.series import Series, portfolio

SHIFTS: dict[str, tuple[str, int]] = {
    MeasureCode.SHARE_ABOVE: ("niveau", 1),
    MeasureCode.SHARE_BELOW: ("niveau", -1),
    MeasureCode.EXTENT: ("niveau", 1),
    MeasureCode.UNIT_PRICE: ("pris", 1),
    MeasureCode.COST: ("pris", 1),
}
"""Measures that show one and the same shift, and which way each moves then."""


def scan_month(
    *,
    month: date,
    revisions: dict[date, int],
    open_before: Mapping[Key, str],
    settings: DetectorSettings,
    is_newest: bool,
) -> Scan:
    """open_before: the direction of each open drift. is_newest: late decisions may still change the month."""
    found = portfolio(month=month, revisions=revisions)
    filtered = {
        code: each for code, each in found.items() if MEASURES[code].detector == "filter" and len(each)
    }
    offsets = offsets_of(filtered, month=month, revisions=revisions)
    looked = [
        look_at(series, offsets=offsets[code], hazard=settings.hazard) for code, series in filtered.items()
    ]
    scan = _Portfolio.of(looked, open_before).scan(settings, is_newest=is_newest)
    lasting = patterns(
        found, moved=_months_moved(looked), month=month, revisions=revisions, settings=settings
    )
    scan, lasting = told_once(scan, lasting)
    return Scan(
        new=scan.new | {key: each for key, each in lasting.items() if key not in open_before},
        followed=scan.followed | {key: each for key, each in lasting.items() if key in open_before},
    )


def _months_moved(looked: list[Looked]) -> dict[Key, Bools]:
    """In which months the filter, then, took a series for drifted."""
    return {
        key: moved
        for each in looked
        for key, moved in zip(
            _keys(each.series), np.nan_to_num(each.judged.probability) >= LIKELY, strict=True
        )
    }


@dataclass(frozen=True, eq=False)
class _Portfolio:
    """All measures below each other; keys, probability, up: (series,) of them all.

    followed: the direction of each open drift.
    """

    looked: list[Looked]
    keys: list[Key]
    followed: Mapping[Key, str]
    probability: Floats
    up: Floats

    @classmethod
    def of(cls, looked: list[Looked], followed: Mapping[Key, str]) -> _Portfolio:
        keys = [key for each in looked for key in _keys(each.series)]
        if not looked:
            return cls([], [], followed, np.zeros(0), np.zeros(0))
        probability = np.concatenate([each.probability for each in looked])
        return cls(looked, keys, followed, probability, np.concatenate([each.up for each in looked]))

    def scan(self, settings: DetectorSettings, *, is_newest: bool) -> Scan:
        families = flag_families(
            self.probability, self.up, self._tree(), open_before=self._is_open(), q=settings.q
        )
        folded, also = self._told_by(families)
        new, followed = {}, {}
        for at, row in self._described(families.flagged):
            if families.flagged[at]:
                finding = row.finding(row.points or self._likelier(at), is_newest=is_newest)
                if has_enough(finding, settings.least_n):
                    new[row.key] = _with(finding, folded[at], also[at])
            if row.key in self.followed:
                finding = row.finding(self.followed[row.key], is_newest=is_newest)
                followed[row.key] = _with(finding, folded[at], also[at])
        return Scan(new, followed)

    def _described(self, flagged: Bools) -> Iterator[tuple[int, Row]]:
        """The series flagged or followed, each with its position."""
        wanted = flagged | np.array([key in self.followed for key in self.keys], dtype=bool)
        for looked, first in zip(self.looked, self._starts(), strict=True):
            rows = np.flatnonzero(wanted[first : first + len(looked.series)])
            onset = describe(looked.judged, rows)
            for number, row in enumerate(rows.tolist()):
                yield first + row, Row(self.keys[first + row], looked, row, onset, number)

    def _starts(self) -> list[int]:
        sizes = [len(each.series) for each in self.looked]
        return [sum(sizes[:number]) for number in range(len(sizes))]

    def _likelier(self, at: int) -> str:
        return Direction.UP.value if self.up[at] >= self.probability[at] / 2 else Direction.DOWN.value

    def _is_open(self) -> Bools:
        """A drift that has turned is not open the way it goes now: the turn has to stand the test."""
        return np.array(
            [self.followed.get(key) == self._likelier(at) for at, key in enumerate(self.keys)], dtype=bool
        )

    def _tree(self) -> Tree:
        parent = [
            np.where(each.series.parent >= 0, each.series.parent + first, -1)
            for each, first in zip(self.looked, self._starts(), strict=True)
        ]
        none = np.zeros(0, dtype=np.int64)
        return Tree(
            parent=np.concatenate([none, *parent]),
            level=np.concatenate([none, *(each.series.level for each in self.looked)]),
            rest=np.concatenate([np.zeros(0), *(each.rest for each in self.looked)]),
            shift=np.array([self._shift(at) for at in range(len(self.keys))], dtype=str),
        )

    def _shift(self, at: int) -> str:
        key = self.keys[at]
        name, sign = SHIFTS.get(key.measure, (key.measure, 1))
        way = sign if self._likelier(at) == Direction.UP else -sign
        return f"{name} {key.unit} {key.standard or 0} {key.intervention} {way}"

    def _told_by(self, families: Families) -> tuple[dict[int, set[int]], dict[int, set[str]]]:
        """By position the units folded into it, and the measures that show the same."""
        folded: dict[int, set[int]] = defaultdict(set)
        also: dict[int, set[str]] = defaultdict(set)
        for at in np.flatnonzero(families.folded_into >= 0).tolist():
            into = int(families.folded_into[at])
            folded[into] |= {self.keys[at].unit} - {self.keys[into].unit}
        for at in np.flatnonzero(families.also_of >= 0).tolist():
            also[int(families.also_of[at])].add(self.keys[at].measure)
        return folded, also


def _keys(series: Series) -> list[Key]:
    columns = (series.unit.tolist(), series.standard.tolist(), series.intervention.tolist())
    measure = series.measure.value
    return [
        Key(measure, unit, standard or None, thing) for unit, standard, thing in zip(*columns, strict=True)
    ]


def _with(finding: Finding, folded: set[int], also: set[str]) -> Finding:
    return replace(finding, folded=tuple(sorted(folded)), also=tuple(sorted(also)))
