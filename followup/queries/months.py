"""What is closed, what is under way and what has changed since."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils.timezone import now
from numpy.typing import NDArray

from followup.models import MonthlyRun
from serviceniveau.models import Registration

Step = MonthlyRun.Step

WINDOW = 36
"""Months that a chart shows, its own included."""
HISTORY = 120
"""Months that a scan looks back over, its own included: in a shorter window a baseline would move along."""
finished = Q(state=MonthlyRun.State.FINISHED)


def month_plus(month: date, count: int) -> date:
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def days_of_months(months: Sequence[date]) -> NDArray[np.float64]:
    """(months,) how many days each has."""
    return np.array([month_end(month).day for month in months], dtype=np.float64)


def closed_revisions(*, since: date | None = None, until: date | None = None) -> dict[date, int]:
    """The newest revision of each month all steps of which are finished; oldest month first."""
    runs = MonthlyRun.objects.all()
    runs = runs.filter(month__gte=since) if since else runs
    runs = runs.filter(month__lte=until) if until else runs
    grouped = runs.order_by("month", "revision").values("month", "revision")
    complete = grouped.annotate(left=Count("id", filter=~finished)).filter(left=0)
    return {row["month"]: row["revision"] for row in complete}


def closed_revision(month: date) -> int | None:
    return closed_revisions(since=month, until=month).get(month)


def latest_closed() -> tuple[date, int] | None:
    closed = closed_revisions()
    return list(closed.items())[-1] if closed else None


def counted_revisions(*, month: date, revision: int, length: int = WINDOW) -> dict[date, int]:
    """The revisions shown with a month: its own, and the newest with facts of the months before."""
    facts = MonthlyRun.objects.filter(finished, step=Step.FACTS)
    before = facts.filter(month__gte=month_plus(month, 1 - length), month__lt=month)
    newest = before.order_by("month").values("month").annotate(newest=Max("revision"))
    return {row["month"]: row["newest"] for row in newest} | {month: revision}


def scanned_revisions(*, month: date, revision: int) -> dict[date, int]:
    """The revisions that the month's signals rest on."""
    return counted_revisions(month=month, revision=revision, length=HISTORY)


def rows_of(revisions: dict[date, int]) -> Q:
    """Which rows of a table with month and revision belong to these revisions."""
    condition = Q(pk__in=[])
    for revision in sorted(set(revisions.values())):  # few revisions, many months: few comparisons per row
        months = [month for month, newest in revisions.items() if newest == revision]
        condition |= Q(revision=revision, month__in=months)
    return condition


def ready_steps() -> QuerySet[MonthlyRun]:
    """Steps that may begin now: nobody is at them and what they rest on is finished. Oldest month first."""
    waits = Q(state=MonthlyRun.State.WAITING)
    abandoned = Q(state=MonthlyRun.State.RUNNING, leased_until__lt=now())
    of_month = MonthlyRun.objects.filter(finished, month=OuterRef("month"), revision=OuterRef("revision"))
    facts_done = Exists(of_month.filter(step=Step.FACTS))
    older = MonthlyRun.objects.filter(
        step=OuterRef("step"),
        month__lt=OuterRef("month"),
        state__in=[MonthlyRun.State.WAITING, MonthlyRun.State.RUNNING],
    )
    # Signals go on from the month before. A month whose facts have failed holds nobody up.
    may_begin = (
        Q(~Exists(older), step=Step.FACTS)
        | Q(facts_done, ~Exists(older.filter(facts_done)), step=Step.SCAN)
        | Q(Exists(of_month.filter(step=Step.SCAN)), step__in=[Step.PUBLISH, Step.REPORT])
    )
    return MonthlyRun.objects.filter(waits | abandoned).filter(may_begin).order_by("month", "revision", "id")


def late_months(*, since: date | None = None, until: date | None = None) -> dict[date, tuple[int, int]]:
    """Closed months whose decisions have changed since: how many were counted, and how many there are now."""
    closed = closed_revisions(since=since, until=until)
    counted = MonthlyRun.objects.filter(rows_of(closed), step=Step.FACTS)
    decided = Registration.objects.decided().filter(month__in=closed).order_by("month").values("month")
    found = decided.annotate(rows=Count("*"), editions=Sum("edition"))  # without the id: from an index
    present = {row["month"]: (row["rows"], row["editions"]) for row in found}
    return {
        run.month: (run.source_rows, present.get(run.month, (0, 0))[0])
        for run in counted.order_by("month")
        if present.get(run.month, (0, 0)) != (run.source_rows, run.source_editions)
    }
