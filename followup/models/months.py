from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncMonth

from roles.models import Unit
from roles.models.history import append_only
from serviceniveau.models import (
    AgeBand,
    Area,
    DecisionKind,
    DeviationReason,
    Intervention,
    LegalBasis,
    NeedLevel,
    QualityStandard,
    Relation,
    TargetGroup,
)

first_of_month = Q(month=TruncMonth(F("month")))


def log_sum(name: str) -> "models.DecimalField[Any, Any]":
    """Each logarithm is rounded to six decimals before it is added: the sum is the same in any order."""
    return models.DecimalField(name, max_digits=20, decimal_places=6, db_default=0)


class MonthlyRun(models.Model):
    """One step of closing a month: the truth about what is done. Celery only announces it."""

    class Step(models.TextChoices):
        FACTS = "tal", "Månedstal"
        SCAN = "signaler", "Signaler"
        REPORT = "rapport", "Rapport"
        PUBLISH = "offentliggoer", "Offentliggjorte tal"

    class State(models.TextChoices):
        WAITING = "venter", "Venter"
        RUNNING = "i_gang", "I gang"
        FINISHED = "faerdig", "Færdig"
        FAILED = "fejlet", "Fejlet"

    month = models.DateField("måned")
    revision = models.PositiveIntegerField("revision")
    step = models.CharField("trin", max_length=16, choices=Step)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enhed"
    )
    state = models.CharField("tilstand", max_length=10, choices=State, default=State.WAITING)
    leased_until = models.DateTimeField("optaget til", null=True, blank=True)
    started_at = models.DateTimeField("begyndt", null=True, blank=True)
    finished_at = models.DateTimeField("færdig", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("forsøg", default=0)
    rows = models.PositiveIntegerField("rækker", default=0)
    fingerprint = models.CharField("fingeraftryk", max_length=64, blank=True)
    source_rows = models.PositiveIntegerField("afgørelser", default=0)
    source_editions = models.PositiveBigIntegerField("udgaver i alt", default=0)
    error = models.TextField("fejl", blank=True)

    class Meta:
        verbose_name = "månedstrin"
        verbose_name_plural = "månedstrin"
        ordering: ClassVar = ["-month", "-revision", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "revision", "step", "unit"], name="month_step_once", nulls_distinct=False
            ),
            models.CheckConstraint(name="run_month_is_first_day", condition=first_of_month),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m-%Y} revision {self.revision}: {self.get_step_display()}"


class MonthlyFact(models.Model):
    """A cell of the month's decisions: counts and additive sums. No caseworker. Rebuilt, never edited."""

    month = models.DateField("måned")
    revision = models.PositiveIntegerField("revision")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhed")
    legal_basis = models.ForeignKey(LegalBasis, models.PROTECT, related_name="+", verbose_name="lovgrundlag")
    intervention = models.ForeignKey(Intervention, models.PROTECT, related_name="+", verbose_name="ydelse")
    standard = models.ForeignKey(
        QualityStandard, models.PROTECT, null=True, related_name="+", verbose_name="kvalitetsstandard"
    )
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, related_name="+", verbose_name="målgruppe"
    )
    need_level = models.ForeignKey(
        NeedLevel, models.PROTECT, null=True, related_name="+", verbose_name="støttebehov"
    )
    age_band = models.CharField("aldersgruppe", max_length=5, choices=AgeBand, blank=True)
    kind = models.CharField("afgørelsestype", max_length=30, choices=DecisionKind)
    relation = models.CharField("forhold til rammen", max_length=10, choices=Relation, blank=True)
    reason = models.ForeignKey(
        DeviationReason, models.PROTECT, null=True, related_name="+", verbose_name="grund"
    )
    supplier = models.CharField("leverandør", max_length=120, blank=True)
    n = models.PositiveIntegerField("afgørelser")
    amount_n = models.PositiveIntegerField("med omfang")
    amount_sum = models.DecimalField("omfang i alt", max_digits=18, decimal_places=4)
    amount_squares = models.DecimalField("omfang, kvadratsum", max_digits=24, decimal_places=4)
    amount_histogram = ArrayField(models.PositiveIntegerField(), verbose_name="omfang, fordeling")
    cost_n = models.PositiveIntegerField("med pris")
    cost_sum = models.DecimalField("årlig udgift i alt", max_digits=18, decimal_places=2)
    cost_squares = models.DecimalField("årlig udgift, kvadratsum", max_digits=30, decimal_places=2)
    days_n = models.PositiveIntegerField("med ansøgningsdato")
    days_sum = models.PositiveIntegerField("dage til afgørelse i alt")
    days_squares = models.PositiveBigIntegerField("dage til afgørelse, kvadratsum")
    days_histogram = ArrayField(models.PositiveIntegerField(), verbose_name="dage til afgørelse, fordeling")
    deadline_n = models.PositiveIntegerField("med frist")
    on_time_n = models.PositiveIntegerField("inden for fristen")
    late_n = models.PositiveIntegerField("efter fristen", db_default=0)
    notice_n = models.PositiveIntegerField("efter fristen, med besked før fristen", db_default=0)
    start_n = models.PositiveIntegerField("med frist for opstart", db_default=0)
    start_on_time_n = models.PositiveIntegerField("begyndt inden for fristen", db_default=0)
    max_n = models.PositiveIntegerField("bedømt med et maksimum", db_default=0)
    at_max_n = models.PositiveIntegerField("præcis på maksimum", db_default=0)
    extent_n = models.PositiveIntegerField("med omfang og typisk niveau", db_default=0)
    extent_log_sum = log_sum("log(omfang/typisk) i alt")
    extent_log_squares = log_sum("log(omfang/typisk), kvadratsum")
    cost_log_n = models.PositiveIntegerField("med udgift over 0", db_default=0)
    cost_log_sum = log_sum("log(årlig udgift) i alt")
    cost_log_squares = log_sum("log(årlig udgift), kvadratsum")
    price_n = models.PositiveIntegerField("med pris pr. enhed", db_default=0)
    price_log_sum = log_sum("log(pris) i alt")
    price_log_squares = log_sum("log(pris), kvadratsum")
    span_n = models.PositiveIntegerField("med varighed", db_default=0)
    span_log_sum = log_sum("log(dage) i alt")
    span_log_squares = log_sum("log(dage), kvadratsum")

    class Meta:
        verbose_name = "månedstal"
        verbose_name_plural = "månedstal"
        indexes: ClassVar = [
            models.Index(fields=["month", "revision"], name="fact_month"),
            # The rows are wide: charts and scans count decisions of many months from the index alone.
            models.Index(
                fields=["unit", "month", "revision"],
                include=["standard", "intervention", "kind", "relation", "reason", "n"],
                condition=Q(standard__isnull=False),
                name="fact_counts",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="fact_month_is_first_day", condition=first_of_month)
        ]

    def __str__(self) -> str:
        return f"{self.month:%m-%Y} {self.unit_id}: {self.n}"


