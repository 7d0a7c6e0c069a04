"""The rows of a plan: the roles and parties that take part, in the order shown."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max

from roles.actions.plans.drafts import open_draft
from roles.models import PlanRole, ResponsibilityPlan, Role, User
from roles.models.cpr import refuse_cpr
from roles.models.history import record_actor

MOST_ROWS = 60
LONGEST_NAME, LONGEST_CODE = 80, 40
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ü": "u", "ö": "oe", "ä": "ae"})
MOVED, SHIFTED = "Flytter rolle", "Følger med, når en anden rolle flyttes"
GONE = "Rækken er fjernet af en anden, siden du åbnede planen."


@transaction.atomic
def add_row(*, plan: ResponsibilityPlan, role: Role, by: User) -> PlanRole:
    """A role more, below the others."""
    draft = open_draft(plan, by=by, reason=f"Tilføjer {role} til planen")
    return append_row(draft, role)


@transaction.atomic
def add_party(*, plan: ResponsibilityPlan, name: str, by: User) -> PlanRole:
    """A row for a party by its name: one that is known already, or a new one without people or rights."""
    draft = open_draft(plan, by=by, reason="Tilføjer part til planen")
    return append_row(draft, party(name))


@transaction.atomic
def move_row(*, row: PlanRole, up: bool, by: User) -> PlanRole:
    draft = open_draft(row.plan, by=by, reason=MOVED)
    rows = list(draft.rows.select_related("role").order_by("position", "pk"))
    place = rows.index(_current(row))
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    moved = next(each for each in rows if each == row)
    _number(rows, moved=moved, by=by)
    return moved


@transaction.atomic
def set_row_hidden(*, row: PlanRole, is_hidden: bool, by: User) -> PlanRole:
    open_draft(row.plan, by=by, reason="Skjuler rolle" if is_hidden else "Viser rolle")
    changed = _current(row)
    if changed.is_hidden != is_hidden:
        changed.is_hidden = is_hidden
        changed.save(update_fields=["is_hidden"])
    return changed


@transaction.atomic
def remove_row(*, row: PlanRole, by: User) -> None:
    draft = open_draft(row.plan, by=by, reason=f"Fjerner {row.role} fra planen")
    removed = _current(row)
    if count := draft.responsibilities.filter(role=removed.role).count():
        raise ValidationError(
            f"{removed.role} har {count} ansvar i planen. Flyt eller fjern dem først, eller skjul rækken."
        )
    removed.delete()


def append_row(plan: ResponsibilityPlan, role: Role, *, is_hidden: bool = False) -> PlanRole:
    rows = list(plan.rows.select_related("role").order_by("position", "pk"))
    if any(each.role_id == role.pk for each in rows):
        raise ValidationError({"role": f"{role} er allerede med i planen."})
    if len(rows) >= MOST_ROWS:
        raise ValidationError({"role": f"En plan kan højst have {MOST_ROWS} roller."})
    position = max((each.position for each in rows), default=0) + 1
    return PlanRole.objects.create(plan=plan, role=role, position=position, is_hidden=is_hidden)


def party(name: str) -> Role:
    """The role of that name; a new one holds no rights and is held by nobody."""
    wanted = _checked_name(name)
    _one_party_at_a_time()
    if known := Role.objects.filter(name__iexact=wanted).first():
        return known
    last = Role.objects.aggregate(last=Max("position"))["last"] or 0
    return Role.objects.create(code=_free_code(wanted), name=wanted, position=last + 1, is_staffed=False)


def _checked_name(name: str) -> str:
    wanted = " ".join(name.replace("\x00", "").split())
    if not re.search(r"[^\W\d_]", wanted):
        raise ValidationError({"name": "Skriv, hvad parten hedder."})
    if len(wanted) > LONGEST_NAME:
        raise ValidationError({"name": f"Skriv højst {LONGEST_NAME} tegn."})
    try:
        refuse_cpr(wanted)
    except ValidationError as error:
        raise ValidationError({"name": error.messages}) from error
    return wanted


def _one_party_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('party'))")


def _free_code(name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower().translate(_ASCII)).strip("_") or "part"
    taken = set(Role.objects.values_list("code", flat=True))
    codes = (stem[: LONGEST_CODE - 4], *(f"{stem[: LONGEST_CODE - 4]}_{n}" for n in range(2, 1000)))
    return next(code for code in codes if code not in taken)


def _current(row: PlanRole) -> PlanRole:
    found = PlanRole.objects.select_related("role", "plan").filter(pk=row.pk).first()
    if found is None:
        raise ValidationError(GONE)
    return found


def _number(rows: list[PlanRole], *, moved: PlanRole, by: User) -> None:
    """Only the moved row is told of in the history; the others make room."""
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            record_actor(user_id=by.pk, reason=MOVED if row == moved else SHIFTED)
            row.position = position
            row.save(update_fields=["position"])
