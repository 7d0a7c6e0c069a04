"""What the measuring scripts share: Django, a database that is large enough, and one table of figures.

The scripts measure on the database of DATABASE_URL and take back all that they write. They are run with
the environment of the application, for example

    export $(./run env) SECRET_KEY=$(head -c 45 /dev/urandom | base64) SECURE_SSL_REDIRECT=false
    .venv/bin/python tests/bench/bench_pages.py
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serviceniveau.settings")
django.setup()

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from roles.models import User
from serviceniveau.models import Registration

LEAST = 900_000
MAKE_IT = "./run manage seed --profile l --seed 1"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Line:
    """floor: what cannot be done without, measured in the same run; None where there is no such thing."""

    what: str
    ours: float
    unit: str
    floor: float | None = None
    goal: str = ""

    @property
    def ratio(self) -> str:
        return f"{self.ours / self.floor:.2f}" if self.floor else ""


def refuse_small_database() -> None:
    count = Registration.objects.count()
    if count < LEAST:
        sys.exit(
            f"This measures at {LEAST} registrations or more; the database has {count}."
            f" Please make a large one first, in a database of its own: {MAKE_IT}"
        )
    print(f"{count} registrations")


def print_table(title: str, lines: Sequence[Line]) -> None:
    width = max(len(line.what) for line in lines)
    print(f"\n{title}\n{'':<{width}} {'ours':>10} {'floor':>10} {'ratio':>7} {'':<8} goal")
    for line in lines:
        floor = "" if line.floor is None else _figure(line.floor)
        figures = f"{_figure(line.ours):>10} {floor:>10} {line.ratio:>7}"
        print(f"{line.what:<{width}} {figures} {line.unit:<8} {line.goal}")


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction that leaves nothing behind; what it costs to commit is therefore not measured."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def milliseconds(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return (time.perf_counter() - began) * 1000


def median_of(job: Callable[[], object], times: int = 5) -> float:
    return statistics.median(milliseconds(job) for _ in range(times))


def p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def queries_of(job: Callable[[], object]) -> int:
    """How many statements, savepoints apart."""
    with CaptureQueriesContext(connection) as found:
        job()
    return sum("SAVEPOINT" not in query["sql"] for query in found)


def signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    return client


def open_page(client: Client, address: str) -> None:
    response = client.get(address, secure=True)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")


def server_milliseconds(statement: str, params: Sequence[object] | Mapping[str, object] = ()) -> float:
    """What PostgreSQL itself spends on a SELECT: every row is computed and none is sent."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", params)
        return float(cursor.fetchone()[0][0]["Execution Time"])
