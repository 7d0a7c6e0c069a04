from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from followup.models.months import first_of_month
from roles.models import Unit, User
from roles.models.history import STANDING_IN, append_only, history, history_triggers
from serviceniveau.models import Intervention, QualityStandard


class MeasureCode(models.TextChoices):
    """Code names of the measures, as in the truth file and `manage.py signals`."""

    SHARE_ABOVE = "share_above", "Andel over rammen"
    SHARE_BELOW = "share_below", "Andel under rammen"
    SHARE_WITHOUT_REASON = "share_without_reason", "Andel afvigelser uden begrundelse"
    SHARE_AT_MAXIMUM = "share_at_maximum", "Andel præcis på maksimum"
    SHARE_DEVIATING = "share_deviating", "Andel uden for rammen"
    SAME_REASON = "same_reason", "Andel afvigelser med samme grund"
    EXTENT = "extent", "Bevilget omfang i forhold til rammen"
    UNIT_PRICE = "unit_price", "Pris pr. enhed"
    COST = "cost", "Årlig udgift pr. bevilling"
    DURATION = "duration", "Bevillingens varighed"
    SHARE_RAISED = "share_raised", "Andel opjusteringer"
    SHARE_LOWERED = "share_lowered", "Andel nedjusteringer"
    SHARE_REFUSED = "share_refused", "Andel afslag"
    DECIDED_IN_TIME = "decided_in_time", "Andel afgjort inden fristen"
    STARTED_IN_TIME = "started_in_time", "Andel begyndt inden fristen"
    NOTICE_GIVEN = "notice_given", "Andel med besked før fristen blev overskredet"
    FOLLOW_UP_OVERDUE = "follow_up_overdue", "Andel bevillinger med overskredet opfølgning"
    NEW_GRANTS = "new_grants", "Nye bevillinger"
    ENDED_GRANTS = "ended_grants", "Ophørte bevillinger"
    NEED_LEVEL = "need_level", "Vurderet støttebehov"
    APPEALS_CHANGED = "appeals_changed", "Andel klager med medhold ved genvurdering"


class Direction(models.TextChoices):
    UP = "up", "op"
    DOWN = "down", "ned"


