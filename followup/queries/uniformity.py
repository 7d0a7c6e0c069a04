"""Are alike cases decided alike? Units, districts or suppliers side by side after case mix, never people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

import numpy as np
from django.db import models
from django.db.models import QuerySet

from followup.drift.chart import Floats
from followup.drift.funnel import Funnel, funnel
from followup.drift.interval import jeffreys
from followup.drift.standardise import Standardised, standardise
from followup.models import MonthlyFact
from followup.queries.measures import MEASURES, Family, Measure, Source
from followup.queries.months import rows_of
from roles.models import Permission, Unit, User
from roles.models.sorting import Danish
from roles.permissions import may, units_with
from serviceniveau.models import Intervention, QualityStandard

LEAST = 10
"""Decisions below which nothing is said of a unit, and a supplier is not named."""
FEWEST_UNITS = 10
"""Units below which no spread between them is allowed for: chance alone is asked about."""
COVER = 0.95
CELL = ("standard_id", "intervention_id", "need_level_id", "target_group_id", "age_band")
WIDER = CELL[:2]


class Side(models.TextChoices):
    """What is put side by side."""

    UNIT = "enheder", "Enheder"
    DISTRICT = "bydele", "Bydele"
    SUPPLIER = "leverandoerer", "Leverandører"


KEYS = {Side.UNIT: "unit_id", Side.DISTRICT: "unit__district", Side.SUPPLIER: "supplier"}


class Verdict(Enum):
    DIFFERS = "adskiller sig"
    SPREAD = "inden for den spredning, der er mellem alle"
    WITHIN = "inden for det, tilfældet kan forklare"
    FEW = "for få til at vurdere"
    ALONE = "ingen at sammenligne med"


class Pairing(NamedTuple):
    """A standard and an intervention under it."""

    standard: QualityStandard
    intervention: Intervention
    is_only: bool

    @property
    def key(self) -> str:
        return f"{self.standard.pk}-{self.intervention.pk}"

    @property
    def name(self) -> str:
        return self.standard.title if self.is_only else f"{self.standard.title}: {self.intervention.name}"


@dataclass(frozen=True)
class Question:
    """revisions: of the months looked at. pairing: None takes all standards together."""

    side: Side
    measure: Measure
    revisions: dict[date, int]
    pairing: Pairing | None = None


@dataclass(frozen=True)
class Compared:
    """One unit, district or supplier.

    expected: the share its own cases would have elsewhere. share: observed / expected × the share of all,
    with its interval. size: where it stands on the chart.
    """

    name: str
    n: int
    events: int
    expected: float | None
    share: float | None
    low: float | None
    high: float | None
    size: float
    verdict: Verdict
    above: str = ""

    @property
    def observed(self) -> float:
        return self.events / self.n

    @property
    def is_higher(self) -> bool:
        return self.share is not None and self.expected is not None and self.observed > self.expected


@dataclass(frozen=True)
class Uniformity:
    """found: limits and spread of all that were compared. rows: those that the reader may see, in order.

    left_out: decisions without a district or supplier. pooled: suppliers with few decisions, not named.
    compared: how many were compared, seen or not.
    """

    found: Funnel
    rows: list[Compared]
    compared: int
    n: int
    left_out: int = 0
    pooled: int = 0
    pooled_n: int = 0

    @property
    def differing(self) -> list[Compared]:
        return [row for row in self.rows if row.verdict is Verdict.DIFFERS]

    @property
    def is_spread(self) -> bool:
        """Whether they differ more among themselves than chance makes them."""
        return self.found.tau2 > 0


@dataclass
class Groups:
    """The facts in long form: which unit, which cell, how many."""

    keys: list[Any] = field(default_factory=list)
    unit: list[int] = field(default_factory=list)
    cell: list[int] = field(default_factory=list)
    wider: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)


def comparable_measures(user: User) -> list[Measure]:
    """The shares that are counted decision by decision, so that each can be put among alike cases."""
    return [
        measure
        for measure in MEASURES.values()
        if measure.family is Family.SHARE
        and measure.source is Source.FACTS
        and measure.detector != "reason"
        and may(user, measure.visible_with)
    ]


def pairings(revisions: dict[date, int]) -> list[Pairing]:
    """The standards that the months' decisions fell under, with their interventions, by title.

    Three queries.
    """
    facts = MonthlyFact.objects.filter(rows_of(revisions), standard__isnull=False)
    pairs = sorted(set(facts.values_list("standard_id", "intervention_id").distinct()))
    interventions = Intervention.objects.in_bulk([intervention for _, intervention in pairs])
    standards = QualityStandard.objects.filter(pk__in={standard for standard, _ in pairs})
    return [
        Pairing(standard, interventions[intervention], len(of_it) == 1)
        for standard in standards.order_by(Danish("title"))
        for of_it in [[right for left, right in pairs if left == standard.pk]]
        for intervention in sorted(of_it, key=lambda pk: interventions[pk].name)
    ]


def uniformity(user: User, question: Question) -> Uniformity:
    """Put them side by side; expected of one is what all others decide in alike cases. Two queries."""
    rows = _facts(user, question)
    left_out = sum(row["total"] for row in rows if not row["place"])
    groups = _grouped(row for row in rows if row["place"])
    named = _names(user, question.side, groups.keys)
    counted = _counted(groups)
    compared = [_compared(at, *named[key], counted) for at, key in enumerate(groups.keys) if key in named]
    few = [row for row in compared if row.n < LEAST] if question.side is Side.SUPPLIER else []
    return Uniformity(
        found=counted.found,
        rows=[row for row in compared if row not in few],
        compared=len(groups.keys),
        n=int(counted.n.sum()),
        left_out=left_out,
        pooled=len(few),
        pooled_n=sum(row.n for row in few),
    )


def _facts(user: User, question: Question) -> list[dict[str, Any]]:
    """Counts per unit and cell. Units are compared with the whole municipality, others with what is seen."""
    key = KEYS[question.side]
    facts = MonthlyFact.objects.filter(rows_of(question.revisions))
    if question.side is not Side.UNIT:
        facts = facts.filter(unit__in=units_with(user, Permission.VIEW_SIGNALS))
    if question.pairing:
        facts = facts.filter(standard=question.pairing.standard, intervention=question.pairing.intervention)
    order = "unit__path" if question.side is Side.UNIT else Danish(key)
    grouped = facts.order_by(order).values(*CELL, place=models.F(key))
    counted = grouped.annotate(events=question.measure.events, total=question.measure.total)
    return [row for row in counted if row["total"]]


def _grouped(rows: Iterable[dict[str, Any]]) -> Groups:
    groups, numbers = Groups(), (dict[Any, int](), dict[Any, int](), dict[Any, int]())
    for row in rows:
        keys = row["place"], tuple(row[name] for name in CELL), tuple(row[name] for name in WIDER)
        unit, cell, wider = (
            number.setdefault(key, len(number)) for number, key in zip(numbers, keys, strict=True)
        )
        groups.unit.append(unit)
        groups.cell.append(cell)
        groups.wider.append(wider)
        groups.events.append(row["events"])
        groups.totals.append(row["total"])
    groups.keys = list(numbers[0])
    return groups


def _names(user: User, side: Side, keys: list[Any]) -> dict[Any, tuple[str, str]]:
    """What each is called, and the unit above it; units that the reader may not see are not among them."""
    if side is not Side.UNIT:
        return {key: (key, "") for key in keys}
    seen: QuerySet[Unit] = units_with(user, Permission.VIEW_SIGNALS).filter(pk__in=keys)
    return {
        unit.pk: (unit.name, unit.parent.name if unit.parent else "")
        for unit in seen.select_related("parent")
    }


def _sums(place: list[int], values: list[int]) -> Floats:
    return np.bincount(np.array(place, dtype=np.int64), np.array(values, dtype=float)).astype(float)


class Counted(NamedTuple):
    """Arrays and results of shape (units,). low, high: interval of the share that was observed."""

    n: Floats
    events: Floats
    normal: Standardised
    found: Funnel
    low: Floats
    high: Floats


def _counted(groups: Groups) -> Counted:
    """Set the one that differs most apart, and look again: else it makes the others differ from it."""
    apart: list[int] = []
    while True:
        counted = _counted_without(groups, apart)
        z = np.where(counted.found.outlier & (counted.n >= LEAST), np.abs(counted.found.z), 0)
        z[apart] = 0
        left = len(groups.keys) - len(apart) - 1
        if not z.any() or left < max(2, len(groups.keys) / 2):
            return counted
        apart.append(int(z.argmax()))


def _counted_without(groups: Groups, apart: list[int]) -> Counted:
    n, events = _sums(groups.unit, groups.totals), _sums(groups.unit, groups.events)
    normal = standardise(
        groups.unit, groups.cell, groups.events, groups.totals, wider=groups.wider, apart=apart
    )
    found = funnel(events, n, expected=normal.expected, others=normal.others, fewest=FEWEST_UNITS)
    # What is expected is itself uncertain: the interval is that of fewer decisions.
    effect = np.divide(normal.others + n, normal.others, out=np.ones(len(n)), where=normal.others > 0)
    return Counted(n, events, normal, found, *jeffreys(events, n, effect, COVER))


def _compared(at: int, name: str, above: str, counted: Counted) -> Compared:
    n, events, found = int(counted.n[at]), int(counted.events[at]), counted.found
    if np.isnan(found.y[at]):
        return Compared(name, n, events, None, None, None, None, float(n), Verdict.ALONE, above)
    expected = float(counted.normal.expected[at])
    factor = found.centre * n / expected if expected > 0 else 1.0
    return Compared(
        name=name,
        n=n,
        events=events,
        expected=expected / n,
        share=min(float(found.y[at]), 1.0),
        low=min(float(counted.low[at]) * factor, 1.0),
        high=min(float(counted.high[at]) * factor, 1.0),
        size=float(found.size[at]),
        verdict=_verdict(at, n, found),
        above=above,
    )


def _verdict(at: int, n: int, found: Funnel) -> Verdict:
    if n < LEAST:
        return Verdict.FEW
    if found.outlier[at]:
        return Verdict.DIFFERS
    by_chance = found.chance.lower_998[at] <= found.y[at] <= found.chance.upper_998[at]
    return Verdict.SPREAD if found.tau2 > 0 and not by_chance else Verdict.WITHIN
