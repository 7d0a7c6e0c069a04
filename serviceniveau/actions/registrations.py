"""Decisions typed in: registered, corrected, approved. Each ends with new grant dates and judgements."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from roles.models import Permission, User
from roles.models.history import record_actor
from roles.permissions import require, standing_in
from serviceniveau.actions.cases import open_case
from serviceniveau.actions.decision_rules import refuse_invalid
from serviceniveau.actions.grants import refresh_grants
from serviceniveau.actions.judgements import judge
from serviceniveau.models import (
    OPENING_DECISIONS,
    OWN_SOURCE,
    WITHOUT_GRANT,
    Application,
    Case,
    Grant,
    Registration,
)
from serviceniveau.queries.competence import is_beyond_competence
from serviceniveau.queries.deadlines import promised_deadline
from serviceniveau.queries.frames import settled_age_band

SELECTED = "SELECT unnest(%s::bigint[])"
# While these stay the same, an approval still stands.
APPROVED_CONTENT = (
    "kind",
    "decided_on",
    "legal_basis_id",
    "intervention_id",
    "target_group_id",
    "need_level_id",
    "age_band",
    "amount",
    "amount_unit",
    "starts_on",
    "ends_on",
)
# What one form says; the age group and the grant's number follow when it is saved.
SENT_CONTENT = (
    *(field for field in APPROVED_CONTENT if field != "age_band"),
    "follow_up_on",
    "supplier",
    "price_dkk",
    "price_unit",
    "deviation_reason_id",
    "deviation_text",
)


class EditConflict(ValidationError):
    """Somebody else saved the decision after it was opened; `current` is what stands now."""

    def __init__(self, current: Registration) -> None:
        super().__init__(
            "Afgørelsen er rettet af en anden, siden du åbnede den. Se forskellene, og gem igen."
        )
        self.current = current


@transaction.atomic
def register(
    *, registration: Registration, by: User, applied_on: date | None, seconds: int | None
) -> Registration:
    """Save a new decision, and its case when that is new.

    The same form sent twice (same decision_id) saves once; with other content it is refused.
    """
    if registration.decision_id:
        _one_form_at_a_time(registration.decision_id)
    if saved := _saved_before(registration):
        return saved
    case = _locked_case(registration.case, by)
    registration.case, registration.unit = case, case.unit
    registration.caseworker = case.caseworker or by
    registration.source, registration.registered_on = OWN_SOURCE, localdate()
    registration.decision_id = registration.decision_id or str(uuid4())
    registration.seconds_to_register = seconds
    _settle_content(registration, by=by, applied_on=applied_on)
    registration.grant = _grant_of(registration, before=None)
    registration.save(force_insert=True)
    _remember_target_group(registration)
    _derive(registration, {registration.grant_id})
    return registration


@transaction.atomic
def correct(
    *, registration: Registration, by: User, opened_edition: int, applied_on: date | None = None
) -> Registration:
    """Save a changed decision. Raises EditConflict when it was changed after it was opened."""
    _locked_case(registration.case, by)
    before = (
        Registration.objects.select_for_update(of=("self",)).select_related("grant").get(pk=registration.pk)
    )
    if before.edition != opened_edition:
        raise EditConflict(before)
    _settle_content(registration, by=by, applied_on=applied_on)
    if before.status == Registration.Status.DECIDED and _same_content(before, registration):
        registration.status = before.status
    registration.grant = _grant_of(registration, before=before)
    registration.edition = before.edition + 1
    registration.save(force_update=True)
    _derive(registration, {before.grant_id, registration.grant_id})
    _clear_grants_without_decisions({before.grant_id})
    return registration


@transaction.atomic
def approve(*, registration: Registration, by: User, opened_edition: int | None = None) -> Registration:
    """Make an awaiting decision count. It takes somebody else than those who wrote it."""
    approved = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("case__unit")
        .get(pk=registration.pk)
    )
    require(by, Permission.APPROVE_DECISION, approved.case.unit)
    if approved.status != Registration.Status.AWAITING:
        raise ValidationError("Afgørelsen er allerede godkendt.")
    if opened_edition not in (None, approved.edition):
        raise ValidationError("Afgørelsen er rettet, siden du åbnede listen. Se den igen, før du godkender.")
    if approved.caseworker_id == by.pk or approved.history.filter(history_user_id=by.pk).exists():
        raise ValidationError("En afgørelse skal godkendes af en anden end den, der har skrevet den.")
    holder = standing_in(by, Permission.APPROVE_DECISION, approved.case.unit)
    record_actor(user_id=by.pk, reason="Godkender en afgørelse", standing_in=holder)
    approved.status = Registration.Status.DECIDED
    approved.edition += 1
    approved.save(update_fields=["status", "edition"])
    _derive(approved, {approved.grant_id})
    return approved


def _locked_case(case: Case, by: User) -> Case:
    """The lock lets only one decision at a time number a grant or answer an application of the case."""
    if case.pk is None:
        return open_case(case=case, by=by)
    return Case.objects.select_for_update(of=("self",)).select_related("unit", "caseworker").get(pk=case.pk)


def _one_form_at_a_time(decision_id: str) -> None:
    """A double click waits here for the first one to be saved, also when that opens the case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('decision_form'), hashtext(%s))", [decision_id])


