"""What a month does to a drift that was open before it: plain values in, one word out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from followup.drift.alarms import FADED, LIKELY, MONTHS_FADED
from followup.models import Direction, DriftSignal

Change = DriftSignal.Change

SURE = 0.95
"""A drift that becomes this probable has become clearer."""


@dataclass(frozen=True)
class Said:
    """What a month says of a drift. level: a share, a mean or a number per month; low, high: its interval."""

    probability: float
    level: float
    low: float
    high: float


@dataclass(frozen=True)
class Course:
    """How probable the drift, in its own direction, is by what is known today.

    at_opening: in the month it was opened in. since: in each month after that, oldest first, the newest
    included. is_confirmed: some earlier month said so for certain, not provisionally.
    """

    at_opening: float
    since: Sequence[float]
    is_confirmed: bool


def change_of(direction: str, course: Course, before: Said | None, now: Said) -> Change:
    """What the month made of a drift that was open before it.

    Withdrawn: it was opened on months that were not complete, and does not stand now that they are.
    Closed: below FADED for MONTHS_FADED months. Faded: below it this month. Strengthened: it has become
    sure, or the level has moved on, so far that the whole interval lies beyond the level before.
    """
    if not course.is_confirmed and course.at_opening < LIKELY:
        return Change.WITHDRAWN
    last = course.since[-MONTHS_FADED:]
    if len(last) == MONTHS_FADED and max(last) < FADED:
        return Change.CLOSED
    if now.probability < FADED:
        return Change.FADED
    if before is None:
        return Change.UNCHANGED
    became_sure = before.probability < SURE <= now.probability
    return Change.STRENGTHENED if became_sure or _moved_on(direction, before, now) else Change.UNCHANGED


def _moved_on(direction: str, before: Said, now: Said) -> bool:
    return now.low > before.level if direction == Direction.UP else now.high < before.level
