"""A monthly random sample of who read which cases, for the leader to look at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from roles.models import ReadLog, Unit, User
from roles.models.cpr import refuse_cpr
from roles.models.history import append_only, history, history_triggers
from serviceniveau.models.registrations import Case


class ReadSample(models.Model):
    """Drawn once per unit and month."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="read_samples", verbose_name="enhed")
    month = models.DateField("måned")
    reads = models.PositiveIntegerField("opslag i måneden")
    drawn_at = models.DateTimeField("udtrukket", auto_now_add=True)

    class Meta:
        verbose_name = "stikprøve af opslag"
        verbose_name_plural = "stikprøver af opslag"
        ordering: ClassVar = ["-month", "unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "month"], name="read_sample_once"),
            models.CheckConstraint(name="read_sample_month_is_first_day", condition=Q(month__day=1)),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"Opslag i {self.unit}, {self.month:%m-%Y}"


class ReadSampleItem(models.Model):
    class Finding(models.TextChoices):
        FINE = "i_orden", "I orden"
        ASK = "afklares", "Skal afklares"

    sample = models.ForeignKey(ReadSample, models.PROTECT, related_name="items", verbose_name="stikprøve")
    read = models.ForeignKey(ReadLog, models.PROTECT, related_name="+", verbose_name="opslag")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", verbose_name="sag")
    finding = models.CharField("vurdering", max_length=10, choices=Finding, blank=True)
    note = models.CharField("bemærkning", max_length=300, blank=True, validators=[refuse_cpr])
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vurderet af"
    )
    checked_at = models.DateTimeField("vurderet", null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = "opslag i stikprøven"
        verbose_name_plural = "opslag i stikprøven"
        ordering: ClassVar = ["sample", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "read", "case"], name="read_sampled_once"),
            models.CheckConstraint(
                name="read_checked_by_and_at_together",
                condition=Q(checked_at=None, checked_by=None, finding="")
                | Q(checked_at__isnull=False, checked_by__isnull=False) & ~Q(finding=""),
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.sample}: {self.read}"
