from datetime import UTC, date, datetime

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from roles.actions import log_read
from roles.models import ReadLog, RoleCode, User
from roles.models.history import history_model
from serviceniveau.actions.readings import check_read, draw_read_samples
from serviceniveau.models import ReadSample, ReadSampleItem
from serviceniveau.queries.readers import reads_of
from serviceniveau.tasks import draw_last_months_samples
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    ReadSampleItemFactory,
    RegistrationFactory,
    UnitFactory,
    UserFactory,
    give_role,
)

pytestmark = pytest.mark.django_db
MONTH = date(2026, 9, 1)


@pytest.fixture
def case(team, caseworker):
    return CaseFactory(number="F-1", unit=team, caseworker=caseworker)


def read(case, *, by: User, subject: str = "sag", keys: list[int] | None = None, day: int = 14) -> ReadLog:
    """A reading in September 2026; the clock of the log is set by hand, which only a test may do."""
    logged = ReadLog(user=by, act="åbnet", subject=subject, keys=keys or [case.pk], purpose="Sagsside")
    at = ReadLog._meta.get_field("at")
    at.auto_now_add, logged.at = False, datetime(2026, 9, day, 10, tzinfo=UTC)
    logged.save()
    at.auto_now_add = True
    return logged


def test_readings_of_the_case_and_of_what_is_in_it_are_found(case, leader):
    decision, application = RegistrationFactory(case=case), ApplicationFactory(case=case)
    other = CaseFactory(unit=case.unit)
    of_case = [
        read(case, by=leader, keys=[other.pk, case.pk]),
        read(case, by=leader, subject="afgørelse", keys=[decision.pk]),
        read(case, by=leader, subject="ansøgning", keys=[application.pk]),
        read(case, by=leader, subject="bevilling", keys=[decision.grant_id]),
        read(case, by=leader, subject="læselog"),
    ]
    read(case, by=leader, keys=[other.pk])
    read(case, by=leader, subject="afgørelse", keys=[decision.pk + 1])

    assert {each.pk for each in reads_of(case)} == {each.pk for each in of_case}


def test_page_names_reader_role_of_the_day_and_purpose(log_in, case, leader):
    reader = give_role(
        UserFactory(name="Bo Forrige"),
        RoleCode.CASEWORKER,
        UnitFactory(name="Team Syd"),
        DateRange(date(2026, 9, 1), date(2026, 10, 1)),
    )
    read(case, by=reader)

    page = log_in(leader).get(f"/sager/{case.pk}/laesere/").content.decode()

    assert ("Bo Forrige" in page, "Sagsbehandler, Team Syd" in page, "14-09-2026 12:00" in page) == (
        True,
    ) * 3


def test_looking_at_the_readers_is_itself_a_reading(log_in, case, leader):
    log_in(leader).get(f"/sager/{case.pk}/laesere/")

    assert list(ReadLog.objects.values_list("user", "subject", "keys")) == [(leader.pk, "læselog", [case.pk])]


def test_who_may_see_the_readers(log_in, case, leader, caseworker, controller, administrator):
    stranger = give_role(UserFactory(), RoleCode.TEAM_LEADER, UnitFactory())
    users = (leader, caseworker, controller, administrator, stranger)

    codes = [log_in(user).get(f"/sager/{case.pk}/laesere/").status_code for user in users]
    links = ["Hvem har set sagen" in log_in(u).get(f"/sager/{case.pk}/").content.decode() for u in users[:3]]

    assert codes == [200, 403, 403, 403, 404]
    assert links == [True, False, False]


def test_search_by_number_leads_to_the_readers(log_in, case, leader):
    CaseFactory(number="F-9", unit=UnitFactory())
    client = log_in(leader)

    found = client.get("/sager/laesere/", {"sag": " f-1 "})
    foreign = client.get("/sager/laesere/", {"sag": "F-9"})

    assert found["Location"] == f"/sager/{case.pk}/laesere/"
    assert "Ingen sag i dine enheder har det nummer" in foreign.content.decode()


def test_number_of_two_systems_gives_a_choice(log_in, case, leader):
    CaseFactory(number="F-1", source="dubu", unit=case.unit)

    page = log_in(leader).get("/sager/laesere/", {"sag": "F-1"}).content.decode()

    assert "fra dubu" in page


@pytest.mark.parametrize("readings", [1, 3])
def test_queries_do_not_grow_with_readings(log_in, case, leader, readings):
    for _ in range(readings):
        read(case, by=give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory()))
    client = log_in(leader)

    with CaptureQueriesContext(connection) as queries:
        client.get(f"/sager/{case.pk}/laesere/")

    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 13


def test_sample_holds_ten_and_outsiders_come_first(case, leader):
    outsiders = [give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory()) for _ in range(7)]
    insiders = [give_role(UserFactory(), RoleCode.CASEWORKER, case.unit) for _ in range(9)]
    for reader in [*outsiders, *insiders]:
        read(case, by=reader)

    drawn = draw_read_samples(month=MONTH)

    readers = [item.read.user for item in ReadSampleItem.objects.select_related("read__user")]
    assert drawn == 10
    assert ReadSample.objects.get().reads == 16
    assert len(set(readers) & set(outsiders)) >= 5


