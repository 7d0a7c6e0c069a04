"""Our own programs as processes of their own, on the database and the broker of the test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

BACK_TO_WORK = 60


class Programs:
    """What was started here, and only that, is ended here."""

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        self.address = (
            f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
            f"/{connection.settings_dict['NAME']}"
        )
        self.started: list[subprocess.Popen[bytes]] = []

    def start(
        self, *command: str, stderr: int = subprocess.DEVNULL, **environment: str
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": self.address} | environment,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def celery(self, *role: str) -> subprocess.Popen[bytes]:
        return self.start("-m", "celery", "-A", "serviceniveau", *role, "--loglevel", "INFO")

    def worker(self) -> subprocess.Popen[bytes]:
        return self.celery("worker", "--concurrency", "1", "--without-mingle", "--without-gossip")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                self.kill(process)


def wait_for(true: Callable[[], object], *, or_tell: Callable[[], object]) -> None:
    """Ask until it is true; fail with what is told when it takes too long."""
    until = time.monotonic() + BACK_TO_WORK
    while not true():
        assert time.monotonic() < until, or_tell()
        time.sleep(0.2)
