"""The responsibilities of plans in force: those that make duties, and those that bind somebody."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from roles.models import Involvement, PlanRole, Responsibility, Timing

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


def _acts() -> Q:
    dated = Q(first_due_on__isnull=False) & ~Q(timing=Timing.NONE)
    return (dated | Q(timing=Timing.RELATIVE)) & ~Q(involvement=Involvement.INFORMED)
