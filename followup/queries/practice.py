"""What a unit decided under each standard, month by month: behind its charts and its table of the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from followup.drift.chart import Chart
from followup.models import MeasureCode
from followup.queries.figures import FACT_SHARES, Share, facts_beneath
from followup.queries.measures import new_and_changed
from followup.queries.months import month_plus, months_between
from followup.queries.signal_chart import chart_of_shares, phases_of
from roles.models import Unit
from roles.models.sorting import Danish
from serviceniveau.models import QualityStandard, Relation, StandardVersion

YEAR = 12
PRACTICE = {
    code: measure
    for code, measure in FACT_SHARES.items()
    if measure.per == "standard" and measure.detector == "filter"
}
"""What is charted of a standard."""


@dataclass(frozen=True)
class PracticeRow:
    """A month of one standard and intervention. incomplete: decisions that could not be compared."""

    standard_id: int
    intervention_id: int
    month: date
    shares: dict[MeasureCode, Share]
    incomplete: int

    @property
    def decisions(self) -> int:
        return self.shares[MeasureCode.SHARE_ABOVE].total + self.incomplete


@dataclass(frozen=True)
class StandardYear:
    """A standard's decisions in the twelve newest months."""

    standard: QualityStandard
    inside: int
    above: int
    below: int
    incomplete: int
    without_reason: int

    @property
    def compared(self) -> int:
        return self.inside + self.above + self.below

    @property
    def decisions(self) -> int:
        return self.compared + self.incomplete

    @property
    def deviating(self) -> int:
        return self.above + self.below

    @property
    def inside_share(self) -> float | None:
        return self._share(self.inside)

    @property
    def above_share(self) -> float | None:
        return self._share(self.above)

    @property
    def below_share(self) -> float | None:
        return self._share(self.below)

    def _share(self, count: int) -> float | None:
        return count / self.compared if self.compared else None


@dataclass(frozen=True)
class Practice:
    """months: every month from the first with figures to the newest, oldest first."""

    months: list[date]
    rows: list[PracticeRow]

    def series(self, measure: MeasureCode, standard_id: int, intervention_id: int) -> list[Share]:
        wanted = (standard_id, intervention_id)
        found = {
            row.month: row.shares[measure]
            for row in self.rows
            if (row.standard_id, row.intervention_id) == wanted
        }
        return [found.get(month, Share(0, 0)) for month in self.months]

    @property
    def decisions(self) -> int:
        return sum(row.decisions for row in self.rows)


def practice_of(unit: Unit, revisions: dict[date, int]) -> Practice:
    """The unit with all beneath it in these revisions of the months. One query."""
    counts = {f"{code}_events": measure.events for code, measure in PRACTICE.items()}
    counts |= {f"{code}_total": measure.total for code, measure in PRACTICE.items()}
    counts["incomplete"] = Coalesce(Sum("n", filter=new_and_changed & Q(relation=Relation.INCOMPLETE)), 0)
    keys = ("standard_id", "intervention_id", "month")
    facts = facts_beneath(unit, revisions).filter(new_and_changed, standard__isnull=False)
    rows = [
        PracticeRow(
            standard_id=row["standard_id"],
            intervention_id=row["intervention_id"],
            month=row["month"],
            shares={code: Share(row[f"{code}_events"], row[f"{code}_total"]) for code in PRACTICE},
            incomplete=row["incomplete"],
        )
        for row in facts.order_by(*keys).values(*keys).annotate(**counts)
    ]
    first, last = min(revisions), max(revisions)
    return Practice([month_plus(first, step) for step in range(months_between(first, last) + 1)], rows)


def year_by_standard(practice: Practice) -> list[StandardYear]:
    """The twelve newest months per standard, by title. One query."""
    newest = set(practice.months[-YEAR:])
    rows: dict[int, list[PracticeRow]] = defaultdict(list)
    for row in practice.rows:
        if row.month in newest:
            rows[row.standard_id].append(row)
    standards = QualityStandard.objects.filter(pk__in=rows).order_by(Danish("title"))
    return [_standard_year(standard, rows[standard.pk]) for standard in standards]


def _standard_year(standard: QualityStandard, rows: Iterable[PracticeRow]) -> StandardYear:
    months = list(rows)

    def counted(measure: MeasureCode) -> int:
        return sum(row.shares[measure].events for row in months)

    above, below = counted(MeasureCode.SHARE_ABOVE), counted(MeasureCode.SHARE_BELOW)
    compared = sum(row.shares[MeasureCode.SHARE_ABOVE].total for row in months)
    return StandardYear(
        standard=standard,
        inside=compared - above - below,
        above=above,
        below=below,
        incomplete=sum(row.incomplete for row in months),
        without_reason=counted(MeasureCode.SHARE_WITHOUT_REASON),
    )


def versions_by_standard(standards: Iterable[int], *, until: date) -> dict[int, list[StandardVersion]]:
    """The adopted versions that have come into force by the end of the month, oldest first. One query."""
    versions: dict[int, list[StandardVersion]] = {pk: [] for pk in standards}
    adopted = StandardVersion.objects.adopted().filter(
        standard__in=versions, valid__startswith__lt=month_plus(until, 1)
    )
    for version in adopted.order_by("valid"):
        versions[version.standard_id].append(version)
    return versions


def share_chart(months: list[date], shares: list[Share], starts: list[date]) -> Chart:
    """Chart a series as the scan sees it: limits from the first months under the newest version.

    starts: days on which versions came into force, oldest first; each begins a new phase.
    """
    events, totals = np.array([(share.events, share.total) for share in shares], dtype=float).T
    phases = phases_of(months, totals > 0, starts)
    return chart_of_shares(events, totals, months=months, phases=phases)
