"""What stands between two versions of a plan: lines are the same when their lineage is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from roles.models import Phase, Responsibility, ResponsibilityPlan, Role
from roles.queries.plans.words import CONTENT, FieldChange, field_changes


@dataclass(frozen=True)
class Pair:
    """One line in both versions."""

    old: Responsibility
    new: Responsibility
    fields: list[FieldChange]

    @property
    def is_moved(self) -> bool:
        return (self.old.role_id, self.old.phase) != (self.new.role_id, self.new.phase)


@dataclass(frozen=True)
class Difference:
    old: ResponsibilityPlan
    new: ResponsibilityPlan
    plan_fields: list[FieldChange]
    added: list[Responsibility]
    removed: list[Responsibility]
    changed: list[Pair]  # what they say; such a line may be moved as well
    moved: list[Pair]  # to another role or phase
    reordered: list[Responsibility]  # the first line of each cell whose lines stand in another order
    roles_added: list[Role]
    roles_removed: list[Role]

    @property
    def is_empty(self) -> bool:
        found = (self.plan_fields, self.added, self.removed, self.changed, self.moved, self.reordered)
        return not any((*found, self.roles_added, self.roles_removed))


def difference(old: ResponsibilityPlan, new: ResponsibilityPlan) -> Difference:
    """Four queries; each list in the order of its version."""
    old_roles, new_roles = _roles(old), _roles(new)
    before, after = _lines(old, old_roles), _lines(new, new_roles)
    pairs = [
        Pair(before[key], line, field_changes(Responsibility, before[key], line, CONTENT))
        for key, line in after.items()
        if key in before
    ]
    return Difference(
        old=old,
        new=new,
        plan_fields=field_changes(ResponsibilityPlan, old, new, ["subject", "escalation_days"]),
        added=[line for key, line in after.items() if key not in before],
        removed=[line for key, line in before.items() if key not in after],
        changed=[pair for pair in pairs if pair.fields],
        moved=[pair for pair in pairs if pair.is_moved],
        reordered=_reordered([pair for pair in pairs if not pair.is_moved]),
        roles_added=[role for role in new_roles if role not in old_roles],
        roles_removed=[role for role in old_roles if role not in new_roles],
    )


def _lines(plan: ResponsibilityPlan, roles: list[Role]) -> dict[UUID, Responsibility]:
    """In reading order: role by role, phase by phase."""
    places = {role.pk: place for place, role in enumerate(roles)}
    lines = list(plan.responsibilities.select_related("role").order_by("position", "pk"))
    lines.sort(key=lambda line: (places.get(line.role_id, len(places)), Phase.values.index(line.phase)))
    return {line.lineage: line for line in lines}


def _roles(plan: ResponsibilityPlan) -> list[Role]:
    return [row.role for row in plan.rows.select_related("role").order_by("position", "pk")]


def _reordered(stayed: list[Pair]) -> list[Responsibility]:
    cells: dict[tuple[int, str], list[Pair]] = defaultdict(list)
    for pair in stayed:
        cells[pair.new.role_id, pair.new.phase].append(pair)
    return [
        pairs[0].new
        for pairs in cells.values()
        if pairs != sorted(pairs, key=lambda pair: (pair.old.position, pair.old.pk))
    ]
