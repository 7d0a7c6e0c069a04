from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncMonth

from roles.models import Permission, Unit, User
from roles.models.history import history, history_triggers
from roles.permissions import units_with
from serviceniveau.models.catalogue import (
    AgeBand,
    DeviationReason,
    Intervention,
    LegalBasis,
    NeedLevel,
    TargetGroup,
)
from serviceniveau.models.standards import JUDGED_KINDS, ServiceLevel, StandardVersion
from serviceniveau.models.units import MeasurementUnit, PriceUnit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

OWN_SOURCE = "serviceniveau"


Row = TypeVar("Row", bound=models.Model)


class VisibleQuerySet(models.QuerySet[Row]):
    """Person-level rows: only through the right to see cases at the case's unit of today."""

    unit_lookup = "case__unit__in"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(**{self.unit_lookup: units_with(user, Permission.VIEW_CASE)})


class CaseQuerySet(VisibleQuerySet["Case"]):
    unit_lookup = "unit__in"


class Case(models.Model):
    """A pseudonymous case: a number, a birth year, a target group. No identity."""

    source = models.CharField("kilde", max_length=40, default=OWN_SOURCE)
    number = models.CharField("sagsnummer", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", verbose_name="enhed")
    caseworker = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="sagsbehandler"
    )
    birth_year = models.PositiveSmallIntegerField("fødselsår", null=True, blank=True)
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="målgruppe"
    )
    closed_on = models.DateField("afsluttet", null=True, blank=True)

    objects = CaseQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "sag"
        verbose_name_plural = "sager"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "number"], name="case_number_once"),
            models.CheckConstraint(
                name="case_birth_year_plausible",
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return self.number


class ApplicationQuerySet(VisibleQuerySet["Application"]):
    def undecided(self) -> Self:
        decisions = Registration.objects.filter(
            application=models.OuterRef("pk"), status=Registration.Status.DECIDED
        )
        return self.filter(~models.Exists(decisions), withdrawn_on=None)


class Application(models.Model):
    """An application for an intervention; answered by one or more decisions."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="applications", verbose_name="sag")
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, related_name="applications", verbose_name="ydelse"
    )
    legal_basis = models.ForeignKey(
        LegalBasis, models.PROTECT, related_name="applications", verbose_name="lovgrundlag"
    )
    received_on = models.DateField("modtaget")
    deadline_on = models.DateField("frist", null=True, blank=True)
    notice_sent_on = models.DateField("besked om fristoverskridelse sendt", null=True, blank=True)
    withdrawn_on = models.DateField("trukket tilbage", null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "ansøgning"
        verbose_name_plural = "ansøgninger"
        ordering: ClassVar = ["received_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "intervention", "received_on"], name="application_once"),
            models.CheckConstraint(
                name="application_deadline_after_receipt",
                condition=Q(deadline_on__isnull=True) | Q(deadline_on__gte=F("received_on")),
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.intervention}, modtaget {self.received_on:%d-%m-%Y}"


class GrantQuerySet(VisibleQuerySet["Grant"]):
    def running(self, *, on: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class Grant(models.Model):
    """A running intervention in a case. Its dates are read from its decisions, see actions.grants."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="grants", verbose_name="sag")
    number = models.CharField("bevillingsnummer", max_length=120)
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, related_name="grants", verbose_name="ydelse"
    )
    starts_on = models.DateField("begynder", null=True, blank=True)
    ends_on = models.DateField("slutter", null=True, blank=True)
    follow_up_on = models.DateField("opfølgning", null=True, blank=True)

    objects = GrantQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "bevilling"
        verbose_name_plural = "bevillinger"
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="grant_number_once")]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return self.number


class DecisionKind(models.TextChoices):
    NEW = "bevilling_ny", "Ny bevilling"
    PARTIAL = "bevilling_delvis", "Delvis bevilling"
    REFUSAL = "afslag", "Afslag"
    RAISED = "opjustering", "Opjustering"
    LOWERED = "nedjustering", "Nedjustering"
    EXTENDED = "forlaengelse", "Forlængelse uden ændring"
    WITHIN = "aendring_inden_for_rammen", "Ændring inden for bevillingen"
    SUPPLIER_CHANGED = "leverandoerskift", "Skift af leverandør"
    ENDED = "ophoer", "Ophør"
    ENDED_BY_CITIZEN = "ophoer_borger", "Ophør efter borgerens forhold"
    REVIEW_UPHELD = "genvurdering_fastholdt", "Genvurdering: fastholdt"
    REVIEW_CHANGED = "genvurdering_medhold", "Genvurdering: medhold"
    LAW_MIGRATION = "paragraf_migrering", "Lovskifte uden ny afgørelse"


JUDGED_DECISIONS = (
    DecisionKind.NEW,
    DecisionKind.PARTIAL,
    DecisionKind.RAISED,
    DecisionKind.LOWERED,
    DecisionKind.EXTENDED,
    DecisionKind.SUPPLIER_CHANGED,
    DecisionKind.REVIEW_CHANGED,
)
OPENING_DECISIONS = (DecisionKind.NEW, DecisionKind.PARTIAL)
ENDING_DECISIONS = (DecisionKind.ENDED, DecisionKind.ENDED_BY_CITIZEN)
WITHOUT_GRANT = (DecisionKind.REFUSAL, DecisionKind.REVIEW_UPHELD)


