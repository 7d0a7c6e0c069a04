"""One object of each kind at a unit, made by others than the askers. Each gives the key of its page."""

from datetime import date
from itertools import count

from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions import assign_role
from roles.models import Role, RoleAssignment, RoleCode, Unit
from serviceniveau.models import ReadSample, Registration
from tests.factories import (
    AttestationItemFactory,
    CaseFactory,
    DriftSignalFactory,
    DutyFactory,
    EventFactory,
    PlanFactory,
    PlanRoleFactory,
    QualityStandardFactory,
    ReadSampleItemFactory,
    RegistrationFactory,
    ResponsibilityFactory,
    RoleRequestFactory,
    SignalNoteFactory,
    StandardVersionFactory,
    UserFactory,
    adopt,
    give_role,
)

numbers = count(1)


def secret(kind: str, unit: Unit) -> str:
    """Words that no page may show to who has no right at the unit."""
    return f"{kind}-{next(numbers)}@{unit.code}@"


def unit_code(unit: Unit) -> str:
    return unit.code


def unit_key(unit: Unit) -> int:
    return unit.pk


def case(unit: Unit) -> int:
    return CaseFactory(unit=unit, number=secret("sag", unit)).pk


def decision(unit: Unit) -> int:
    """It waits for approval."""
    caseworker = UserFactory()
    return RegistrationFactory(
        case=CaseFactory(unit=unit, caseworker=caseworker, number=secret("sag", unit)),
        caseworker=caseworker,
        supplier=secret("leverandør", unit),
        status=Registration.Status.AWAITING,
        decided_on=date(2026, 9, 14),
    ).pk


def sampled_read(unit: Unit) -> int:
    return ReadSampleItemFactory(case__unit=unit, case__number=secret("sag", unit)).pk


def sample(unit: Unit) -> int:
    """Of the month before that of `sampled_read`: a unit has one a month."""
    drawn = ReadSample.objects.create(unit=unit, month=date(2026, 8, 1), reads=1)
    found = ReadSampleItemFactory(case__unit=unit, case__number=secret("sag", unit), sample=drawn)
    return found.sample_id


def standard(unit: Unit) -> int:
    return adopt(StandardVersionFactory(standard=QualityStandardFactory())).standard_id


def assignment_of(unit: Unit) -> RoleAssignment:
    return give_role(UserFactory(), RoleCode.CASEWORKER, unit).assignments.get()


def assignment(unit: Unit) -> int:
    return assignment_of(unit).pk


def person(unit: Unit) -> int:
    return assignment_of(unit).user_id


def deputy(unit: Unit) -> int:
    holder, valid = assignment_of(unit), DateRange(date(2026, 1, 1), date(2030, 1, 1))
    return assign_role(user=UserFactory(), role=holder.role, unit=unit, valid=valid, deputy_of=holder.user).pk


def role_request(unit: Unit) -> int:
    return RoleRequestFactory(unit=unit).pk


def attestation(unit: Unit) -> int:
    """Those of one unit and day are one: made for the first page, found by the second."""
    held = assignment_of(unit)
    found = unit.attestations.first()
    known = {"attestation": found} if found else {}
    return AttestationItemFactory(assignment=held, **known).attestation_id


def duty(unit: Unit) -> int:
    return DutyFactory(unit=unit).pk


def draft(unit: Unit) -> int:
    """With one row and one line, so that it can be adopted, searched and printed."""
    plan = PlanFactory(unit=unit, subject=secret("kladde", unit))
    PlanRoleFactory(plan=plan)
    ResponsibilityFactory(plan=plan)
    return plan.pk


def row(unit: Unit) -> int:
    return PlanRoleFactory(plan__unit=unit, plan__subject=secret("kladde", unit)).pk


def line(unit: Unit) -> int:
    held = PlanRoleFactory(plan__unit=unit, plan__subject=secret("kladde", unit))
    return ResponsibilityFactory(plan=held.plan).pk


def cell() -> str:
    """The address of a cell that every draft has."""
    return f"rolle={Role.objects.get(code=RoleCode.TEAM_LEADER).pk}&fase=opfoelgning"


def event(unit: Unit) -> int:
    return EventFactory(unit=unit).pk


def drift(unit: Unit) -> int:
    """With what a month said of it, and a remark."""
    found = DriftSignalFactory(drift__unit=unit).drift
    SignalNoteFactory(drift=found, text=secret("note", unit))
    return found.pk


def signal_action(unit: Unit) -> int:
    return SignalNoteFactory(drift__unit=unit, text=secret("note", unit), agreed=True).pk
