"""The bell: tasks carry ids and dates, take a step and announce the next. The truth is in MonthlyRun."""

from datetime import date

import structlog
from django.utils.timezone import localdate

from followup.actions.months import start_closing
from followup.actions.steps import perform
from followup.models import MonthlyRun
from followup.queries.months import late_months, month_plus, ready_steps
from serviceniveau.celery import app

log = structlog.get_logger(__name__)

ANNOUNCED_AT_ONCE = 100


@app.task
def run_step(run_id: int) -> None:
    """Do one step and announce what it made ready."""
    done = perform(run_id)
    log.info("step", run_id=run_id, step=done and str(done))
    if done and done.step in (MonthlyRun.Step.FACTS, MonthlyRun.Step.SCAN):
        announce()


@app.task
def close_month(month: str) -> None:
    start_closing(month=date.fromisoformat(month))
    announce()


@app.task
def close_previous_month() -> None:
    """Close last month, and again every month that has changed since it was closed."""
    for month in [*late_months(), month_plus(localdate().replace(day=1), -1)]:
        start_closing(month=month)
    announce()


@app.task
def sweep() -> None:
    """Announce again what stands still: a lost message, or a worker that died."""
    announce()


def announce() -> None:
    for run_id in ready_steps().values_list("pk", flat=True)[:ANNOUNCED_AT_ONCE]:
        run_step.delay_on_commit(run_id)  # type: ignore[attr-defined]  # of Celery's Django task
