from datetime import date, timedelta

import pytest
from django.core import mail
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.actions.attestations import open_attestations
from roles.actions.duties import escalate
from roles.actions.letters import Posted, send_letters
from roles.models import Duty, MailLog, RoleCode
from roles.queries.letters import digests, is_mentioned
from tests.factories import (
    DutyFactory,
    ResponsibilityFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
)
from tests.roles.duties.people import adopt, deputise, role

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 10, 20)
MONDAY = date(2026, 10, 26)


def send(day=TUESDAY):
    """Send the day's letters; who got them."""
    before = len(mail.outbox)
    send_letters(on=day)
    return sorted(letter.to[0] for letter in mail.outbox[before:])


def body():
    return mail.outbox[-1].body


@pytest.fixture(autouse=True)
def _links_lead_to(settings):
    settings.SITE_URL = "https://niveau.example.dk"


def test_a_letter_says_what_is_to_be_done(team, leader):
    line = ResponsibilityFactory(text="Gennemgår signaler.")
    for days in (-19, -1, 0, 14, 15):
        DutyFactory(unit=team, responsibility=line, due_on=TUESDAY + timedelta(days=days))

    assert send_letters(on=TUESDAY) == Posted(sent=1, failed=0)

    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == ([leader.email], "Dine opgaver i serviceniveau")
    assert letter.body.startswith(
        "Hej Ib\n\n"
        "Fristen er passeret:\n"
        "- Gennemgår signaler (Team Nord). Frist 1. oktober, 19 dage siden\n"
        "- Gennemgår signaler (Team Nord). Frist i går, 19. oktober\n\n"
        "Frist inden for 14 dage:\n"
        "- Gennemgår signaler (Team Nord). Frist i dag, 20. oktober\n"
        "- Gennemgår signaler (Team Nord). Frist 3. november, om 14 dage\n\n"
        "Se dem, og meld dem udført her:\nhttps://niveau.example.dk/opgaver/"
    )
    row = MailLog.objects.get()
    assert (row.user, row.code, row.state, row.items) == (leader, "dagens_opgaver", "sendt", 4)
    assert row.sent_at is not None


# Days from the deadline on which a person who gets a letter every time hears of the duty.
MENTIONED = [-14, -3, 0, 1, 7, 14, 21, 28]


def test_a_duty_is_mentioned_on_few_days():
    due = date(2026, 10, 20)
    days = range(-30, 31)
    on = {n: due + timedelta(days=n) for n in days}

    assert [n for n in days if is_mentioned(due, since=on[n] - timedelta(days=1), on=on[n])] == MENTIONED
    assert is_mentioned(due, since=on[-5], on=on[-2])
    assert not is_mentioned(due, since=on[-3], on=on[-1])


def test_no_letter_on_a_day_without_news(team, leader):
    DutyFactory(unit=team, due_on=TUESDAY + timedelta(days=14))

    days = [n for n in range(-3, 24) if send(TUESDAY + timedelta(days=n))]

    assert days == [0, 11, 14, 15, 21]


def test_a_lost_morning_is_made_up_for(team, leader):
    DutyFactory(unit=team, due_on=TUESDAY)

    assert send(TUESDAY + timedelta(days=2)) == [leader.email]
    assert send(TUESDAY + timedelta(days=3)) == []


def test_once_a_day_however_often_it_is_asked_for(team, leader):
    DutyFactory(unit=team, due_on=TUESDAY)

    assert [send(), send(), send()] == [[leader.email], [], []]
    assert MailLog.objects.count() == 1


def test_nobody_without_a_seat_gets_a_letter(team, caseworker):
    DutyFactory(unit=team, due_on=TUESDAY)
    gone = give_role(UserFactory(), RoleCode.TEAM_LEADER, team, DateRange(date(2020, 1, 1), TUESDAY))
    inactive = give_role(UserFactory(is_active=False), RoleCode.TEAM_LEADER, team)

    assert send() == []
    assert not MailLog.objects.filter(user__in=[gone, inactive, caseworker]).exists()


