"""The responsibilities of plans in force: those that make duties, and those that bind somebody."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from roles.models import Involvement, PlanRole, Responsibility, ResponsibilityPlan, Timing, Unit
from roles.queries.seats import Seats

BINDING = (Involvement.ACCOUNTABLE, Involvement.DOES)


def in_force() -> QuerySet[Responsibility]:
    """Of roles that have people; a role hidden in the plan is left out."""
    hidden = PlanRole.objects.filter(plan=OuterRef("plan"), role=OuterRef("role"), is_hidden=True)
    adopted = Responsibility.objects.filter(
        plan__adopted_on__isnull=False, plan__superseded_on=None, role__is_staffed=True
    )
    return adopted.exclude(Exists(hidden))


def acting() -> QuerySet[Responsibility]:
    """Those that make duties; `Responsibility.acts` says it of one."""
    return in_force().filter(_acts())


def binding() -> QuerySet[Responsibility]:
    """Those that need a person: they make duties, or somebody answers for them."""
    return in_force().filter(_acts() | Q(involvement__in=BINDING))


def places_of_plans(found: Seats) -> dict[int, Unit]:
    """By the key of a plan in force: the unit it acts for. One query.

    That is the plan's own unit. When that has closed, it is the unit that took over, until this has a plan
    of its own about the same subject.
    """
    rows = list(ResponsibilityPlan.objects.in_force().values_list("pk", "unit", "subject"))
    own = {(unit, subject.casefold()) for _, unit, subject in rows}
    places = {}
    for pk, unit, subject in rows:
        place = found.open_unit(unit)
        if place and (place.pk == unit or (place.pk, subject.casefold()) not in own):
            places[pk] = place
    return places


def _acts() -> Q:
    dated = Q(first_due_on__isnull=False) & ~Q(timing=Timing.NONE)
    return (dated | Q(timing=Timing.RELATIVE)) & ~Q(involvement=Involvement.INFORMED)
