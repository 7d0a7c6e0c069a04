from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now
from icalendar import Calendar

from roles.actions.feeds import digest_of, renew_feed, revoke_feed
from roles.models import CalendarFeed, Duty
from tests.factories import DutyFactory, ResponsibilityFactory

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def duty(team):
    asked = ResponsibilityFactory(text="Gennemgår månedens signaler", evidence="Referat")
    return DutyFactory(unit=team, responsibility=asked, due_on=date(2027, 1, 15))


def address(token: str) -> str:
    return reverse("calendar-feed", args=[token])


def events(response) -> list:
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_only_the_digest_of_the_token_is_kept(leader):
    token = renew_feed(user=leader)

    stored = CalendarFeed.objects.values_list("token_sha256", flat=True).get()
    assert stored == digest_of(token)
    assert len(token) == 43


def test_feed_has_an_all_day_event_per_open_duty(client, leader, team, duty):
    DutyFactory(unit=team, due_on=TODAY, done_by=leader, done_at=now())

    answer = client.get(address(renew_feed(user=leader)))

    (event,) = events(answer)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"].startswith("private")
    assert event["summary"] == "Frist: Gennemgår månedens signaler"
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2027, 1, 15), date(2027, 1, 16))
    assert event["url"].endswith(reverse("duty-detail", args=[duty.pk]))
    assert "Gælder Team Nord. Rolle: Teamledelse." in event["description"]


def test_feed_names_no_persons(client, leader, duty):
    Duty.objects.filter(pk=duty.pk).update(holder=leader)

    text = client.get(address(renew_feed(user=leader))).content.decode()

    assert leader.name not in text
    assert leader.email not in text


def test_event_keeps_its_name_when_the_duty_is_made_again(client, leader, team, duty):
    token = renew_feed(user=leader)
    before = events(client.get(address(token)))[0]["uid"]
    duty.delete()
    DutyFactory(
        responsibility=duty.responsibility, lineage=duty.lineage, unit=team, seat=team, due_on=duty.due_on
    )

    assert events(client.get(address(token)))[0]["uid"] == before


def test_calendar_tells_how_often_to_ask(client, leader):
    calendar = Calendar.from_ical(client.get(address(renew_feed(user=leader))).content)

    assert calendar["x-published-ttl"] == "PT6H"
    assert calendar.decoded("refresh-interval") == timedelta(hours=6)
    assert calendar["x-wr-calname"] == "Opgaver i Serviceniveau"


def test_closed_replaced_and_unknown_addresses_are_not_found(client, leader):
    old = renew_feed(user=leader)
    new = renew_feed(user=leader)
    answers = [client.get(address(token)).status_code for token in (old, new, "ukendt")]
    revoke_feed(user=leader)

    assert answers == [404, 200, 404]
    assert client.get(address(new)).status_code == 404


def test_feed_of_one_who_has_left_is_not_found(client, leader):
    token = renew_feed(user=leader)
    leader.is_active = False
    leader.save()

    assert client.get(address(token)).status_code == 404


def test_role_that_ends_takes_its_duties_along(client, leader, duty):
    token = renew_feed(user=leader)
    leader.assignments.update(valid=(date(2020, 1, 1), date(2026, 1, 1)))

    assert events(client.get(address(token))) == []


def test_use_is_noted_once_an_hour(client, leader):
    token = renew_feed(user=leader)
    client.get(address(token))
    first = CalendarFeed.objects.get().used_at
    client.get(address(token))
    assert CalendarFeed.objects.get().used_at == first

    CalendarFeed.objects.update(used_at=now() - timedelta(hours=2))
    client.get(address(token))
    assert CalendarFeed.objects.get().used_at > now() - timedelta(minutes=1)


def test_guessing_is_stopped(client):
    answers = [client.get(address(f"gaet{number}")).status_code for number in range(31)]

    assert answers == [404] * 30 + [429]


def test_feed_asks_the_same_number_of_questions(client, leader, team, django_assert_num_queries):
    token = renew_feed(user=leader)
    client.get(address(token))
    for rows in (1, 3):
        for _ in range(rows):
            DutyFactory(unit=team, due_on=TODAY)
        with django_assert_num_queries(3 + 2):  # feed, its use, duties; and 2 for a savepoint
            client.get(address(token))


def test_address_is_shown_once(log_in, leader):
    client = log_in(leader)

    made = client.post(reverse("feed-renew"))
    assert made["Location"] == f"{reverse('my-duties')}#kalender"
    shown = client.get(reverse("my-duties")).context["new_address"]

    assert digest_of(urlsplit(shown).path.split("/")[-1].removesuffix(".ics")) == (
        CalendarFeed.objects.get(user=leader).token_sha256
    )
    assert client.get(reverse("my-duties")).context["new_address"] == ""


def test_address_is_closed_by_its_owner_only(log_in, leader, caseworker):
    renew_feed(user=leader)

    log_in(caseworker).post(reverse("feed-revoke"))
    assert CalendarFeed.objects.count() == 1
    log_in(leader).post(reverse("feed-revoke"))

    assert CalendarFeed.objects.count() == 0
