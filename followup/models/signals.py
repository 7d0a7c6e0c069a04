from typing import ClassVar

from django.db import models

from followup.models.months import first_of_month
from roles.models import Unit
from serviceniveau.models import Intervention, QualityStandard


class MeasureCode(models.TextChoices):
    """Code names of the measures, as in the truth file and `manage.py signals`."""

    SHARE_ABOVE = "share_above", "Andel over rammen"
    SHARE_BELOW = "share_below", "Andel under rammen"
    SHARE_WITHOUT_REASON = "share_without_reason", "Andel afvigelser uden begrundelse"


class DriftSignal(models.Model):
    """Practice has probably moved: what, where, since when, how much, how sure. Rebuilt with its month."""

    class Direction(models.TextChoices):
        UP = "up", "op"
        DOWN = "down", "ned"

    month = models.DateField("måned")
    revision = models.PositiveIntegerField("revision")
    measure = models.CharField("nøgletal", max_length=24, choices=MeasureCode)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="signals", verbose_name="enhed")
    standard = models.ForeignKey(
        QualityStandard, models.PROTECT, related_name="signals", verbose_name="kvalitetsstandard"
    )
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, related_name="signals", verbose_name="ydelse"
    )
    direction = models.CharField("retning", max_length=4, choices=Direction)
    since = models.DateField("siden")
    observed = models.PositiveIntegerField("observeret")
    expected = models.FloatField("forventet")
    n = models.PositiveIntegerField("afgørelser")
    share_low = models.FloatField("andel, nedre grænse")
    share_high = models.FloatField("andel, øvre grænse")
    probability = models.FloatField("sandsynlighed")
    provisional = models.BooleanField("foreløbig")

    class Meta:
        verbose_name = "signal"
        verbose_name_plural = "signaler"
        ordering: ClassVar = ["-probability", "unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "revision", "measure", "unit", "standard", "intervention"],
                name="signal_once",
            ),
            models.CheckConstraint(name="signal_month_is_first_day", condition=first_of_month),
            models.CheckConstraint(
                name="signal_counts_agree", condition=models.Q(observed__lte=models.F("n"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}, {self.unit}, {self.standard}"
