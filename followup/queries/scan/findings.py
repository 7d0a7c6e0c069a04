"""What a scan says of a series, in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class Key(NamedTuple):
    """What a drift is a drift of. At most one is open per key."""

    measure: str
    unit: int
    standard: int | None
    intervention: int

    @property
    def columns(self) -> dict[str, Any]:
        """Of Drift and of DriftSignal."""
        return {
            "measure": self.measure,
            "unit_id": self.unit,
            "standard_id": self.standard,
            "intervention_id": self.intervention,
        }


@dataclass(frozen=True)
class Evidence:
    """Since when and how much, in the units of DriftSignal."""

    since: date
    since_first: date
    since_last: date
    observed: float
    expected: float
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """One series in one direction.

    probability: that it has drifted that way. course: the same for each month up to the newest, by what is
    known now; a pattern of the whole period has none. evidence: None while it points the other way.
    folded: units whose own shift this one explains. also: measures that show the same shift of the unit.
    """

    key: Key
    direction: str
    probability: float
    evidence: Evidence | None
    provisional: bool = False
    course: Mapping[date, float] = field(default_factory=dict)
    folded: tuple[int, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scan:
    """new: what opens a drift. followed: how those stand that were open before; missing: nothing is left."""

    new: dict[Key, Finding]
    followed: dict[Key, Finding]
