"""Standards with versions and levels from a file. An adopted version is compared, never written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.files.messages import EMPTY
from roles.actions.files.outcome import ImportOutcome
from roles.models import Unit, User
from serviceniveau.actions.imports.catalogue import legal_basis
from serviceniveau.actions.imports.entries import Entry, keep_entries, keep_row, read_sections
from serviceniveau.actions.imports.runs import DeliveredFile, Delivery, perform
from serviceniveau.actions.standards import Decision, put_in_force
from serviceniveau.models import (
    ImportRun,
    Intervention,
    NeedLevel,
    QualityStandard,
    ServiceLevel,
    StandardVersion,
    TargetGroup,
)

ADOPTED_DIFFERS = "En vedtaget version kan ikke ændres; læg en ny version."
PROSE = ("citizen_text", "purpose", "target_group_text", "follow_up", "own_payment", "supplier_text")
LISTS = ("included", "not_included", "dispensation")
EXPECTED = ("expected_above", "expected_below")
LEVEL_FIELDS = (
    "kind",
    "intervention",
    "target_group",
    "need_level",
    "age_bands",
    "minimum",
    "typical",
    "maximum",
    "unit",
    "approval_above",
    "text",
)
Values = dict[str, Any]


@dataclass(frozen=True)
class VersionEntry:
    """A version as the file has it; ``valid`` and ``decision`` are None for a draft."""

    entry: Entry
    number: int
    texts: Values
    levels: list[Values]
    valid: DateRange | None
    decision: Decision | None


def import_standards(*, file: DeliveredFile, by: User | None = None) -> ImportOutcome:
    """Take in the file; the same file again changes nothing. Raises FileRefused."""
    delivery = Delivery(ImportRun.Subject.STANDARDS, file, "", by)
    return perform(delivery, lambda: _import(file.content, by), dry_run=False)


def _import(content: bytes, by: User | None) -> ImportOutcome:
    items = read_sections(content, known=("standards",))["standards"]
    outcome = ImportOutcome()
    keep_entries("standards", enumerate(items), _keeper(by), outcome)
    return outcome


def _keeper(by: User | None) -> Callable[[Entry], str]:
    """Keeps one standard with all its versions; refuses a code that the file has already used."""
    seen: set[str] = set()

    def keep(entry: Entry) -> str:
        code = entry.text("code", required=True)
        if code in seen:
            raise entry.wrong("code", f"Standarden {code} står allerede i filen.")
        seen.add(code)
        versions = _versions(entry)
        with entry.mistakes():
            standard, happened = keep_row(QualityStandard, {"code": code}, _standard_values(entry))
        changed = [_keep_version(standard, version, by) for version in versions]
        return "updated" if happened == "unchanged" and any(changed) else happened

    return keep


def _standard_values(entry: Entry) -> Values:
    basis, origin = entry.part("legal_basis"), entry.part("origin") or Entry({}, "origin")
    if basis is None:
        raise entry.wrong("legal_basis", EMPTY)
    if origin.content:
        origin.text("municipality", required=True)
    return {
        "title": entry.text("title", required=True),
        "area": entry.text("area", required=True),
        "legal_basis": legal_basis(basis),
        "owner": _owner(entry),
        "is_fictitious": entry.flag("fictitious"),
        "origin_municipality": origin.text("municipality"),
        "origin_adopted_by": origin.text("adopted_by"),
        "origin_adopted_on": origin.day("adopted_on"),
        "origin_url": origin.link("url"),
        "origin_confidence": origin.text("confidence"),
    }


def _owner(entry: Entry) -> Unit | None:
    code = entry.text("owner")
    unit = Unit.objects.filter(code=code).first() if code else None
    if code and unit is None:
        raise entry.wrong("owner", f"Enheden {code!r} findes ikke.")
    return unit


def _versions(standard: Entry) -> list[VersionEntry]:
    """The versions in order of number, each adopted one valid until the next adopted one begins."""
    entries = sorted(
        ((_number(entry), entry) for entry in standard.parts("versions")), key=lambda pair: pair[0]
    )
    for (number, _), (following, entry) in pairwise(entries):
        if number == following:
            raise entry.wrong("number", f"Version {number} står der flere gange.")
    starts = [entry.day("valid_from") for _, entry in entries if entry.content.get("adoption") is not None]
    return [_version(number, entry, starts) for number, entry in entries]


def _number(entry: Entry) -> int:
    number = entry.whole("number")
    if number is None:
        raise entry.wrong("number", EMPTY)
    return number


def _version(number: int, entry: Entry, starts: list[date | None]) -> VersionEntry:
    decision = _decision(entry)
    start = entry.day("valid_from", required=decision is not None)
    later = [day for day in starts if day is not None and start is not None and day > start]
    return VersionEntry(
        entry=entry,
        number=number,
        texts=_texts(entry),
        levels=[_level(level) for level in entry.parts("levels")],
        valid=DateRange(start, min(later, default=None)) if decision else None,
        decision=decision,
    )


def _decision(version: Entry) -> Decision | None:
    entry = version.part("adoption")
    if entry is None:
        return None
    adopted_on = entry.day("adopted_on", required=True)
    assert adopted_on is not None
    return Decision(
        body=entry.text("body", required=True),
        adopted_on=adopted_on,
        case_number=entry.text("case_number"),
        link=entry.link("link"),
        expected_effect=entry.text("expected_effect"),
    )


def _texts(entry: Entry) -> Values:
    values: Values = {name: entry.text(name) for name in PROSE}
    values |= {name: entry.prose_list(name) for name in LISTS}
    for name in ("decision_deadline", "start_deadline"):
        deadline = entry.part(name)
        values[name] = deadline.whole("value") if deadline else None
        values[f"{name}_unit"] = deadline.text("unit", required=True) if deadline else ""
    return values | {name: entry.number(name) for name in EXPECTED}


def _level(entry: Entry) -> Values:
    return {
        "kind": entry.text("kind", required=True),
        "intervention": _named(entry, "intervention", Intervention),
        "target_group": _named(entry, "target_group", TargetGroup),
        "need_level": _need_level(entry),
        "age_bands": entry.prose_list("age_bands"),
        "minimum": _amount(entry, "minimum"),
        "typical": _amount(entry, "typical"),
        "maximum": _amount(entry, "maximum"),
        "unit": entry.text("unit"),
        "approval_above": _amount(entry, "approval_above"),
        "text": entry.text("text"),
    }


def _named(entry: Entry, name: str, model: type[Intervention] | type[TargetGroup]) -> Any:
    code = entry.text(name)
    found = model.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise entry.wrong(name, f"Koden {code!r} findes ikke i kataloget.")
    return found


def _need_level(level: Entry) -> NeedLevel | None:
    entry = level.part("need_level")
    if entry is None:
        return None
    code = entry.text("code")
    key: Values = {"code": code} if code else {"value": entry.whole("value")}
    found = NeedLevel.objects.filter(scale=entry.text("scale", required=True), **key).first()
    if found is None:
        raise level.wrong("need_level", "Støttebehovet findes ikke i kataloget: tjek skala og værdi.")
    return found


def _amount(entry: Entry, name: str) -> Decimal | None:
    number = entry.number(name)
    return None if number is None else number.quantize(Decimal("0.01"))


def _keep_version(standard: QualityStandard, wanted: VersionEntry, by: User | None) -> bool:
    """Whether anything was written."""
    stored = standard.versions.filter(number=wanted.number).first()
    if stored is not None and stored.is_adopted:
        _refuse_difference(stored, wanted)
        return False
    with wanted.entry.mistakes():
        version, happened = keep_row(
            StandardVersion, {"standard": standard, "number": wanted.number}, wanted.texts
        )
    is_changed = _keep_levels(version, wanted) or happened != "unchanged"
    if wanted.decision is None:
        return is_changed
    with wanted.entry.mistakes():
        put_in_force(version=version, valid=wanted.valid, decision=wanted.decision, by=by)
    return True


def _refuse_difference(stored: StandardVersion, wanted: VersionEntry) -> None:
    for name, value in wanted.texts.items():
        if getattr(stored, name) != value:
            raise wanted.entry.wrong(name, ADOPTED_DIFFERS)
    if _comparable(_stored_levels(stored)) != _comparable(wanted.levels):
        raise wanted.entry.wrong("levels", ADOPTED_DIFFERS)
    if wanted.valid is None or wanted.valid.lower != stored.valid.lower:
        raise wanted.entry.wrong("valid_from", ADOPTED_DIFFERS)
    adoption = {name: getattr(stored.adoption, name) for name in vars(wanted.decision)}
    if adoption != vars(wanted.decision):
        raise wanted.entry.wrong("adoption", ADOPTED_DIFFERS)


def _stored_levels(version: StandardVersion) -> list[Values]:
    levels = version.levels.select_related("intervention", "target_group", "need_level")
    return [{name: getattr(level, name) for name in LEVEL_FIELDS} for level in levels]


def _comparable(levels: list[Values]) -> list[tuple[str, ...]]:
    """Order does not matter, and a related row is its key."""
    return sorted(tuple(str(getattr(value, "pk", value)) for value in level.values()) for level in levels)


def _keep_levels(version: StandardVersion, wanted: VersionEntry) -> bool:
    if _comparable(_stored_levels(version)) == _comparable(wanted.levels):
        return False
    version.levels.all().delete()
    for values, entry in zip(wanted.levels, wanted.entry.parts("levels"), strict=True):
        level = ServiceLevel(version=version, **values)
        with entry.mistakes():
            _check_level(level)
        level.save()
    return True


def _check_level(level: ServiceLevel) -> None:
    try:
        level.full_clean()
    except ValidationError as error:
        if "level_judged_has_number_unit_and_intervention" in str(error):
            raise ValidationError("En ramme, der bedømmes efter, skal have tal, enhed og ydelse.") from error
        if "level_bounds_in_order" in str(error):
            raise ValidationError("Mindst, typisk og højst skal stå i stigende orden.") from error
        raise
