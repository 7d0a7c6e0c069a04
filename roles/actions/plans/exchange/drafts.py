"""What a file would change, and the draft that is made of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction

from roles.actions.files.outcome import ImportOutcome
from roles.actions.plans.content import CONTENT
from roles.actions.plans.drafts import locked_unit
from roles.actions.plans.exchange.lines import PlanFile
from roles.actions.plans.rows import party as party_role
from roles.actions.plans.versions import new_plan, next_version, put_content
from roles.models import Phase, Responsibility, ResponsibilityPlan, Role, Unit, User
from roles.queries.plan_content import Line, Party, PlanContent, content_of

NO_CONTENT = "Filen har ingen ansvar, der kan indlæses."
SAME = "Filen svarer til version {} af planen, som den står. Der er intet at gemme."
DRAFT = "Der er allerede en kladde om {} i {}. Arbejd videre i den, eller slet den først."
TWICE = "Rollen {} står to gange i filen. Ret den ene."


@dataclass(frozen=True)
class Preview:
    """The plan as it would stand, counted against the newest version.

    obstacle: why it cannot be kept. is_outdated: keeping it undoes what the newest version changed.
    """

    unit: Unit
    content: PlanContent
    outcome: ImportOutcome
    base: ResponsibilityPlan | None
    stored: PlanContent | None
    added: list[Line]
    changed: list[Line]
    removed: list[Line]
    new_parties: list[str]
    obstacle: str
    is_outdated: bool


def preview(file: PlanFile, *, unit: Unit, subject: str) -> Preview:
    """Nothing is written."""
    base = newest(unit, subject)
    stored = content_of(base) if base else None
    content = _settled(_filled(file, stored), unit, base.subject if base else subject)
    content = replace(content, version=base.version + 1 if base else 1)
    was = {line.lineage: line for line in stored.lines} if stored else {}
    added = [line for line in content.lines if line.lineage not in was]
    changed = [line for line in content.lines if line.lineage in was and was[line.lineage] != line]
    kept = {line.lineage for line in content.lines}
    known = set(Role.objects.values_list("code", flat=True))
    return Preview(
        unit=unit,
        content=content,
        outcome=_counted(file, content, added, changed),
        base=base,
        stored=stored,
        added=added,
        changed=changed,
        removed=[line for lineage, line in was.items() if lineage not in kept],
        new_parties=[party.name for party in content.parties if party.code not in known],
        obstacle=_obstacle(content, base, stored),
        is_outdated=_is_outdated(file.content, base),
    )


def _counted(file: PlanFile, content: PlanContent, added: list[Line], changed: list[Line]) -> ImportOutcome:
    """Of the file's own rows; what stays because the file cannot show it is not among them."""
    accepted = file.outcome.rows - file.outcome.rejected
    return replace(
        file.outcome,
        created=len(added),
        updated=len(changed),
        unchanged=accepted - len(added) - len(changed),
    )


@transaction.atomic
def keep_as_draft(*, file: PlanFile, unit: Unit, subject: str, by: User) -> ResponsibilityPlan:
    """A first version, or the next one of the unit's plan on the subject. The same file twice is refused."""
    found = preview(file, unit=locked_unit(unit), subject=subject)
    if found.obstacle:
        raise ValidationError(found.obstacle)
    plan = next_version(found.base, by=by) if found.base else new_plan(unit=unit, subject=subject, by=by)
    plan.escalation_days = found.content.escalation_days
    plan.save(update_fields=["escalation_days"])
    roles = _roles(found.content.parties)
    rows = [(roles[party.code], party.is_hidden) for party in found.content.parties]
    put_content(plan, rows, _responsibilities(found.content.lines, roles))
    return plan


def newest(unit: Unit, subject: str) -> ResponsibilityPlan | None:
    same = ResponsibilityPlan.objects.filter(unit=unit, subject__iexact=" ".join(subject.split()))
    return same.select_related("unit").order_by("-version").first()


