"""What is known of a measure (nøgletal), and the sums that it is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from django.db.models import DecimalField, F, IntegerField, Q, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from followup.models import MeasureCode
from roles.charts.drawing import percent
from roles.models import Permission
from serviceniveau.models import DecisionKind, Relation

# New and changed decisions. An extension keeps what was granted under an older level and is no drift.
NEW_AND_CHANGED = (
    DecisionKind.NEW,
    DecisionKind.PARTIAL,
    DecisionKind.RAISED,
    DecisionKind.LOWERED,
    DecisionKind.REVIEW_CHANGED,
)
DEVIATING = (Relation.ABOVE, Relation.BELOW)
COMPARED = (Relation.INSIDE, *DEVIATING)
new_and_changed = Q(kind__in=NEW_AND_CHANGED)

Aggregate = Combinable


class Family(Enum):
    """What a month of a measure is. value: names of the sums that it is made of, in the order of `sums`."""

    SHARE = ("events", "totals")
    MEAN = ("totals", "sums", "squares")
    COUNT = ("counts",)


class Source(Enum):
    """Where the sums are made: of decisions, of what runs at the end of the month, of assessed levels."""

    FACTS = "facts"
    STOCK = "stock"
    NEED_LEVELS = "need_levels"


@dataclass(frozen=True)
class Scale:
    """How a level is written.

    sentence: within a sentence ("14 % over det typiske"). short: at an axis and in a table ("+14 %").
    column: heading of the column in a table. is_log: the sums are of natural logarithms of the level.
    """

    sentence: Callable[[float], str]
    short: Callable[[float], str]
    column: str
    is_log: bool = False


SHARES = Scale(sentence=percent, short=percent, column="Andel")


@dataclass(frozen=True)
class Measure:
    """One measure, all that is known of it.

    sums: the aggregates of its family, over the rows of its source.
    per: what a series of it belongs to; an intervention may be granted under several laws and standards.
    counted, happened: what a sentence calls one of those counted, and what befell it ("" for means).
    worse: the direction that asks for attention first, None where neither does; both are shown.
    detector: the change-point filter; or too little variation, or one reason that is repeated.
    """

    code: MeasureCode
    family: Family
    per: Literal["standard", "intervention"]
    sums: tuple[Aggregate, ...]
    worse: Literal["up", "down"] | None
    meaning: str
    counted: str
    happened: str = ""
    scale: Scale = SHARES
    detector: Literal["filter", "variation", "reason"] = "filter"
    source: Source = Source.FACTS
    visible_with: Permission = Permission.VIEW_SIGNALS

    @property
    def name(self) -> str:
        return str(self.code.label)

    @property
    def parts(self) -> dict[str, Aggregate]:
        """The sums by name."""
        return dict(zip(self.family.value, self.sums, strict=True))

    @property
    def events(self) -> Aggregate:
        """Of a share: those that it befell."""
        return self.parts["events"]

    @property
    def total(self) -> Aggregate:
        """Of a share and a mean: those that are counted."""
        return self.parts["totals"]


def summed(column: str, among: Q) -> Aggregate:
    return Coalesce(Sum(column, filter=among), 0)


def share_of(among: Q, hit: Q) -> tuple[Aggregate, ...]:
    """Decisions that fit ``hit``, among those that fit ``among``."""
    return summed("n", among & hit), summed("n", among)


def share_in(total: str, events: str, among: Q | None = None) -> tuple[Aggregate, ...]:
    """The one column of the source among the other."""
    rows = Q() if among is None else among
    return summed(events, rows), summed(total, rows)


def mean_of_logs(name: str, among: Q, *, count: str = "") -> tuple[Aggregate, ...]:
    """The facts' sums of logarithms of this name."""
    logs = (f"{name}_log_sum", f"{name}_log_squares")
    summed_logs = (Coalesce(Sum(column, filter=among), 0, output_field=DecimalField()) for column in logs)
    return summed(count or f"{name}_n", among), *summed_logs


def mean_of_levels(among: Q) -> tuple[Aggregate, ...]:
    """The value of the assessed need."""
    value, n = F("need_level__value"), F("n")
    rows = among & Q(need_level__value__isnull=False)
    powers = (n, n * value, n * value * value)
    return tuple(Coalesce(Sum(power, filter=rows, output_field=IntegerField()), 0) for power in powers)
