"""Dull factories; the traits say what is special about a row."""

from datetime import date
from decimal import Decimal

import factory
from django.db.backends.postgresql.psycopg_any import DateRange
from factory.django import DjangoModelFactory

from followup.models import DetectorSettings, Direction, Drift, DriftSignal, MeasureCode, SignalNote
from roles.actions import assign_role, log_read
from roles.models import (
    Attestation,
    AttestationItem,
    Duty,
    Event,
    EventKind,
    MailTemplate,
    Phase,
    PlanRole,
    Responsibility,
    ResponsibilityPlan,
    Role,
    RoleCode,
    RoleRequest,
    Timing,
    Unit,
    User,
)
from serviceniveau.models import (
    Adoption,
    Application,
    Case,
    DecisionKind,
    DeviationReason,
    FrameKind,
    Grant,
    Intervention,
    LegalBasis,
    NeedLevel,
    QualityStandard,
    ReadSample,
    ReadSampleItem,
    Registration,
    ServiceLevel,
    StandardVersion,
    TargetGroup,
)

DECIDED_ON = date(2026, 9, 14)


def municipality() -> Unit:
    root, _ = Unit.objects.get_or_create(
        code="FJO", defaults={"name": "Fjordby Kommune", "kind": Unit.Kind.MUNICIPALITY, "path": "/FJO/"}
    )
    return root


def department(code: str = "FJO-SS-VH") -> Unit:
    administration, _ = Unit.objects.get_or_create(
        code="FJO-SS",
        defaults={
            "name": "Social og Sundhed",
            "kind": Unit.Kind.ADMINISTRATION,
            "parent": municipality(),
            "path": "/FJO/FJO-SS/",
        },
    )
    unit, _ = Unit.objects.get_or_create(
        code=code,
        defaults={
            "name": f"Afdeling {code}",
            "kind": Unit.Kind.DEPARTMENT,
            "parent": administration,
            "path": f"/FJO/FJO-SS/{code}/",
        },
    )
    return unit


class UnitFactory(DjangoModelFactory):
    """A team in the one department."""

    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"T{n}")
    name = factory.LazyAttribute(lambda unit: f"Team {unit.code}")
    kind = Unit.Kind.TEAM
    parent = factory.LazyFunction(department)
    path = factory.LazyAttribute(lambda unit: f"{unit.parent.path}{unit.code}/")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"medarbejder{n}@fjordby.example")
    name = factory.Sequence(lambda n: f"Medarbejder {n}")
    staff_code = factory.Sequence(lambda n: f"M{n}")
    password = "!"


def give_role(user: User, role: RoleCode, unit: Unit, valid: DateRange | None = None) -> User:
    assign_role(user=user, role=role, unit=unit, valid=valid or DateRange(date(2020, 1, 1), None))
    return user


class LegalBasisFactory(DjangoModelFactory):
    class Meta:
        model = LegalBasis
        django_get_or_create = ("law", "section")

    law = "SEL"
    section = "85"
    title = "Socialpædagogisk støtte"
    area = "voksen"
    valid = DateRange(date(2007, 1, 1), None)


class InterventionFactory(DjangoModelFactory):
    class Meta:
        model = Intervention
        django_get_or_create = ("code",)

    code = "stoette"
    name = "Socialpædagogisk støtte"
    area = "voksen"
    natural_unit = "timer/uge"


class TargetGroupFactory(DjangoModelFactory):
    class Meta:
        model = TargetGroup
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = "autisme"
    name = "Autismespektrum"

    @factory.post_generation
    def lineage(self, create: bool, extracted: list[int] | None, **kwargs: object) -> None:
        self.lineage = [self.pk, *(self.parent.lineage if self.parent else [])]
        self.save(update_fields=["lineage"])


class NeedLevelFactory(DjangoModelFactory):
    class Meta:
        model = NeedLevel
        django_get_or_create = ("scale", "value")

    scale = "FFB"
    value = 2
    code = factory.LazyAttribute(lambda level: f"FFB-{level.value}")
    name = factory.LazyAttribute(lambda level: f"Støttebehov {level.value}")


class DeviationReasonFactory(DjangoModelFactory):
    class Meta:
        model = DeviationReason
        django_get_or_create = ("code", "standard")

    code = "sammensat"
    name = "Sammensatte behov"
    standard = None


class QualityStandardFactory(DjangoModelFactory):
    class Meta:
        model = QualityStandard

    code = factory.Sequence(lambda n: f"KS-{n}")
    title = factory.LazyAttribute(lambda standard: f"Kvalitetsstandard {standard.code}")
    area = "voksen"
    legal_basis = factory.SubFactory(LegalBasisFactory)


