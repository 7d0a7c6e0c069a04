"""Letters go out: at most one of a kind to a person on a day, also when the work is done twice or dies.

The row in the log comes first and is committed; then the mail is sent. Whoever dies between the two has
left "sender", and nobody sends it again: rather none than two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localdate, now

from roles.letter_fields import fill
from roles.letter_sources import Letter
from roles.models import MailLog, MailTemplate
from roles.queries.letters import letters_of

MOST_ATTEMPTS = 3
State = MailLog.State


@dataclass(frozen=True)
class Posted:
    sent: int
    failed: int


def send_letters(*, on: date | None = None) -> Posted:
    """Send what the day asks for and has not had; one that failed is tried again, three times in all.

    Call it outside a transaction: every letter's row is to stand before its mail goes.
    """
    day = on or localdate()
    templates = {template.code: template for template in MailTemplate.objects.all()}
    outcomes = [
        _post(row, letter, templates[letter.code])
        for letter in letters_of(day)
        if (row := _claim(letter, templates[letter.code].subject, day)) is not None
    ]
    return Posted(sent=sum(outcomes), failed=len(outcomes) - sum(outcomes))


@transaction.atomic
def _claim(letter: Letter, subject: str, day: date) -> MailLog | None:
    """The row of the letter if it is ours to send; None if somebody has, or has tried often enough."""
    row, is_new = MailLog.objects.get_or_create(
        user=letter.user, code=letter.code, day=day, defaults={"subject": subject, "items": letter.items}
    )
    again = MailLog.objects.filter(pk=row.pk, state=State.FAILED, attempts__lt=MOST_ATTEMPTS)
    if is_new or again.update(state=State.SENDING, attempts=F("attempts") + 1, subject=subject):
        return row
    return None


def _post(row: MailLog, letter: Letter, template: MailTemplate) -> bool:
    link = f"{settings.SITE_URL}{reverse(letter.page)}"
    mail = EmailMessage(
        subject=template.subject,
        body=fill(template.body, letter.values | {"link": link}),
        to=[letter.user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except OSError as error:  # also what the mail server answers: smtplib's errors are of this kind
        problem = f"{type(error).__name__}: {error}"[:400]
        MailLog.objects.filter(pk=row.pk).update(state=State.FAILED, error=problem)
        return False
    MailLog.objects.filter(pk=row.pk).update(state=State.SENT, error="", sent_at=now())
    return True
