"""Duties that adopted plans make, and the feeds through which their holders see them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from roles.models.access import Role, RoleAssignment
from roles.models.cpr import refuse_cpr
from roles.models.history import history, history_triggers
from roles.models.organisation import Unit
from roles.models.people import User
from roles.models.plans import Event, Responsibility


class DutyQuerySet(models.QuerySet["Duty"]):
    def open(self) -> DutyQuerySet:
        return self.filter(done_at=None)

    def overdue(self, *, on: date | None = None) -> DutyQuerySet:
        return self.open().filter(due_on__lt=on or localdate())

    def of(self, user: User, *, on: date | None = None) -> DutyQuerySet:
        """What the user is to see done: by a role held at the seat, in person or for somebody else."""
        mine = RoleAssignment.objects.current(on=on).filter(
            user=user, role=models.OuterRef("role"), unit=models.OuterRef("seat")
        )
        personally = (
            Q(holder=None)
            | Q(holder=user)
            | Q(models.Exists(mine.filter(deputy_of=models.OuterRef("holder"))))
        )
        return self.filter(personally, models.Exists(mine))


class Duty(models.Model):
    """One thing to do by one day. Open ones follow the plan; done ones stay as they are."""

    responsibility = models.ForeignKey(
        Responsibility, models.PROTECT, related_name="duties", verbose_name="ansvar"
    )
    lineage = models.UUIDField(editable=False)
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="rolle")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duties", verbose_name="gælder enheden")
    seat = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="rollen holdes i"
    )
    holder = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name="løses af"
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name="begivenhed"
    )
    due_on = models.DateField("frist")
    done_at = models.DateTimeField("udført", null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="udført af"
    )
    done_for = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="udført på vegne af"
    )
    note = models.TextField("bemærkning", max_length=2000, blank=True, validators=[refuse_cpr])
    evidence = models.CharField("dokumentation", max_length=400, blank=True, validators=[refuse_cpr])
    escalated_at = models.DateTimeField("gået videre", null=True, blank=True)
    escalated_to = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="escalations",
        verbose_name="gået videre til",
    )

    objects = DutyQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "opgave"
        verbose_name_plural = "opgaver"
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["seat", "role", "due_on"], name="duty_of_role", condition=Q(done_at=None)),
            models.Index(fields=["due_on"], name="duty_due"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lineage", "unit", "due_on", "holder"], name="duty_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="duty_done_by_and_at_together",
                condition=Q(done_at=None, done_by=None, done_for=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.CheckConstraint(
                name="duty_escalated_to_and_at_together",
                condition=Q(escalated_at=None, escalated_to=None)
                | Q(escalated_at__isnull=False, escalated_to__isnull=False),
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.responsibility.text} ({self.due_on:%d-%m-%Y})"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_overdue(self) -> bool:
        return not self.is_done and self.due_on < localdate()


class CalendarFeed(models.Model):
    """A person's own calendar address. Only the digest of its token is kept; a new one replaces the old."""

    user = models.OneToOneField(User, models.PROTECT, related_name="calendar_feed", verbose_name="bruger")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("oprettet", auto_now_add=True)
    used_at = models.DateTimeField("sidst hentet", null=True, blank=True)

    class Meta:
        verbose_name = "kalenderadresse"
        verbose_name_plural = "kalenderadresser"

    def __str__(self) -> str:
        return f"Kalender for {self.user}"
