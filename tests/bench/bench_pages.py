"""Time the pages that are opened most, among a million registrations, for many different people.

Run: python tests/bench/bench_pages.py     (environment: see measuring.py)
The floor is measured in the same run: a signed-in page that reads nothing but who asks.
"""

import statistics
from functools import partial

from django.urls import reverse
from measuring import (
    Line,
    milliseconds,
    open_page,
    p95,
    print_table,
    queries_of,
    refuse_small_database,
    signed_in,
    taken_back,
)

from roles.models import RoleAssignment, RoleCode, User
from serviceniveau.models import Area

PEOPLE = 50
QUERIES, TIME = "≤ 12", "≤ 400 ms"


def holders(role: RoleCode) -> list[User]:
    """People with the role today, spread over all of them, the same ones every time."""
    held = RoleAssignment.objects.current().filter(role__code=role)
    people = list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk"))
    return people[:: max(1, len(people) // PEOPLE)][:PEOPLE]


def measured(what: str, address: str, people: list[User], floor: float) -> list[Line]:
    """Each person opens the page twice; the second counts, as the first pays for what is cached."""
    spent, queries = [], []
    for user in people:
        with taken_back():
            page = partial(open_page, signed_in(user), address)
            queries.append(queries_of(page))
            spent.append(milliseconds(page))
    return [
        Line(f"{what}: queries, most", max(queries), "queries", None, QUERIES),
        Line(f"{what}: median of {len(people)} people", statistics.median(spent), "ms", floor),
        Line(f"{what}: p95", p95(spent), "ms", floor, TIME),
    ]


def bare_page(people: list[User]) -> float:
    spent = []
    for user in people:
        with taken_back():
            page = partial(open_page, signed_in(user), reverse("account_logout"))
            page()
            spent.append(milliseconds(page))
    return statistics.median(spent)


def main() -> None:
    refuse_small_database()
    caseworkers, leaders = holders(RoleCode.CASEWORKER), holders(RoleCode.TEAM_LEADER)
    politicians, controllers = holders(RoleCode.POLITICIAN), holders(RoleCode.CONTROLLER)
    floor = bare_page(caseworkers)
    lines = [
        *measured("Min sagsstamme", reverse("caseload"), caseworkers, floor),
        *measured("Ny afgørelse", reverse("decision-new"), caseworkers, floor),
        *measured("Standarder", reverse("standard-list"), caseworkers, floor),
        *measured("Mit team, leaders", reverse("team-month"), leaders, floor),
        *measured("Mit team, controllers", reverse("team-month"), controllers, floor),
        *measured("Overblik", reverse("overview"), politicians, floor),
        *measured("Overblik, ældre", reverse("overview-area", args=[Area.ELDERLY]), politicians, floor),
        *measured("Måneder", reverse("month-list"), controllers, floor),
    ]
    print_table("Pages; floor: a signed-in page without figures", lines)


if __name__ == "__main__":
    main()