def test_every_reader_comes_once_before_anybody_twice(case, leader):
    cases = [CaseFactory(unit=case.unit) for _ in range(20)]
    for each in cases:
        read(each, by=leader)
    colleague = give_role(UserFactory(), RoleCode.CASEWORKER, case.unit)
    read(case, by=colleague)

    draw_read_samples(month=MONTH)

    assert ReadSampleItem.objects.filter(read__user=colleague).count() == 1


def test_page_that_lists_many_cases_is_one_reading(case, leader):
    others = CaseFactory.create_batch(5, unit=case.unit)
    listed = read(case, by=leader, keys=[case.pk, *(other.pk for other in others)])

    draw_read_samples(month=MONTH)

    sample = ReadSample.objects.get()
    assert (sample.reads, [item.read for item in sample.items.all()]) == (1, [listed])


def test_own_case_other_months_and_repeats_stay_out(case, caseworker, leader):
    read(case, by=caseworker)
    kept = {read(case, by=leader).pk for _ in range(3)}
    log_read(by=leader, act="åbnet", subject="sag", keys=[case.pk], purpose="I dag")

    draw_read_samples(month=MONTH)

    assert ReadSample.objects.get().reads == 3
    assert ReadSampleItem.objects.get().read_id in kept


def test_drawing_again_draws_nothing(case, leader):
    read(case, by=leader)
    draw_read_samples(month=MONTH)

    assert draw_read_samples(month=MONTH) == 0
    assert ReadSample.objects.count() == 1


def test_sample_is_drawn_anew_alike(case, leader):
    cases = [CaseFactory(unit=case.unit) for _ in range(30)]
    for each in cases:
        read(each, by=leader)
    chosen = []
    for _ in range(2):
        with transaction.atomic():
            draw_read_samples(month=MONTH)
            chosen.append(set(ReadSampleItem.objects.values_list("read", "case")))
            transaction.set_rollback(True)

    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == 10


def test_month_that_is_not_over_is_refused():
    with pytest.raises(ValidationError, match="når måneden er slut"):
        draw_read_samples(month=localdate())


def test_task_draws_last_month(case, leader):
    draw_last_months_samples()

    assert ReadSample.objects.count() == 0  # nobody read anything


def test_reading_is_judged_with_name_and_day(leader):
    item = ReadSampleItemFactory()

    check_read(item=item, finding="i_orden", note="", by=leader)
    check_read(item=item, finding="afklares", note="Hvorfor uden for teamet?", by=leader)

    item.refresh_from_db()
    assert (item.finding, item.checked_by) == ("afklares", leader)
    assert list(
        history_model(ReadSampleItem).objects.order_by("history_id").values_list("finding", flat=True)
    ) == ["", "i_orden", "afklares"]


def test_own_reading_is_not_judged_by_oneself(leader, case):
    item = ReadSampleItemFactory(case=case, read=read(case, by=leader))

    with pytest.raises(ValidationError, match="dit eget opslag"):
        check_read(item=item, finding="i_orden", note="", by=leader)


def test_what_is_to_be_cleared_needs_words(leader):
    with pytest.raises(ValidationError, match="hvad der skal afklares"):
        check_read(item=ReadSampleItemFactory(), finding="afklares", note="", by=leader)


def test_leader_judges_on_the_page(log_in, leader, case):
    item = ReadSampleItemFactory(case=case)
    client, address = log_in(leader), f"/adgang/stikproever/opslag/{item.pk}/"

    refused = client.post(address, {"finding": "afklares", "note": ""})
    cpr = client.post(address, {"finding": "i_orden", "note": "010190-1234"})
    saved = client.post(address, {"finding": "i_orden", "note": ""})

    assert (refused.status_code, cpr.status_code, saved.status_code) == (422, 422, 302)
    assert saved["Location"] == f"/adgang/stikproever/{item.sample_id}/#opslag-{item.pk}"
    assert "Alle 1 vurderet" in client.get("/adgang/stikproever/").content.decode()


@pytest.mark.parametrize("items", [1, 3])
@pytest.mark.parametrize("page", ["list", "detail"])
def test_sample_pages_ask_the_same_number_of_questions(log_in, leader, case, page, items):
    first = ReadSampleItemFactory(case=case)
    for place in range(1, items):
        ReadSampleItemFactory(case=case, sample=first.sample)
        ReadSample.objects.create(unit=case.unit, month=MONTH - relativedelta(months=place), reads=1)
    address = "/adgang/stikproever/" + (f"{first.sample_id}/" if page == "detail" else "")
    client = log_in(leader)

    with CaptureQueriesContext(connection) as queries:
        client.get(address)

    asked = len([query for query in queries if "SAVEPOINT" not in query["sql"]])
    assert asked == {"list": 6, "detail": 9}[page]
