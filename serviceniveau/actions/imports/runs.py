"""One import from beginning to end: its row in the log, its turn, one transaction, its outcome."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from django.db import connection, transaction
from django.utils.timezone import now

from roles.actions.files.outcome import FileRefused, ImportOutcome, RowProblem
from roles.actions.files.reading import read_bytes
from roles.models import User
from roles.models.history import acting
from serviceniveau.models import ImportRun, RowError

# First halves of the keys of PostgreSQL's advisory locks.
ALIVE, TURN = 7301, 7302
# Between the row of a run and the lock that says that its process lives.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True)
class DeliveredFile:
    name: str
    content: bytes

    @classmethod
    def at(cls, path: Path) -> DeliveredFile:
        """Raises FileRefused in Danish."""
        return cls(path.name, read_bytes(path))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """A file, what it is about, from which system it comes and who delivered it."""

    subject: ImportRun.Subject
    file: DeliveredFile
    source: str
    by: User | None = None

    @property
    def user_id(self) -> int | None:
        return self.by.pk if self.by else None

    @property
    def reason(self) -> str:
        return f"import_{self.subject.name.lower()} {self.file.name}"


def perform(delivery: Delivery, work: Callable[[], ImportOutcome], *, dry_run: bool) -> ImportOutcome:
    """Do the work and record it; a dry run does the same and takes all of it back.

    Raises FileRefused when the file as a whole cannot be read. The run is left finished or failed.
    """
    fail_abandoned_runs()
    if dry_run:
        return _rehearse(delivery, work)
    run = ImportRun.objects.create(
        subject=delivery.subject,
        source=delivery.source,
        file_name=delivery.file.name,
        sha256=delivery.file.sha256,
        started_by=delivery.by,
    )
    try:
        with acting(user_id=delivery.user_id, reason=delivery.reason):
            _lock(ALIVE, run.pk)
            _lock(TURN, 0)
            outcome = work()
            _finish(run, outcome)
    except BaseException as error:
        _fail(run, error.problems if isinstance(error, FileRefused) else [])
        raise
    return outcome


def _rehearse(delivery: Delivery, work: Callable[[], ImportOutcome]) -> ImportOutcome:
    with acting(user_id=delivery.user_id, reason=delivery.reason):
        _lock(TURN, 0)
        outcome = work()
        transaction.set_rollback(True)
    return outcome


def _lock(kind: int, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, key])


def _finish(run: ImportRun, outcome: ImportOutcome) -> None:
    run.rows, run.created, run.updated = outcome.rows, outcome.created, outcome.updated
    run.unchanged, run.rejected = outcome.unchanged, outcome.rejected
    run.state, run.finished_at = ImportRun.State.FINISHED, now()
    run.save()
    _write_errors(run, outcome.errors)


def _fail(run: ImportRun, problems: list[RowProblem]) -> None:
    with transaction.atomic():
        run.rows = run.created = run.updated = run.unchanged = run.rejected = 0
        run.state, run.finished_at = ImportRun.State.FAILED, now()
        run.save()
        _write_errors(run, problems)


def _write_errors(run: ImportRun, problems: list[RowProblem]) -> None:
    rows = (RowError(run=run, line=p.line, column=p.column, message=p.message) for p in problems)
    RowError.objects.bulk_create(rows, batch_size=5_000)


@transaction.atomic
def fail_abandoned_runs() -> int:
    """Mark runs whose process is gone as failed: everybody sees it, and the file can be delivered again."""
    abandoned = 0
    for run in ImportRun.objects.filter(state=ImportRun.State.RUNNING, started_at__lt=now() - GRACE):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [ALIVE, run.pk])
            [is_abandoned] = cursor.fetchone() or [False]
        if is_abandoned:
            abandoned += ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING).update(
                state=ImportRun.State.FAILED, finished_at=now()
            )
    return abandoned


def earlier_run(file: DeliveredFile, subject: ImportRun.Subject) -> ImportRun | None:
    """When the same content was first taken in."""
    runs = ImportRun.objects.select_related("started_by").filter(subject=subject, sha256=file.sha256)
    return runs.filter(state=ImportRun.State.FINISHED).order_by("started_at").first()
