"""Who does what: a plan of roles and phases whose cells hold responsibilities."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q

from roles.models.access import Role
from roles.models.cpr import refuse_cpr
from roles.models.history import history, history_triggers
from roles.models.organisation import Unit
from roles.models.sorting import Danish

FIXED = "RAISE EXCEPTION 'an adopted plan never changes' USING ERRCODE = 'restrict_violation';"
# TRUNCATE and cascades aside, a plan that is adopted keeps its rows and cells as they were adopted.
OF_ADOPTED_PLAN = f"""
    IF EXISTS (SELECT FROM roles_responsibilityplan
        WHERE id = (CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END).plan_id AND adopted_on IS NOT NULL) THEN
        {FIXED}
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
"""


def fixed_with_its_plan() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="fixed_with_its_plan",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=OF_ADOPTED_PLAN,
    )


class Phase(models.TextChoices):
    DEVELOPMENT = "udvikling", "Udvikling"
    IMPLEMENTATION = "implementering", "Implementering og forankring"
    FOLLOW_UP = "opfoelgning", "Opfølgning"


class Involvement(models.TextChoices):
    """The four letters of a responsibility matrix, in Danish."""

    ACCOUNTABLE = "ansvarlig", "Ansvarlig"
    DOES = "udfoerer", "Udfører"
    CONSULTED = "hoeres", "Høres"
    INFORMED = "informeres", "Informeres"


class InformationLevel(models.TextChoices):
    CASE = "sag", "Den enkelte sag"
    TEAM = "team", "Team"
    AREA = "omraade", "Område"
    POLITICAL = "politisk", "Politisk"


class Timing(models.TextChoices):
    NONE = "", "Uden tidspunkt"
    ONCE = "en_gang", "Én gang"
    MONTHLY = "maaned", "Hver måned"
    QUARTERLY = "kvartal", "Hvert kvartal"
    YEARLY = "aar", "Hvert år"
    EVERY_SECOND_YEAR = "to_aar", "Hvert andet år"
    EVERY_FOURTH_YEAR = "fire_aar", "Hvert fjerde år"
    RELATIVE = "begivenhed", "I forhold til en begivenhed"

    @property
    def months(self) -> int:
        """How many months lie between two due dates; 0 where it does not return by itself."""
        return {"maaned": 1, "kvartal": 3, "aar": 12, "to_aar": 24, "fire_aar": 48}.get(self.value, 0)


class EventKind(models.TextChoices):
    """What a responsibility can be timed after, or before."""

    PLAN_ADOPTED = "plan_vedtaget", "Denne plan vedtages"
    STANDARD_ADOPTED = "standard_vedtaget", "En kvalitetsstandard vedtages"
    COMMITTEE_MEETING = "udvalgsmoede", "Udvalgsmøde"
    COUNCIL_MEETING = "kommunalbestyrelsesmoede", "Møde i kommunalbestyrelsen"
    ELECTION = "kommunalvalg", "Kommunalvalg"
    BUDGET_ADOPTED = "budget_vedtaget", "Budgettet vedtages"


class Event(models.Model):
    """Something that happens on a day, to which responsibilities below the unit are timed."""

    kind = models.CharField("begivenhed", max_length=30, choices=EventKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="events", verbose_name="enhed")
    on = models.DateField("dato")
    title = models.CharField("betegnelse", max_length=160, blank=True, validators=[refuse_cpr])

    history = history()

    class Meta:
        verbose_name = "begivenhed"
        verbose_name_plural = "begivenheder"
        ordering: ClassVar = ["on", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "unit", "on", "title"], name="event_once"),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"{self.title or self.get_kind_display()} {self.on:%d-%m-%Y}"


class PlanQuerySet(models.QuerySet["ResponsibilityPlan"]):
    def in_force(self) -> PlanQuerySet:
        return self.filter(adopted_on__isnull=False, superseded_on=None)

    def drafts(self) -> PlanQuerySet:
        return self.filter(adopted_on=None)


class ResponsibilityPlan(models.Model):
    """One version of a rolle- og ansvarsfordeling for a unit and a subject: a draft, then adopted."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plans", verbose_name="enhed")
    subject = models.CharField("emne", max_length=120, validators=[refuse_cpr])
    version = models.PositiveSmallIntegerField("version", default=1)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name="kopi af"
    )
    escalation_days = models.PositiveSmallIntegerField("dage før overskredne opgaver går videre", default=14)
    adopted_on = models.DateField("vedtaget den", null=True, blank=True)
    body = models.CharField("vedtaget af", max_length=160, blank=True)
    case_number = models.CharField("sagsnummer", max_length=60, blank=True)
    link = models.URLField("dagsorden", max_length=400, blank=True)
    superseded_on = models.DateField("afløst den", null=True, blank=True)

    objects = PlanQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "rolle- og ansvarsfordeling"
        verbose_name_plural = "rolle- og ansvarsfordelinger"
        ordering: ClassVar = ["unit__path", Danish("subject"), "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "subject", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["unit", "subject"], condition=Q(adopted_on=None), name="plan_one_draft"
            ),
            models.UniqueConstraint(
                fields=["unit", "subject"],
                condition=Q(adopted_on__isnull=False, superseded_on=None),
                name="plan_one_in_force",
            ),
            models.CheckConstraint(
                name="plan_adopted_by_a_body",
                condition=Q(adopted_on=None) | ~Q(body=""),
            ),
            models.CheckConstraint(
                name="plan_superseded_after_adoption",
                condition=Q(superseded_on=None)
                | Q(adopted_on__isnull=False, superseded_on__gte=models.F("adopted_on")),
            ),
        ]
        triggers: ClassVar = [
            *history_triggers(),
            pgtrigger.Trigger(
                name="adopted_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__adopted_on__isnull=False),
                func=f"""
                    IF TG_OP = 'UPDATE' AND OLD.superseded_on IS NULL
                        AND to_jsonb(NEW) - 'superseded_on' = to_jsonb(OLD) - 'superseded_on' THEN
                        RETURN NEW;
                    END IF;
                    {FIXED}
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {self.unit} (version {self.version})"

    @property
    def is_adopted(self) -> bool:
        return self.adopted_on is not None

    @property
    def is_in_force(self) -> bool:
        return self.is_adopted and self.superseded_on is None


class PlanRole(models.Model):
    """A row of the grid: a role that takes part, in the order shown."""

    plan = models.ForeignKey(ResponsibilityPlan, models.CASCADE, related_name="rows", verbose_name="plan")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="rolle")
    position = models.PositiveSmallIntegerField("rækkefølge")
    is_hidden = models.BooleanField("skjult", default=False)

    history = history()

    class Meta:
        verbose_name = "rolle i planen"
        verbose_name_plural = "roller i planen"
        ordering: ClassVar = ["plan", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "role"], name="role_once_per_plan"),
        ]
        triggers: ClassVar = [*history_triggers(), fixed_with_its_plan()]

    def __str__(self) -> str:
        return f"{self.role} i {self.plan}"


class Responsibility(models.Model):
    """One line in a cell: what the role does in the phase, when, and what shows that it was done."""

    plan = models.ForeignKey(
        ResponsibilityPlan, models.CASCADE, related_name="responsibilities", verbose_name="plan"
    )
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name="rolle")
    phase = models.CharField("fase", max_length=16, choices=Phase)
    position = models.PositiveSmallIntegerField("rækkefølge")
    lineage = models.UUIDField("samme ansvar i alle versioner", default=uuid4, editable=False)
    text = models.TextField("ansvar", max_length=600, validators=[refuse_cpr])
    involvement = models.CharField(
        "medvirken", max_length=12, choices=Involvement, default=Involvement.ACCOUNTABLE
    )
    information_level = models.CharField(
        "informationsniveau", max_length=10, choices=InformationLevel, blank=True
    )
    timing = models.CharField("tidspunkt", max_length=12, choices=Timing, blank=True)
    first_due_on = models.DateField("første frist", null=True, blank=True)
    event = models.CharField("begivenhed", max_length=30, choices=EventKind, blank=True)
    offset_days = models.SmallIntegerField("dage efter begivenheden (minus: før)", null=True, blank=True)
    evidence = models.CharField(
        "hvad der dokumenterer det", max_length=200, blank=True, validators=[refuse_cpr]
    )
    is_individual = models.BooleanField("løses af hver enkelt for sig", default=False)
    legal_basis = models.CharField("lovgrundlag", max_length=80, blank=True)
    edition = models.PositiveIntegerField("udgave", default=1)

    history = history()

    class Meta:
        verbose_name = "ansvar"
        verbose_name_plural = "ansvar"
        ordering: ClassVar = ["plan", "phase", "position", "pk"]
        indexes: ClassVar = [models.Index(fields=["plan", "role", "phase"], name="responsibility_cell")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "lineage"], name="lineage_once_per_plan"),
            models.CheckConstraint(
                name="relative_timing_has_event",
                condition=Q(timing="begivenhed", offset_days__isnull=False) & ~Q(event="")
                | ~Q(timing="begivenhed") & Q(event="", offset_days=None),
            ),
        ]
        triggers: ClassVar = [*history_triggers(), fixed_with_its_plan()]

    def __str__(self) -> str:
        return self.text

    @property
    def acts(self) -> bool:
        """Whether duties come of it: somebody has to do something by a day."""
        has_day = bool(self.first_due_on) or self.timing == Timing.RELATIVE
        return bool(self.timing) and has_day and self.involvement != Involvement.INFORMED
