"""The calendar that a person's other programs read, and the address that opens it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from roles.actions.feeds import digest_of, note_use, renew_feed, revoke_feed
from roles.permissions import Audience, Request, access
from roles.queries.feeds import calendar_of, feed_of

NEW_TOKEN = "new_calendar_token"
MOST_MISSES, MISSES_SECONDS = 30, 60  # how often one computer may ask for calendars that do not exist


@access(Audience.EVERYONE)
def feed(request: Request, token: str) -> HttpResponse:
    misses = f"calendar-misses:{get_adapter().get_client_ip(request)}"
    if cache.get(misses, 0) >= MOST_MISSES:
        return HttpResponse("For mange forsøg. Vent et minut.\n", status=429, headers={"Retry-After": "60"})
    found = feed_of(digest_of(token))
    if found is None:
        cache.add(misses, 0, MISSES_SECONDS)
        cache.incr(misses)
        raise Http404
    note_use(feed=found)
    calendar = calendar_of(
        found.user, lambda duty: request.build_absolute_uri(reverse("duty-detail", args=[duty.pk]))
    )
    headers = {
        "Cache-Control": "private, max-age=900",
        "Content-Disposition": 'inline; filename="opgaver.ics"',
    }
    return HttpResponse(calendar, content_type="text/calendar; charset=utf-8", headers=headers)


@access(Audience.SIGNED_IN, "POST")
def renew(request: Request) -> HttpResponse:
    request.session[NEW_TOKEN] = renew_feed(user=request.user)  # until the next page has shown it
    return redirect(f"{reverse('my-duties')}#kalender")


@access(Audience.SIGNED_IN, "POST")
def revoke(request: Request) -> HttpResponse:
    revoke_feed(user=request.user)
    messages.success(
        request, "Kalenderadressen er lukket. Kalendere, der bruger den, får ikke flere opgaver."
    )
    return redirect("my-duties")


def new_address(request: Request) -> str:
    """The whole address, shown on the first page after it was made and never again."""
    token = request.session.pop(NEW_TOKEN, "")
    return request.build_absolute_uri(reverse("calendar-feed", args=[token])) if token else ""
