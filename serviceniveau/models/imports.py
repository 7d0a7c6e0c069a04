from __future__ import annotations

from typing import ClassVar

from django.db import models

from roles.models import User


class ImportRun(models.Model):
    """One file read: the truth about who delivered it, what came of it and what was wrong."""

    class Subject(models.TextChoices):
        CATALOGUE = "katalog", "Katalog"
        ORGANISATION = "organisation", "Organisation"
        STANDARDS = "standarder", "Kvalitetsstandarder"
        APPLICATIONS = "ansoegninger", "Ansøgninger"
        REGISTRATIONS = "afgoerelser", "Afgørelser"

    class State(models.TextChoices):
        RUNNING = "i_gang", "I gang"
        FINISHED = "faerdig", "Færdig"
        FAILED = "fejlet", "Fejlet"

    subject = models.CharField("emne", max_length=20, choices=Subject)
    source = models.CharField("kilde", max_length=40, blank=True)
    file_name = models.CharField("filnavn", max_length=255)
    sha256 = models.CharField("sha256", max_length=64)
    state = models.CharField("tilstand", max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField("begyndt", auto_now_add=True)
    started_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="af"
    )
    finished_at = models.DateTimeField("færdig", null=True, blank=True)
    rows = models.PositiveIntegerField("rækker", default=0)
    created = models.PositiveIntegerField("oprettet", default=0)
    updated = models.PositiveIntegerField("rettet", default=0)
    unchanged = models.PositiveIntegerField("uændret", default=0)
    rejected = models.PositiveIntegerField("afvist", default=0)

    class Meta:
        verbose_name = "indlæsning"
        verbose_name_plural = "indlæsninger"
        ordering: ClassVar = ["-started_at"]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="import_content")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="import_accounts_for_every_row",
                condition=~models.Q(state="faerdig")
                | models.Q(
                    rows=models.F("created")
                    + models.F("updated")
                    + models.F("unchanged")
                    + models.F("rejected")
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.file_name}"


class RowError(models.Model):
    """Why one row was rejected, for the person who must mend it."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="errors", verbose_name="indlæsning")
    line = models.PositiveIntegerField("linje")
    column = models.CharField("kolonne", max_length=60, blank=True)
    message = models.TextField("besked")

    class Meta:
        verbose_name = "rækkefejl"
        verbose_name_plural = "rækkefejl"
        ordering: ClassVar = ["line", "id"]

    def __str__(self) -> str:
        return f"Linje {self.line}, {self.column}: {self.message}"
