"""Closing a month: its steps as rows, in order, until the newest revision is complete."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.timezone import localdate

from followup.actions.steps import LOCK, perform
from followup.models import DriftSignal, MonthlyFact, MonthlyRun
from followup.queries.changes import changed_counts
from followup.queries.months import closed_revision, late_months, month_end, ready_steps
from roles.models import Unit

Step = MonthlyRun.Step
State = MonthlyRun.State


@dataclass(frozen=True)
class Closing:
    """What became of closing a month. late: what this revision counts otherwise than the one before."""

    month: date
    revision: int
    facts: int
    signals: int
    late: list[dict[str, Any]]
    seconds: float


@transaction.atomic
def start_closing(*, month: date) -> int:
    """Write down the steps of the next revision, or take up the unfinished one; returns its number."""
    if month.day != 1 or month > localdate():
        raise ValidationError("Angiv en måned, der er begyndt, som ÅÅÅÅ-MM.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [-LOCK, month.toordinal()])
    runs = MonthlyRun.objects.filter(month=month)
    newest = runs.order_by("-revision").values_list("revision", flat=True).first() or 0
    unfinished = runs.filter(revision=newest).exclude(state=State.FINISHED)
    if unfinished.exists():
        unfinished.filter(state=State.FAILED).update(state=State.WAITING, attempts=0)
        return newest
    steps = [
        MonthlyRun(month=month, revision=newest + 1, step=step)
        for step in (Step.FACTS, Step.SCAN, Step.PUBLISH)
    ]
    units = Unit.objects.open(on=month_end(month))
    steps += [MonthlyRun(month=month, revision=newest + 1, step=Step.REPORT, unit=unit) for unit in units]
    MonthlyRun.objects.bulk_create(steps)
    return newest + 1


def close_month(*, month: date) -> Closing:
    """Close the month here and now, also beside workers: every step is done by whoever takes it first.

    Raises what a failing step raises; the step's row keeps the reason.
    """
    began = time.monotonic()
    start_closing(month=month)
    _finish(month)
    if month in late_months(
        since=month, until=month
    ):  # an unfinished revision was older than these decisions
        start_closing(month=month)
        _finish(month)
    revision = closed_revision(month) or 0
    return Closing(
        month=month,
        revision=revision,
        facts=MonthlyFact.objects.filter(month=month, revision=revision).count(),
        signals=DriftSignal.objects.filter(month=month, revision=revision).count(),
        late=changed_counts(month=month, revision=revision),
        seconds=round(time.monotonic() - began, 3),
    )


def _finish(month: date) -> None:
    unfinished = MonthlyRun.objects.filter(month=month).exclude(state=State.FINISHED)
    while unfinished.exists():
        failed = unfinished.filter(state=State.FAILED).first()
        if failed:
            raise RuntimeError(f"{failed}: {failed.error}")
        ready = ready_steps().filter(month__lte=month).values_list("pk", flat=True)[:50]
        if not any([perform(run_id) for run_id in ready]):
            time.sleep(0.1)  # another worker is at it; its lease runs out if it dies
