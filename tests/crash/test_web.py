"""A web server without its database says so; an import killed with -9 leaves nothing half done."""

import io
import json
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import F

from followup.queries.reconciliation import reconcile
from serviceniveau.actions.imports.runs import GRACE
from serviceniveau.models import Application, Case, Grant, ImportRun, Judgement, Registration
from tests.factories import (
    InterventionFactory,
    LegalBasisFactory,
    NeedLevelFactory,
    TargetGroupFactory,
    UnitFactory,
    UserFactory,
    standard_in_force,
)
from tests.import_rows import DECISION, as_csv
from tests.programs import Programs, wait_for

ROWS = 20_000
WRITTEN = (Registration, Judgement, Grant, Application, Case)

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def without_database(workers: Programs) -> str:
    """The address of a web server whose database does not answer."""
    port, closed = free_port(), free_port()
    nowhere = f"postgres://nobody:nothing@127.0.0.1:{closed}/nothing"
    workers.start("-m", "gunicorn", "serviceniveau.wsgi", "--bind", f"127.0.0.1:{port}", DATABASE_URL=nowhere)
    address = f"http://127.0.0.1:{port}"
    wait_for(lambda: is_listening(port), or_tell=lambda: "gunicorn does not listen")
    return address


def is_listening(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def test_a_web_server_without_database_lives_and_is_not_ready(without_database):
    alive, ready = get(f"{without_database}/livez"), get(f"{without_database}/readyz")

    assert alive == (200, b"i live\n")
    assert (ready[0], json.loads(ready[1])) == (503, {"ready": False, "broken": ["database"]})


@pytest.fixture
def file(transactional_db: None, tmp_path: Path) -> Path:
    """Decisions of as many cases, each with an application, under a frame of 2-6 hours a week."""
    UnitFactory(code=DECISION["enhed"])
    UserFactory(staff_code=DECISION["sagsbehandler"])
    NeedLevelFactory()
    TargetGroupFactory()
    standard_in_force(intervention=InterventionFactory(), version__standard__legal_basis=LegalBasisFactory())
    rows = [DECISION | {"afgoerelse_id": f"A{number}", "sagsnr": f"S{number}"} for number in range(ROWS)]
    path = tmp_path / "afgoerelser.csv"
    path.write_bytes(as_csv(rows))
    return path


def take_in(file: Path) -> dict[str, int]:
    out = io.StringIO()
    call_command("import_registrations", file, "--json", stdout=out, stderr=io.StringIO())
    outcome = json.loads(out.getvalue())
    return {name: outcome[name] for name in ("rows", "created", "updated", "unchanged", "rejected")}


def outcome(**counts: int) -> dict[str, int]:
    return {"rows": ROWS, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0} | counts


def reads_until(process: subprocess.Popen[bytes], words: str) -> Iterator[str]:
    for line in process.stderr or []:
        yield line.decode()
        if words in line.decode():
            return


def killed_at(words: str, file: Path, programs: Programs) -> int:
    """Start an import, kill it in the step that it announces with these words; returns how it ended."""
    process = programs.start("manage.py", "import_registrations", str(file), stderr=subprocess.PIPE)
    said = list(reads_until(process, words))
    programs.kill(process)
    (process.stderr or io.BytesIO()).close()
    assert words in said[-1], said
    return process.returncode


@pytest.mark.parametrize("step", ["tjekker dem", "skriver dem", "bedømmer dem"])
def test_a_killed_import_leaves_nothing_and_can_be_done_again(workers, file, step):
    assert killed_at(step, file, workers) == -9
    assert [model.objects.count() for model in WRITTEN] == [0] * len(WRITTEN)
    assert [run.state for run in ImportRun.objects.all()] == [ImportRun.State.RUNNING]
    ImportRun.objects.update(started_at=F("started_at") - GRACE)  # half a minute later

    assert take_in(file) == outcome(created=ROWS)
    assert take_in(file) == outcome(unchanged=ROWS)

    states = ImportRun.objects.order_by("pk").values_list("state", "created")
    assert list(states) == [("fejlet", 0), ("faerdig", ROWS), ("faerdig", 0)]
    assert [model.objects.count() for model in WRITTEN] == [ROWS] * len(WRITTEN)
    assert Registration.objects.values("decision_id").distinct().count() == ROWS
    assert reconcile()["disagreements"] == []