class StandardVersionFactory(DjangoModelFactory):
    """A draft without frames; see `adopt`."""

    class Meta:
        model = StandardVersion

    standard = factory.SubFactory(QualityStandardFactory)
    number = 1


class ServiceLevelFactory(DjangoModelFactory):
    """2-6 hours a week for everybody."""

    class Meta:
        model = ServiceLevel

    version = factory.SubFactory(StandardVersionFactory)
    kind = FrameKind.GUIDING_FRAME
    intervention = factory.SubFactory(InterventionFactory)
    minimum = Decimal(2)
    maximum = Decimal(6)
    unit = "timer/uge"


def adopt(
    version: StandardVersion,
    valid_from: date = date(2024, 1, 1),
    valid_to: date | None = None,
    adopted_on: date | None = None,
) -> StandardVersion:
    """Put a version in force without asking: for tests of what stands above the adoption."""
    Adoption.objects.create(version=version, body="Socialudvalget", adopted_on=adopted_on or valid_from)
    version.valid = DateRange(valid_from, valid_to)
    version.save(update_fields=["valid"])
    return version


def standard_in_force(**level: object) -> StandardVersion:
    """A standard with one frame (2-6 timer/uge unless told) in force from 2024-01-01."""
    return adopt(ServiceLevelFactory(**level).version)


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = Case

    number = factory.Sequence(lambda n: f"S-{n}")
    unit = factory.SubFactory(UnitFactory)
    birth_year = 1990
    target_group = factory.SubFactory(TargetGroupFactory)


class ApplicationFactory(DjangoModelFactory):
    class Meta:
        model = Application

    case = factory.SubFactory(CaseFactory)
    intervention = factory.SubFactory(InterventionFactory)
    legal_basis = factory.SubFactory(LegalBasisFactory)
    received_on = date(2026, 8, 3)


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    case = factory.SubFactory(CaseFactory)
    number = factory.Sequence(lambda n: f"B-{n}")
    intervention = factory.SubFactory(InterventionFactory)


class RegistrationFactory(DjangoModelFactory):
    """A new grant of 4 hours a week; `deviating=True` makes it 9 hours."""

    class Meta:
        model = Registration

    class Params:
        deviating = factory.Trait(amount=Decimal(9))

    decision_id = factory.Sequence(lambda n: f"A-{n}")
    case = factory.SubFactory(CaseFactory)
    unit = factory.SelfAttribute("case.unit")
    caseworker = factory.SelfAttribute("case.caseworker")
    legal_basis = factory.SubFactory(LegalBasisFactory)
    intervention = factory.SubFactory(InterventionFactory)
    target_group = factory.SelfAttribute("case.target_group")
    need_level = factory.SubFactory(NeedLevelFactory)
    age_band = "30-49"
    kind = DecisionKind.NEW
    decided_on = DECIDED_ON
    month = factory.LazyAttribute(lambda registration: registration.decided_on.replace(day=1))
    registered_on = factory.SelfAttribute("decided_on")
    starts_on = factory.SelfAttribute("decided_on")
    amount = Decimal(4)
    amount_unit = "timer/uge"

    @factory.lazy_attribute
    def grant(self) -> Grant:
        return GrantFactory(case=self.case, intervention=self.intervention)


class PlanFactory(DjangoModelFactory):
    """A draft for the department."""

    class Meta:
        model = ResponsibilityPlan

    unit = factory.LazyFunction(department)
    subject = factory.Sequence(lambda n: f"Voksen handicap {n}")


class PlanRoleFactory(DjangoModelFactory):
    class Meta:
        model = PlanRole

    plan = factory.SubFactory(PlanFactory)
    role = factory.LazyFunction(lambda: Role.objects.get(code=RoleCode.TEAM_LEADER))
    position = factory.Sequence(lambda n: n + 1)


class ResponsibilityFactory(DjangoModelFactory):
    """The team leader looks at the signals every month."""

    class Meta:
        model = Responsibility

    plan = factory.SubFactory(PlanFactory)
    role = factory.LazyFunction(lambda: Role.objects.get(code=RoleCode.TEAM_LEADER))
    phase = Phase.FOLLOW_UP
    position = factory.Sequence(lambda n: n + 1)
    text = "Gennemgår månedens signaler med teamet"
    timing = Timing.MONTHLY
    first_due_on = date(2026, 1, 15)


