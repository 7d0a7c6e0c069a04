from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from roles.models import Unit, User
from roles.models.history import append_only, history, history_triggers
from roles.models.sorting import Danish
from serviceniveau.models.catalogue import AgeBand, Area, Intervention, LegalBasis, NeedLevel, TargetGroup
from serviceniveau.models.units import MeasurementUnit

NO_SHARE = "Skriv andelen som et tal over 0 og under 1: 0.10 er 10 % af afgørelserne."
TOO_MANY = "De forventede andele over og under rammen er tilsammen mere end 1. Gør mindst én af dem mindre."


class DeadlineUnit(models.TextChoices):
    WORKING_DAYS = "arbejdsdage", "arbejdsdage"
    DAYS = "dage", "dage"
    WEEKS = "uger", "uger"
    MONTHS = "måneder", "måneder"


class StandardQuerySet(models.QuerySet["QualityStandard"]):
    def own(self) -> StandardQuerySet:
        """The municipality's own standards, without the library of other municipalities' levels."""
        return self.filter(origin_municipality="")

    def library(self) -> StandardQuerySet:
        return self.exclude(origin_municipality="")

    def in_force(self, *, on: date | None = None) -> StandardQuerySet:
        versions = StandardVersion.objects.in_force(on=on)
        return self.filter(models.Exists(versions.filter(standard=models.OuterRef("pk"))))


class QualityStandard(models.Model):
    """A kvalitetsstandard. What applies when is said by its versions."""

    code = models.CharField("kode", max_length=40, unique=True)
    title = models.CharField("titel", max_length=200)
    area = models.CharField("område", max_length=10, choices=Area)
    legal_basis = models.ForeignKey(
        LegalBasis, models.PROTECT, related_name="standards", verbose_name="lovgrundlag"
    )
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="standards", verbose_name="ansvarlig enhed"
    )
    is_fictitious = models.BooleanField("opdigtet eksempel", default=False)
    origin_municipality = models.CharField("oprindelig kommune", max_length=80, blank=True)
    origin_adopted_by = models.CharField("vedtaget af (oprindeligt)", max_length=160, blank=True)
    origin_adopted_on = models.DateField("vedtaget den (oprindeligt)", null=True, blank=True)
    origin_url = models.URLField("kilde", max_length=400, blank=True)
    origin_confidence = models.CharField("kildens sikkerhed", max_length=10, blank=True)

    objects = StandardQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "kvalitetsstandard"
        verbose_name_plural = "kvalitetsstandarder"
        ordering: ClassVar = ["area", Danish("title")]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return self.title


class VersionQuerySet(models.QuerySet["StandardVersion"]):
    def adopted(self) -> VersionQuerySet:
        return self.filter(valid__isnull=False)

    def in_force(self, *, on: date | None = None) -> VersionQuerySet:
        day = on or localdate()
        return self.filter(valid__contains=day, adoption__adopted_on__lte=day)


