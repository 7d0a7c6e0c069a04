"""What is no change but has lasted: too little variation, all at the maximum, one and the same reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from followup.drift.alarms import LIKELY
from followup.drift.chart import Bools, Floats, Ints
from followup.drift.interval import jeffreys
from followup.drift.reasons import repeated_reason
from followup.drift.variation import WINDOW, too_little_variation
from followup.models import DetectorSettings, Direction, MeasureCode
from followup.queries.measures import MEASURES
from followup.queries.months import month_plus
from followup.queries.scan.findings import Evidence, Finding, Key, Scan
from followup.queries.series import Series, reasons_given

NO_CORRELATION = 1.0
OUTSIDE = (MeasureCode.SHARE_ABOVE, MeasureCode.SHARE_BELOW)
"""What deviating consists of."""


def patterns(
    found: dict[MeasureCode, Series],
    *,
    moved: Mapping[Key, Bools],
    month: date,
    revisions: dict[date, int],
    settings: DetectorSettings,
) -> dict[Key, Finding]:
    """moved: the months in which a series has drifted; they say nothing of what is usual elsewhere."""
    varied = [
        finding
        for code, series in found.items()
        if MEASURES[code].detector == "variation" and len(series)
        for finding in _variation(series, _not_usual(series, moved), settings.q)
    ]
    return {each.key: each for each in [*_one_each(varied), *_reasons(month, revisions, settings.q)]}


def told_once(scan: Scan, lasting: dict[Key, Finding]) -> tuple[Scan, dict[Key, Finding]]:
    """Where fewer than before lie above or below the frame, that too few deviate is the same once more.

    The change is told, for it says since when; the pattern is named with it.
    """
    new, followed, apart = dict(scan.new), dict(scan.followed), {}
    for key, pattern in lasting.items():
        same = [Key(each.value, *key[1:]) for each in OUTSIDE]
        told = [(told, each) for told in (new, followed) for each in same if _fell(told.get(each))]
        if key.measure != MeasureCode.SHARE_DEVIATING or not told:
            apart[key] = pattern
            continue
        place, change = told[0]
        place[change] = replace(place[change], also=(*place[change].also, key.measure))
    return Scan(new, followed), apart


def _fell(finding: Finding | None) -> bool:
    if finding is None or finding.direction != Direction.DOWN:
        return False
    return finding.evidence is not None and finding.probability >= LIKELY


def _not_usual(series: Series, moved: Mapping[Key, Bools]) -> Bools:
    """(series, months) where the series, or one of those that it consists of, had drifted."""
    months = np.zeros((len(series), len(series.months)), dtype=bool)
    parts = OUTSIDE if series.measure is MeasureCode.SHARE_DEVIATING else (series.measure,)
    for row, place in enumerate(zip(series.unit, series.standard, series.intervention, strict=True)):
        for measure in parts:
            months[row] |= moved.get(_key(measure, *place), False)
    return months


def _variation(series: Series, moved: Bools, q: float) -> list[Finding]:
    is_maximum = series.measure is MeasureCode.SHARE_AT_MAXIMUM
    told = too_little_variation(
        series.events,
        series.totals,
        tail="high" if is_maximum else "low",
        leaf=series.leaf,
        parent=series.parent,
        # A narrow frame is met exactly more often: at the maximum compares with the same standard alone.
        group=series.standard if is_maximum else None,
        moved=moved,
        q=q,
    )
    first = series.months[max(len(series.months) - WINDOW, 0)]
    folded = _folded(told.flagged, series.parent, series.level, series.unit)
    return [
        Finding(
            key=_key(series.measure, series.unit[row], series.standard[row], series.intervention[row]),
            direction=Direction.UP.value if is_maximum else Direction.DOWN.value,
            probability=float(1 - told.adjusted_p[row]),
            evidence=_lasting(
                first, told.observed[row], told.expected[row], told.n[row], told.low[row], told.high[row]
            ),
            folded=units,
        )
        for row, units in folded.items()
    ]


def _reasons(month: date, revisions: dict[date, int], q: float) -> list[Finding]:
    given = reasons_given(month=month, revisions=revisions)
    if not len(given) or not len(given.reason):
        return []
    told = repeated_reason(given.counts, standard=given.standard, leaf=given.leaf, q=q)
    none = np.full(len(given), NO_CORRELATION)
    low, high = jeffreys(told.observed.astype(float), told.n.astype(float), none)
    first = max(month_plus(month, 1 - WINDOW), min(revisions))
    return [
        Finding(
            key=_key(MeasureCode.SAME_REASON, given.unit[row], given.standard[row], given.intervention[row]),
            direction=Direction.UP.value,
            probability=float(1 - told.adjusted_p[row]),
            evidence=_lasting(
                first, told.observed[row], told.expected[row], told.n[row], low[row], high[row]
            ),
            folded=units,
        )
        for row, units in _folded(told.flagged, given.parent, given.level, given.unit).items()
    ]


def _folded(flagged: Bools, parent: Ints, level: Ints, unit: Ints) -> dict[int, tuple[int, ...]]:
    """Rows that stand for others: a unit for two or more beneath it, else the one beneath for the unit."""
    rows = np.flatnonzero(flagged).tolist()
    stands: dict[int, set[int]] = {row: set() for row in rows}
    stands_for = {row: row for row in rows}
    for above in sorted(rows, key=lambda row: -int(level[row])):
        beneath = {stands_for[row] for row in rows if int(parent[row]) == above}
        first = beneath.pop() if len(beneath) == 1 else above
        for other in beneath or {above} - {first}:
            stands[first] |= {int(unit[other]), *stands.pop(other)}
        stands_for |= {row: first for row, by in stands_for.items() if by in {above, *beneath}}
    return {row: tuple(sorted(units)) for row, units in stands.items()}


def _one_each(found: list[Finding]) -> list[Finding]:
    """A unit always at the maximum varies too little, too: one signal, the surest."""
    by_place: dict[tuple[int, int | None, int], list[Finding]] = defaultdict(list)
    for each in found:
        by_place[each.key[1:]].append(each)
    kept = []
    for same in by_place.values():
        first, *others = sorted(same, key=lambda each: -each.probability)
        kept.append(
            Finding(
                key=first.key,
                direction=first.direction,
                probability=first.probability,
                evidence=first.evidence,
                folded=first.folded,
                also=tuple(each.key.measure for each in others),
            )
        )
    return kept


def _key(measure: MeasureCode, unit: int, standard: int, intervention: int) -> Key:
    return Key(measure.value, int(unit), int(standard) or None, int(intervention))


def _lasting(  # noqa: PLR0913  the figures of one row
    first: date, observed: float, expected: float, n: int, low: Floats, high: Floats
) -> Evidence:
    return Evidence(first, first, first, float(observed), float(expected), int(n), float(low), float(high))
