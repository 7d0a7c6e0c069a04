"""A line per stage on standard error, drawn over itself while the stage lasts."""

import time
from typing import TextIO

WIDTH = 24


class ProgressLines:
    """Called with the stage, its share done and a note. Where nobody watches: only finished stages."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.stage, self.began = stream, "", 0.0

    def __call__(self, stage: str, share: float, note: str = "") -> None:
        if stage != self.stage:
            self.stage, self.began = stage, time.monotonic()
        seconds = time.monotonic() - self.began
        if share >= 1 and not note:
            self._draw(f"{stage:<16} {'█' * WIDTH} {seconds:6.1f} s", end="\n")
        elif self.stream.isatty():
            done = int(min(share, 1) * WIDTH)
            self._draw(f"{stage:<16} {'█' * done}{'░' * (WIDTH - done)} {seconds:6.1f} s  {note}"[:78])

    def _draw(self, text: str, end: str = "") -> None:
        start = "\r\x1b[K" if self.stream.isatty() else ""
        self.stream.write(f"{start}{text}{end}")
        self.stream.flush()