class RegistrationQuerySet(VisibleQuerySet["Registration"]):
    def decided(self) -> Self:
        return self.filter(status=Registration.Status.DECIDED)


class Registration(models.Model):
    """One decision as it was made, with the unit and caseworker of its day. Amounts are totals."""

    class Status(models.TextChoices):
        AWAITING = "afventer", "Afventer godkendelse"
        DECIDED = "afgjort", "Afgjort"

    source = models.CharField("kilde", max_length=40, default=OWN_SOURCE)
    decision_id = models.CharField("afgørelses-id", max_length=80)
    case = models.ForeignKey(Case, models.PROTECT, related_name="registrations", verbose_name="sag")
    grant = models.ForeignKey(
        Grant, models.PROTECT, null=True, blank=True, related_name="registrations", verbose_name="bevilling"
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="ansøgning",
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="registrations", verbose_name="enhed")
    caseworker = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="sagsbehandler",
    )
    legal_basis = models.ForeignKey(
        LegalBasis, models.PROTECT, related_name="registrations", verbose_name="lovgrundlag"
    )
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, related_name="registrations", verbose_name="ydelse"
    )
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="målgruppe"
    )
    need_level = models.ForeignKey(
        NeedLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="støttebehov"
    )
    age_band = models.CharField("aldersgruppe", max_length=5, choices=AgeBand, blank=True)
    kind = models.CharField("afgørelsestype", max_length=30, choices=DecisionKind)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DECIDED)
    decided_on = models.DateField("afgjort den")
    month = models.DateField("måned", editable=False)
    registered_on = models.DateField("registreret den")
    starts_on = models.DateField("begynder", null=True, blank=True)
    ends_on = models.DateField("slutter", null=True, blank=True)
    follow_up_on = models.DateField("opfølgning", null=True, blank=True)
    amount = models.DecimalField("omfang", max_digits=12, decimal_places=2, null=True, blank=True)
    amount_unit = models.CharField("enhed", max_length=20, choices=MeasurementUnit, blank=True)
    price_dkk = models.DecimalField("pris", max_digits=12, decimal_places=2, null=True, blank=True)
    price_unit = models.CharField("prisenhed", max_length=20, choices=PriceUnit, blank=True)
    supplier = models.CharField("leverandør", max_length=120, blank=True)
    deviation_reason = models.ForeignKey(
        DeviationReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name="grund til afvigelse",
    )
    deviation_text = models.TextField("begrundelse", blank=True)
    seconds_to_register = models.PositiveIntegerField("sekunder til registrering", null=True, blank=True)
    edition = models.PositiveIntegerField("udgave", default=1, editable=False)
    # Digest of the imported row: a row that is delivered again unchanged never undoes a correction made here.
    source_digest = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)

    objects = RegistrationQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "afgørelse"
        verbose_name_plural = "afgørelser"
        ordering: ClassVar = ["-decided_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["month", "unit"], name="registration_month_unit"),
            models.Index(fields=["case", "-decided_on"], name="registration_case_date"),
            models.Index(fields=["caseworker", "-decided_on"], name="registration_caseworker_date"),
            models.Index(fields=["unit"], name="registration_awaiting", condition=Q(status="afventer")),
            # Late decisions are looked for month by month, from the index alone.
            models.Index(
                fields=["month"],
                include=["edition"],
                name="registration_month_edition",
                condition=Q(status="afgjort"),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "decision_id"], name="decision_once"),
            models.CheckConstraint(
                name="registration_month_of_decision", condition=Q(month=TruncMonth(F("decided_on")))
            ),
            models.CheckConstraint(
                name="registration_ends_after_start",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="registration_amount_positive", condition=Q(amount__isnull=True) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="registration_price_positive", condition=Q(price_dkk__isnull=True) | Q(price_dkk__gte=0)
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.decided_on:%d-%m-%Y}"


class Relation(models.TextChoices):
    INSIDE = "inside", "Inden for rammen"
    ABOVE = "above", "Over rammen"
    BELOW = "below", "Under rammen"
    INCOMPLETE = "incomplete", "Mangler oplysninger"


class Judgement(models.Model):
    """How one decision relates to one frame in force on its day. Derived; see queries.judgement."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="judgements", verbose_name="afgørelse"
    )
    version = models.ForeignKey(
        StandardVersion, models.PROTECT, related_name="judgements", verbose_name="version"
    )
    level = models.ForeignKey(
        ServiceLevel, models.PROTECT, null=True, related_name="judgements", verbose_name="ramme"
    )
    kind = models.CharField("art", max_length=24, choices=[(kind.value, kind.label) for kind in JUDGED_KINDS])
    relation = models.CharField("forhold til rammen", max_length=10, choices=Relation)
    amount = models.DecimalField("omfang i rammens enhed", max_digits=14, decimal_places=4, null=True)
    missing = models.CharField("mangler", max_length=80, blank=True)

    class Meta:
        verbose_name = "bedømmelse"
        verbose_name_plural = "bedømmelser"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registration", "version", "kind"], name="judged_once_per_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.registration}: {self.get_relation_display()}"