class DutyFactory(DjangoModelFactory):
    class Meta:
        model = Duty

    responsibility = factory.SubFactory(ResponsibilityFactory)
    lineage = factory.SelfAttribute("responsibility.lineage")
    role = factory.SelfAttribute("responsibility.role")
    unit = factory.SubFactory(UnitFactory)
    seat = factory.SelfAttribute("unit")
    due_on = date(2026, 10, 15)


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    kind = EventKind.COMMITTEE_MEETING
    unit = factory.LazyFunction(municipality)
    on = date(2026, 12, 2)


class MailTemplateFactory(DjangoModelFactory):
    class Meta:
        model = MailTemplate

    code = factory.Sequence(lambda n: f"brev{n}")
    subject = "Emne"
    body = "Hej {fornavn}"


class RoleRequestFactory(DjangoModelFactory):
    class Meta:
        model = RoleRequest

    user = factory.SubFactory(UserFactory)
    role = factory.LazyFunction(lambda: Role.objects.get(code=RoleCode.TEAM_LEADER))
    unit = factory.SubFactory(UnitFactory)
    valid = DateRange(date(2026, 1, 1), None)
    requested_by = factory.SubFactory(UserFactory)


class AttestationItemFactory(DjangoModelFactory):
    """One role of a unit, to be confirmed."""

    class Meta:
        model = AttestationItem

    @classmethod
    def _create(cls, model_class, *args, **fields):
        if "assignment" not in fields:
            holder = give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory())
            fields["assignment"] = holder.assignments.get()
        assignment = fields["assignment"]
        if "attestation" not in fields:
            fields["attestation"] = Attestation.objects.create(
                unit=assignment.unit, as_of=date(2026, 9, 1), deadline_on=date(2026, 10, 1)
            )
        frozen = {
            "person": assignment.user.name,
            "role_name": assignment.role.name,
            "since": assignment.valid.lower,
        }
        return super()._create(model_class, *args, **frozen | fields)


class ReadSampleItemFactory(DjangoModelFactory):
    class Meta:
        model = ReadSampleItem

    case = factory.SubFactory(CaseFactory)

    @classmethod
    def _create(cls, model_class, *args, **fields):
        case = fields["case"]
        if "sample" not in fields:
            fields["sample"] = ReadSample.objects.create(unit=case.unit, month=date(2026, 9, 1), reads=1)
        if "read" not in fields:
            reader = UserFactory()
            fields["read"] = log_read(by=reader, act="åbnet", subject="sag", keys=[case.pk], purpose="Sag")
        return super()._create(model_class, *args, **fields)


class DetectorSettingsFactory(DjangoModelFactory):
    class Meta:
        model = DetectorSettings

    id = 1


class DriftFactory(DjangoModelFactory):
    """More decisions above the frame than before, open since September 2026."""

    class Meta:
        model = Drift

    measure = MeasureCode.SHARE_ABOVE
    unit = factory.SubFactory(UnitFactory)
    standard = factory.SubFactory(QualityStandardFactory)
    intervention = factory.SubFactory(InterventionFactory)
    direction = Direction.UP
    opened_in = date(2026, 9, 1)


class DriftSignalFactory(DjangoModelFactory):
    """What September 2026 says of a drift: 14 of 31, where 6 were expected."""

    class Meta:
        model = DriftSignal

    drift = factory.SubFactory(DriftFactory)
    month = date(2026, 9, 1)
    revision = 1
    measure = factory.SelfAttribute("drift.measure")
    unit = factory.SelfAttribute("drift.unit")
    standard = factory.SelfAttribute("drift.standard")
    intervention = factory.SelfAttribute("drift.intervention")
    direction = factory.SelfAttribute("drift.direction")
    since = date(2026, 8, 1)
    since_first = date(2026, 7, 1)
    since_last = date(2026, 9, 1)
    observed = 14
    expected = 6.2
    n = 31
    low = 0.35
    high = 0.56
    probability = 0.985
    provisional = False


class SignalNoteFactory(DjangoModelFactory):
    """A remark; `agreed` is an action with an owner and a date."""

    class Meta:
        model = SignalNote

    class Params:
        agreed = factory.Trait(
            kind=SignalNote.Kind.ACTION, owner=factory.SubFactory(UserFactory), due_on=date(2026, 12, 15)
        )

    drift = factory.SubFactory(DriftFactory)
    kind = SignalNote.Kind.COMMENT
    text = "Vi ser på sagerne på næste teammøde."
    month = date(2026, 9, 1)
    by = factory.SubFactory(UserFactory)
