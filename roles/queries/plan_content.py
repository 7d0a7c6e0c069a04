"""A plan as plain values in the order shown: what its files are made of, and what is read back from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from roles.models import Phase, PlanRole, Responsibility, ResponsibilityPlan


@dataclass(frozen=True)
class Party:
    """A row of the grid. A role the program does not know is made as a party without people."""

    code: str
    name: str
    is_staffed: bool = False
    held_at: str = ""
    is_hidden: bool = False


@dataclass(frozen=True)
class Line:
    """One responsibility; `role` is the code of its party. Without lineage it is a new one."""

    role: str
    phase: str
    text: str
    involvement: str = "ansvarlig"
    information_level: str = ""
    timing: str = ""
    first_due_on: date | None = None
    event: str = ""
    offset_days: int | None = None
    evidence: str = ""
    is_individual: bool = False
    legal_basis: str = ""
    lineage: UUID | None = None


@dataclass(frozen=True)
class PlanContent:
    unit: str
    unit_name: str
    subject: str
    version: int = 1
    escalation_days: int = 14
    adopted_on: date | None = None
    body: str = ""
    case_number: str = ""
    link: str = ""
    superseded_on: date | None = None
    parties: list[Party] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def cell(self, role: str, phase: str) -> list[Line]:
        return [line for line in self.lines if (line.role, line.phase) == (role, phase)]


def content_of(plan: ResponsibilityPlan) -> PlanContent:
    """Two queries besides the plan and its unit."""
    rows = list(plan.rows.select_related("role").order_by("position", "pk"))
    order = {row.role_id: place for place, row in enumerate(rows)}
    lines = list(plan.responsibilities.select_related("role"))
    lines.sort(key=lambda each: (order.get(each.role_id, len(rows)), *_place(each)))
    return PlanContent(
        unit=plan.unit.code,
        unit_name=plan.unit.name,
        subject=plan.subject,
        version=plan.version,
        escalation_days=plan.escalation_days,
        adopted_on=plan.adopted_on,
        body=plan.body,
        case_number=plan.case_number,
        link=plan.link,
        superseded_on=plan.superseded_on,
        parties=[_party(row) for row in rows],
        lines=[_line(each) for each in lines],
    )


def _place(responsibility: Responsibility) -> tuple[int, int, int]:
    return Phase.values.index(responsibility.phase), responsibility.position, responsibility.pk


def _party(row: PlanRole) -> Party:
    role = row.role
    return Party(role.code, role.name, role.is_staffed, role.held_at, row.is_hidden)


def _line(each: Responsibility) -> Line:
    return Line(
        role=each.role.code,
        phase=each.phase,
        text=each.text,
        involvement=each.involvement,
        information_level=each.information_level,
        timing=each.timing,
        first_due_on=each.first_due_on,
        event=each.event,
        offset_days=each.offset_days,
        evidence=each.evidence,
        is_individual=each.is_individual,
        legal_basis=each.legal_basis,
        lineage=each.lineage,
    )