def test_the_deputy_gets_it_too_and_one_persons_duty_goes_to_that_person(team, caseworker):
    give_role(UserFactory(), RoleCode.CASEWORKER, team)
    deputy = deputise(caseworker, RoleCode.CASEWORKER, team)
    DutyFactory(unit=team, role=role(RoleCode.CASEWORKER), holder=caseworker, due_on=TUESDAY)

    assert send() == sorted([caseworker.email, deputy.email])


def test_what_has_gone_on_is_told_once_as_news(team):
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, department())
    duty = DutyFactory(unit=team, due_on=TUESDAY - timedelta(days=17))
    escalate(on=TUESDAY)
    Duty.objects.filter(pk=duty.pk).update(escalated_at="2026-10-20T01:00:00Z")

    assert send() == [lead.email]
    assert "Gået videre til dig, fordi fristen er passeret:\n- Gennemgår" in body()
    assert [send(TUESDAY + timedelta(days=n)) for n in (1, 2, 3, 4)] == [[], [], [], []]


def test_a_mail_that_failed_is_tried_three_times(team, leader, settings):
    DutyFactory(unit=team, due_on=TUESDAY)
    settings.EMAIL_BACKEND = "tests.roles.duties.backends.Refusing"

    posted = [send_letters(on=TUESDAY) for _ in range(4)]

    assert posted == [Posted(0, 1)] * 3 + [Posted(0, 0)]
    row = MailLog.objects.get()
    assert (row.state, row.attempts) == ("fejlet", 3)
    assert row.error == "SMTPServerDisconnected: connection unexpectedly closed"

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send(TUESDAY + timedelta(days=1)) == [leader.email]  # what failed has not been told


def test_what_failed_goes_out_at_the_next_try(team, leader, settings):
    DutyFactory(unit=team, due_on=TUESDAY)
    settings.EMAIL_BACKEND = "tests.roles.duties.backends.Refusing"
    send_letters(on=TUESDAY)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert send() == [leader.email]
    assert MailLog.objects.values_list("state", "attempts", "error").get() == ("sendt", 2, "")


def test_one_who_died_while_sending_leaves_no_second_mail(team, leader, settings):
    DutyFactory(unit=team, due_on=TUESDAY)
    settings.EMAIL_BACKEND = "tests.roles.duties.backends.Dying"
    with pytest.raises(SystemExit):
        send_letters(on=TUESDAY)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert send() == []
    assert MailLog.objects.get().state == "sender"


def test_vacancies_are_told_at_once_and_then_on_mondays(team, administrator):
    adopt(ResponsibilityFactory().plan, TUESDAY)
    adopt(ResponsibilityFactory().plan, TUESDAY)

    days = [day for n in range(14) if send(day := TUESDAY + timedelta(days=n))]
    assert days == [TUESDAY, MONDAY, MONDAY + timedelta(days=7)]
    assert "- Team Nord, Teamledelse: 2 ansvar" in body()
    assert "https://niveau.example.dk/ansvar/ubesat/" in body()

    UnitFactory(name="Team Øst")
    assert send(MONDAY + timedelta(days=8)) == [administrator.email]


def test_vacancies_are_told_to_those_who_lead_the_unit(team):
    adopt(ResponsibilityFactory().plan, TUESDAY)
    give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, department("ANDEN"))
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, department())

    assert send() == [lead.email]


def test_a_review_of_roles_is_announced_and_once_more_in_its_last_week(team, leader, caseworker):
    (review,) = open_attestations(as_of=localdate() - timedelta(days=5))
    last_week = review.deadline_on - timedelta(days=7)
    days = [review.as_of + timedelta(days=n) for n in range(5, 31)]

    told = [day for day in days if leader.email in send(day)]

    assert told == [days[0], last_week]
    assert "Svar senest" in body()


@pytest.mark.parametrize("count", [1, 3])
def test_letters_are_found_in_as_many_questions(team, count, django_assert_num_queries):
    for _ in range(count):
        give_role(UserFactory(), RoleCode.TEAM_LEADER, team)
        DutyFactory(unit=team, due_on=TUESDAY)

    with django_assert_num_queries(3):
        assert len(digests(TUESDAY)) == count
