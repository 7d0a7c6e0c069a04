"""A plan in the words that all its files show: title, facts, grid and the details of each responsibility."""

from __future__ import annotations

from datetime import date

from roles.models import EventKind, InformationLevel, Involvement, Phase, Timing
from roles.queries.plan_content import Line, Party, PlanContent

TITLE = "Rolle- og ansvarsfordeling"
ROLE_HEADER = "Rolle"
SUBJECT, UNIT, VERSION, STATE, AGENDA = "Emne", "Enhed", "Version", "Status", "Dagsorden"
DETAILS_TITLE = "Ansvar i detaljer"
DETAILS = ("Rolle", "Fase", "Ansvar", "Medvirken", "Tidspunkt", "Informationsniveau", "Dokumenteres ved")
EVENTS = {
    EventKind.PLAN_ADOPTED: "planens vedtagelse",
    EventKind.STANDARD_ADOPTED: "vedtagelsen af en kvalitetsstandard",
    EventKind.COMMITTEE_MEETING: "hvert udvalgsmøde",
    EventKind.COUNCIL_MEETING: "hvert møde i kommunalbestyrelsen",
    EventKind.ELECTION: "kommunalvalget",
    EventKind.BUDGET_ADOPTED: "budgettets vedtagelse",
}


def day(value: date | None) -> str:
    return f"{value:%d-%m-%Y}" if value else ""


def title(plan: PlanContent) -> str:
    return f"{TITLE}: {plan.subject}"


def file_name(plan: PlanContent, ending: str) -> str:
    kept = "".join(each if each.isalnum() or each in " -" else " " for each in plan.subject)
    return f"{TITLE} {' '.join(kept.split())} v{plan.version}.{ending}"


def facts(plan: PlanContent) -> list[tuple[str, str]]:
    pairs = [
        (SUBJECT, plan.subject),
        (UNIT, f"{plan.unit_name} ({plan.unit})"),
        (VERSION, str(plan.version)),
        (STATE, state(plan)),
        (AGENDA, plan.link),
    ]
    return [(label, value) for label, value in pairs if value]


def state(plan: PlanContent) -> str:
    if not plan.adopted_on:
        return "Kladde, ikke vedtaget"
    case = f", sagsnummer {plan.case_number}" if plan.case_number else ""
    superseded = f". Afløst {day(plan.superseded_on)}" if plan.superseded_on else ""
    return f"Vedtaget {day(plan.adopted_on)} af {plan.body}{case}{superseded}"


def shown(plan: PlanContent) -> list[Party]:
    return [party for party in plan.parties if not party.is_hidden]


def grid(plan: PlanContent) -> list[tuple[str, list[list[str]]]]:
    """Per shown role its name and, per phase, the texts."""
    return [
        (party.name, [[line.text for line in plan.cell(party.code, phase)] for phase in Phase.values])
        for party in shown(plan)
    ]


def details(plan: PlanContent) -> list[list[str]]:
    return [
        [
            party.name,
            Phase(line.phase).label,
            line.text,
            Involvement(line.involvement).label + (", hver for sig" if line.is_individual else ""),
            timing(line),
            InformationLevel(line.information_level).label if line.information_level else "",
            ". ".join(each for each in (line.evidence, line.legal_basis) if each),
        ]
        for party in shown(plan)
        for phase in Phase.values
        for line in plan.cell(party.code, phase)
    ]


def timing(line: Line) -> str:
    if line.timing == Timing.RELATIVE:
        return around(line.offset_days or 0, EVENTS[EventKind(line.event)])
    if not line.timing:
        return ""
    if line.timing == Timing.ONCE:
        return f"Senest {day(line.first_due_on)}" if line.first_due_on else "Én gang"
    first = f", første gang {day(line.first_due_on)}" if line.first_due_on else ""
    return f"{Timing(line.timing).label}{first}"


def around(offset: int, event: str) -> str:
    """14 dage før hvert udvalgsmøde."""
    if offset == 0:
        return f"Samme dag som {event}"
    days = "dag" if abs(offset) == 1 else "dage"
    return f"{abs(offset)} {days} {'efter' if offset > 0 else 'før'} {event}"
