"""Exact figures of units: for leaders, controllers and operators. Every one is a roll-up of the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from followup.models import MeasureCode, MonthlyFact, MonthlyStock, PublishedFigure
from followup.queries.measures import MEASURES, Family, Source, new_and_changed
from followup.queries.months import closed_revisions, rows_of
from roles.models import Unit
from serviceniveau.models import Area, DecisionKind, QualityStandard, Relation

Cell = PublishedFigure.Cell

KEYS = {
    "month": "month",
    "revision": "revision",
    "unit": "unit__code",
    "standard": "standard__code",
    "intervention": "intervention__code",
    "kind": "kind",
    "relation": "relation",
    "reason": "reason__code",
}
SUMS = (
    *("n", "amount_n", "amount_sum", "cost_n", "cost_sum", "days_n", "days_sum", "deadline_n", "on_time_n"),
    *("late_n", "notice_n", "start_n", "start_on_time_n", "max_n", "at_max_n", "extent_n", "extent_log_sum"),
    *("cost_log_n", "cost_log_sum", "price_n", "price_log_sum", "span_n", "span_log_sum"),
)
FACT_SHARES = {
    code: measure
    for code, measure in MEASURES.items()
    if measure.family is Family.SHARE and measure.source is Source.FACTS and measure.detector != "reason"
}
"""The shares that the facts alone tell."""


@dataclass(frozen=True)
class Share:
    """A measure's events among its total; no share without a total."""

    events: int
    total: int

    @property
    def share(self) -> float | None:
        return self.events / self.total if self.total else None


def facts_beneath(unit: Unit, revisions: dict[date, int]) -> QuerySet[MonthlyFact]:
    return MonthlyFact.objects.filter(rows_of(revisions), unit__path__startswith=unit.path)


def shares(facts: QuerySet[MonthlyFact]) -> dict[MeasureCode, Share]:
    """Every share of the facts together. One query."""
    counts = {f"{code}_events": measure.events for code, measure in FACT_SHARES.items()}
    counts |= {f"{code}_total": measure.total for code, measure in FACT_SHARES.items()}
    found = facts.aggregate(**counts)
    return {code: Share(found[f"{code}_events"], found[f"{code}_total"]) for code in FACT_SHARES}


def exact_cells(*, month: date, revision: int) -> dict[tuple[str, str], int]:
    """The exact count behind every published (area, cell), zeros included."""
    facts = MonthlyFact.objects.filter(month=month, revision=revision)
    facts = facts.exclude(kind=DecisionKind.LAW_MIGRATION)
    counts = {cell: Sum("n", filter=new_and_changed & Q(relation=cell)) for cell in Relation.values}
    counts |= {Cell.ON_TIME: Sum("on_time_n"), Cell.LATE: Sum(F("deadline_n") - F("on_time_n"))}
    named = {f"{cell}_cell": Coalesce(count, 0) for cell, count in counts.items()}
    exact = {(str(area), str(cell)): 0 for area in Area.values for cell in Cell.values}
    for row in facts.order_by().values("intervention__area").annotate(**named):
        exact |= {(row["intervention__area"], cell): row[f"{cell}_cell"] for cell in Cell.values}
    return exact


def stock_of(unit: Unit, *, month: date, revision: int) -> MonthlyStock | None:
    return MonthlyStock.objects.filter(month=month, revision=revision, unit=unit, intervention=None).first()


def exact_rows(
    *, first: date, last: date, unit: Unit | None = None, standard: QualityStandard | None = None
) -> list[dict[str, Any]]:
    """The closed months' facts summed per unit, standard, intervention, kind, relation and reason."""
    facts = MonthlyFact.objects.filter(rows_of(closed_revisions(since=first, until=last)))
    facts = facts.filter(unit__path__startswith=unit.path) if unit else facts
    facts = facts.filter(standard=standard) if standard else facts
    sums = {f"{name}_in_all": Sum(name) for name in SUMS}
    grouped = facts.order_by(*KEYS.values()).values(*KEYS.values()).annotate(**sums)
    return [_named(row) for row in grouped]


def _named(row: dict[str, Any]) -> dict[str, Any]:
    named = {name: row[column] or "" for name, column in KEYS.items()}
    sums = {name: row[f"{name}_in_all"] for name in SUMS}
    return named | {"month": f"{row['month']:%Y-%m}"} | sums