class StandardVersion(models.Model):
    """One version of a standard: a draft until adopted, then fixed but for the day it is succeeded."""

    standard = models.ForeignKey(
        QualityStandard, models.PROTECT, related_name="versions", verbose_name="kvalitetsstandard"
    )
    number = models.PositiveSmallIntegerField("version")
    valid = DateRangeField("gælder", null=True, blank=True)
    citizen_text = models.TextField("til borgeren", blank=True)
    purpose = models.TextField("formål", blank=True)
    target_group_text = models.TextField("hvem kan få støtten", blank=True)
    included = ArrayField(models.TextField(), verbose_name="indgår", default=list, blank=True)
    not_included = ArrayField(
        models.TextField(), verbose_name="indgår normalt ikke", default=list, blank=True
    )
    dispensation = ArrayField(
        models.TextField(), verbose_name="dispensationskriterier", default=list, blank=True
    )
    decision_deadline = models.PositiveSmallIntegerField("frist for afgørelse", null=True, blank=True)
    decision_deadline_unit = models.CharField("enhed", max_length=12, choices=DeadlineUnit, blank=True)
    start_deadline = models.PositiveSmallIntegerField("frist for opstart", null=True, blank=True)
    start_deadline_unit = models.CharField("enhed", max_length=12, choices=DeadlineUnit, blank=True)
    # What the adoption itself expects of practice: the level that the months are watched from.
    expected_above = models.DecimalField(
        "forventet andel over rammen", max_digits=4, decimal_places=3, null=True, blank=True
    )
    expected_below = models.DecimalField(
        "forventet andel under rammen", max_digits=4, decimal_places=3, null=True, blank=True
    )
    follow_up = models.TextField("opfølgning", blank=True)
    own_payment = models.TextField("egenbetaling", blank=True)
    supplier_text = models.TextField("leverandør", blank=True)

    objects = VersionQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versioner"
        ordering: ClassVar = ["standard", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["standard", "number"], name="version_number_once"),
            ExclusionConstraint(
                name="versions_do_not_overlap",
                expressions=[("standard", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="version_valid_not_empty", condition=Q(valid__isnull=True) | Q(valid__isempty=False)
            ),
            models.CheckConstraint(
                name="version_expected_shares",
                condition=(Q(expected_above__isnull=True) | Q(expected_above__gt=0, expected_above__lt=1))
                & (Q(expected_below__isnull=True) | Q(expected_below__gt=0, expected_below__lt=1)),
            ),
            models.CheckConstraint(
                name="version_expected_shares_together",
                condition=Q(expected_above__isnull=True)
                | Q(expected_below__isnull=True)
                | Q(expected_above__lte=1 - F("expected_below")),
            ),
        ]
        triggers: ClassVar = [
            *history_triggers(),
            pgtrigger.Trigger(
                name="in_force_by_adoption",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__valid__isnull=False),
                func="""
                    IF EXISTS (SELECT FROM serviceniveau_adoption WHERE version_id = NEW.id) THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'only an adopted version is in force'
                        USING ERRCODE = 'restrict_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="adopted_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__valid__isnull=False),
                func="""
                    IF TG_OP = 'UPDATE' AND lower(NEW.valid) = lower(OLD.valid)
                        AND to_jsonb(NEW) - 'valid' = to_jsonb(OLD) - 'valid' THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'an adopted version never changes' USING ERRCODE = 'restrict_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard} (version {self.number})"

    @property
    def is_adopted(self) -> bool:
        return self.valid is not None

    def clean(self) -> None:
        """A declared level is a share, and both sides together cannot be more than every decision."""
        shares = {"expected_above": self.expected_above, "expected_below": self.expected_below}
        wrong = [name for name, share in shares.items() if share is not None and not 0 < share < 1]
        if wrong:
            raise ValidationError(dict.fromkeys(wrong, NO_SHARE))
        if sum(share for share in shares.values() if share is not None) > 1:
            raise ValidationError({"expected_below": TOO_MANY})


class Adoption(models.Model):
    """The political decision behind a version, with the effect that was expected."""

    version = models.OneToOneField(
        StandardVersion, models.PROTECT, related_name="adoption", verbose_name="version"
    )
    body = models.CharField("vedtaget af", max_length=160)
    adopted_on = models.DateField("vedtaget den")
    case_number = models.CharField("sagsnummer", max_length=60, blank=True)
    link = models.URLField("dagsorden", max_length=400, blank=True)
    expected_effect = models.TextField("forventet effekt", blank=True)
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="registreret af"
    )
    registered_at = models.DateTimeField("registreret", auto_now_add=True)

    class Meta:
        verbose_name = "vedtagelse"
        verbose_name_plural = "vedtagelser"
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.version}: {self.body} {self.adopted_on:%d-%m-%Y}"


