from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Index, Q
from django.utils.timezone import localdate

from roles.models.history import history, history_triggers
from roles.models.rights import Permission

unit_code = RegexValidator(
    r"^[A-Za-z0-9ÆØÅæøå._-]+$", "Brug kun bogstaver, tal, punktum, bindestreg og understreg."
)


def paths_above(path: str) -> list[str]:
    """/FJO/FJO-SS/ and /FJO/ for /FJO/FJO-SS/: its own first."""
    codes = path.strip("/").split("/")
    return [f"/{'/'.join(codes[:length])}/" for length in range(len(codes), 0, -1)]


class UnitQuerySet(models.QuerySet["Unit"]):
    def open(self, *, on: date | None = None) -> UnitQuerySet:
        day = on or localdate()
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)

    def below(self, unit: Unit) -> UnitQuerySet:
        """The unit itself and all beneath it."""
        return self.filter(path__startswith=unit.path)


class Unit(models.Model):
    """One organisational unit. It never changes parent: moving is closing with a successor."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "kommune", "Kommune"
        ADMINISTRATION = "forvaltning", "Forvaltning"
        DEPARTMENT = "afdeling", "Afdeling"
        TEAM = "team", "Team"

    code = models.CharField("kode", max_length=40, unique=True, validators=[unit_code])
    name = models.CharField("navn", max_length=120)
    kind = models.CharField("art", max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="hører under"
    )
    path = models.CharField("sti", max_length=400, unique=True, editable=False)
    district = models.CharField("bydel", max_length=80, blank=True)
    opened_on = models.DateField("oprettet pr.", default=date(2007, 1, 1))
    closed_on = models.DateField("lukket pr.", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="afløst af"
    )

    objects = UnitQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "enhed"
        verbose_name_plural = "enheder"
        ordering: ClassVar = ["path"]
        default_permissions = ()
        permissions: ClassVar = [(right.value, str(right.label)) for right in Permission]
        indexes: ClassVar = [Index(OpClass(F("path"), "varchar_pattern_ops"), name="unit_path_prefix")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="unit_kommune_is_root",
                condition=Q(kind="kommune", parent__isnull=True)
                | (~Q(kind="kommune") & Q(parent__isnull=False)),
            ),
            models.CheckConstraint(
                name="unit_closes_after_opening",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
            ),
            models.CheckConstraint(name="unit_successor_is_another", condition=~Q(successor=F("id"))),
        ]
        triggers: ClassVar = [
            *history_triggers(),
            pgtrigger.ReadOnly(name="never_moves", fields=["code", "parent", "path"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None and self.closed_on <= localdate()

    def path_below(self, parent: Unit | None) -> str:
        return f"{parent.path if parent else '/'}{self.code}/"
