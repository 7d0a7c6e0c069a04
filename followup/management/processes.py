"""Child processes that live as long as this one: restarted if they die, all ended when this one ends."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PATIENCE = 25.0
"""Seconds a child has to end by itself before it is killed."""
RESTARTS, WITHIN = 5, 60.0
"""A child that dies more often than this within so many seconds is given up."""
PR_SET_PDEATHSIG = 1


class GivenUp(Exception):
    """A child keeps dying; the text says which and where its log is."""


@dataclass
class Child:
    """One program. Its output goes to ``log``; it and its own children are one process group."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end the children in order
                preexec_fn=_end_with_parent,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        if self.process is not None and self.is_running:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait for it, then kill what is left of its group."""
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _kill_group(self.process.pid)


def run_together(children: list[Child], *, tell: Callable[[str], None], ready: Callable[[], None]) -> None:
    """Run the children until this process is asked to end, then end them. Raises GivenUp."""
    asked = _Asked()
    try:
        for child in children:
            child.start()
        ready()
        while not asked.to_end:
            time.sleep(0.2)
            for child in children:
                if not child.is_running and not asked.to_end:
                    _restart(child, tell)
    except KeyboardInterrupt:
        pass
    finally:
        end_all(children)


def end_all(children: list[Child]) -> None:
    deadline = time.monotonic() + PATIENCE
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end(deadline)


class _Asked:
    """Whether SIGTERM or SIGINT has come."""

    def __init__(self) -> None:
        self.to_end = False
        signal.signal(signal.SIGTERM, self._note)
        signal.signal(signal.SIGINT, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.to_end = True


def _restart(child: Child, tell: Callable[[str], None]) -> None:
    now = time.monotonic()
    child.deaths = [death for death in child.deaths if now - death < WITHIN] + [now]
    if len(child.deaths) > RESTARTS:
        raise GivenUp(f"{child.name} bliver ved med at stoppe. Se {child.log}.")
    if child.process is not None:
        _kill_group(child.process.pid)
    tell(f"{child.name} stoppede og startes igen.")
    time.sleep(1)
    child.start()


def _kill_group(leader: int) -> None:
    """What the child itself started and left behind; the group is ours, made at its start."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _end_with_parent() -> None:
    """In the child: be told to end if the parent is killed without a chance to say so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
