"""The form of one line: its cell, the line it writes on, and what another saved meanwhile."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from roles.actions.plans import EditConflict
from roles.forms.plans import ResponsibilityForm
from roles.models import Phase, Responsibility, ResponsibilityPlan, Role
from roles.queries.plans import FieldChange
from roles.queries.plans.words import CONTENT, field_changes

Query = dict[str, str | int]


@dataclass
class Editor:
    plan: ResponsibilityPlan
    role: Role
    phase: Phase
    form: ResponsibilityForm
    key: str
    line: Responsibility | None = None
    after: Responsibility | None = None

    @classmethod
    def for_line(cls, line: Responsibility) -> Editor:
        key = str(line.pk)
        form = ResponsibilityForm.of(line, auto_id=_auto_id(key))
        return cls(line.plan, line.role, Phase(line.phase), form, key, line)

    @classmethod
    def for_new(
        cls, plan: ResponsibilityPlan, role: Role, phase: Phase, after: Responsibility | None = None
    ) -> Editor:
        key = f"ny{secrets.token_hex(3)}"
        return cls(plan, role, phase, ResponsibilityForm(auto_id=_auto_id(key)), key, after=after)

    @property
    def auto_id(self) -> str:
        return _auto_id(self.key)

    @property
    def action(self) -> str:
        if self.line:
            return reverse("responsibility-edit", args=[self.line.pk])
        return new_address(self.plan, self.role, self.phase, self.after)

    @property
    def close(self) -> str:
        """Where closing without saving leads."""
        opened = {"ansvar": self.line.pk} if self.line else {}
        query: Query = {"rolle": self.role.pk, "fase": self.phase.value, **opened}
        return f"{reverse('responsibility-cell', args=[self.plan.pk])}?{urlencode(query)}"


@dataclass(frozen=True)
class Clash:
    """Two editions of the same line, and who saved the other one."""

    current: Responsibility
    saved: Any  # the history row of the other's edition
    fields: list[FieldChange]  # saved now, and typed here

    @property
    def address(self) -> str:
        """The form anew, as the other has saved it."""
        return reverse("responsibility-edit", args=[self.current.pk])

    @classmethod
    def of(cls, conflict: EditConflict, form: ResponsibilityForm) -> Clash:
        current = conflict.current
        history = Responsibility.history.filter(id=current.pk).select_related("history_user")
        return cls(current, history.latest("history_id"), _differences(current, form))


def new_address(plan: ResponsibilityPlan, role: Role, phase: str, after: Responsibility | None = None) -> str:
    query: Query = {"rolle": role.pk, "fase": Phase(phase).value}
    if after:
        query["efter"] = after.pk
    return f"{reverse('responsibility-new', args=[plan.pk])}?{urlencode(query)}"


def edit_address(plan: ResponsibilityPlan, line: Responsibility | None = None, **query: int) -> str:
    """The whole grid, at the line."""
    asked = f"?{urlencode(query)}" if query else ""
    anchor = f"#ansvar-{line.pk}" if line else ""
    return f"{reverse('plan-edit', args=[plan.pk])}{asked}{anchor}"


def _auto_id(key: str) -> str:
    return f"linje-{key}-%s"


def _differences(current: Responsibility, form: ResponsibilityForm) -> list[FieldChange]:
    if not form.is_bound or not form.is_valid():
        return []
    return field_changes(Responsibility, current, Responsibility(**form.content()), CONTENT)