class Drift(models.Model):
    """One shift of practice for as long as it lasts: what the months' signals and the notes are about.

    The row is kept when signals are rebuilt. state and closed_in follow the newest month scanned.
    """

    class State(models.TextChoices):
        OPEN = "aaben", "Åben"
        CLOSED = "afsluttet", "Afsluttet"
        WITHDRAWN = "trukket", "Trukket tilbage"

    measure = models.CharField("nøgletal", max_length=24, choices=MeasureCode)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="drifts", verbose_name="enhed")
    standard = models.ForeignKey(
        QualityStandard,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drifts",
        verbose_name="kvalitetsstandard",
    )
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, related_name="drifts", verbose_name="ydelse"
    )
    direction = models.CharField("retning", max_length=4, choices=Direction)
    opened_in = models.DateField("åbnet i måneden")
    state = models.CharField("tilstand", max_length=10, choices=State, default=State.OPEN)
    closed_in = models.DateField("afsluttet i måneden", null=True, blank=True)

    class Meta:
        verbose_name = "signalforløb"
        verbose_name_plural = "signalforløb"
        ordering: ClassVar = ["-opened_in", "unit__path", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "unit", "standard", "intervention"],
                condition=Q(state="aaben"),
                nulls_distinct=False,
                name="one_open_drift",
            ),
            models.CheckConstraint(
                name="drift_open_until_closed",
                condition=Q(state="aaben", closed_in__isnull=True)
                | (~Q(state="aaben") & Q(closed_in__gte=F("opened_in"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}, {self.unit}, {self.standard or self.intervention}"


class DriftSignal(models.Model):
    """What one closed month says about a drift: since when, how much, how sure. Rebuilt with its month.

    n: decisions (months' days for a count) since the change. observed, expected: of a share and a count
    the number of them; of a mean its value in the measure's own unit. low, high: 80 % interval of the
    level since the change (share, mean, or per month). since_first, since_last: 80 % set of the month.
    folded_units: units beneath whose own shift this one explains. also: measures that show the same shift.
    """

    class Change(models.TextChoices):
        OPENED = "aabnet", "Nyt"
        STRENGTHENED = "forstaerket", "Tydeligere"
        UNCHANGED = "uaendret", "Uændret"
        FADED = "svaekket", "Aftager"
        CLOSED = "lukket", "Afsluttet"
        WITHDRAWN = "trukket", "Trukket tilbage"

    drift = models.ForeignKey(
        Drift, models.PROTECT, null=True, related_name="signals", verbose_name="signalforløb"
    )
    month = models.DateField("måned")
    revision = models.PositiveIntegerField("revision")
    measure = models.CharField("nøgletal", max_length=24, choices=MeasureCode)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="signals", verbose_name="enhed")
    standard = models.ForeignKey(
        QualityStandard,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signals",
        verbose_name="kvalitetsstandard",
    )
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, related_name="signals", verbose_name="ydelse"
    )
    direction = models.CharField("retning", max_length=4, choices=Direction)
    change = models.CharField("udvikling", max_length=12, choices=Change, default=Change.OPENED)
    since = models.DateField("siden")
    since_first = models.DateField("tidligst siden", null=True)
    since_last = models.DateField("senest siden", null=True)
    observed = models.FloatField("observeret")
    expected = models.FloatField("forventet")
    n = models.PositiveIntegerField("afgørelser")
    low = models.FloatField("niveau, nedre grænse")
    high = models.FloatField("niveau, øvre grænse")
    probability = models.FloatField("sandsynlighed")
    provisional = models.BooleanField("foreløbig")
    folded_units = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name="samler signaler fra"
    )
    also = ArrayField(
        models.CharField(max_length=24, choices=MeasureCode),
        default=list,
        blank=True,
        verbose_name="ses også i",
    )

    class Meta:
        verbose_name = "signal"
        verbose_name_plural = "signaler"
        ordering: ClassVar = ["-probability", "unit__path"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "revision", "measure", "unit", "standard", "intervention"],
                nulls_distinct=False,
                name="signal_once",
            ),
            models.CheckConstraint(name="signal_month_is_first_day", condition=first_of_month),
            models.CheckConstraint(name="signal_interval_in_order", condition=Q(low__lte=F("high"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}, {self.unit}, {self.standard or self.intervention}"

    @property
    def is_of_closed_unit(self) -> bool:
        """Whether the unit was closed when the month began."""
        return self.unit.closed_on is not None and self.unit.closed_on <= self.month


class SignalNote(models.Model):
    """What people said and did about a drift. Never changed: a newer note stands beside the older one.

    accepted_level: the level (share, mean or per month) beyond which an accepted drift asks again.
    answers: the action that a later note reports on. standing_in: whom the writer deputised for that day.
    """

    class Kind(models.TextChoices):
        EXPLAINED = "forklaret", "Forklaring"
        ACCEPTED = "accepteret", "Accepteret indtil"
        ACTION = "handling", "Handling"
        ACTION_DONE = "handling_udfoert", "Handling udført"
        COMMENT = "bemaerkning", "Bemærkning"

    class Cause(models.TextChoices):
        CASE_MIX = "sagssammensaetning", "Andre sager end før"
        PRACTICE = "praksis", "Ændret praksis i enheden"
        STANDARD = "standard", "Standarden passer ikke til sagerne"
        LAW = "lov", "Lov, Ankestyrelsen eller domstol"
        ONE_OFF = "enkeltstaaende", "En enkelt begivenhed"
        DATA = "data", "Fejl eller mangler i registreringen"
        NOISE = "tilfaeldighed", "Tilfældig variation"
        OTHER = "andet", "Andet"

    drift = models.ForeignKey(Drift, models.PROTECT, related_name="notes", verbose_name="signalforløb")
    kind = models.CharField("art", max_length=20, choices=Kind)
    cause = models.CharField("årsag", max_length=20, choices=Cause, blank=True)
    text = models.TextField("tekst", max_length=2000)
    accepted_until = models.DateField("til og med", null=True, blank=True)
    accepted_level = models.FloatField("accepteret niveau", null=True, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="signal_actions", verbose_name="ansvarlig"
    )
    due_on = models.DateField("frist", null=True, blank=True)
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answered_by", verbose_name="svarer på"
    )
    month = models.DateField("seneste måned, da noten blev skrevet")
    by = models.ForeignKey(User, models.PROTECT, related_name="signal_notes", verbose_name="skrevet af")
    standing_in = models.TextField("som stedfortræder for", blank=True)
    at = models.DateTimeField("skrevet", auto_now_add=True)

    class Meta:
        verbose_name = "note til signal"
        verbose_name_plural = "noter til signaler"
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="note_has_what_its_kind_needs",
                condition=Q(kind="bemaerkning")
                | (Q(kind="forklaret") & ~Q(cause=""))
                | Q(kind="accepteret", accepted_until__isnull=False, accepted_level__isnull=False)
                | Q(kind="handling", owner__isnull=False, due_on__isnull=False)
                | Q(kind="handling_udfoert", answers__isnull=False),
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.drift}"

    @property
    def heading(self) -> str:
        """Forklaring: andre sager end før."""
        if self.accepted_until:
            return f"Accepteret til og med {self.accepted_until:%d-%m-%Y}"
        cause = self.get_cause_display()
        return (
            f"{self.get_kind_display()}: {cause[0].lower()}{cause[1:]}" if cause else self.get_kind_display()
        )

    @property
    def writer(self) -> str:
        """With both names where a deputy wrote: Asta Bøgelund som stedfortræder for Ib Lærkedal."""
        return f"{self.by}{STANDING_IN}{self.standing_in}" if self.standing_in else str(self.by)


class DetectorSettings(models.Model):
    """How sensitive the scan is. One row; without it the usual values hold (see `queries.detector`)."""

    q = models.FloatField("andel falske signaler, der accepteres", default=0.10)
    hazard = models.FloatField("chance for et skift pr. måned", null=True, blank=True)
    least_n = models.PositiveIntegerField("færrest afgørelser bag et signal", default=5)
    on_time_goal = models.FloatField("mål for andel inden fristen", null=True, blank=True)
    edition = models.PositiveIntegerField("udgave", default=1)

    history = history()

    class Meta:
        verbose_name = "indstillinger for signaler"
        verbose_name_plural = "indstillinger for signaler"
        constraints: ClassVar = [
            models.CheckConstraint(name="one_row_of_detector_settings", condition=Q(id=1)),
            models.CheckConstraint(name="detector_q_is_a_share", condition=Q(q__gte=0.01) & Q(q__lte=0.5)),
            models.CheckConstraint(
                name="detector_hazard_is_a_chance",
                condition=Q(hazard__isnull=True) | (Q(hazard__gte=0.0001) & Q(hazard__lte=0.1)),
            ),
            models.CheckConstraint(
                name="detector_goal_is_a_share",
                condition=Q(on_time_goal__isnull=True) | (Q(on_time_goal__gt=0) & Q(on_time_goal__lt=1)),
            ),
        ]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return f"q = {self.q}"
