"""What the plans ask for, found the slow and obvious way: one question at a time, day by day."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from roles.models import Event, PlanRole, Responsibility, ResponsibilityPlan, RoleAssignment, Unit

MONTHS = {"maaned": 1, "kvartal": 3, "aar": 12, "to_aar": 24, "fire_aar": 48}


def asked_for(on):
    """(lineage, unit, day, holder) -> (role, seat) of every duty that is to be."""
    found = {}
    for line in Responsibility.objects.order_by("pk"):
        if not acts(line):
            continue
        for unit in units_of(line, on):
            seat = seat_of(line.role, unit, on)
            for holder, since in persons(line, seat, on):
                for day in days_of(line, unit, on):
                    if day >= max(line.plan.adopted_on, unit.opened_on, since):
                        found.setdefault((line.lineage, unit.pk, day, holder), (line.role_id, seat))
    return found


def acts(line):
    plan = line.plan
    hidden = PlanRole.objects.filter(plan=plan, role=line.role, is_hidden=True).exists()
    in_force = plan.adopted_on is not None and plan.superseded_on is None
    return in_force and line.acts and line.role.is_staffed and not hidden


def units_of(line, on):
    unit = line.plan.unit
    if not is_open(unit, on):
        while unit and not is_open(unit, on):
            unit = unit.successor
        same = ResponsibilityPlan.objects.in_force().filter(unit=unit, subject__iexact=line.plan.subject)
        if unit is None or same.exists():
            return []
    if line.role.held_at:
        return [each for each in Unit.objects.all() if is_team_below(each, unit, on)]
    return [unit]


def is_team_below(each, unit, on):
    return each.kind == "team" and each.path.startswith(unit.path) and is_open(each, on)


def is_open(unit, on):
    return unit.opened_on <= on and (unit.closed_on is None or unit.closed_on > on)


def seat_of(role, unit, on):
    if role.held_at == unit.kind:
        return unit.pk if holds(role, unit, on) else None
    above, each = [], unit
    while each:
        above.append(each)
        each = each.parent
    below = sorted(Unit.objects.all(), key=lambda each: (each.path.count("/"), each.path))
    below = [each for each in below if each.path.startswith(unit.path)]
    for each in [*above, *below]:
        if is_open(each, on) and holds(role, each, on):
            return each.pk
    return None


def holds(role, unit, on):
    held = RoleAssignment.objects.filter(role=role, unit=unit, user__is_active=True)
    return any(on in each.valid for each in held)


def persons(line, seat, on):
    held = RoleAssignment.objects.filter(
        role=line.role, unit=seat, deputy_of=None, user__is_active=True
    ).order_by("user")
    alone = [(each.user_id, each.valid.lower) for each in held if on in each.valid]
    return alone if line.is_individual and seat and alone else [(None, date.min)]


def days_of(line, unit, on):
    last, first = date(on.year + 1, 12, 31), line.plan.adopted_on
    if line.timing == "begivenhed":
        if line.event == "plan_vedtaget":
            happened = [first]
        else:
            events = Event.objects.filter(kind=line.event)
            happened = [each.on for each in events if unit.path.startswith(each.unit.path)]
        days = [day + timedelta(days=line.offset_days) for day in happened]
    elif line.timing == "en_gang":
        days = [line.first_due_on]
    else:
        days = [line.first_due_on + relativedelta(months=MONTHS[line.timing] * n) for n in range(200)]
    return [day for day in days if first <= day <= last]