def _saved_before(registration: Registration) -> Registration | None:
    """What this form became already. Somebody may have gone back in the browser to write another one."""
    if not registration.decision_id:
        return None
    own = Registration.objects.filter(source=OWN_SOURCE, decision_id=registration.decision_id)
    saved = own.select_related("case").first()
    if saved and not _says_the_same(saved, registration):
        raise ValidationError(
            "Formularen er allerede gemt som en afgørelse, og det, der står her nu, er noget andet. Vælg "
            "“Ny afgørelse”, hvis det er en ny, eller ret den gemte på sagens side."
        )
    return saved


def _says_the_same(saved: Registration, sent: Registration) -> bool:
    has_grant = sent.kind not in (*OPENING_DECISIONS, *WITHOUT_GRANT)
    return (
        saved.case.number == sent.case.number
        and (saved.grant_id == sent.grant_id or not has_grant)
        and all(getattr(saved, field) == getattr(sent, field) for field in SENT_CONTENT)
    )


def _settle_content(registration: Registration, *, by: User, applied_on: date | None) -> None:
    """Fill in what follows from the rest, refuse what is wrong, and say whether the leader must approve."""
    registration.month = registration.decided_on.replace(day=1)
    registration.age_band = settled_age_band(
        registration.case.birth_year, on=registration.decided_on, chosen=registration.age_band
    )
    received_on = registration.application.received_on if registration.application else None
    assessments = refuse_invalid(registration, applied_on=applied_on or received_on)
    waits = is_beyond_competence(assessments, unit=registration.unit, by=by)
    registration.status = Registration.Status.AWAITING if waits else Registration.Status.DECIDED
    registration.application = _application_of(registration, applied_on)


def _same_content(before: Registration, after: Registration) -> bool:
    return all(getattr(before, field) == getattr(after, field) for field in APPROVED_CONTENT)


def _grant_of(registration: Registration, *, before: Registration | None) -> Grant | None:
    if registration.kind in WITHOUT_GRANT:
        return None
    if registration.kind not in OPENING_DECISIONS:
        return registration.grant
    if before and before.kind in OPENING_DECISIONS and before.grant:
        return before.grant
    return _new_grant(registration)


def _new_grant(registration: Registration) -> Grant:
    taken = set(Grant.objects.filter(case=registration.case).values_list("number", flat=True))
    numbers = (f"{registration.case.number}/{n}" for n in range(len(taken) + 1, 2 * len(taken) + 2))
    number = next(number for number in numbers if number not in taken)
    return Grant.objects.create(case=registration.case, number=number, intervention=registration.intervention)


def _application_of(registration: Registration, applied_on: date | None) -> Application | None:
    """The linked application while its date stands; else the case's application of that day, moved or new."""
    linked = registration.application
    if applied_on is None or (linked and linked.received_on == applied_on):
        return linked
    key = {"case": registration.case, "intervention": registration.intervention, "received_on": applied_on}
    if found := Application.objects.filter(**key).first():
        return found
    deadline_on = promised_deadline(
        intervention_id=registration.intervention_id,
        legal_basis_id=registration.legal_basis_id,
        received_on=applied_on,
    )
    if linked and not linked.registrations.exclude(pk=registration.pk).exists():
        linked.received_on, linked.deadline_on = applied_on, deadline_on
        linked.save(update_fields=["received_on", "deadline_on"])
        return linked
    return Application.objects.create(**key, legal_basis=registration.legal_basis, deadline_on=deadline_on)


def _remember_target_group(registration: Registration) -> None:
    case = registration.case
    if registration.target_group_id and registration.target_group_id != case.target_group_id:
        case.target_group_id = registration.target_group_id
        case.save(update_fields=["target_group"])


def _derive(registration: Registration, grant_ids: set[int | None]) -> None:
    if known := sorted(filter(None, grant_ids)):
        refresh_grants(selection=SELECTED, params=[known])
    judge(selection=SELECTED, params=[[registration.pk]])


def _clear_grants_without_decisions(grant_ids: set[int | None]) -> None:
    """A grant that no decision speaks of any more goes; one with only awaiting decisions has no dates."""
    grants = Grant.objects.filter(pk__in=[pk for pk in grant_ids if pk])
    decisions = Registration.objects.filter(grant=OuterRef("pk"))
    grants.filter(~Exists(decisions)).delete()
    grants.filter(~Exists(decisions.decided())).update(starts_on=None, ends_on=None, follow_up_on=None)
