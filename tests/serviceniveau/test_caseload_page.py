"""Min sagsstamme: only own cases, what needs attention first, and why in words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from roles.models import ReadLog
from serviceniveau.actions.judgements import judge
from serviceniveau.models import Registration
from serviceniveau.queries.caseload import Concern, caseload_of
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    DeviationReasonFactory,
    GrantFactory,
    RegistrationFactory,
    UserFactory,
    standard_in_force,
)

pytestmark = pytest.mark.django_db
URL = "/min-sagsstamme/"


@pytest.fixture
def own(team, caseworker):
    def make(number="S-1", **values):
        return CaseFactory(number=number, **({"unit": team, "caseworker": caseworker} | values))

    return make


def days(count):
    return localdate() + timedelta(days=count)


def running(case, **dates):
    return GrantFactory(case=case, **({"starts_on": days(-300)} | dates))


def deviating(case, **values):
    standard_in_force()
    registration = RegistrationFactory(deviating=True, **({"case": case, "decided_on": days(-30)} | values))
    judge(selection="SELECT %s::bigint", params=[registration.pk])
    return registration


def counted(user):
    return {counter.concern.value: counter.cases for counter in caseload_of(user).counters}


NOTHING = dict.fromkeys(Concern.values, 0)


@pytest.mark.parametrize(
    ("deadline", "values", "cases"),
    [(10, {}, 1), (11, {}, 0), (-3, {}, 1), (3, {"withdrawn_on": days(-1)}, 0)],
)
def test_deadline_within_ten_days_or_passed(own, caseworker, deadline, values, cases):
    ApplicationFactory(case=own(), received_on=days(-40), deadline_on=days(deadline), **values)

    assert counted(caseworker) == NOTHING | {"frist": cases}


def test_decided_application_is_no_longer_in_danger(own, caseworker):
    application = ApplicationFactory(case=own(), received_on=days(-40), deadline_on=days(1))
    RegistrationFactory(case=application.case, application=application, decided_on=days(-1))

    assert counted(caseworker)["frist"] == 0


@pytest.mark.parametrize(("follow_up", "cases"), [(14, 1), (15, 0), (-90, 1)])
def test_follow_up_now(own, caseworker, follow_up, cases):
    running(own(), follow_up_on=days(follow_up))

    assert counted(caseworker) == NOTHING | {"opfoelgning": cases}


@pytest.mark.parametrize(("end", "cases"), [(60, 1), (61, 0), (0, 1), (-1, 0)])
def test_grant_that_ends(own, caseworker, end, cases):
    running(own(), ends_on=days(end))

    assert counted(caseworker) == NOTHING | {"udloeb": cases}


@pytest.mark.parametrize(("ago", "cases"), [(30, 1), (729, 1), (800, 0)])
def test_deviation_without_reason(own, caseworker, ago, cases):
    deviating(own(), decided_on=days(-ago))

    assert counted(caseworker) == NOTHING | {"begrundelse": cases}


def test_only_own_decided_deviations_without_reason_count(own, caseworker):
    registration = deviating(own())

    Registration.objects.update(deviation_reason=DeviationReasonFactory())
    with_reason = counted(caseworker)["begrundelse"]
    Registration.objects.update(deviation_reason=None, caseworker=UserFactory())
    others = counted(caseworker)["begrundelse"]
    Registration.objects.update(caseworker=caseworker, status="afventer")

    assert (with_reason, others, counted(caseworker)["begrundelse"]) == (0, 0, 0)
    assert registration.pk


def test_cases_of_others_and_closed_cases_are_not_shown(own, team, caseworker):
    running(own(number="S-2", caseworker=UserFactory()), follow_up_on=days(1))
    running(own(number="S-3", closed_on=days(-1)), follow_up_on=days(1))
    running(CaseFactory(number="S-4", caseworker=caseworker), follow_up_on=days(1))

    found = caseload_of(caseworker)

    assert (found.rows, counted(caseworker)) == ([], NOTHING)


def test_what_needs_attention_stands_first_with_words(own, caseworker):
    own("S-1")
    running(own("S-2"), ends_on=days(20))
    ApplicationFactory(case=own("S-3"), received_on=days(-40), deadline_on=days(-2))

    rows = caseload_of(caseworker).rows

    assert [row.case.number for row in rows] == ["S-3", "S-2", "S-1"]
    assert rows[0].needs[0][1] == (
        f"Fristen {days(-2):%d-%m-%Y} er overskredet med 2 dage. Besked er ikke sendt."
    )
    assert rows[1].needs[0][1] == f"Bevillingen udløber {days(20):%d-%m-%Y}."


def test_sent_notice_is_told(own, caseworker):
    ApplicationFactory(case=own(), received_on=days(-40), deadline_on=days(1), notice_sent_on=days(-1))

    words = caseload_of(caseworker).rows[0].needs[0][1]

    assert words == f"Fristen er {days(1):%d-%m-%Y}, om 1 dag. Besked er sendt {days(-1):%d-%m-%Y}."


def test_running_grant_shows_its_newest_amount(own, caseworker):
    first = RegistrationFactory(case=own(), decided_on=days(-90))
    RegistrationFactory(case=first.case, grant=first.grant, kind="opjustering", amount=5, decided_on=days(-9))
    first.grant.starts_on = days(-90)
    first.grant.save()

    assert caseload_of(caseworker).rows[0].grants == ["Socialpædagogisk støtte, 5 timer pr. uge"]


def test_counters_filter_and_search_finds_by_number(own, caseworker, log_in):
    running(own("A-1"), follow_up_on=days(1))
    own("B-2")
    client = log_in(caseworker)

    filtered = client.get(URL, {"vis": "opfoelgning"}).content.decode()
    found = client.get(URL, {"sag": "b-"}, headers={"HX-Request": "true"}).content.decode()

    assert ("A-1" in filtered, "B-2" in filtered) == (True, False)
    assert ("A-1" in found, "B-2" in found, "<html" in found) == (False, True, False)


def test_twenty_five_cases_on_a_page(own, caseworker, log_in):
    for number in range(26):
        own(f"S-{number:02}")

    client = log_in(caseworker)

    assert client.get(URL).content.decode().count("/sager/") == 25
    assert "Side 2 af 2" in client.get(URL, {"side": 2}).content.decode()


@pytest.mark.parametrize("cases", [1, 3])
def test_queries_do_not_grow_with_cases(own, caseworker, log_in, cases):
    for number in range(cases):
        case = own(f"S-{number}")
        grant = running(case, follow_up_on=days(1), ends_on=days(9))
        RegistrationFactory(case=case, grant=grant, decided_on=days(-9))
        ApplicationFactory(case=case, received_on=days(-40), deadline_on=days(1))
    client = log_in(caseworker)

    with CaptureQueriesContext(connection) as queries:
        client.get(URL)

    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 10 + 2  # own duties


def test_reading_is_logged_with_the_cases_shown(own, caseworker, log_in):
    case = own()
    client = log_in(caseworker)

    client.get(URL)
    client.get(URL, {"sag": "S-1"})

    assert list(ReadLog.objects.order_by("pk").values_list("act", "keys")) == [
        ("åbnet", [case.pk]),
        ("søgt", [case.pk]),
    ]


def test_who_may_open(caseworker, leader, controller, politician, administrator, log_in):
    users = (caseworker, leader, controller, politician, administrator)

    assert [log_in(user).get(URL).status_code for user in users] == [200, 200, 403, 403, 403]


def test_empty_states_say_what_to_do(caseworker, log_in):
    client = log_in(caseworker)

    assert "Du har ingen sager endnu" in client.get(URL).content.decode()
    assert "Ingen af dine sager har det nummer" in client.get(URL, {"sag": "x"}).content.decode()
    assert "Her er ingenting" in client.get(URL, {"vis": "frist"}).content.decode()
