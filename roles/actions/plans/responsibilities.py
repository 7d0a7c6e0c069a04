"""The lines of a plan's cells: added, changed, moved and removed while the plan is a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from roles.actions.plans.content import CONTENT, fill_in
from roles.actions.plans.drafts import open_draft, row_of
from roles.models import Phase, Responsibility, ResponsibilityPlan, Role, User
from roles.models.history import record_actor

MOST_RESPONSIBILITIES = 1000
SHIFTED = "Følger med, når et andet ansvar flyttes"
REMOVED = "Ansvaret er fjernet af en anden, siden du åbnede det. Det kan hentes frem igen under Ændringer."


class EditConflict(ValidationError):
    """Somebody else saved the responsibility after it was opened; `current` is what stands now."""

    def __init__(self, current: Responsibility) -> None:
        super().__init__("Ansvaret er rettet af en anden, siden du åbnede det. Se begge udgaver, og vælg.")
        self.current = current


@transaction.atomic
def add_responsibility(
    *,
    plan: ResponsibilityPlan,
    role: Role,
    phase: str,
    values: Mapping[str, Any],
    by: User,
    after: Responsibility | None = None,
) -> Responsibility:
    """A new line last in the cell, or right below another one."""
    draft = open_draft(plan, by=by, reason="Tilføjer ansvar")
    added = Responsibility(plan=draft, role=row_of(draft, role).role, phase=known_phase(phase))
    fill_in(added, values)
    if draft.responsibilities.count() >= MOST_RESPONSIBILITIES:
        raise ValidationError(f"En plan kan højst have {MOST_RESPONSIBILITIES} ansvar.")
    cell = cell_of(draft, added.role, added.phase)
    place = next((n for n, each in enumerate(cell, start=1) if each == after), len(cell))
    added.position = _free_position(cell)
    added.save(force_insert=True)
    put_in_cell([*cell[:place], added, *cell[place:]], moved=added, by=by, reason="Tilføjer ansvar")
    return added


@transaction.atomic
def change_responsibility(
    *, responsibility: Responsibility, edition: int, values: Mapping[str, Any], by: User
) -> Responsibility:
    """Save changed content. Raises EditConflict when it was changed after edition `edition` was read."""
    open_draft(responsibility.plan, by=by, reason="Retter ansvar")
    changed = _current(responsibility, edition)
    before = {name: getattr(changed, name) for name in CONTENT}
    fill_in(changed, values)
    if before != {name: getattr(changed, name) for name in CONTENT}:
        changed.edition += 1
        changed.save(update_fields=[*CONTENT, "edition"])
    return changed


@transaction.atomic
def move_responsibility(
    *,
    responsibility: Responsibility,
    by: User,
    up: bool | None = None,
    to: tuple[Role, str] | None = None,
    before: Responsibility | None = None,
) -> Responsibility:
    """One step up or down, or to a place: a cell's end, or before another line.

    A move keeps the edition: whoever is writing the text meanwhile can still save it.
    """
    draft = open_draft(responsibility.plan, by=by, reason="Flytter ansvar")
    moved = _current(responsibility)
    if up is not None:
        order = _one_step(cell_of(draft, moved.role, moved.phase), moved, up=up)
    else:
        moved.role, moved.phase = _target(draft, moved, to, before)
        order = [each for each in cell_of(draft, moved.role, moved.phase) if each != moved]
        order.insert(order.index(before) if before in order else len(order), moved)
    put_in_cell(order, moved=moved, by=by, reason="Flytter ansvar")
    return moved


@transaction.atomic
def remove_responsibility(*, responsibility: Responsibility, edition: int, by: User) -> int:
    """Tells the history row from which restore_responsibility brings it back."""
    open_draft(responsibility.plan, by=by, reason="Fjerner ansvar")
    removed = _current(responsibility, edition)
    key = removed.pk
    removed.delete()
    history: Any = Responsibility.history
    return int(history.filter(id=key, history_type="-").latest("history_id").history_id)


def known_phase(phase: str) -> Phase:
    if phase not in Phase.values:
        phases = ", ".join(str(each.label) for each in Phase)
        raise ValidationError({"phase": f"Vælg en af faserne: {phases}."})
    return Phase(phase)


def cell_of(plan: ResponsibilityPlan, role: Role, phase: str) -> list[Responsibility]:
    found = plan.responsibilities.filter(role=role, phase=phase)
    return list(found.select_related("role").order_by("position", "pk"))


def put_in_cell(order: list[Responsibility], *, moved: Responsibility, by: User, reason: str) -> None:
    """Number the lines of a cell. Only the moved one is told of in the history; the others make room."""
    record_actor(user_id=by.pk, reason=SHIFTED)
    for position, line in enumerate(order, start=1):
        if line != moved and line.position != position:
            line.position = position
            line.save(update_fields=["position"])
    record_actor(user_id=by.pk, reason=reason)
    moved.position = order.index(moved) + 1
    if _stands_elsewhere(moved):
        moved.save(update_fields=["role", "phase", "position"])


def _stands_elsewhere(moved: Responsibility) -> bool:
    place = {"role": moved.role_id, "phase": moved.phase, "position": moved.position}
    return not Responsibility.objects.filter(pk=moved.pk, **place).exists()


def _free_position(cell: list[Responsibility]) -> int:
    return max((each.position for each in cell), default=0) + 1


def _current(responsibility: Responsibility, edition: int | None = None) -> Responsibility:
    """The line as it stands; the plan is locked already."""
    found = Responsibility.objects.select_related("plan", "role").filter(pk=responsibility.pk).first()
    if found is None:
        raise ValidationError(REMOVED, code="removed")
    if edition not in (None, found.edition):
        raise EditConflict(found)
    return found


def _one_step(cell: list[Responsibility], moved: Responsibility, *, up: bool) -> list[Responsibility]:
    place = cell.index(moved)
    other = place - 1 if up else place + 1
    if 0 <= other < len(cell):
        cell[place], cell[other] = cell[other], cell[place]
    cell[cell.index(moved)] = moved
    return cell


def _target(
    plan: ResponsibilityPlan,
    moved: Responsibility,
    to: tuple[Role, str] | None,
    before: Responsibility | None,
) -> tuple[Role, str]:
    if to is not None:
        return row_of(plan, to[0]).role, known_phase(to[1])
    found = plan.responsibilities.select_related("role").filter(pk=before.pk).first() if before else None
    return (found.role, found.phase) if found else (moved.role, moved.phase)
