"""Letters by e-mail: their texts, and the log of what was sent to whom."""

from typing import ClassVar

from django.db import models

from roles.models.history import history, history_triggers
from roles.models.people import User


class MailTemplate(models.Model):
    """The words of one kind of letter. Only the fields that the letter declares can be put in."""

    class Code(models.TextChoices):
        DIGEST = "dagens_opgaver", "Dagens påmindelse"
        VACANCY = "ubesatte_ansvar", "Ubesatte ansvar"
        ATTESTATION = "rollegennemgang", "Gennemgang af roller"
        SIGNALS = "maanedens_signaler", "Månedens signaler"
        SIGNAL_ACTIONS = "signalhandlinger", "Aftalte handlinger"

    code = models.CharField("brev", max_length=30, choices=Code, unique=True)
    subject = models.CharField("emne", max_length=120)
    body = models.TextField("tekst", max_length=4000)
    edition = models.PositiveIntegerField("udgave", default=1)

    history = history()

    class Meta:
        verbose_name = "mailskabelon"
        verbose_name_plural = "mailskabeloner"
        ordering: ClassVar = ["code"]
        triggers: ClassVar = history_triggers()

    def __str__(self) -> str:
        return self.get_code_display()


class MailLog(models.Model):
    """One letter to one person on one day; the row comes first, so that nobody gets two."""

    class State(models.TextChoices):
        SENDING = "sender", "Sendes"
        SENT = "sendt", "Sendt"
        FAILED = "fejlet", "Kunne ikke sendes"

    user = models.ForeignKey(User, models.PROTECT, related_name="letters", verbose_name="modtager")
    code = models.CharField("brev", max_length=30, choices=MailTemplate.Code)
    day = models.DateField("dag")
    subject = models.CharField("emne", max_length=160)
    state = models.CharField("status", max_length=8, choices=State, default=State.SENDING)
    items = models.PositiveSmallIntegerField("antal punkter")
    error = models.CharField("fejl", max_length=400, blank=True)
    attempts = models.PositiveSmallIntegerField("forsøg", default=1)
    created_at = models.DateTimeField("oprettet", auto_now_add=True)
    sent_at = models.DateTimeField("sendt", null=True, blank=True)

    class Meta:
        verbose_name = "sendt mail"
        verbose_name_plural = "sendte mails"
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "code", "day"], name="one_letter_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y} {self.user}: {self.subject}"
