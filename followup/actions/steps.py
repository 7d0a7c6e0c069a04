"""One step of closing a month: taken by whoever comes first, done whole or not at all, safe to repeat."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import now

from followup.actions.facts import rebuild_facts, rebuild_stock, remove_counts, sources_now
from followup.actions.publication import publish
from followup.actions.reports import freeze_report
from followup.actions.signals import rebuild_signals
from followup.models import MonthlyRun
from followup.queries.fingerprints import basis_fingerprint, content_fingerprint
from followup.queries.months import closed_revision, ready_steps, scanned_revisions

LEASE = timedelta(seconds=20)
"""How long a step stays taken without a sign of life from the worker that took it."""
ATTEMPTS = 5
"""So often a step that fails is tried again by itself."""
LOCK = 7201
"""Namespace of the advisory locks that keep two workers from the same step."""

Step = MonthlyRun.Step
State = MonthlyRun.State


def perform(run_id: int) -> MonthlyRun | None:
    """Do the step if it is free to do; None if somebody else has it or it is done or not yet ready."""
    run = _take(run_id)
    if run is None:
        return None
    try:
        with _signs_of_life(run), transaction.atomic():
            _do(run)
    except Exception as error:
        _record_failure(run, error)
        raise
    return run


def _take(run_id: int) -> MonthlyRun | None:
    with transaction.atomic():
        free = ready_steps().select_for_update(skip_locked=True).filter(pk=run_id)
        run = free.first()
        if run is None:
            return None
        run.state, run.leased_until, run.attempts = State.RUNNING, now() + LEASE, run.attempts + 1
        run.started_at, run.error = now(), ""
        run.save(update_fields=["state", "leased_until", "attempts", "started_at", "error"])
    return run


def _do(run: MonthlyRun) -> None:
    """Work and mark it done in one transaction; a second worker waits for the lock and finds it done."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_connection_check_interval = '2s'")  # a dead worker's query ends too
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, run.pk])
    if not MonthlyRun.objects.filter(pk=run.pk).exclude(state=State.FINISHED).exists():
        return
    if run.step == Step.FACTS and not _count(run):
        return
    if run.step == Step.SCAN:
        run.rows = rebuild_signals(month=run.month, revision=run.revision)
    elif run.step == Step.PUBLISH:
        run.rows = publish(month=run.month, revision=run.revision)
    elif run.unit:
        run.rows = len(
            freeze_report(unit=run.unit, month=run.month, revision=run.revision).content["signals"]
        )
    run.state, run.finished_at, run.leased_until = State.FINISHED, now(), None
    run.save()


def _count(run: MonthlyRun) -> bool:
    """Build facts and stock; False if they say what the closed revision says, which then stands."""
    # Read before the facts: what arrives in between is counted twice at most, and never missed.
    run.source_rows, run.source_editions = sources_now(run.month)
    run.rows = rebuild_facts(month=run.month, revision=run.revision)
    rebuild_stock(month=run.month, revision=run.revision)
    run.fingerprint = content_fingerprint(month=run.month, revision=run.revision)
    revisions = scanned_revisions(month=run.month, revision=run.revision)
    basis = basis_fingerprint(month=run.month, content=run.fingerprint, revisions=revisions)
    if _stands(run, basis):
        remove_counts(month=run.month, revision=run.revision)
        MonthlyRun.objects.filter(month=run.month, revision=run.revision).delete()
        return False
    scan = MonthlyRun.objects.filter(month=run.month, revision=run.revision, step=Step.SCAN)
    scan.update(fingerprint=basis)
    return True


def _stands(run: MonthlyRun, basis: str) -> bool:
    closed = MonthlyRun.objects.filter(month=run.month, revision=closed_revision(run.month) or 0)
    if not closed.filter(step=Step.SCAN, fingerprint=basis).exists():
        return False
    closed.filter(step=Step.FACTS).update(source_rows=run.source_rows, source_editions=run.source_editions)
    return True


def _record_failure(run: MonthlyRun, error: Exception) -> None:
    state = State.WAITING if run.attempts < ATTEMPTS else State.FAILED
    mine = MonthlyRun.objects.filter(Q(state=State.RUNNING), pk=run.pk, attempts=run.attempts)
    reason = str(error).split("\n", 1)[0]  # the lines below it may hold values of the row
    mine.update(state=state, leased_until=None, error=f"{type(error).__name__}: {reason}"[:400])


@contextmanager
def _signs_of_life(run: MonthlyRun) -> Iterator[None]:
    """Renew the lease while the work lasts, from a thread with a connection of its own."""
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(run.pk, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(run_id: int, done: threading.Event) -> None:
    try:
        while not done.wait(LEASE.total_seconds() / 3):
            running = MonthlyRun.objects.filter(pk=run_id, state=State.RUNNING)
            running.update(leased_until=now() + LEASE)
    finally:
        connection.close()
