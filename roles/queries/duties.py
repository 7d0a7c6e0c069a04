"""What there is to do for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils.timezone import localdate

from roles.models import Duty, RoleAssignment, RoleCode, User
from roles.models.duties import DutyQuerySet

SOON_DAYS, LATELY_DAYS, MOST_DONE, MOST_SHOWN = 14, 30, 20, 500
EACH = ("lineage", "unit_id", "holder_id")
LEADING = (RoleCode.EXECUTIVE, RoleCode.PROFESSIONAL_LEAD, RoleCode.TEAM_LEADER)


@dataclass(frozen=True)
class MyDuties:
    """A person's duties. later: the next of each that returns, not all of them."""

    overdue: list[Duty]
    soon: list[Duty]
    later: list[Duty]
    escalated_to_me: list[Duty]
    done_lately: list[Duty]


@dataclass(frozen=True)
class DutyCounts:
    overdue: int
    soon: int
    escalated_to_me: int

    @property
    def total(self) -> int:
        return self.overdue + self.soon + self.escalated_to_me


def my_duties(user: User, on: date | None = None) -> MyDuties:
    """Six queries: the keys of each list, then all the rows with what they name. At most 500 to a list."""
    day = on or localdate()
    soon_ends = day + timedelta(days=SOON_DAYS)
    to_do = Duty.objects.of(user, on=day).open()
    done = Duty.objects.filter(Q(done_by=user) | Q(done_for=user))
    since = day - timedelta(days=LATELY_DAYS)
    keys = {
        "overdue": _keys(to_do.filter(due_on__lt=day)),
        "soon": _keys(to_do.filter(due_on__gte=day, due_on__lte=soon_ends)),
        "later": _next_of_each(to_do.filter(due_on__gt=soon_ends)),
        "escalated_to_me": _keys(escalated_to(user, on=day)),
        "done_lately": _keys(done.filter(done_at__date__gte=since).order_by("-done_at"))[:MOST_DONE],
    }
    rows = shown(Duty.objects.all()).in_bulk({pk for listed in keys.values() for pk in listed})
    return MyDuties(**{name: [rows[pk] for pk in listed if pk in rows] for name, listed in keys.items()})


def duty_counts(user: User, on: date | None = None) -> DutyCounts:
    """What the menu and the card show, in one query."""
    day = on or localdate()
    near = Duty.objects.of(user, on=day).open().filter(due_on__lte=day + timedelta(days=SOON_DAYS))
    kind = Case(When(due_on__lt=day, then=Value("overdue")), default=Value("soon"))
    mine = near.order_by().annotate(kind=kind).values_list("kind").annotate(Count("pk"))
    gone_on = escalated_to(user, on=day).order_by().annotate(kind=Value("escalated_to_me"))
    counts = dict(mine.union(gone_on.values_list("kind").annotate(Count("pk")), all=True))
    return DutyCounts(**{name: counts.get(name, 0) for name in DutyCounts.__dataclass_fields__})


def shown(duties: DutyQuerySet) -> DutyQuerySet:
    """With all that a line about a duty names."""
    return duties.select_related(
        "responsibility__plan__unit",
        "role",
        "unit",
        "seat",
        "holder",
        "event",
        "done_by",
        "done_for",
        "escalated_to",
    )


def escalated_to(user: User, *, on: date | None = None) -> DutyQuerySet:
    """Open duties gone on to a unit that the user leads."""
    leads = RoleAssignment.objects.current(on=on).filter(
        user=user, role__code__in=LEADING, unit=OuterRef("escalated_to")
    )
    return Duty.objects.open().filter(Exists(leads))


def _keys(duties: DutyQuerySet) -> list[int]:
    """Alone they are found from the user's roles; beside the joins of `shown` PostgreSQL reads every duty."""
    return list(duties.values_list("pk", flat=True)[:MOST_SHOWN])


def _next_of_each(duties: DutyQuerySet) -> list[int]:
    first = duties.order_by(*EACH, "due_on").distinct(*EACH).values_list("due_on", "pk")
    return [pk for _, pk in sorted(first)[:MOST_SHOWN]]
