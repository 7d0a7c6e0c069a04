"""The catalogue: laws, interventions, target groups, need levels and reasons, each by its own code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.files.outcome import ImportOutcome
from roles.models import User
from serviceniveau.actions.imports.entries import Entry, Keep, keep_entries, keep_row, read_sections
from serviceniveau.actions.imports.runs import DeliveredFile, Delivery, perform
from serviceniveau.models import DeviationReason, ImportRun, Intervention, LegalBasis, NeedLevel, TargetGroup

Names = Callable[[Any], set[Any]]


def import_catalogue(*, file: DeliveredFile, by: User | None = None) -> ImportOutcome:
    """Take in the file; the same file again changes nothing. Raises FileRefused."""
    delivery = Delivery(ImportRun.Subject.CATALOGUE, file, "", by)
    return perform(delivery, lambda: _import(file.content), dry_run=False)


def _import(content: bytes) -> ImportOutcome:
    sections = read_sections(content, known=SECTIONS)
    outcome = ImportOutcome()
    for section, keep in SECTIONS.items():
        keep_entries(section, _in_order(section, sections[section]), keep, outcome)
    return outcome


def _in_order(section: str, items: list[Any]) -> list[tuple[int, Any]]:
    """Entries after those they name: target groups after their parents, laws after their successors."""
    numbered = list(enumerate(items))
    if section not in NAMES_OTHERS:
        return numbered
    key, named = NAMES_OTHERS[section]
    return list(_after_named(numbered, key, named))


def _after_named(
    waiting: list[tuple[int, Any]], key: Callable[[Any], Any], named: Names
) -> Iterator[tuple[int, Any]]:
    while waiting:
        absent = {key(item) for _, item in waiting}
        ready = [(index, item) for index, item in waiting if not named(item) & (absent - {key(item)})]
        if not ready:  # they name each other in a ring: let each be refused by itself
            ready = waiting
        yield from ready
        waiting = [pair for pair in waiting if pair not in ready]


def _law_key(item: Any) -> Any:
    return (item.get("law"), item.get("section")) if isinstance(item, dict) else None


def _law_successors(item: Any) -> set[Any]:
    successors = item.get("successors") if isinstance(item, dict) else None
    return {_law_key(successor) for successor in successors} if isinstance(successors, list) else set()


def _group_key(item: Any) -> Any:
    return str(item.get("code")) if isinstance(item, dict) else None


def _group_parent(item: Any) -> set[Any]:
    return {str(item["parent"])} if isinstance(item, dict) and item.get("parent") else set()


NAMES_OTHERS: dict[str, tuple[Callable[[Any], Any], Names]] = {
    "legal_bases": (_law_key, _law_successors),
    "target_groups": (_group_key, _group_parent),
}


def legal_basis(reference: Entry) -> LegalBasis:
    law, section = reference.text("law", required=True), reference.text("section", required=True)
    found = LegalBasis.objects.filter(law=law, section=section).first()
    if found is None:
        raise reference.wrong("section", f"{law} § {section} findes ikke i kataloget.")
    return found


def _keep_legal_basis(entry: Entry) -> str:
    key = {"law": entry.text("law", required=True), "section": entry.text("section", required=True)}
    values = {
        "title": entry.text("title", required=True),
        "area": entry.text("area", required=True),
        "valid": DateRange(entry.day("valid_from"), _day_after(entry.day("valid_to"))),
        "successors": [legal_basis(successor) for successor in entry.parts("successors")],
    }
    with entry.mistakes():
        return keep_row(LegalBasis, key, values)[1]


def _day_after(last: date | None) -> date | None:
    return last + timedelta(days=1) if last else None


def _keep_intervention(entry: Entry) -> str:
    values = {
        "name": entry.text("name", required=True),
        "area": entry.text("area", required=True),
        "natural_unit": entry.text("natural_unit", required=True),
        "legal_bases": [legal_basis(basis) for basis in entry.parts("legal_bases")],
    }
    with entry.mistakes():
        return keep_row(Intervention, {"code": entry.text("code", required=True)}, values)[1]


def _keep_target_group(entry: Entry) -> str:
    parent = _parent(entry)
    values = {"name": entry.text("name", required=True), "parent": parent}
    with entry.mistakes(), transaction.atomic():
        group, happened = keep_row(TargetGroup, {"code": entry.text("code", required=True)}, values)
    lineage = [group.pk, *(parent.lineage if parent else [])]
    if group.lineage == lineage:
        return happened
    TargetGroup.objects.filter(pk=group.pk).update(lineage=lineage)
    return "created" if happened == "created" else "updated"


def _parent(entry: Entry) -> TargetGroup | None:
    code = entry.text("parent")
    parent = TargetGroup.objects.filter(code=code).first() if code else None
    if code and (parent is None or code == entry.text("code")):
        raise entry.wrong("parent", f"Målgruppen {code!r} findes ikke.")
    return parent


def _keep_need_level(entry: Entry) -> str:
    key = {"scale": entry.text("scale", required=True), "code": entry.text("code", required=True)}
    values = {"name": entry.text("name", required=True), "value": entry.whole("value")}
    with entry.mistakes():
        return keep_row(NeedLevel, key, values)[1]


def _keep_reason(entry: Entry) -> str:
    key = {"code": entry.text("code", required=True), "standard": None}
    with entry.mistakes():
        return keep_row(DeviationReason, key, {"name": entry.text("name", required=True)})[1]


SECTIONS: dict[str, Keep] = {
    "legal_bases": _keep_legal_basis,
    "interventions": _keep_intervention,
    "target_groups": _keep_target_group,
    "need_levels": _keep_need_level,
    "deviation_reasons": _keep_reason,
}
