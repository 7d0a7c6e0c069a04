from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from serviceniveau.actions.imports import runs
from serviceniveau.actions.imports.runs import DeliveredFile, Delivery, fail_abandoned_runs, perform
from serviceniveau.models import Case, ImportRun, Registration


@pytest.mark.django_db(transaction=True)
def test_parallel_identical_files_are_taken_in_once(take_in):
    def deliver(_):
        try:
            outcome = take_in(*({"afgoerelse_id": f"A{n}", "sagsnr": f"S{n}"} for n in range(20)))
            return (outcome.created, outcome.unchanged)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(deliver, range(4)))

    assert outcomes == [(0, 20), (0, 20), (0, 20), (20, 0)]
    assert (Registration.objects.count(), Registration.history.count(), Case.history.count()) == (20, 20, 20)
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"faerdig"}


@pytest.mark.django_db
def test_a_crash_leaves_a_failed_run_and_no_rows():
    delivery = Delivery(ImportRun.Subject.REGISTRATIONS, DeliveredFile("fil.csv", b"x"), "fil")

    def crash():
        raise RuntimeError("out of disk")

    with pytest.raises(RuntimeError):
        perform(delivery, crash, dry_run=False)

    assert ImportRun.objects.values_list("state", "rows").get() == ("fejlet", 0)


@pytest.mark.django_db
def test_a_run_whose_process_is_gone_is_marked_failed():
    run = ImportRun.objects.create(subject="afgoerelser", file_name="fil.csv", sha256="0" * 64)
    assert fail_abandoned_runs() == 0

    ImportRun.objects.update(started_at=now() - runs.GRACE - timedelta(seconds=1))

    assert fail_abandoned_runs() == 1
    run.refresh_from_db()
    assert run.state == "fejlet"
