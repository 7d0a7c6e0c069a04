from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from guardian.models import UserObjectPermissionBase

from roles.models.history import append_only, history, history_triggers
from roles.models.organisation import Unit
from roles.models.people import User
from roles.models.sorting import Danish


class RoleCode(models.TextChoices):
    """The roles the program knows by itself: the five of the guidance first, in its order."""

    POLITICIAN = "politiker", "Politiker"
    EXECUTIVE = "direktion", "Direktion"
    PROFESSIONAL_LEAD = "fagledelse", "Fagledelse"
    TEAM_LEADER = "teamledelse", "Teamledelse"
    CASEWORKER = "sagsbehandler", "Sagsbehandler"
    CONTROLLER = "controller", "Controller"
    ADMINISTRATOR = "administrator", "Administrator"


class Role(models.Model):
    """A role of the program, or another party that takes part: that one has duties at most, never rights."""

    code = models.CharField("kode", max_length=40, unique=True)
    name = models.CharField("navn", max_length=80)
    position = models.PositiveSmallIntegerField("rækkefølge")
    is_staffed = models.BooleanField("holdes af personer i systemet", default=True)
    held_at = models.CharField("holdes i hver", max_length=12, choices=Unit.Kind, blank=True)

    class Meta:
        verbose_name = "rolle"
        verbose_name_plural = "roller"
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return self.name


class AssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def current(self, *, on: date | None = None) -> AssignmentQuerySet:
        return self.filter(valid__contains=on or localdate())


class RoleAssignment(models.Model):
    """Who holds which role where, from when to when: the truth behind every permission."""

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name="bruger")
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments", verbose_name="rolle")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name="enhed")
    valid = DateRangeField("gælder")
    deputy_of = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name="stedfortræder for"
    )

    objects = AssignmentQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "rolletildeling"
        verbose_name_plural = "rolletildelinger"
        ordering: ClassVar = ["unit__path", "role__position", Danish("user__name")]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="role_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="role_valid_not_empty", condition=Q(valid__isempty=False)),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.user} er {self.role} i {self.unit}"


class UnitPermission(UserObjectPermissionBase):
    """A permission at a unit, held through an assignment, ending with its dates. Written by roles.actions."""

    content_object = models.ForeignKey(Unit, models.CASCADE, related_name="held_permissions")
    assignment = models.ForeignKey(RoleAssignment, models.CASCADE, related_name="permissions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "permission"], name="permission_once_per_assignment"
            ),
        ]


class ReadLog(models.Model):
    """Who saw which person-level rows, when and why. Written in the read's transaction; never changed."""

    at = models.DateTimeField("tidspunkt", auto_now_add=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="bruger")
    act = models.CharField("handling", max_length=20)
    subject = models.CharField("emne", max_length=40)
    keys = models.JSONField("nøgler")
    purpose = models.CharField("formål", max_length=200)

    class Meta:
        verbose_name = "læselog"
        verbose_name_plural = "læselog"
        indexes: ClassVar = [
            models.Index(fields=["user", "at"], name="readlog_user_at"),
            # Who has seen a case: asked from the side of the case, among a million rows.
            GinIndex(fields=["keys"], opclasses=["jsonb_path_ops"], name="readlog_keys"),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.at:%d-%m-%Y %H:%M} {self.user} {self.act} {self.subject}"