class FrameKind(models.TextChoices):
    GUIDING_FRAME = "guiding_frame", "Vejledende ramme"
    MINIMUM = "minimum", "Minimum"
    DURATION_FRAME = "duration_frame", "Varighedsramme"
    ACCESS_LEVEL = "access_level", "Adgangsniveau"
    STATUTORY_ENTITLEMENT = "statutory_entitlement", "Lovbestemt ret"
    LEGAL_THRESHOLD = "legal_threshold", "Juridisk tærskel"
    PRICE = "price", "Takst"
    INTENSITY = "intensity", "Intensitet"
    DEADLINE_CASE = "deadline_case", "Frist for afgørelse"
    DEADLINE_START = "deadline_start", "Frist for opstart"
    FOLLOW_UP_INTERVAL = "follow_up_interval", "Opfølgningsinterval"
    OWN_PAYMENT = "own_payment", "Egenbetaling"
    QUALITY_GOAL = "quality_goal", "Kvalitetsmål"
    TEXT = "text", "Beskrivelse uden tal"


JUDGED_KINDS = (FrameKind.GUIDING_FRAME, FrameKind.MINIMUM, FrameKind.DURATION_FRAME)


class ServiceLevel(models.Model):
    """One number (or text) of a version: for an intervention, a target group, a need level and ages."""

    version = models.ForeignKey(
        StandardVersion, models.CASCADE, related_name="levels", verbose_name="version"
    )
    kind = models.CharField("art", max_length=24, choices=FrameKind)
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, null=True, blank=True, related_name="levels", verbose_name="ydelse"
    )
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, blank=True, related_name="levels", verbose_name="målgruppe"
    )
    need_level = models.ForeignKey(
        NeedLevel, models.PROTECT, null=True, blank=True, related_name="levels", verbose_name="støttebehov"
    )
    age_bands = ArrayField(
        models.CharField(max_length=5, choices=AgeBand),
        verbose_name="aldersgrupper",
        default=list,
        blank=True,
    )
    minimum = models.DecimalField("mindst", max_digits=12, decimal_places=2, null=True, blank=True)
    typical = models.DecimalField("typisk", max_digits=12, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField("højst", max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField("enhed", max_length=20, choices=MeasurementUnit, blank=True)
    approval_above = models.DecimalField(
        "kræver godkendelse over", max_digits=12, decimal_places=2, null=True, blank=True
    )
    text = models.TextField("beskrivelse", blank=True)

    history = history()

    class Meta:
        verbose_name = "ramme"
        verbose_name_plural = "rammer"
        ordering: ClassVar = [
            "version",
            "kind",
            "intervention__name",
            "need_level__scale",
            "need_level__value",
            "id",
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="level_bounds_in_order",
                condition=(Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lte=F("maximum")))
                & (Q(typical__isnull=True) | Q(maximum__isnull=True) | Q(typical__lte=F("maximum")))
                & (Q(typical__isnull=True) | Q(minimum__isnull=True) | Q(typical__gte=F("minimum"))),
            ),
            models.CheckConstraint(
                name="level_judged_has_number_unit_and_intervention",
                condition=~Q(kind__in=[kind.value for kind in JUDGED_KINDS])
                | (
                    (Q(minimum__isnull=False) | Q(typical__isnull=False) | Q(maximum__isnull=False))
                    & ~Q(unit="")
                    & Q(intervention__isnull=False)
                ),
            ),
        ]
        triggers: ClassVar = [
            *history_triggers(),
            pgtrigger.Trigger(
                name="adopted_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT FROM serviceniveau_standardversion
                        WHERE valid IS NOT NULL
                            AND (TG_OP <> 'DELETE' AND id = NEW.version_id
                                OR TG_OP <> 'INSERT' AND id = OLD.version_id)
                    ) THEN
                        RAISE EXCEPTION 'the frames of an adopted version never change'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.intervention or self.text}"

    @property
    def is_judged(self) -> bool:
        return self.kind in JUDGED_KINDS

    def clean(self) -> None:
        if (
            self.version.standard.legal_basis.law == "AEL"
            and self.unit
            and MeasurementUnit(self.unit).is_time
        ):
            raise ValidationError(
                {
                    "unit": "Ældreloven bygger på forløb. Skriv niveauet som forløb eller tekst, "
                    "ikke som timer eller minutter."
                }
            )
