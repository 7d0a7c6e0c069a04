"""What drives a drift: which needs and which reasons, and the decisions behind it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from followup.models import Direction, Drift, DriftSignal, MeasureCode, MonthlyFact
from followup.queries.counting import PRICED_SINGLY, counted_relation
from followup.queries.figures import Share, facts_beneath
from followup.queries.ledger import newest_signal
from followup.queries.measures import (
    COMPARED,
    DEVIATING,
    MEASURES,
    NEW_AND_CHANGED,
    Family,
    Source,
    new_and_changed,
)
from followup.queries.measures.means import priced
from followup.queries.measures.shares import on_a_new_grant, on_a_running_grant, reviewed
from followup.queries.months import counted_revisions, month_plus
from roles.models import User
from serviceniveau.models import (
    ENDING_DECISIONS,
    OPENING_DECISIONS,
    DecisionKind,
    DeviationReason,
    Judgement,
    NeedLevel,
    Registration,
    Relation,
    StandardVersion,
)

NO_FEWER = 10
"""Decisions of a cell below which a share says little."""


@dataclass(frozen=True)
class Cell:
    """One need level with one reason, before the change and since. No reason: none was given.

    before, since: those with the reason among all decisions at the need level. excess: how many more (or,
    below 0, fewer) there are since than at the rate before.
    """

    need_level: NeedLevel | None
    reason: DeviationReason | None
    before: Share
    since: Share

    @property
    def excess(self) -> float:
        usual = self.before.events / self.before.total if self.before.total else 0.0
        return self.since.events - self.since.total * usual

    @property
    def is_small(self) -> bool:
        return min(self.before.total, self.since.total) < NO_FEWER


Key = tuple[int | None, int | None]


def driving_cells(drift: Drift, signal: DriftSignal | None = None) -> list[Cell]:
    """The cells that moved the drift's way, the one that moved most first.

    None but for shares of decisions, nor for a pattern found over the whole period: it has no time before.

    Three queries beside that for the revisions.
    """
    said, measure = signal or newest_signal(drift), MEASURES[MeasureCode(drift.measure)]
    if said is None or measure.family is not Family.SHARE or measure.source is not Source.FACTS:
        return []
    if measure.detector != "filter":
        return []
    sums = _sums(drift, said)
    levels = NeedLevel.objects.in_bulk({level for level, _ in sums if level})
    reasons = DeviationReason.objects.in_bulk({reason for _, reason in sums if reason})
    cells = [
        Cell(levels.get(level or 0), reasons.get(reason or 0), before, since)
        for (level, reason), (before, since) in sums.items()
    ]
    sign = 1 if drift.direction == Direction.UP else -1
    moved = [cell for cell in cells if sign * cell.excess > 0]
    return sorted(moved, key=lambda cell: -sign * cell.excess)


def _sums(drift: Drift, said: DriftSignal) -> dict[Key, tuple[Share, Share]]:
    """By need level and reason the events among the level's total, before and since."""
    events: dict[tuple[Key, bool], int] = defaultdict(int)
    totals: dict[tuple[int | None, bool], int] = defaultdict(int)
    for level, reason, month, happened, counted in _rows(drift, said):
        since = month >= said.since
        events[(level, reason), since] += happened
        totals[level, since] += counted
    keys = sorted({key for (key, _), count in events.items() if count}, key=str)
    return {
        key: (
            Share(events[key, False], totals[key[0], False]),
            Share(events[key, True], totals[key[0], True]),
        )
        for key in keys
    }


def _rows(drift: Drift, said: DriftSignal) -> QuerySet[MonthlyFact, Any]:
    measure = MEASURES[MeasureCode(drift.measure)]
    revisions = counted_revisions(month=said.month, revision=said.revision)
    first = _first_month(drift, said)
    facts = facts_beneath(drift.unit, {month: at for month, at in revisions.items() if month >= first})
    facts = facts.filter(intervention=drift.intervention)
    facts = facts.filter(standard=drift.standard) if drift.standard_id else facts
    keys = ("need_level_id", "reason_id", "month")
    counts = {"happened": measure.events, "counted": measure.total}
    rows: QuerySet[MonthlyFact, Any] = facts.order_by().values(*keys).annotate(**counts)
    return rows.values_list(*keys, *counts)


def _first_month(drift: Drift, said: DriftSignal) -> date:
    """What was decided under an older version is no baseline."""
    versions = StandardVersion.objects.adopted().filter(
        standard=drift.standard_id, valid__startswith__lt=month_plus(said.since, 1)
    )
    newest = versions.order_by("-valid").first()
    if newest is None or newest.valid is None or newest.valid.lower is None:
        return date.min
    start: date = newest.valid.lower
    return start.replace(day=1)


late = Q(decided_on__gt=F("application__deadline_on"))

