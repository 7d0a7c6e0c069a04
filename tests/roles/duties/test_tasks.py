"""Every task three times in a row and twice at once does what once does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localdate

from roles import tasks
from roles.models import Attestation, AttestationItem, Duty, MailLog, RoleCode
from tests.factories import ResponsibilityFactory, UserFactory, department, give_role
from tests.roles.duties.people import adopt

TODAY = localdate()


@pytest.fixture
def overdue(team, leader):
    """A plan in force for two months, with a leader above the team."""
    give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, department())
    line = ResponsibilityFactory(first_due_on=TODAY - timedelta(days=31))
    adopt(line.plan, TODAY - timedelta(days=62))
    return line


def everything():
    """The rows that the tasks write, without what a clock or a sequence puts in."""
    duties = Duty.objects.order_by("lineage", "unit", "due_on").values_list(
        "lineage", "due_on", "escalated_to"
    )
    letters = MailLog.objects.order_by("user", "code").values_list("user", "code", "day", "state", "attempts")
    reviews = Attestation.objects.order_by("unit").values_list("unit", "as_of")
    return [
        list(duties),
        list(letters),
        list(reviews),
        AttestationItem.objects.count(),
        Duty.history.count(),
        len(mail.outbox),
    ]


def all_tasks():
    tasks.keep_duties()
    tasks.start_attestations()
    tasks.post_letters()


@pytest.mark.django_db
def test_three_times_in_a_row(overdue):
    all_tasks()
    once = everything()

    all_tasks()
    all_tasks()

    assert everything() == once
    assert Duty.objects.exclude(escalated_to=None).count() == 1
    assert once[1]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once(overdue):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: _in_a_thread(), range(2)))
    twice = everything()

    all_tasks()

    assert everything() == twice
    assert len(mail.outbox) == MailLog.objects.filter(state="sendt").count() > 0
    assert Duty.objects.values("lineage", "unit", "due_on").distinct().count() == Duty.objects.count()


def _in_a_thread():
    try:
        all_tasks()
    finally:
        connection.close()


def test_the_clock_names_tasks_that_exist():
    ours = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {name for name in ours if name.startswith("roles.")} == {
        task.name for task in (tasks.keep_duties, tasks.post_letters, tasks.start_attestations)
    }


@pytest.mark.django_db
def test_commands_tell_what_they_did(overdue, capsys):
    call_command("follow_plans", "--json")
    call_command("follow_plans")
    call_command("send_digests", "--json")
    call_command("send_digests")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith('{"added": ')
    assert lines[1] == "0 nye opgaver, 0 fjernet, 0 rettet, 0 gået videre."
    assert lines[3] == "0 sendt, 0 kunne ikke sendes."
