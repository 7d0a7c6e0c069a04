"""Time every page of floor 0 in a large municipality: 500 units, 5,000 people, 98 adopted plans.

Run: python tests/bench/bench_organisation.py     (environment: see measuring.py)
It makes a database of its own beside that of DATABASE_URL, fills it, measures and drops it again. The floor
is measured in the same run: the page that answers without asking anything, and one SELECT.
"""

import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

import psycopg

NAME = "bench_organisation"
SERVER = os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1).rpartition("/")[0]
os.environ["DATABASE_URL"] = f"{SERVER}/{NAME}"

from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.timezone import localdate
from measuring import Line, milliseconds, open_page, p95, print_table, queries_of, signed_in, taken_back

from roles.actions import sync_permissions
from roles.actions.attestations import open_attestations
from roles.actions.duties import follow_plans
from roles.actions.plans.template import starting_content
from roles.actions.plans.versions import adopt_plan, copy_plan, new_plan, put_content
from roles.models import (
    Attestation,
    Duty,
    ResponsibilityPlan,
    Role,
    RoleAssignment,
    RoleCode,
    Unit,
    User,
)

ADMINISTRATIONS, DEPARTMENTS, TEAMS, PEOPLE, PLANS = 6, 98, 395, 5000, 98
SINCE = DateRange(date(2024, 1, 1), None)
VISITS = 30
TIME, GRID_QUERIES = "≤ 200 ms", "≤ 15"


@contextmanager
def own_database() -> Iterator[None]:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME}")
        server.execute(f"CREATE DATABASE {NAME}")
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            connection.close()
            connection.close_pool()
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def make_units() -> None:
    root = _unit("K", Unit.Kind.MUNICIPALITY, None)
    tops = [_unit(f"F{n}", Unit.Kind.ADMINISTRATION, root) for n in range(ADMINISTRATIONS)]
    middle = [_unit(f"A{n}", Unit.Kind.DEPARTMENT, tops[n % len(tops)]) for n in range(DEPARTMENTS)]
    for n in range(TEAMS):
        _unit(f"T{n}", Unit.Kind.TEAM, middle[n % len(middle)])


def _unit(code: str, kind: str, parent: Unit | None) -> Unit:
    path = f"{parent.path if parent else '/'}{code}/"
    return Unit.objects.create(code=code, name=f"Enhed {code}", kind=kind, parent=parent, path=path)


def make_people() -> None:
    """A leader for nine teams in ten, a head for every department, and caseworkers for the rest."""
    people = User.objects.bulk_create(
        User(email=f"p{n}@bench.example", name=f"Person {n:04}", password="!") for n in range(PEOPLE)
    )
    roles = {role.code: role for role in Role.objects.all()}
    teams = list(Unit.objects.filter(kind=Unit.Kind.TEAM).order_by("pk"))
    places = [(RoleCode.PROFESSIONAL_LEAD, unit) for unit in Unit.objects.filter(kind=Unit.Kind.DEPARTMENT)]
    places += [(RoleCode.EXECUTIVE, unit) for unit in Unit.objects.filter(kind=Unit.Kind.ADMINISTRATION)]
    places += [(RoleCode.TEAM_LEADER, unit) for n, unit in enumerate(teams) if n % 10]
    root = Unit.objects.get(parent=None)
    top = (RoleCode.POLITICIAN, RoleCode.CONTROLLER, RoleCode.ADMINISTRATOR)
    places += [(role, root) for role in top for _ in range(10)]
    left = PEOPLE - len(places)
    places += [(RoleCode.CASEWORKER, teams[n % len(teams)]) for n in range(left)]
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=person, role=roles[role], unit=unit, valid=SINCE)
        for person, (role, unit) in zip(people, places, strict=True)
    )
    sync_permissions()


@transaction.atomic
def make_plans(by: User) -> None:
    """One for every department from the starting content, adopted; and one draft to look at."""
    for unit in Unit.objects.filter(kind=Unit.Kind.DEPARTMENT)[:PLANS]:
        plan = new_plan(unit=unit, subject="Støtte og omsorg", by=by)
        put_content(plan, *starting_content(on=localdate()))
        adopt_plan(plan=plan, body="Udvalget", adopted_on=localdate(), case_number="", link="", by=by)
    copy_plan(plan=ResponsibilityPlan.objects.order_by("pk")[0], by=by)


@dataclass(frozen=True)
class Visit:
    """A page, whose role opens it, and its address for one person."""

    page: str
    role: RoleCode
    address: Callable[[User], str]
    note: str = ""


def plain(page: str, role: RoleCode) -> Visit:
    return Visit(page, role, lambda user: reverse(page))


def with_key(page: str, role: RoleCode, key: Callable[[User], object], *rest: object) -> Visit:
    return Visit(
        page, role, lambda user: reverse(page, args=[key(user), *rest]), "".join(f"{each} " for each in rest)
    )


