"""One case with its grants, decisions and applications; and what awaits the leader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localdate

from roles.models import Permission, User
from roles.permissions import units_with
from serviceniveau.models import Application, Case, Grant, Judgement, Registration, Relation
from serviceniveau.queries.wording import amount_words, sentence

SHOWN_OPTIONS = 12


@dataclass(frozen=True)
class Decision:
    """One line of the timeline."""

    registration: Registration
    extent: str
    judgements: list[str]
    lacks_reason: bool


@dataclass(frozen=True)
class RunningGrant:
    grant: Grant
    extent: str
    supplier: str


@dataclass(frozen=True)
class CaseFile:
    running: list[RunningGrant]
    decisions: list[Decision]
    applications: list[Application]


def case_file(case: Case) -> CaseFile:
    """Four queries, however many decisions."""
    decisions = [_decision(registration) for registration in _decisions_of(case)]
    running = Grant.objects.running(on=localdate()).filter(case=case).select_related("intervention")
    applications = Application.objects.filter(case=case).select_related("intervention", "legal_basis")
    answered = {each.registration.application_id for each in decisions if _is_decided(each)}
    listed = list(applications.order_by("-received_on"))
    for application in listed:
        application.is_answered = application.pk in answered  # type: ignore[attr-defined]
    return CaseFile([_running(grant, decisions) for grant in running], decisions, listed)


def with_judgements(registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    judgements = Judgement.objects.select_related("level", "version__standard").order_by("kind")
    return registrations.select_related(
        "legal_basis", "intervention", "need_level", "caseworker", "grant", "deviation_reason", "case", "unit"
    ).prefetch_related(Prefetch("judgements", queryset=judgements))


def _decisions_of(case: Case) -> QuerySet[Registration]:
    return with_judgements(Registration.objects.filter(case=case)).order_by("-decided_on", "-pk")


def _decision(registration: Registration) -> Decision:
    judgements = list(registration.judgements.all())
    deviates = any(each.relation in (Relation.ABOVE, Relation.BELOW) for each in judgements)
    return Decision(
        registration=registration,
        extent=_extent(registration),
        judgements=[sentence(each) for each in judgements],
        lacks_reason=deviates and registration.deviation_reason_id is None,
    )


def _extent(registration: Registration) -> str:
    return "" if registration.amount is None else amount_words(registration.amount, registration.amount_unit)


def _is_decided(decision: Decision) -> bool:
    return decision.registration.status == Registration.Status.DECIDED


def _running(grant: Grant, decisions: list[Decision]) -> RunningGrant:
    of_grant = (each for each in decisions if each.registration.grant_id == grant.pk and _is_decided(each))
    newest = next(of_grant, None)
    return (
        RunningGrant(grant, newest.extent, newest.registration.supplier)
        if newest
        else RunningGrant(grant, "", "")
    )


def awaiting_approval(user: User) -> list[Decision]:
    """Decisions beyond the caseworker's competence at the units where the user approves, oldest first."""
    waiting = Registration.objects.filter(
        status=Registration.Status.AWAITING, case__unit__in=units_with(user, Permission.APPROVE_DECISION)
    )
    return [_decision(each) for each in with_judgements(waiting).order_by("registered_on", "pk")]


def matching_cases(user: User, typed: str) -> list[Case]:
    """Open cases whose number starts with what is typed, for the type-ahead; nothing until two characters."""
    if len(typed) < 2:
        return []
    cases = Case.objects.filter(
        unit__in=units_with(user, Permission.REGISTER_DECISION), closed_on=None, number__istartswith=typed
    )
    return list(cases.select_related("target_group").order_by("number")[:SHOWN_OPTIONS])


def newest_decision_of(grant: Grant, *, on: date | None = None) -> Registration | None:
    decided = Registration.objects.decided().filter(grant=grant, decided_on__lte=on or localdate())
    return decided.order_by("-decided_on", "-pk").first()
