from collections.abc import Callable
from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.files.outcome import ImportOutcome
from roles.models import Unit
from serviceniveau.actions.imports import import_applications, import_registrations
from serviceniveau.actions.imports.runs import DeliveredFile
from tests.factories import (
    DeviationReasonFactory,
    InterventionFactory,
    LegalBasisFactory,
    NeedLevelFactory,
    QualityStandardFactory,
    ServiceLevelFactory,
    StandardVersionFactory,
    TargetGroupFactory,
    UnitFactory,
    UserFactory,
    adopt,
)
from tests.import_rows import APPLICATION, DECISION, as_csv


@pytest.fixture
def small_municipality(db: None) -> None:
    """One team, one caseworker, one standard: 2-6 timer/uge for FFB 2, answered within 10 arbejdsdage."""
    team = UnitFactory(code="FJO-SS-VH-T1", name="Team Nord")
    UnitFactory(code="FJO-SS-VH-T0", name="Team Gammel")
    Unit.objects.filter(code="FJO-SS-VH-T0").update(closed_on=date(2025, 1, 1), successor=team)
    UnitFactory(code="FJO-SS-VH-T2", name="Team Ny")
    Unit.objects.filter(code="FJO-SS-VH-T2").update(opened_on=date(2026, 10, 1))
    UserFactory(name="Asta Bøgelund", staff_code="M1")
    law = LegalBasisFactory()
    LegalBasisFactory(section="32", title="Ophørt", valid=DateRange(date(2007, 1, 1), date(2024, 1, 1)))
    TargetGroupFactory()
    DeviationReasonFactory()
    NeedLevelFactory(scale="VUM", value=1, code="A")
    standard = QualityStandardFactory(legal_basis=law)
    version = StandardVersionFactory(
        standard=standard, decision_deadline=10, decision_deadline_unit="arbejdsdage"
    )
    ServiceLevelFactory(version=version, intervention=InterventionFactory(), need_level=NeedLevelFactory())
    adopt(version, date(2024, 1, 1))


@pytest.fixture
def take_in(small_municipality: None) -> Callable[..., ImportOutcome]:
    """Import decisions: one row per dict of what differs from DECISION, or the bytes of a file."""

    def imported(
        *changes: dict[str, str] | bytes, columns: list[str] | None = None, **options
    ) -> ImportOutcome:
        whole = changes[0] if changes and isinstance(changes[0], bytes) else None
        content = whole if whole is not None else as_csv([DECISION | change for change in changes], columns)
        return import_registrations(file=DeliveredFile("fil.csv", content), **options)

    return imported


@pytest.fixture
def take_in_applications(small_municipality: None) -> Callable[..., ImportOutcome]:
    def imported(*changes: dict[str, str], columns: list[str] | None = None, **options) -> ImportOutcome:
        content = as_csv([APPLICATION | change for change in changes], columns)
        return import_applications(file=DeliveredFile("fil.csv", content), **options)

    return imported
