"""Which series have drifted: the whole portfolio in one scan, as the control of false discoveries needs."""

from datetime import date

import numpy as np

from followup.drift.scan import Portfolio, Scan, scan
from followup.models import DriftSignal, MeasureCode
from followup.queries.months import counted_revisions
from followup.queries.series import Series, portfolio_series

PROVISIONAL_MONTHS = 1
"""The newest month still gets late decisions: what does not stand without it is provisional."""
MONTHLY_Q = 0.04
"""Scanned anew every month, a portfolio with 5 % of its series moved gets .06–.15 false flags at this q
(.23–.32 at .10): see tests/bench/bench_drift.py."""
LEVELS = (MeasureCode.SHARE_ABOVE, MeasureCode.SHARE_BELOW)
"""A moved level of the grants shows in both of these, in opposite directions."""


def rebuild_signals(*, month: date, revision: int) -> int:
    """Replace the revision's signals; returns how many there are."""
    series = portfolio_series(month=month, revisions=counted_revisions(month=month, revision=revision))
    found = _found(series, month, revision) if len(series) else []
    DriftSignal.objects.filter(month=month, revision=revision).delete()
    DriftSignal.objects.bulk_create(fold(found))
    return DriftSignal.objects.filter(month=month, revision=revision).count()


def _found(series: Series, month: date, revision: int) -> list[DriftSignal]:
    result = scan(
        series.events,
        series.totals,
        q=MONTHLY_Q,
        adoption=series.adoption,
        provisional_months=PROVISIONAL_MONTHS,
        portfolio=Portfolio(measure=series.measure, leaf=series.leaf),
    )
    return [_signal(series, result, at, month, revision) for at in np.flatnonzero(result.flagged).tolist()]


def _signal(series: Series, found: Scan, at: int, month: date, revision: int) -> DriftSignal:
    return DriftSignal(
        month=month,
        revision=revision,
        measure=series.measure_of(at),
        unit_id=int(series.unit[at]),
        standard_id=int(series.standard[at]),
        intervention_id=int(series.intervention[at]),
        direction=str(found.direction[at]),
        since=series.months[int(found.since[at])],
        observed=int(found.observed[at]),
        expected=float(found.expected[at]),
        n=int(found.n[at]),
        low=float(found.low[at]),
        high=float(found.high[at]),
        probability=float(found.probability[at]),
        provisional=bool(found.provisional[at]),
    )


def fold(signals: list[DriftSignal]) -> list[DriftSignal]:
    """One shift of a unit × standard that shows as more above and as fewer below is one signal: the surer.

    The other way round (fewer above, more below) likewise. Equally sure: the one with more decisions behind
    it, then the one above.
    """
    kept: list[DriftSignal] = []
    by_strength = sorted(signals, key=lambda signal: (-signal.probability, -signal.n, signal.measure))
    strongest: dict[tuple[int, int, bool], str] = {}
    for signal in by_strength:
        if signal.measure not in LEVELS:
            kept.append(signal)
            continue
        rises = (signal.measure == MeasureCode.SHARE_ABOVE) == (signal.direction == DriftSignal.Direction.UP)
        shift = (signal.unit_id, signal.standard_id, rises)
        if strongest.setdefault(shift, signal.measure) == signal.measure:
            kept.append(signal)
    return kept
