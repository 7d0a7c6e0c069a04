"""Letters of the floors above register here when their app starts: floor 0 sends them without knowing why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from roles.models import User


@dataclass(frozen=True)
class Letter:
    """One letter to one person. page: the URL name that {link} leads to."""

    user: User
    code: str
    items: int
    page: str
    values: dict[str, str]


Source = Callable[[date], Iterable[Letter]]

_registered: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """source: all letters of a day, also those sent already. The same name again replaces it."""
    _registered[name] = source


def registered() -> list[Source]:
    return list(_registered.values())
