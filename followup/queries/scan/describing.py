"""What is said of a series that a scan points at: how probable, since when, and how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from followup.drift.alarms import LIKELY
from followup.drift.onset import Onset
from followup.models import Direction, MeasureCode
from followup.queries.levels import DAYS_A_MONTH
from followup.queries.measures import MEASURES, Family
from followup.queries.scan.findings import Evidence, Finding, Key
from followup.queries.scan.judging import Looked


@dataclass(frozen=True, eq=False)
class Row:
    """One series. at: its position among those of its measure. number: among those the onset tells of."""

    key: Key
    looked: Looked
    at: int
    onset: Onset
    number: int

    @property
    def points(self) -> str:
        """The way its months since the change went: "up" or "down", "" for neither."""
        return str(self.onset.direction[self.number])

    def finding(self, direction: str, *, is_newest: bool) -> Finding:
        """is_newest: late decisions may still change the month."""
        judged = self.looked.judged
        probability, up = judged.probability[self.at], judged.up[self.at]
        own = np.nan_to_num(up if direction == Direction.UP else probability - up)
        rests_on_newest = is_newest and (len(own) < 2 or own[-2] < LIKELY)
        return Finding(
            key=self.key,
            direction=direction,
            probability=float(np.clip(own[-1], 0, 1)),
            evidence=_evidence(self.looked, self.onset, self.number) if self.points == direction else None,
            provisional=bool(judged.provisional[self.at]) or bool(rests_on_newest),
            course=dict(zip(self.looked.series.months, own.tolist(), strict=True)),
        )


def has_enough(finding: Finding, least_n: int) -> bool:
    """Enough decisions behind a signal; of a count, that many would be expected or have come."""
    evidence = finding.evidence
    if evidence is None:
        return False
    if MEASURES[MeasureCode(finding.key.measure)].family is Family.COUNT:
        return max(evidence.observed, evidence.expected) >= least_n
    return evidence.n >= least_n


def _evidence(looked: Looked, onset: Onset, number: int) -> Evidence:
    months = looked.series.months
    likely = np.flatnonzero(onset.likely[number])
    since = int(onset.since[number])
    observed, expected, low, high = (
        float(part[number]) for part in (onset.observed, onset.expected, onset.low, onset.high)
    )
    if looked.measure.family is Family.MEAN and looked.measure.scale.is_log:
        observed, expected, low, high = (float(np.exp(part)) for part in (observed, expected, low, high))
    if looked.measure.family is Family.COUNT:
        low, high = low * DAYS_A_MONTH, high * DAYS_A_MONTH
    return Evidence(
        since=months[since],
        since_first=months[int(likely.min(initial=since))],
        since_last=months[int(likely.max(initial=since))],
        observed=observed,
        expected=expected,
        n=int(onset.n[number]),
        low=min(low, high),
        high=max(low, high),
    )