RELATIONS: dict[str, tuple[Relation, ...]] = {
    MeasureCode.SHARE_ABOVE: (Relation.ABOVE,),
    MeasureCode.SHARE_BELOW: (Relation.BELOW,),
    MeasureCode.SHARE_WITHOUT_REASON: DEVIATING,
    MeasureCode.SHARE_DEVIATING: DEVIATING,
    MeasureCode.SAME_REASON: DEVIATING,
    MeasureCode.SHARE_AT_MAXIMUM: COMPARED,
}
KINDS: dict[str, tuple[DecisionKind, ...]] = {
    MeasureCode.SHARE_RAISED: (DecisionKind.RAISED,),
    MeasureCode.SHARE_LOWERED: (DecisionKind.LOWERED,),
    MeasureCode.SHARE_REFUSED: (DecisionKind.REFUSAL,),
    MeasureCode.APPEALS_CHANGED: (DecisionKind.REVIEW_CHANGED,),
}

# Which decisions a measure is about, as the month's figures count them.
COUNTED: dict[MeasureCode, Q] = {
    MeasureCode.SHARE_ABOVE: Q(relation__in=COMPARED),
    MeasureCode.SHARE_BELOW: Q(relation__in=COMPARED),
    MeasureCode.SHARE_DEVIATING: Q(relation__in=COMPARED),
    MeasureCode.SHARE_WITHOUT_REASON: Q(relation__in=DEVIATING),
    MeasureCode.SAME_REASON: Q(relation__in=DEVIATING, deviation_reason__isnull=False),
    MeasureCode.UNIT_PRICE: priced & Q(price_dkk__gt=0, price_unit__in=PRICED_SINGLY),
    MeasureCode.COST: new_and_changed & Q(price_dkk__gt=0),
    MeasureCode.DURATION: new_and_changed & Q(starts_on__isnull=False, ends_on__isnull=False),
    MeasureCode.NEED_LEVEL: new_and_changed & Q(need_level__isnull=False),
    MeasureCode.SHARE_RAISED: on_a_running_grant,
    MeasureCode.SHARE_LOWERED: on_a_running_grant,
    MeasureCode.SHARE_REFUSED: on_a_new_grant,
    MeasureCode.APPEALS_CHANGED: reviewed,
    MeasureCode.NEW_GRANTS: Q(kind__in=OPENING_DECISIONS),
    MeasureCode.ENDED_GRANTS: Q(kind__in=ENDING_DECISIONS),
    MeasureCode.DECIDED_IN_TIME: Q(application__deadline_on__isnull=False),
    MeasureCode.STARTED_IN_TIME: Q(kind__in=OPENING_DECISIONS, starts_on__isnull=False),
    MeasureCode.NOTICE_GIVEN: late,
}
FALL_SHORT: dict[MeasureCode, Q] = {
    MeasureCode.DECIDED_IN_TIME: late,
    MeasureCode.NOTICE_GIVEN: Q(application__notice_sent_on=None)
    | Q(application__notice_sent_on__gt=F("application__deadline_on")),
}


def driving_cases(
    user: User,
    drift: Drift,
    signal: DriftSignal | None = None,
    *,
    need_level: int | None = None,
    reason: int | None = None,
) -> QuerySet[Registration]:
    """The decisions since the change that the user may see, the newest first.

    Those that the measure counts; where more do, those that count, and where fewer are in time, the late.
    relation: to the frame, annotated. need_level, reason: only those of a cell (0: none given).
    """
    said = signal or newest_signal(drift)
    decided = Registration.objects.visible_to(user).decided()
    found: QuerySet[Any, Any] = decided.annotate(relation=counted_relation())
    if said is None:
        return found.none()
    found = found.filter(
        unit__path__startswith=drift.unit.path,
        intervention=drift.intervention,
        month__gte=said.since,
        month__lte=said.month,
    )
    if drift.standard_id:
        found = found.filter(pk__in=_judged_by(drift.standard_id), kind__in=NEW_AND_CHANGED)
    found = found.filter(COUNTED.get(MeasureCode(drift.measure), Q()))
    if drift.direction == Direction.UP:
        found = _that_count(found, drift.measure)
    else:
        found = found.filter(FALL_SHORT.get(MeasureCode(drift.measure), Q()))
    if need_level is not None:
        found = found.filter(need_level=need_level or None)
    if reason is not None:
        found = found.filter(deviation_reason=reason or None)
    return found.order_by("-decided_on", "-pk").select_related(
        "case", "caseworker", "intervention", "need_level", "deviation_reason"
    )


def _that_count(found: QuerySet[Any, Any], measure: str) -> QuerySet[Any, Any]:
    if measure in RELATIONS:
        found = found.filter(relation__in=RELATIONS[measure])
    if measure == MeasureCode.SHARE_WITHOUT_REASON:
        found = found.filter(deviation_reason=None)
    return found.filter(kind__in=KINDS[measure]) if measure in KINDS else found


def _judged_by(standard_id: int) -> QuerySet[Judgement, Any]:
    return Judgement.objects.filter(version__standard=standard_id).values("registration")