class MonthlyStock(models.Model):
    """What was running at the end of the month, counted directly for each unit with all beneath it."""

    month = models.DateField("måned")
    revision = models.PositiveIntegerField("revision")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="enhed")
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, null=True, related_name="+", verbose_name="ydelse"
    )
    running_grants = models.PositiveIntegerField("løbende bevillinger")
    persons = models.PositiveIntegerField("sager med løbende bevilling")
    undecided_applications = models.PositiveIntegerField("ansøgninger uden afgørelse")
    follow_ups = models.PositiveIntegerField("bevillinger med aftalt opfølgning", db_default=0)
    follow_ups_overdue = models.PositiveIntegerField("opfølgning overskredet", db_default=0)

    class Meta:
        verbose_name = "bestand"
        verbose_name_plural = "bestand"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "revision", "unit", "intervention"], name="stock_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m-%Y} {self.unit_id}: {self.running_grants}"


class MonthlyReport(models.Model):
    """What the unit's leader was shown for a month, frozen with its seal."""

    month = models.DateField("måned")
    revision = models.PositiveIntegerField("revision")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name="enhed")
    content = models.JSONField("indhold")
    sha256 = models.CharField("sha256", max_length=64)
    frozen_at = models.DateTimeField("frosset", auto_now_add=True)

    class Meta:
        verbose_name = "månedsrapport"
        verbose_name_plural = "månedsrapporter"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "revision", "unit"], name="report_once")
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%m-%Y} revision {self.revision}"


class PublishedFigure(models.Model):
    """One cell of the one published cube, area × month, rounded once. Totals are sums of these."""

    class Cell(models.TextChoices):
        INSIDE = "inside", "Inden for rammen"
        ABOVE = "above", "Over rammen"
        BELOW = "below", "Under rammen"
        INCOMPLETE = "incomplete", "Mangler oplysninger"
        ON_TIME = "on_time", "Afgjort inden fristen"
        LATE = "late", "Afgjort efter fristen"

    month = models.DateField("måned")
    revision = models.PositiveIntegerField("revision")
    area = models.CharField("område", max_length=10, choices=Area)
    cell = models.CharField("celle", max_length=12, choices=Cell)
    value = models.PositiveIntegerField("afrundet antal")

    class Meta:
        verbose_name = "offentliggjort tal"
        verbose_name_plural = "offentliggjorte tal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "revision", "area", "cell"], name="published_once"),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.month:%m-%Y} {self.area} {self.cell}: {self.value}"
