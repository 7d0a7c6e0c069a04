"""The made-up municipality into the database, through the same doors as a real one's files."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError

from followup.actions.months import close_month
from followup.actions.seeding_plans import seed_plans
from followup.queries.months import month_plus
from followup.simulation import Plan, simulate, write_files
from followup.simulation.organisation import ROOT
from roles.actions.files.outcome import ImportOutcome
from roles.models import Unit
from roles.models.history import acting
from serviceniveau.actions.imports import import_applications, import_registrations
from serviceniveau.actions.imports.catalogue import import_catalogue
from serviceniveau.actions.imports.organisation import import_organisation
from serviceniveau.actions.imports.runs import DeliveredFile
from serviceniveau.actions.imports.standards import import_standards
from serviceniveau.models import OWN_SOURCE, Case

REFERENCE = Path(settings.BASE_DIR) / "serviceniveau" / "data"
STANDARDS = ("library_standards.json", "demo_standards.json")


class Progress(Protocol):
    """Told the stage, how much of it is done (0-1) and, where there is more to say, what."""

    def __call__(self, stage: str, share: float, note: str = "") -> None: ...


@dataclass
class Receipt:
    """imports: what came of each file. signals: the last month's. duties: of plans. seconds: per stage."""

    folder: Path
    imports: dict[str, ImportOutcome] = field(default_factory=dict)
    months: int = 0
    signals: int = 0
    duties: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        return sum(outcome.rejected for outcome in self.imports.values())


def seed(*, plan: Plan, truth: Path | None = None, progress: Progress) -> Receipt:
    """Make, import and close the municipality. Again with the same plan: changes nothing.

    Raises ValidationError if the database holds anything else.
    """
    _refuse_others(plan)
    receipt = Receipt(Path(settings.BASE_DIR) / "var" / "seed" / plan.name)
    _timed(receipt, progress, "Digter kommunen", lambda tell: _write(plan, receipt.folder, truth))
    for stage, take_in in _imports(receipt.folder).items():
        _timed(receipt, progress, stage, partial(take_in, receipt))
    _timed(receipt, progress, "Lukker måneder", lambda tell: _close(plan, receipt, tell))
    _timed(receipt, progress, "Fordeler ansvar", lambda tell: _share_out(plan, receipt))
    return receipt


Tell = Callable[[float, str], None]


def _timed(receipt: Receipt, progress: Progress, stage: str, work: Callable[[Tell], None]) -> None:
    began = time.monotonic()
    progress(stage, 0)
    work(lambda share, note: progress(stage, share, note))
    progress(stage, 1)
    receipt.seconds[stage] = time.monotonic() - began


def _refuse_others(plan: Plan) -> None:
    other_unit = Unit.objects.filter(parent=None).exclude(code=ROOT).first()
    other_case = Case.objects.exclude(source__in=(plan.source, OWN_SOURCE)).first()
    if other_unit is None and other_case is None:
        return
    found = other_unit.name if other_unit else f"sager fra {other_case.source}" if other_case else ""
    raise ValidationError(
        f"Databasen rummer andre data ({found}). Den opdigtede kommune lægges kun i en tom database:"
        " brug en anden database, eller start demoen forfra med demo --fresh."
    )


def _write(plan: Plan, folder: Path, truth: Path | None) -> None:
    standards, catalogue = (
        json.loads((REFERENCE / name).read_text(encoding="utf-8"))
        for name in ("demo_standards.json", "catalogue.json")
    )
    write_files(simulate(plan, standards, catalogue), folder)
    if truth:
        truth.write_text((folder / "truth.json").read_text(encoding="utf-8"), encoding="utf-8")


def _imports(folder: Path) -> dict[str, Callable[[Receipt, Tell], None]]:
    """In the order in which one needs the other."""

    def catalogue(receipt: Receipt, tell: Tell) -> None:
        receipt.imports["Katalog"] = import_catalogue(file=DeliveredFile.at(REFERENCE / "catalogue.json"))

    def organisation(receipt: Receipt, tell: Tell) -> None:
        file = DeliveredFile.at(folder / "organisation.csv")
        receipt.imports["Organisation"] = import_organisation(file=file)

    def standards(receipt: Receipt, tell: Tell) -> None:
        for name, label in zip(STANDARDS, ("Bibliotek", "Standarder"), strict=True):
            receipt.imports[label] = import_standards(file=DeliveredFile.at(REFERENCE / name))

    def applications(receipt: Receipt, tell: Tell) -> None:
        file = DeliveredFile.at(folder / "applications.csv")
        receipt.imports["Ansøgninger"] = import_applications(file=file, progress=_noted(tell))

    def registrations(receipt: Receipt, tell: Tell) -> None:
        file = DeliveredFile.at(folder / "registrations.csv")
        receipt.imports["Afgørelser"] = import_registrations(file=file, progress=_noted(tell))

    return {
        "Katalog": catalogue,
        "Organisation": organisation,
        "Standarder": standards,
        "Ansøgninger": applications,
        "Afgørelser": registrations,
    }


def _noted(tell: Tell) -> Callable[[str], None]:
    """An import says what it is doing, not how far it is: each word is another step of a known few."""
    steps = iter(range(1, 1000))
    return lambda note: tell(1 - 0.7 ** next(steps), note)


def _close(plan: Plan, receipt: Receipt, tell: Tell) -> None:
    for number, month in enumerate(months_of(plan), start=1):
        receipt.signals = close_month(month=month).signals
        receipt.months = number
        tell(number / plan.months, f"{month:%m-%Y}")


def _share_out(plan: Plan, receipt: Receipt) -> None:
    with acting(reason="seed"):
        receipt.duties = seed_plans(until=plan.until)


def months_of(plan: Plan) -> list[date]:
    return [month_plus(plan.until, number - plan.months + 1) for number in range(plan.months)]
