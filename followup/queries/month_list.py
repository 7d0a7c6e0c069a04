"""The months as the controller sees them: closed or not, how far, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, QuerySet
from django.utils.timezone import localdate

from followup.models import MonthlyRun
from followup.queries.months import closed_revisions, late_months, month_plus
from serviceniveau.models import ImportRun, Registration

SHOWN_MONTHS = 36
RECEIPTS = 20
Step = MonthlyRun.Step
State = MonthlyRun.State


@dataclass(frozen=True)
class StepProgress:
    """One kind of step in the newest revision: how many of its rows are finished."""

    name: str
    done: int
    total: int
    state: str
    error: str


@dataclass(frozen=True)
class MonthRow:
    """late: how many decisions were counted and how many there are now, where they have changed since."""

    month: date
    state: str
    revision: int | None
    steps: list[StepProgress]
    closed_at: datetime | None
    late: tuple[int, int] | None


def month_rows(*, until: date | None = None) -> list[MonthRow]:
    """The last 36 months with decisions, newest first, this month included. Four queries."""
    newest = (until or localdate()).replace(day=1)
    first = Registration.objects.aggregate(first=Min("month"))["first"] or newest
    months = [month_plus(newest, -back) for back in range(SHOWN_MONTHS) if month_plus(newest, -back) >= first]
    closed, late = closed_revisions(), late_months(since=months[-1])
    runs = _newest_runs(months[-1])
    last_closed = max(closed, default=None)
    return [_row(month, runs.get(month, []), closed, late, last_closed) for month in months]


def _newest_runs(since: date) -> dict[date, list[MonthlyRun]]:
    newest: dict[date, list[MonthlyRun]] = {}
    for run in MonthlyRun.objects.filter(month__gte=since).order_by("month", "revision", "id"):
        earlier = newest.get(run.month)
        if not earlier or earlier[0].revision < run.revision:
            newest[run.month] = []
        newest[run.month].append(run)
    return newest


def _row(
    month: date,
    runs: list[MonthlyRun],
    closed: dict[date, int],
    late: dict[date, tuple[int, int]],
    last_closed: date | None,
) -> MonthRow:
    finished = [run.finished_at for run in runs if run.finished_at]
    whole = bool(runs) and all(run.state == State.FINISHED for run in runs)
    return MonthRow(
        month=month,
        state=_state(month, closed, late, last_closed),
        revision=closed.get(month),
        steps=[_progress(step, [run for run in runs if run.step == step]) for step in Step if runs],
        closed_at=max(finished) if whole and finished else None,
        late=late.get(month),
    )


def _state(
    month: date, closed: dict[date, int], late: dict[date, tuple[int, int]], last_closed: date | None
) -> str:
    if month not in closed:
        return "åben"
    return "foreløbig" if month in late or month == last_closed else "lukket"


def _progress(step: Step, runs: list[MonthlyRun]) -> StepProgress:
    done = sum(run.state == State.FINISHED for run in runs)
    states = {run.state for run in runs}
    order = (State.FAILED, State.RUNNING, State.WAITING, State.FINISHED)
    state = next((one for one in order if one in states), State.FINISHED)
    error = next((run.error for run in runs if run.error), "")
    return StepProgress(str(step.label), done, len(runs), str(state.label), error)


def import_receipts() -> QuerySet[ImportRun]:
    return ImportRun.objects.select_related("started_by").order_by("-started_at")[:RECEIPTS]
