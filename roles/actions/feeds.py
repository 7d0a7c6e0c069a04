"""A person's own calendar address: made, replaced and closed. Its token is shown once and never kept."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from roles.models import CalendarFeed, User

TOKEN_BYTES = 32
USED_EVERY = timedelta(hours=1)  # calendars ask often; the day and the hour are enough


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def renew_feed(*, user: User) -> str:
    """Make the address, or a new one instead of it. Returns the token, which is kept nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    fresh = {"token_sha256": digest_of(token), "created_at": now(), "used_at": None}
    CalendarFeed.objects.update_or_create(user=user, defaults=fresh)
    return token


def revoke_feed(*, user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


def note_use(*, feed: CalendarFeed) -> None:
    """Write down that the feed was read, once an hour at most."""
    stale = Q(used_at=None) | Q(used_at__lt=now() - USED_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(used_at=now())
