"""Months full of decisions, and slow, obvious oracles of what is counted in them."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from followup.queries.counting import AMOUNT_EDGES, DAYS_EDGES
from followup.queries.months import month_end
from roles.models import Unit
from serviceniveau.actions.grants import refresh_grants
from serviceniveau.actions.judgements import judge
from serviceniveau.models import (
    ENDING_DECISIONS,
    Application,
    DecisionKind,
    Judgement,
    Registration,
    StandardVersion,
)
from serviceniveau.queries.cost import yearly_cost
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    DeviationReasonFactory,
    GrantFactory,
    InterventionFactory,
    RegistrationFactory,
    UnitFactory,
    department,
    standard_in_force,
)

PRICES = [
    (Decimal("412.50"), "kr./time"),
    (Decimal(900), "kr./dag"),
    (Decimal(12000), "kr./måned"),
    (None, ""),
]
AMOUNTS = [
    (Decimal(4), "timer/uge"),
    (Decimal(9), "timer/uge"),
    (Decimal("0.5"), "timer/uge"),
    (Decimal(200), "minutter/uge"),
    (None, ""),
    (Decimal(3), ""),
]


def judge_all() -> None:
    judge(selection="SELECT id FROM serviceniveau_registration")
    refresh_grants(selection="SELECT id FROM serviceniveau_grant")


def decisions(unit: Unit, month: date, *, above: int, inside: int, version: StandardVersion, **more) -> None:
    """So many new grants above and inside the frame of the version, spread over the month."""
    case = CaseFactory(unit=unit)
    level = version.levels.get()
    for number in range(above + inside):
        RegistrationFactory(
            case=case,
            grant=None,
            intervention=level.intervention,
            deviating=number < above,
            decided_on=month + timedelta(days=number % 28),
            **more,
        )


def random_decisions(seed: int, *, count: int = 120) -> list[Unit]:
    """Decisions of every kind over three months, with and without what the judgement needs."""
    rng = random.Random(seed)
    teams = [UnitFactory(code=f"R{seed}-{n}") for n in range(3)]
    teams.append(UnitFactory(code=f"Q{seed}", parent=department("FJO-SS-AN")))
    helped, ridden = (
        InterventionFactory(),
        InterventionFactory(code="ledsagelse", name="Ledsagelse", area="aeldre"),
    )
    version = standard_in_force()
    standard_in_force(intervention=ridden, minimum=None, maximum=Decimal(3))
    reasons = [None, DeviationReasonFactory(), DeviationReasonFactory(code="akut", standard=version.standard)]
    cases = [CaseFactory(unit=rng.choice(teams)) for _ in range(count // 4)]
    grants = [
        GrantFactory(case=case, intervention=rng.choice([helped, ridden])) for case in cases for _ in range(2)
    ]
    applications = [_application(rng, grant, number % 2) for number, grant in enumerate(grants)]
    for number in range(count):
        at = rng.randrange(len(grants))
        _decision(rng, number, seed, grants[at], applications[at], rng.choice(reasons), rng.choice(teams))
    judge_all()
    return teams


def _application(rng: random.Random, grant, odd: int) -> Application:
    received = date(2026, 6, 1) + timedelta(days=2 * rng.randrange(50) + odd)
    return ApplicationFactory(
        case=grant.case,
        intervention=grant.intervention,
        received_on=received,
        deadline_on=rng.choice([None, received + timedelta(days=28)]),
        withdrawn_on=rng.choice([None, None, None, received + timedelta(days=rng.randrange(60))]),
    )


def _decision(rng, number, seed, grant, application, reason, team) -> None:
    kind = rng.choice(list(DecisionKind))
    decided = date(2026, 7, 1) + timedelta(days=rng.randrange(92))
    amount, unit = rng.choice(AMOUNTS)
    price, price_unit = rng.choice(PRICES)
    starts = rng.choice([None, decided + timedelta(days=rng.randrange(-10, 40))])
    RegistrationFactory(
        decision_id=f"R{seed}-{number}",
        case=grant.case,
        unit=team,
        grant=grant,
        application=rng.choice([None, application]) if decided >= application.received_on else None,
        intervention=grant.intervention,
        kind=kind,
        status=rng.choice(["afgjort", "afgjort", "afgjort", "afventer"]),
        decided_on=decided,
        amount=amount,
        amount_unit=unit,
        price_dkk=price,
        price_unit=price_unit,
        starts_on=starts,
        ends_on=rng.choice([None, (starts or decided) + timedelta(days=rng.randrange(90))]),
        deviation_reason=reason,
        supplier=rng.choice(["", "Egen", "Havly"]),
    )


# --- Oracles: loops over single rows ---------------------------------------------------------------


def facts_by_hand(month: date) -> dict[tuple, dict]:
    cells: dict[tuple, list[Registration]] = defaultdict(list)
    for decision in Registration.objects.filter(status="afgjort"):
        if decision.decided_on.replace(day=1) == month:
            cells[_cell(decision)].append(decision)
    return {cell: _sums(decisions) for cell, decisions in cells.items()}


def _extent(decision: Registration) -> Judgement | None:
    found = {judgement.kind: judgement for judgement in decision.judgements.all()}
    kinds = ("guiding_frame", "minimum", "duration_frame")
    return next((found[kind] for kind in kinds if kind in found), None)


def _cell(decision: Registration) -> tuple:
    extent = _extent(decision)
    return (
        decision.unit_id,
        decision.legal_basis_id,
        decision.intervention_id,
        extent.version.standard_id if extent else None,
        decision.target_group_id,
        decision.need_level_id,
        decision.age_band,
        decision.kind,
        extent.relation if extent else "",
        decision.deviation_reason_id,
        decision.supplier,
    )


def _sums(decisions: list[Registration]) -> dict:
    amounts = [_extent(one).amount for one in decisions if _extent(one) and _extent(one).amount is not None]
    costs = [yearly_cost(one.amount, one.amount_unit, one.price_dkk, one.price_unit) for one in decisions]
    costs = [cost for cost in costs if cost is not None]
    applied = [one for one in decisions if one.application]
    days = [(one.decided_on - one.application.received_on).days for one in applied]
    limited = [one for one in applied if one.application.deadline_on]
    return {
        "n": len(decisions),
        "amount_n": len(amounts),
        "amount_sum": sum(amounts, Decimal(0)),
        "amount_squares": _rounded(sum((one * one for one in amounts), Decimal(0)), "0.0001"),
        "amount_histogram": _histogram(amounts, AMOUNT_EDGES),
        "cost_n": len(costs),
        "cost_sum": sum(costs, Decimal(0)),
        "cost_squares": _rounded(sum((one * one for one in costs), Decimal(0)), "0.01"),
        "days_n": len(days),
        "days_sum": sum(days),
        "days_squares": sum(one * one for one in days),
        "days_histogram": _histogram(days, DAYS_EDGES),
        "deadline_n": len(limited),
        "on_time_n": sum(one.decided_on <= one.application.deadline_on for one in limited),
    }


def _rounded(value: Decimal, to: str) -> Decimal:
    return value.quantize(Decimal(to), ROUND_HALF_UP)


def _histogram(values: list, edges: tuple) -> list[int]:
    bins = [0] * (len(edges) + 1)
    for value in values:
        bins[sum(value >= edge for edge in edges)] += 1
    return bins


def stock_by_hand(month: date) -> dict[tuple[str, str | None], tuple[int, int, int]]:
    """(unit code, intervention code or None) -> running grants, persons, undecided applications."""
    last = month_end(month)
    entries = [*_running(last), *_undecided(last)]
    found: dict[tuple[str, str | None], tuple[int, int, int]] = {}
    for unit in Unit.objects.all():
        beneath = [entry for entry in entries if entry[0].path.startswith(unit.path)]
        for code in {entry[1] for entry in beneath} | ({None} if beneath else set()):
            here = [entry for entry in beneath if code in (None, entry[1])]
            grants = [case for _, _, case, is_grant in here if is_grant]
            found[unit.code, code] = (len(grants), len(set(grants)), len(here) - len(grants))
    return found


def _running(last: date) -> list[tuple]:
    by_grant: dict[int, list[Registration]] = defaultdict(list)
    for decision in Registration.objects.filter(status="afgjort", decided_on__lte=last, grant__isnull=False):
        by_grant[decision.grant_id].append(decision)
    running = []
    for made in by_grant.values():
        newest = max(made, key=lambda one: (one.decided_on, one.pk))
        starts = [one.starts_on or one.decided_on for one in made if one.kind not in ENDING_DECISIONS]
        ends = newest.ends_on
        if newest.kind in ENDING_DECISIONS:
            ends = newest.ends_on or newest.starts_on or newest.decided_on
        if starts and min(starts) <= last and (ends is None or ends >= last):
            running.append((newest.unit, newest.intervention.code, newest.case_id, True))
    return running


def _undecided(last: date) -> list[tuple]:
    waiting = []
    for application in Application.objects.filter(received_on__lte=last):
        decided = application.registrations.filter(status="afgjort", decided_on__lte=last).exists()
        withdrawn = application.withdrawn_on and application.withdrawn_on <= last
        if not decided and not withdrawn:
            earlier = application.case.registrations.filter(status="afgjort", decided_on__lte=last)
            newest = earlier.order_by("-decided_on", "-id").first()
            unit = newest.unit if newest else application.case.unit
            waiting.append((unit, application.intervention.code, application.case_id, False))
    return waiting
