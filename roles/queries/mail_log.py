"""The letters that were sent, for those who administer the people that got them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from roles.models import MailLog, User
from roles.queries.organisation import search_words
from roles.queries.people import people_visible_to


def sent_letters(
    user: User, *, state: str = "", day: date | None = None, person: str = ""
) -> QuerySet[MailLog]:
    """Newest first, to the people that the user administers."""
    letters = MailLog.objects.filter(user__in=people_visible_to(user)).select_related("user")
    if state:
        letters = letters.filter(state=state)
    if day:
        letters = letters.filter(day=day)
    for word in search_words(person):
        letters = letters.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    return letters
