"""A second pair of eyes: roles that another administrator grants, and leaders who confirm who holds what."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from roles.models.access import Role, RoleAssignment
from roles.models.cpr import refuse_cpr
from roles.models.history import append_only, history, history_triggers
from roles.models.organisation import Unit
from roles.models.people import User


class RoleRequest(models.Model):
    """A role that one person asks for on behalf of another, and a second person grants or refuses."""

    user = models.ForeignKey(User, models.PROTECT, related_name="role_requests", verbose_name="bruger")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="rolle")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="role_requests", verbose_name="enhed")
    valid = DateRangeField("gælder")
    deputy_of = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="stedfortræder for"
    )
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="bedt om af")
    requested_at = models.DateTimeField("bedt om", auto_now_add=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="afgjort af"
    )
    decided_at = models.DateTimeField("afgjort", null=True, blank=True)
    is_granted = models.BooleanField("givet", null=True, blank=True)
    remark = models.CharField("bemærkning", max_length=300, blank=True, validators=[refuse_cpr])
    assignment = models.OneToOneField(
        RoleAssignment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="request",
        verbose_name="tildeling",
    )

    history = history()

    class Meta:
        verbose_name = "anmodning om rolle"
        verbose_name_plural = "anmodninger om roller"
        ordering: ClassVar = ["-requested_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="request_by_another", condition=~Q(user=F("requested_by"))),
            models.CheckConstraint(
                name="request_decided_by_a_third",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")) & ~Q(decided_by=F("user")),
            ),
            models.CheckConstraint(
                name="request_decided_by_and_at_together",
                condition=Q(decided_at=None, decided_by=None, is_granted=None, assignment=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(decided_at=None),
                name="request_waits_once",
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.user} som {self.role} i {self.unit}"


class Attestation(models.Model):
    """Twice a year: who holds what in a unit, as it stood on a day, for its leader to confirm."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="attestations", verbose_name="enhed")
    as_of = models.DateField("pr.")
    deadline_on = models.DateField("frist")
    created_at = models.DateTimeField("oprettet", auto_now_add=True)

    class Meta:
        verbose_name = "gennemgang af roller"
        verbose_name_plural = "gennemgange af roller"
        ordering: ClassVar = ["-as_of", "unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "as_of"], name="attestation_once"),
            models.CheckConstraint(
                name="attestation_deadline_after_day", condition=Q(deadline_on__gte=F("as_of"))
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"Roller i {self.unit} pr. {self.as_of:%d-%m-%Y}"

    @property
    def is_late(self) -> bool:
        return self.deadline_on < localdate()


class AttestationItem(models.Model):
    """One role as it was held on the day. The words are frozen; the answer is given once."""

    class Answer(models.TextChoices):
        KEEP = "bevares", "Rigtigt"
        END = "afsluttes", "Skal afsluttes"

    attestation = models.ForeignKey(
        Attestation, models.PROTECT, related_name="items", verbose_name="gennemgang"
    )
    assignment = models.ForeignKey(
        RoleAssignment, models.PROTECT, related_name="attested", verbose_name="tildeling"
    )
    person = models.CharField("person", max_length=120)
    role_name = models.CharField("rolle", max_length=80)
    since = models.DateField("siden")
    until = models.DateField("til", null=True, blank=True)
    deputy_of = models.CharField("stedfortræder for", max_length=120, blank=True)
    last_login_on = models.DateField("sidst logget ind", null=True, blank=True)
    answer = models.CharField("svar", max_length=10, choices=Answer, blank=True)
    remark = models.CharField("bemærkning", max_length=300, blank=True, validators=[refuse_cpr])
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bekræftet af"
    )
    answered_at = models.DateTimeField("bekræftet", null=True, blank=True)

    history = history()

    class Meta:
        verbose_name = "rolle til bekræftelse"
        verbose_name_plural = "roller til bekræftelse"
        ordering: ClassVar = ["attestation", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attestation", "assignment"], name="attested_once"),
            models.CheckConstraint(
                name="attested_by_and_at_together",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.person}: {self.role_name}"