def visits() -> list[Visit]:
    chance = random.Random(7)
    units, people = (
        list(Unit.objects.values_list("pk", flat=True)),
        list(User.objects.values_list("pk", flat=True)),
    )
    plans = list(ResponsibilityPlan.objects.in_force().values_list("pk", flat=True))
    held = list(RoleAssignment.objects.values_list("pk", flat=True)[:500])
    attestations = list(Attestation.objects.values_list("pk", flat=True))
    draft = ResponsibilityPlan.objects.drafts().get().pk
    admin, leader, worker = RoleCode.ADMINISTRATOR, RoleCode.TEAM_LEADER, RoleCode.CASEWORKER
    everybody = [plain(page, role) for role in (leader, worker) for page in FOR_ALL]
    return [
        *everybody,
        *(plain(page, admin) for page in FOR_ALL),
        *(plain(page, admin) for page in FOR_ADMINISTRATORS),
        plain("vacancy-list", leader),
        with_key("duty-detail", leader, _own_duty),
        with_key("person-rights", worker, lambda user: user.pk),
        with_key("person-detail", admin, lambda user: chance.choice(people)),
        with_key("person-edit", admin, lambda user: chance.choice(people)),
        with_key("unit-detail", admin, lambda user: chance.choice(units)),
        with_key("unit-close", admin, lambda user: chance.choice(units)),
        with_key("assignment-end", admin, lambda user: chance.choice(held)),
        with_key("attestation-detail", admin, lambda user: chance.choice(attestations)),
        *(with_key(page, leader, lambda user: chance.choice(plans)) for page in OF_PLANS),
        *(with_key(page, admin, lambda user: draft) for page in OF_DRAFTS),
        *(with_key("plan-export", leader, lambda user: chance.choice(plans), layout) for layout in LAYOUTS),
    ]


FOR_ALL = (
    "my-duties",
    "year-wheel",
    "plan-list",
    "event-list",
    "role-rights",
    "deputy-list",
    "attestation-list",
)
FOR_ADMINISTRATORS = (
    "organisation",
    "unit-new",
    "person-list",
    "person-new",
    "leaver-list",
    "assignment-new",
    "request-list",
    "vacancy-list",
    "plan-new",
    "plan-import",
    "mail-templates",
    "mail-log",
)
OF_PLANS = ("plan-detail", "plan-completeness", "plan-difference")
OF_DRAFTS = ("plan-edit", "plan-changes", "plan-adopt")
LAYOUTS = ("xlsx", "docx", "pdf", "json")


def _own_duty(user: User) -> int:
    return Duty.objects.of(user).values_list("pk", flat=True)[0]


def measured(visit: Visit, floor: float) -> list[Line]:
    spent, queries = [], 0
    for user in holders(visit.role):
        page = partial(open_page, signed_in(user), visit.address(user))
        with taken_back():
            queries = max(queries, queries_of(page))
            spent.append(milliseconds(page))
    goal = GRID_QUERIES if visit.page in ("plan-detail", "plan-edit") else ""
    name = f"{visit.page} {visit.note}({visit.role.value})"
    return [
        Line(f"{name}: p95", p95(spent), "ms", floor, TIME),
        Line(f"{name}: queries", queries, "", None, goal),
    ]


def holders(role: RoleCode) -> list[User]:
    held = RoleAssignment.objects.filter(role__code=role).values("user")
    people = list(User.objects.filter(pk__in=held).order_by("pk"))
    return [people[n * len(people) // VISITS] for n in range(VISITS)]


def measured_floor() -> float:
    """The page that asks nothing, and one SELECT."""
    user = holders(RoleCode.CASEWORKER)[0]
    page = partial(open_page, signed_in(user), reverse("livez"))
    page()
    alive = statistics.median(milliseconds(page) for _ in range(VISITS))
    return alive + statistics.median(milliseconds(_one_select) for _ in range(VISITS))


def _one_select() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def main() -> None:
    with own_database():
        made = milliseconds(make_units) + milliseconds(make_people)
        administrator = User.objects.filter(assignments__role__code=RoleCode.ADMINISTRATOR).order_by("pk")[0]
        made += milliseconds(partial(make_plans, administrator))
        first, again = milliseconds(follow_plans), milliseconds(follow_plans)
        open_attestations(as_of=localdate(), by=administrator)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        floor = measured_floor()
        print(f"{Unit.objects.count()} units, {User.objects.count()} people, made in {made / 1000:.0f} s")
        chosen = [visit for visit in visits() if visit.page in sys.argv[1:] or not sys.argv[1:]]
        lines = [line for visit in chosen for line in measured(visit, floor)]
        duties = Line(f"follow_plans: {Duty.objects.count()} duties of {PLANS} plans", first / 1000, "s")
        lines += [duties, Line("follow_plans again, nothing changed", again / 1000, "s")]
        print_table("Floor 0; floor: /livez and one SELECT", lines)


if __name__ == "__main__":
    main()
