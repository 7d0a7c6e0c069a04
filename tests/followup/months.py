"""Months full of decisions, and slow, obvious oracles of what is counted in them."""

import math
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
from serviceniveau.queries.deadlines import deadline_on
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
    (Decimal(0), "kr./gang"),
    (Decimal(900), "kr./dag"),
    (Decimal(12000), "kr./måned"),
    (None, ""),
]
AMOUNTS = [
    (Decimal(4), "timer/uge"),
    (Decimal(9), "timer/uge"),
    (Decimal("0.5"), "timer/uge"),
    (Decimal(200), "minutter/uge"),
    (Decimal(360), "minutter/uge"),
    (Decimal(180), "minutter/uge"),
    (Decimal(0), "timer/uge"),
    (None, ""),
    (Decimal(3), ""),
]

STARTS = [(15, "arbejdsdage"), (0, "arbejdsdage"), (10, "dage"), (2, "uger"), (1, "måneder"), (None, "")]


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


def random_decisions(seed: int, *, count: int = 180) -> list[Unit]:
    """Decisions of every kind over three months, with and without what the judgement needs."""
    rng = random.Random(seed)
    teams = [UnitFactory(code=f"R{seed}-{n}") for n in range(3)]
    teams.append(UnitFactory(code=f"Q{seed}", parent=department("FJO-SS-AN")))
    helped, ridden = (
        InterventionFactory(),
        InterventionFactory(code="ledsagelse", name="Ledsagelse", area="aeldre"),
    )
    start, unit = STARTS[seed % len(STARTS)]
    promised = {"version__start_deadline": start, "version__start_deadline_unit": unit}
    version = standard_in_force(typical=rng.choice([None, Decimal(4)]), **promised)
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
        deadline_on=rng.choice([None, received + timedelta(days=14), received + timedelta(days=50)]),
        notice_sent_on=rng.choice([None, received + timedelta(days=7 + rng.randrange(14))]),
        withdrawn_on=rng.choice([None, None, None, received + timedelta(days=rng.randrange(60))]),
    )


def _decision(rng, number, seed, grant, application, reason, team) -> None:
    kind = rng.choice([*DecisionKind, *4 * [DecisionKind.NEW]])
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
        follow_up_on=rng.choice([None, decided + timedelta(days=rng.randrange(60))]),
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
    late = [one for one in limited if one.decided_on > one.application.deadline_on]
    warned = [one.application.notice_sent_on for one in late]
    begun = [(one.starts_on, _start_by(one)) for one in decisions if one.starts_on and _start_by(one)]
    bounded = [(one, one.level.maximum) for one in map(_extent, decisions) if _is_bounded(one)]
    single = [one.price_dkk for one in decisions if one.price_unit in ("kr./time", "kr./gang", "kr./dag")]
    spans = [(one.ends_on - one.starts_on).days + 1 for one in decisions if one.ends_on and one.starts_on]
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
        "late_n": len(late),
        "notice_n": sum(
            sent is not None and sent <= one.application.deadline_on
            for sent, one in zip(warned, late, strict=True)
        ),
        "start_n": len(begun),
        "start_on_time_n": sum(starts <= by for starts, by in begun),
        "max_n": len(bounded),
        "at_max_n": sum(one.amount == maximum for one, maximum in bounded),
        **_log_sums("extent", [_ratio(_extent(one)) for one in decisions]),
        **_log_sums("cost_log", costs),
        **_log_sums("price", single),
        **_log_sums("span", spans),
    }


def _start_by(decision: Registration) -> date | None:
    """The last day to begin what the decision opened, by the version it was judged by."""
    extent = _extent(decision)
    if extent is None or extent.version.start_deadline is None:
        return None
    if decision.kind not in ("bevilling_ny", "bevilling_delvis"):
        return None
    version = extent.version
    return deadline_on(decision.decided_on, version.start_deadline, version.start_deadline_unit)


def _is_bounded(extent: Judgement | None) -> bool:
    if extent is None or extent.level is None or extent.amount is None:
        return False
    return extent.kind != "minimum" and extent.level.maximum is not None


def _ratio(extent: Judgement | None) -> Decimal | None:
    """The extent in terms of what is usual: the typical, else the middle of the frame, else its maximum."""
    if extent is None or extent.level is None or extent.amount is None:
        return None
    usual = extent.level.typical or extent.level.maximum
    if extent.level.typical is None and extent.level.minimum is not None and usual is not None:
        usual = (extent.level.minimum + usual) / 2
    return extent.amount / usual if usual else None


def _log_sums(name: str, values: list) -> dict:
    logs = [Decimal(repr(math.log(value))) for value in values if value is not None and value > 0]
    logs = [_rounded(one, "0.000001") for one in logs]
    stem = name.removesuffix("_log")
    return {
        f"{name}_n": len(logs),
        f"{stem}_log_sum": sum(logs, Decimal(0)),
        f"{stem}_log_squares": _rounded(sum((one * one for one in logs), Decimal(0)), "0.000001"),
    }


def _rounded(value: Decimal, to: str) -> Decimal:
    return value.quantize(Decimal(to), ROUND_HALF_UP)


def _histogram(values: list, edges: tuple) -> list[int]:
    bins = [0] * (len(edges) + 1)
    for value in values:
        bins[sum(value >= edge for edge in edges)] += 1
    return bins


def stock_by_hand(month: date) -> dict[tuple[str, str | None], tuple[int, ...]]:
    """(unit code, intervention code or None) -> running grants, persons, undecided applications,
    agreed follow-ups, and those past their day."""
    last = month_end(month)
    entries = [*_running(last), *_undecided(last)]
    found: dict[tuple[str, str | None], tuple[int, ...]] = {}
    for unit in Unit.objects.all():
        beneath = [entry for entry in entries if entry[0].path.startswith(unit.path)]
        for code in {entry[1] for entry in beneath} | ({None} if beneath else set()):
            here = [entry for entry in beneath if code in (None, entry[1])]
            grants = [case for _, _, case, is_grant, _ in here if is_grant]
            agreed = [on for *_, on in here if on]
            overdue = [on for on in agreed if on < last]
            waiting = len(here) - len(grants)
            found[unit.code, code] = (len(grants), len(set(grants)), waiting, len(agreed), len(overdue))
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
            agreed = None if newest.kind in ENDING_DECISIONS else newest.follow_up_on
            running.append((newest.unit, newest.intervention.code, newest.case_id, True, agreed))
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
            waiting.append((unit, application.intervention.code, application.case_id, False, None))
    return waiting