def _filled(file: PlanFile, stored: PlanContent | None) -> PlanContent:
    """What the file cannot say comes from the plan it stands on: settings, and the details of known texts."""
    content = file.content
    if stored is None:
        return content
    if not file.has_settings:
        content = replace(content, escalation_days=stored.escalation_days)
    if file.has_details:
        return replace(content, lines=_with_refused(file, stored))
    known = {_place(line): line for line in stored.lines}
    lines = [known.pop(_place(line), line) for line in content.lines]
    parties, hidden = _with_hidden(content.parties, stored.parties)
    return replace(content, parties=parties, lines=[*lines, *(x for x in stored.lines if x.role in hidden)])


def _with_refused(file: PlanFile, stored: PlanContent) -> list[Line]:
    """A row that could not be read does not take its line out of the plan: that stays as it was."""
    lines = list(file.content.lines)
    roles = {party.code for party in file.content.parties}
    kept = {line.lineage: line for line in stored.lines if line.role in roles}
    present = {line.lineage for line in lines}
    back = [(place, kept[key]) for key, place in file.refused.items() if key in kept and key not in present]
    for shift, (place, line) in enumerate(back):
        lines.insert(place + shift, line)
    return lines


def _with_hidden(shown: list[Party], stored: list[Party]) -> tuple[list[Party], set[str]]:
    """Word shows no hidden roles: they stay as they are, each after the role that it stood after."""
    parties, codes = list(shown), {party.code for party in shown}
    hidden = {party.code for party in stored if party.is_hidden} - codes
    after = 0
    for party in stored:
        if party.code in hidden:
            parties.insert(after, party)
        after = next((n for n, each in enumerate(parties, 1) if each.code == party.code), after)
    return parties, hidden


def _place(line: Line) -> tuple[str, str, str]:
    return line.role, line.phase, " ".join(line.text.split())


def _settled(content: PlanContent, unit: Unit, subject: str) -> PlanContent:
    """For this unit and subject, in the order shown. A line of another plan begins a line of its own here."""
    others = Responsibility.objects.filter(
        lineage__in=[line.lineage for line in content.lines if line.lineage]
    )
    foreign = set(
        others.exclude(plan__unit=unit, plan__subject__iexact=subject).values_list("lineage", flat=True)
    )
    order = {party.code: place for place, party in enumerate(content.parties)}
    phases = {phase: place for place, phase in enumerate(Phase.values)}
    lines = [replace(line, lineage=_own(line.lineage, foreign)) for line in content.lines]
    lines.sort(key=lambda line: (order[line.role], phases[line.phase]))
    return replace(content, unit=unit.code, unit_name=unit.name, subject=subject, lines=lines)


def _own(lineage: UUID | None, foreign: set[UUID]) -> UUID:
    return uuid4() if lineage is None or lineage in foreign else lineage


def _is_outdated(said: PlanContent, base: ResponsibilityPlan | None) -> bool:
    """Whether the file was fetched from a version before the newest one."""
    if base is None or (said.unit, said.subject.casefold()) != (base.unit.code, base.subject.casefold()):
        return False
    return 0 < said.version < base.version


def _obstacle(content: PlanContent, base: ResponsibilityPlan | None, stored: PlanContent | None) -> str:
    if base and not base.is_adopted:
        return DRAFT.format(base.subject, base.unit)
    if not content.lines:
        return NO_CONTENT
    if base and stored and _shape(content) == _shape(stored):
        return SAME.format(base.version)
    return ""


def _shape(content: PlanContent) -> tuple[object, ...]:
    rows = [(party.code, party.is_hidden) for party in content.parties]
    return content.escalation_days, rows, content.lines


def _roles(parties: list[Party]) -> dict[str, Role]:
    known = Role.objects.in_bulk([party.code for party in parties], field_name="code")
    roles = {party.code: known.get(party.code) or party_role(party.name) for party in parties}
    name, times = Counter(str(role) for role in roles.values()).most_common(1)[0]
    if times > 1:
        raise ValidationError(TWICE.format(name))
    return roles


def _responsibilities(lines: list[Line], roles: dict[str, Role]) -> list[Responsibility]:
    places: Counter[tuple[str, str]] = Counter()
    made = []
    for line in lines:
        places[line.role, line.phase] += 1
        content = {name: getattr(line, name) for name in CONTENT}
        position = places[line.role, line.phase]
        made.append(
            Responsibility(
                role=roles[line.role],
                phase=line.phase,
                position=position,
                lineage=line.lineage or uuid4(),
                **content,
            )
        )
    return made
