"""Undo: an earlier edition of a responsibility, also of a removed one, is brought back from the history."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from roles.actions.plans.content import CONTENT, refuse_content
from roles.actions.plans.drafts import open_draft
from roles.actions.plans.responsibilities import cell_of, put_in_cell
from roles.actions.plans.rows import append_row
from roles.models import PlanRole, Responsibility, ResponsibilityPlan, Role, User

RESTORED = "Gendanner ansvar"


@transaction.atomic
def restore_responsibility(*, plan: ResponsibilityPlan, history_id: int, by: User) -> Responsibility:
    """Give a line the content of an earlier edition; a removed line returns to its cell."""
    draft = open_draft(plan, by=by, reason=RESTORED)
    edition = Responsibility.history.filter(history_id=history_id, plan_id=draft.pk).first()
    if edition is None:
        raise ValidationError("Den udgave findes ikke i planens historik.")
    standing = Responsibility.objects.select_related("plan", "role").filter(pk=edition.id).first()
    return _content_back(standing, edition) if standing else _line_back(draft, edition, by=by)


def _content_back(line: Responsibility, edition: Any) -> Responsibility:
    for name in CONTENT:
        setattr(line, name, getattr(edition, name))
    refuse_content(line)
    line.edition += 1
    line.save(update_fields=[*CONTENT, "edition"])
    return line


def _line_back(draft: ResponsibilityPlan, edition: Any, *, by: User) -> Responsibility:
    """With its own key, so that its history goes on, and at the place it had."""
    role = Role.objects.get(pk=edition.role_id)
    if not PlanRole.objects.filter(plan=draft, role=role).exists():
        append_row(draft, role)
    line = Responsibility(
        pk=edition.id,
        plan=draft,
        role=role,
        phase=edition.phase,
        position=edition.position,
        lineage=edition.lineage,
        edition=edition.edition + 1,
        **{name: getattr(edition, name) for name in CONTENT},
    )
    refuse_content(line)
    cell = cell_of(draft, role, line.phase)
    line.save(force_insert=True)
    above = [each for each in cell if each.position < edition.position]
    put_in_cell([*above, line, *cell[len(above) :]], moved=line, by=by, reason=RESTORED)
    return line
