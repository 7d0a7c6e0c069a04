from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.utils.timezone import localdate

from roles.models.history import history, history_triggers
from roles.models.sorting import Danish
from serviceniveau.models.units import MeasurementUnit


class Area(models.TextChoices):
    CHILDREN = "boern", "Børn og unge"
    ADULTS = "voksen", "Voksne"
    ELDERLY = "aeldre", "Ældre"


class AgeBand(models.TextChoices):
    UP_TO_5 = "0-5", "0-5 år"
    UP_TO_11 = "6-11", "6-11 år"
    UP_TO_17 = "12-17", "12-17 år"
    UP_TO_29 = "18-29", "18-29 år"
    UP_TO_49 = "30-49", "30-49 år"
    UP_TO_66 = "50-66", "50-66 år"
    PENSION_AGE = "67+", "67 år eller derover"

    @property
    def last_age(self) -> int:
        return 150 if self is AgeBand.PENSION_AGE else int(self.value.split("-")[1])


def possible_age_bands(birth_year: int, *, on: date) -> list[AgeBand]:
    """One band, or two when the birthday of that year decides."""
    oldest = on.year - birth_year
    last = AgeBand.PENSION_AGE.last_age
    ages = {min(max(age, 0), last) for age in (oldest - 1, oldest)}
    return list(dict.fromkeys(next(band for band in AgeBand if age <= band.last_age) for age in sorted(ages)))


class LegalBasisQuerySet(models.QuerySet["LegalBasis"]):
    def in_force(self, *, on: date | None = None) -> LegalBasisQuerySet:
        return self.filter(valid__contains=on or localdate())


class LegalBasis(models.Model):
    law = models.CharField("lov", max_length=10)
    section = models.CharField("paragraf", max_length=40)
    title = models.CharField("titel", max_length=200)
    area = models.CharField("område", max_length=10, choices=Area)
    valid = DateRangeField("gælder")
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", verbose_name="afløst af"
    )

    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        verbose_name = "lovgrundlag"
        verbose_name_plural = "lovgrundlag"
        ordering: ClassVar = ["law", "section"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["law", "section"], name="legal_basis_once")]

    def __str__(self) -> str:
        return f"{self.law} § {self.section}"


class Intervention(models.Model):
    code = models.CharField("kode", max_length=60, unique=True)
    name = models.CharField("navn", max_length=160)
    area = models.CharField("område", max_length=10, choices=Area)
    natural_unit = models.CharField("naturlig enhed", max_length=20, choices=MeasurementUnit)
    legal_bases = models.ManyToManyField(LegalBasis, related_name="interventions", verbose_name="lovgrundlag")

    class Meta:
        verbose_name = "ydelse"
        verbose_name_plural = "ydelser"
        ordering: ClassVar = [Danish("name")]

    def __str__(self) -> str:
        return self.name


class TargetGroup(models.Model):
    code = models.CharField("kode", max_length=60, unique=True)
    name = models.CharField("navn", max_length=160)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="hører under"
    )
    lineage = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta:
        verbose_name = "målgruppe"
        verbose_name_plural = "målgrupper"
        ordering: ClassVar = [Danish("name")]

    def __str__(self) -> str:
        return self.name


class NeedLevel(models.Model):
    """A level on one scale. The scale is part of the key: equal numbers on two scales differ."""

    scale = models.CharField("skala", max_length=20)
    code = models.CharField("kode", max_length=60)
    value = models.SmallIntegerField("værdi", null=True, blank=True)
    name = models.CharField("navn", max_length=120)

    class Meta:
        verbose_name = "støttebehov"
        verbose_name_plural = "støttebehov"
        ordering: ClassVar = ["scale", "value"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scale", "code"], name="need_level_once"),
            models.UniqueConstraint(fields=["scale", "value"], name="need_level_value_once"),
        ]

    def __str__(self) -> str:
        return (
            f"{self.scale} {self.value}: {self.name}"
            if self.value is not None
            else f"{self.scale}: {self.name}"
        )


class DeviationReason(models.Model):
    """Why a decision lies outside the frame. Reasons without a standard may be used everywhere."""

    code = models.CharField("kode", max_length=40)
    name = models.CharField("navn", max_length=120)
    standard = models.ForeignKey(
        "serviceniveau.QualityStandard",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="deviation_reasons",
        verbose_name="kvalitetsstandard",
    )
    position = models.PositiveSmallIntegerField("rækkefølge", default=0)
    is_active = models.BooleanField("i brug", default=True)

    history = history()

    class Meta:
        verbose_name = "afvigelsesgrund"
        verbose_name_plural = "afvigelsesgrunde"
        ordering: ClassVar = ["position", Danish("name")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["standard", "code"], name="deviation_reason_once", nulls_distinct=False
            )
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return self.name
