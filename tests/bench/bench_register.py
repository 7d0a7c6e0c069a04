"""Time one decision saved through the decision form, among a million registrations.

Run: python tests/bench/bench_register.py     (environment: see measuring.py)
The floor is measured in the same run: the bare INSERT of one registration, its history included.
"""

import statistics
from functools import partial

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from measuring import (
    Line,
    milliseconds,
    p95,
    print_table,
    queries_of,
    refuse_small_database,
    signed_in,
    taken_back,
)

from roles.models import RoleAssignment, RoleCode, User
from serviceniveau.forms.decisions import opening_token
from serviceniveau.models import DecisionKind, Registration, Relation
from serviceniveau.queries.frames import age_band_choices

PEOPLE = 40
COPIED = [
    field.column for field in Registration._meta.concrete_fields if field.column not in ("id", "decision_id")
]


def newest_ordinary_decision(user: User) -> Registration | None:
    """A new grant inside its frame, under a law that still applies, in one of the user's cases."""
    found = (
        Registration.objects.visible_to(user)
        .decided()
        .filter(
            caseworker=user,
            case__caseworker=user,
            kind=DecisionKind.NEW,
            legal_basis__valid__contains=localdate(),
            judgements__relation=Relation.INSIDE,
        )
    )
    found = found.exclude(judgements__relation__in=(Relation.ABOVE, Relation.BELOW))
    return found.select_related("case").order_by("-decided_on", "pk").first()


def answers(like: Registration) -> dict[str, object]:
    """What a caseworker types for another decision like that one, after an application."""
    today = localdate()
    return {
        "token": opening_token(),
        "case_number": f"{like.case.source}/{like.case.number}",
        "legal_basis": like.legal_basis_id,
        "intervention": like.intervention_id,
        "kind": like.kind,
        "target_group": like.target_group_id or "",
        "need_level": like.need_level_id or "",
        "age_band": next(iter(age_band_choices(like.case.birth_year, on=today)), ""),
        "applied_on": f"{today:%d-%m-%Y}",
        "decided_on": f"{today:%d-%m-%Y}",
        "starts_on": f"{today:%d-%m-%Y}",
        "amount": str(like.amount).replace(".", ","),
        "amount_unit": like.amount_unit,
    }


def save(client: Client, typed: dict[str, object]) -> None:
    response = client.post(reverse("decision-new"), typed, secure=True)
    if response.status_code != 302:
        raise RuntimeError(f"the form answered {response.status_code}")


def insert_copy(like: Registration) -> None:
    columns = ", ".join(f'"{column}"' for column in COPIED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO serviceniveau_registration (decision_id, {columns})"
            f" SELECT gen_random_uuid()::text, {columns} FROM serviceniveau_registration WHERE id = %s",
            [like.pk],
        )


def people() -> list[tuple[User, Registration]]:
    held = RoleAssignment.objects.current().filter(role__code=RoleCode.CASEWORKER)
    users = list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk"))
    found = [(user, newest_ordinary_decision(user)) for user in users[:: max(1, len(users) // PEOPLE)]]
    return [(user, like) for user, like in found if like]


def main() -> None:
    refuse_small_database()
    queries, spent, floor = [], [], []
    for user, like in people():
        with taken_back():
            client = signed_in(user)
            queries.append(queries_of(partial(save, client, answers(like))))
            spent.append(milliseconds(partial(save, client, answers(like))))
            floor.append(milliseconds(partial(insert_copy, like)))
    bare = statistics.median(floor)
    lines = [
        Line("queries, fewest", min(queries), "queries", 1, "≤ 15"),
        Line("queries, most", max(queries), "queries", 1, "≤ 15"),
        Line(f"median of {len(spent)} people", statistics.median(spent), "ms", bare, "≤ 100 ms"),
        Line("p95", p95(spent), "ms", bare, "≤ 400 ms"),
    ]
    print_table("One decision saved; floor: one bare INSERT", lines)


if __name__ == "__main__":
    main()
