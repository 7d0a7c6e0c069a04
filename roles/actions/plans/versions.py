"""A plan's life: created, copied to a new version, adopted by a body; a draft may be deleted."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from roles.actions.duties import follow_plans, take_turn
from roles.actions.plans.drafts import GONE, locked_unit, open_draft
from roles.actions.plans.template import starting_content
from roles.models import Duty, PlanRole, Responsibility, ResponsibilityPlan, Role, RoleCode, Unit, User
from roles.models.cpr import refuse_cpr
from roles.models.history import record_actor

# The five of the guidance, in its order.
FIRST_ROLES = (
    RoleCode.POLITICIAN,
    RoleCode.EXECUTIVE,
    RoleCode.PROFESSIONAL_LEAD,
    RoleCode.TEAM_LEADER,
    RoleCode.CASEWORKER,
)
MOST_ESCALATION_DAYS = 365


@transaction.atomic
def create_plan(*, unit: Unit, subject: str, by: User, from_template: bool) -> ResponsibilityPlan:
    """A first draft: the five roles and empty cells, or the starting content."""
    plan = new_plan(unit=unit, subject=subject, by=by)
    if from_template:
        put_content(plan, *starting_content(on=localdate()))
    else:
        roles = Role.objects.in_bulk(FIRST_ROLES, field_name="code")
        put_content(plan, [(roles[code], False) for code in FIRST_ROLES], [])
    return plan


@transaction.atomic
def copy_plan(
    *, plan: ResponsibilityPlan, by: User, unit: Unit | None = None, subject: str | None = None
) -> ResponsibilityPlan:
    """A new version of the plan. For another unit or subject it is a first version, of new lineages."""
    source = _as_it_stands(plan)
    target = unit or source.unit
    topic = source.subject if subject is None else _checked_subject(subject)
    is_version = target == source.unit and topic.casefold() == source.subject.casefold()
    if is_version:
        copy = next_version(source, by=by)
    else:
        copy = new_plan(unit=target, subject=topic, by=by, source=source)
    rows = [(row.role, row.is_hidden) for row in source.rows.select_related("role")]
    put_content(copy, rows, [_copied(line, is_version) for line in source.responsibilities.all()])
    return copy


@transaction.atomic
def adopt_plan(  # noqa: PLR0913 - the record of a political decision
    *, plan: ResponsibilityPlan, body: str, adopted_on: date, case_number: str, link: str, by: User
) -> ResponsibilityPlan:
    """Put the draft in force; the version before it is superseded the same day."""
    take_turn()
    adopted = open_draft(plan, by=by, reason=f"Registrerer vedtagelse af {plan}")
    locked_unit(adopted.unit)
    former = _in_force(adopted)
    adopted.body, adopted.adopted_on = body.strip(), adopted_on
    adopted.case_number, adopted.link = case_number.strip(), link.strip()
    _refuse_adoption(adopted, former)
    if former:
        former.superseded_on = adopted_on
        former.save(update_fields=["superseded_on"])
    adopted.save(update_fields=["body", "adopted_on", "case_number", "link"])
    follow_plans(units=[adopted.unit])
    return adopted


@transaction.atomic
def delete_draft(*, plan: ResponsibilityPlan, by: User) -> None:
    draft = open_draft(plan, by=by, reason=f"Sletter kladden {plan}")
    if Duty.objects.filter(responsibility__plan=draft).exists():
        raise ValidationError("Der hører opgaver til planen, så den kan ikke slettes.")
    draft.delete()


@transaction.atomic
def rename_plan(
    *, plan: ResponsibilityPlan, subject: str, escalation_days: int, by: User
) -> ResponsibilityPlan:
    """Change what the draft is about, and when overdue duties go further up."""
    draft = open_draft(plan, by=by, reason="Retter planens emne og frister")
    wanted = _checked_subject(subject)
    if wanted.casefold() != draft.subject.casefold():
        _refuse_new_subject(draft, wanted)
    if not 1 <= escalation_days <= MOST_ESCALATION_DAYS:
        raise ValidationError({"escalation_days": f"Skriv et antal dage fra 1 til {MOST_ESCALATION_DAYS}."})
    if draft.version == 1:
        draft.subject = wanted
    draft.escalation_days = escalation_days
    draft.save(update_fields=["subject", "escalation_days"])
    return draft


def new_plan(
    *, unit: Unit, subject: str, by: User, source: ResponsibilityPlan | None = None
) -> ResponsibilityPlan:
    """The first version for a unit and a subject, still without rows. Call it in a transaction."""
    place, topic = locked_unit(unit), _checked_subject(subject)
    _refuse_same_subject(place, topic)
    record_actor(user_id=by.pk, reason=f"Opretter planen {topic} i {place.code}")
    plan = ResponsibilityPlan(unit=place, subject=topic)
    if source is not None:
        plan.escalation_days = source.escalation_days
        plan.copied_from = source if source.is_adopted else None  # a draft can be deleted
    plan.save(force_insert=True)
    return plan


def put_content(plan: ResponsibilityPlan, rows: list[tuple[Role, bool]], lines: list[Responsibility]) -> None:
    """Fill a new draft: roles with whether they are hidden, and lines whose content was checked before."""
    PlanRole.objects.bulk_create(
        PlanRole(plan=plan, role=role, position=position, is_hidden=is_hidden)
        for position, (role, is_hidden) in enumerate(rows, start=1)
    )
    for line in lines:
        line.plan = plan
    Responsibility.objects.bulk_create(lines)


def next_version(plan: ResponsibilityPlan, *, by: User) -> ResponsibilityPlan:
    """The next draft for the unit and subject of a plan, still without rows. Call it in a transaction."""
    unit = locked_unit(plan.unit)
    versions = list(ResponsibilityPlan.objects.filter(unit=unit, subject=plan.subject))
    if any(not each.is_adopted for each in versions):
        raise ValidationError(f"Der er allerede en kladde til {plan.subject} i {unit}. Arbejd videre i den.")
    number = max(each.version for each in versions) + 1
    record_actor(user_id=by.pk, reason=f"Laver version {number} af {plan.subject}")
    return ResponsibilityPlan.objects.create(
        unit=unit,
        subject=plan.subject,
        version=number,
        copied_from=plan,
        escalation_days=plan.escalation_days,
    )


def _as_it_stands(plan: ResponsibilityPlan) -> ResponsibilityPlan:
    found = ResponsibilityPlan.objects.select_related("unit").filter(pk=plan.pk).first()
    if found is None:
        raise ValidationError(GONE)
    return found


def _copied(line: Responsibility, is_version: bool) -> Responsibility:
    line.pk, line.edition, line._state.adding = None, 1, True
    if not is_version:
        line.lineage = uuid4()
    return line


def _in_force(plan: ResponsibilityPlan) -> ResponsibilityPlan | None:
    same = ResponsibilityPlan.objects.filter(unit=plan.unit, subject=plan.subject)
    return same.in_force().select_for_update(of=("self",)).first()


def _refuse_adoption(plan: ResponsibilityPlan, former: ResponsibilityPlan | None) -> None:
    if not plan.responsibilities.exists():
        raise ValidationError("Planen har ingen ansvar. Skriv mindst ét, før den vedtages.")
    if not plan.body:
        raise ValidationError({"body": "Skriv, hvem der har vedtaget planen."})
    for name in ("body", "case_number"):
        try:
            refuse_cpr(getattr(plan, name))
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
    plan.clean_fields(exclude=["unit", "copied_from", "subject"])
    _refuse_day(plan, former)


def _refuse_day(plan: ResponsibilityPlan, former: ResponsibilityPlan | None) -> None:
    day = plan.adopted_on
    assert day is not None  # it was given
    if day > localdate():
        raise ValidationError(
            {"adopted_on": "Skriv den dag, planen blev vedtaget. Den kan ikke være i fremtiden."}
        )
    if day < plan.unit.opened_on:
        raise ValidationError({"adopted_on": f"{plan.unit} findes først fra {plan.unit.opened_on:%d-%m-%Y}."})
    if former and former.adopted_on and day < former.adopted_on:
        raise ValidationError(
            {
                "adopted_on": f"Version {former.version} blev vedtaget {former.adopted_on:%d-%m-%Y}. "
                "En ny version kan ikke være vedtaget før den."
            }
        )


def _checked_subject(subject: str) -> str:
    topic = " ".join(subject.replace("\x00", "").split())
    if not topic:
        raise ValidationError({"subject": "Skriv, hvad planen handler om, for eksempel Voksen handicap."})
    ResponsibilityPlan(subject=topic).clean_fields(exclude=["unit", "copied_from"])
    return topic


def _refuse_same_subject(unit: Unit, subject: str) -> None:
    other = ResponsibilityPlan.objects.filter(unit=unit, subject__iexact=subject).order_by("-version").first()
    if other is None:
        return
    state = "vedtaget plan" if other.is_adopted else "kladde"
    advice = "Lav en ny version af den" if other.is_adopted else "Arbejd videre i den"
    raise ValidationError(
        {"subject": f"{unit} har allerede en {state} om {other.subject}. {advice}, eller vælg et andet emne."}
    )


def _refuse_new_subject(plan: ResponsibilityPlan, subject: str) -> None:
    if plan.version > 1:
        raise ValidationError(
            {
                "subject": "Emnet følger planens tidligere versioner. "
                "Lav en kopi til et andet emne, hvis planen skal handle om noget andet."
            }
        )
    _refuse_same_subject(plan.unit, subject)
