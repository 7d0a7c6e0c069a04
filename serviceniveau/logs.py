"""What a log never holds: the keys in addresses that open a calendar or let somebody choose a password."""

from __future__ import annotations

import re
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from structlog.typing import EventDict, WrappedLogger

KEY = re.compile(r"(?<=/kalender/)[^/\s]+(?=\.ics)|(?<=/adgangskode/ny/)[^/\s]+")


def without_keys(text: str) -> str:
    return KEY.sub("(skjult)", text)


def hide_keys(logger: WrappedLogger, method: str, entry: EventDict) -> EventDict:
    """For structlog: Django names the address of every request that it refuses."""
    return {name: without_keys(value) if isinstance(value, str) else value for name, value in entry.items()}


class AccessLog(Logger):
    """For gunicorn's --logger-class."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        found = super().atoms(resp, req, environ, request_time)
        return {
            name: without_keys(value) if isinstance(value, str) else value for name, value in found.items()
        }
