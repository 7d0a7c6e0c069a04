"""Open cases change hands: a closed unit's go to its successor, a caseload to other caseworkers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case as SqlCase
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value, When

from roles.models import Unit, User
from roles.models.cpr import refuse_cpr
from roles.models.history import record_actor
from roles.residents import Residents, register
from serviceniveau.models import Case
from serviceniveau.queries.moving import cases_of, caseworkers_at, rights_to_register


class MovedMeanwhile(ValidationError):
    """Some of the chosen cases are no longer the giver's."""

    def __init__(self, gone: int) -> None:
        words = "1 af sagerne er" if gone == 1 else f"{gone} af sagerne er"
        super().__init__(
            f"{words} afsluttet eller har fået en anden sagsbehandler, siden du åbnede listen. Ingen sager er"
            " flyttet. Listen er opdateret: se den igennem, og flyt igen."
        )


@dataclass(frozen=True)
class Handover:
    """What came of it: how many cases each receiver got."""

    giver: User | None
    shares: list[tuple[User, int]]

    @property
    def cases(self) -> int:
        return sum(count for _, count in self.shares)


def register_cases() -> None:
    """For the start of the app: what a unit is not closed over."""
    register(Residents("åbne sager", "åben sag", count_cases_at, move_cases, count_cases_with))


def count_cases_at(unit: Unit) -> int:
    return _open().filter(unit=unit).count()


def count_cases_with(people: Collection[int]) -> dict[int, int]:
    counted = _open().filter(caseworker__in=people).values_list("caseworker").annotate(Count("pk"))
    return dict(counted.order_by())


@transaction.atomic
def move_cases(unit: Unit, successor: Unit) -> int:
    """Give the successor the unit's open cases. Who may work there keeps theirs; other cases wait for one."""
    stays = Exists(rights_to_register(successor).filter(user=OuterRef("caseworker")))
    keeper = SqlCase(
        When(stays, then=F("caseworker")), default=Value(None), output_field=models.BigIntegerField()
    )
    return _open().filter(unit=unit).update(unit=successor, caseworker=keeper)


@transaction.atomic
def move_caseload(
    *,
    unit: Unit,
    giver: User | None,
    cases: Collection[int],
    receivers: Collection[User],
    reason: str,
    by: User,
) -> Handover:
    """Spread the chosen cases evenly, in order of their number. All of them move, or none."""
    _refuse_request(unit, giver, cases, receivers, reason)
    held = cases_of(giver, unit).select_related(None).select_for_update()
    keys = list(held.filter(pk__in=cases).values_list("pk", flat=True))
    if gone := len(set(cases)) - len(keys):
        raise MovedMeanwhile(gone)
    record_actor(user_id=by.pk, reason=f"Sager overdraget fra {giver or 'ingen'}: {reason.strip()}")
    shares = []
    for place, receiver in enumerate(receivers):
        share = keys[place :: len(receivers)]
        shares.append((receiver, Case.objects.filter(pk__in=share).update(caseworker=receiver)))
    return Handover(giver, shares)


def _refuse_request(
    unit: Unit, giver: User | None, cases: Collection[int], receivers: Collection[User], reason: str
) -> None:
    if not cases:
        raise ValidationError({"cases": "Vælg mindst én sag."})
    if not receivers:
        raise ValidationError({"receivers": "Vælg, hvem der skal have sagerne."})
    if giver in receivers:
        raise ValidationError({"receivers": f"{giver} har allerede sagerne. Vælg en anden."})
    allowed = set(caseworkers_at(unit))
    if strangers := [person for person in receivers if person not in allowed]:
        raise ValidationError(
            {"receivers": f"{strangers[0]} har ingen rolle, der giver ret til at behandle sager i {unit}."}
        )
    if not reason.strip():
        raise ValidationError({"reason": "Skriv kort, hvorfor sagerne skifter hænder."})
    try:
        refuse_cpr(reason)
    except ValidationError as error:
        raise ValidationError({"reason": error.messages}) from error


def _open() -> QuerySet[Case]:
    return Case.objects.filter(closed_on=None)
