"""What stands at a unit or with a person on the floors above registers here when its app starts.

Floor 0 counts it and moves it without knowing what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from roles.models import Unit, User


@dataclass(frozen=True)
class Residents:
    """One kind of thing: ``name`` is its Danish plural, ``one`` its singular, both with "åben" or the like.

    count_at: how many stand at the unit. move: from a unit to its successor, answers how many moved.
    count_with: how many stand with each of the people, by the person's key; those without are left out.
    """

    name: str
    one: str
    count_at: Callable[[Unit], int]
    move: Callable[[Unit, Unit], int]
    count_with: Callable[[Collection[int]], dict[int, int]]

    def counted(self, count: int) -> str:
        return f"{count} {self.one if count == 1 else self.name}"


_registered: dict[str, Residents] = {}


def register(residents: Residents) -> None:
    """Registering the same name again replaces it."""
    _registered[residents.name] = residents


def registered() -> list[Residents]:
    return list(_registered.values())


def standing_with(people: Collection[User]) -> dict[int, str]:
    """In words what each of the people has in hand ("12 åbne sager"); one query per kind of thing."""
    keys = [person.pk for person in people]
    told: dict[int, list[str]] = {}
    for residents in registered():
        for key, count in residents.count_with(keys).items():
            told.setdefault(key, []).append(residents.counted(count))
    return {key: ", ".join(words) for key, words in told.items()}
