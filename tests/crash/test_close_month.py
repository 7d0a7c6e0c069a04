"""Real worker, broker and database, kill -9 in the middle: the month is closed once, nothing doubled."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from followup.actions.months import start_closing
from followup.models import MonthlyFact, MonthlyReport, MonthlyRun, MonthlyStock, PublishedFigure
from followup.queries.months import closed_revisions
from followup.queries.reconciliation import reconcile
from followup.tasks import announce
from serviceniveau.models import Area
from tests.followup.months import facts_by_hand, random_decisions
from tests.programs import BACK_TO_WORK, Programs, wait_for

AUGUST = date(2026, 8, 1)

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hold(workers: Programs) -> Iterator[psycopg.Connection]:
    """Another session that keeps a table from being written, so that a step waits in the middle."""
    with psycopg.connect(workers.address, autocommit=False) as session:
        yield session
        session.rollback()


def steps() -> list[dict[str, object]]:
    return list(MonthlyRun.objects.values("step", "state", "attempts", "error"))


def is_in_the_middle(table: str) -> bool:
    """Some session waits for a lock on the table: the step has begun and cannot end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = %s::regclass AND NOT granted)", [table]
        )
        return bool(cursor.fetchone()[0])


def pool_child(worker: subprocess.Popen[bytes]) -> int:
    return int(Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()[0])


def closed_once() -> None:
    assert closed_revisions() == {AUGUST: 1}
    assert set(MonthlyRun.objects.values_list("state", flat=True)) == {"faerdig"}
    expected = facts_by_hand(AUGUST)
    assert MonthlyFact.objects.count() == len(expected)
    assert sum(MonthlyFact.objects.values_list("n", flat=True)) == sum(
        cell["n"] for cell in expected.values()
    )
    assert PublishedFigure.objects.count() == len(Area) * len(PublishedFigure.Cell)
    assert MonthlyReport.objects.count() == MonthlyRun.objects.filter(step="rapport").count()
    assert reconcile()["disagreements"] == []


@pytest.mark.parametrize("table", [MonthlyFact, MonthlyStock, PublishedFigure])
def test_a_killed_worker_leaves_a_month_that_the_next_one_closes(workers, hold, table):
    random_decisions(1)
    name = table._meta.db_table
    hold.execute(f"LOCK TABLE {name} IN SHARE MODE")
    worker = workers.worker()
    start_closing(month=AUGUST)
    announce()
    wait_for(lambda: is_in_the_middle(name), or_tell=steps)

    workers.kill(worker)
    hold.rollback()
    killed_at = time.monotonic()
    workers.worker()
    workers.celery("beat", "--pidfile", "")
    wait_for(lambda: AUGUST in closed_revisions(), or_tell=steps)

    assert time.monotonic() - killed_at < BACK_TO_WORK
    closed_once()


def test_a_killed_pool_child_is_replaced_and_the_step_done_again(workers, hold):
    random_decisions(2)
    hold.execute(f"LOCK TABLE {MonthlyFact._meta.db_table} IN SHARE MODE")
    worker = workers.worker()
    workers.celery("beat", "--pidfile", "")
    start_closing(month=AUGUST)
    announce()
    wait_for(lambda: is_in_the_middle(MonthlyFact._meta.db_table), or_tell=steps)

    os.kill(pool_child(worker), signal.SIGKILL)
    hold.rollback()
    wait_for(lambda: AUGUST in closed_revisions(), or_tell=steps)

    assert worker.poll() is None
    closed_once()
