"""Real worker, broker and database, kill -9 in the middle: the month is closed once, nothing doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from redis import Redis

from followup.actions.months import start_closing
from followup.models import MonthlyFact, MonthlyReport, MonthlyRun, MonthlyStock, PublishedFigure
from followup.queries.months import closed_revisions
from followup.queries.reconciliation import reconcile
from followup.tasks import announce
from serviceniveau.models import Area
from tests.followup.months import facts_by_hand, random_decisions

AUGUST = date(2026, 8, 1)
BACK_TO_WORK = 60

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


class Workers:
    """Celery workers and the beat as processes of their own, on the test's database and broker."""

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        self.address = (
            f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
            f"/{connection.settings_dict['NAME']}"
        )
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *role: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "serviceniveau", *role, "--loglevel", "INFO"]
        process = subprocess.Popen(
            command,
            env=os.environ | {"DATABASE_URL": self.address},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--concurrency", "1", "--without-mingle", "--without-gossip")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def workers() -> Iterator[Workers]:
    Redis.from_url(settings.REDIS_URL).flushdb()
    found = Workers()
    yield found
    found.stop()
    Redis.from_url(settings.REDIS_URL).flushdb()


@pytest.fixture
def hold(workers: Workers) -> Iterator[psycopg.Connection]:
    """Another session that keeps a table from being written, so that a step waits in the middle."""
    with psycopg.connect(workers.address, autocommit=False) as session:
        yield session
        session.rollback()


def wait_for(true: Callable[[], bool], seconds: float = BACK_TO_WORK) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, list(MonthlyRun.objects.values("step", "state", "attempts", "error"))
        time.sleep(0.2)


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
    wait_for(lambda: is_in_the_middle(name))

    workers.kill(worker)
    hold.rollback()
    killed_at = time.monotonic()
    workers.worker()
    workers.start("beat", "--pidfile", "")
    wait_for(lambda: AUGUST in closed_revisions())

    assert time.monotonic() - killed_at < BACK_TO_WORK
    closed_once()


def test_a_killed_pool_child_is_replaced_and_the_step_done_again(workers, hold):
    random_decisions(2)
    hold.execute(f"LOCK TABLE {MonthlyFact._meta.db_table} IN SHARE MODE")
    worker = workers.worker()
    workers.start("beat", "--pidfile", "")
    start_closing(month=AUGUST)
    announce()
    wait_for(lambda: is_in_the_middle(MonthlyFact._meta.db_table))

    os.kill(pool_child(worker), signal.SIGKILL)
    hold.rollback()
    wait_for(lambda: AUGUST in closed_revisions())

    assert worker.poll() is None
    closed_once()
