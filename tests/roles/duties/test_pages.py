from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from roles.models import Duty, Phase, RoleCode
from tests.factories import DutyFactory, PlanFactory, ResponsibilityFactory, UserFactory, give_role
from tests.roles.duties.people import deputise, role

pytestmark = pytest.mark.django_db

TODAY = localdate()
# session, user, rights, own roles twice, five lists, their rows, the calendar;
# and 5 for two savepoints and the session
LIST_QUERIES = 12 + 5
# the frame; plans, roles, units; the year's days and lines; entries, lines, units; and as above
WHEEL_QUERIES = 4 + 8 + 5
LANDING = ("caseload", "team-month", "standard-list")


@pytest.fixture
def duty(team):
    return DutyFactory(unit=team, due_on=TODAY - timedelta(days=19))


def words(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(log_in, leader, team, django_assert_num_queries, rows):
    for _ in range(rows):
        DutyFactory(unit=team, due_on=TODAY - timedelta(days=1))
        DutyFactory(unit=team, due_on=TODAY + timedelta(days=3))
        DutyFactory(unit=team, done_by=leader, done_at=now())
    client = log_in(leader)
    client.get(reverse("my-duties"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("my-duties"))


def test_list_puts_each_duty_where_it_belongs(log_in, leader, team, duty):
    soon = DutyFactory(unit=team, due_on=TODAY + timedelta(days=3))
    later = DutyFactory(unit=team, due_on=TODAY + timedelta(days=100))

    lists = log_in(leader).get(reverse("my-duties")).context["lists"]

    found = {name: [line.duty for line in lines] for name, lines in lists.items()}
    assert found == {
        "overdue": [duty],
        "soon": [soon],
        "later": [later],
        "escalated_to_me": [],
        "done_lately": [],
    }


def test_list_is_narrowed_by_unit_and_phase_in_the_address(log_in, leader, team, duty):
    early = ResponsibilityFactory(phase=Phase.DEVELOPMENT)
    other = DutyFactory(unit=team, responsibility=early, due_on=duty.due_on)
    client = log_in(leader)

    by_phase = client.get(reverse("my-duties"), {"fase": Phase.DEVELOPMENT}).context["lists"]["overdue"]
    by_unit = client.get(reverse("my-duties"), {"enhed": team.code}).context["lists"]["overdue"]

    assert [line.duty for line in by_phase] == [other]
    assert [line.duty for line in by_unit] == [duty, other]


def test_who_has_no_duties_is_told_where_they_come_from(log_in, leader):
    assert "Du har ingen opgaver." in words(log_in(leader).get(reverse("my-duties")))


def test_duty_is_done_and_opened_again_without_scripts(log_in, leader, duty):
    client = log_in(leader)

    answer = client.post(reverse("duty-done", args=[duty.pk]), {"note": "Drøftet"})
    assert answer["Location"] == reverse("my-duties")
    duty.refresh_from_db()
    assert (duty.done_by, duty.note) == (leader, "Drøftet")

    client.post(reverse("duty-reopen", args=[duty.pk]))
    duty.refresh_from_db()
    assert not duty.is_done


def test_missing_evidence_is_asked_for_beside_the_field(log_in, leader, team):
    asked = ResponsibilityFactory(evidence="Referat fra mødet")
    duty = DutyFactory(unit=team, responsibility=asked, due_on=TODAY)

    answer = log_in(leader).post(reverse("duty-done", args=[duty.pk]), {"note": "Drøftet"})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"evidence": ["Skriv, hvor dokumentationen findes."]}
    assert "Planen beder om: Referat fra mødet" in words(answer)
    assert "Drøftet" in words(answer)


def test_cpr_number_is_refused_in_the_note(log_in, leader, duty):
    answer = log_in(leader).post(reverse("duty-done", args=[duty.pk]), {"note": "Borger 010190-1234"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["note"]


def test_htmx_gets_the_line_as_it_is_now(log_in, leader, duty):
    client = log_in(leader)

    form = client.get(reverse("duty-detail", args=[duty.pk]), headers={"HX-Request": "true"})
    row = client.post(reverse("duty-done", args=[duty.pk]), {}, headers={"HX-Request": "true"})

    assert "<html" not in words(form)
    assert row["HX-Retarget"] == f"#opgave-{duty.pk}"
    assert words(row).startswith(f'<li class="duty" id="opgave-{duty.pk}"')
    assert f"Udført {TODAY:%d-%m-%Y} af {leader}" in words(row)


def test_deputy_sees_for_whom_and_both_names_stand(log_in, leader, team, duty):
    deputy = deputise(leader, RoleCode.TEAM_LEADER, team)
    client = log_in(deputy)
    assert f"Du er stedfortræder for {leader}" in words(client.get(reverse("my-duties")))

    client.post(reverse("duty-done", args=[duty.pk]))

    told = words(client.get(reverse("duty-detail", args=[duty.pk])))
    assert f"af {deputy} som stedfortræder for {leader}" in told


def test_escalated_duty_is_seen_but_not_done_by_the_one_above(log_in, duty, team):
    head = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)
    Duty.objects.filter(pk=duty.pk).update(escalated_at=now(), escalated_to=team.parent)
    client = log_in(head)

    shown = words(client.get(reverse("my-duties")))
    assert "Gået videre til dig" in shown
    assert "Meld udført" not in shown
    assert client.get(reverse("duty-detail", args=[duty.pk])).status_code == 200
    assert client.post(reverse("duty-done", args=[duty.pk])).status_code == 403
    duty.refresh_from_db()
    assert not duty.is_done


@pytest.mark.parametrize("page", ["duty-detail", "duty-done", "duty-reopen"])
def test_others_duties_are_not_found(log_in, caseworker, duty, page):
    client = log_in(caseworker)
    address = reverse(page, args=[duty.pk])

    answer = client.get(address) if page == "duty-detail" else client.post(address)

    assert answer.status_code == 404


def test_colleague_does_not_see_a_persons_own_duty(log_in, team, caseworker):
    own = DutyFactory(unit=team, role=role(RoleCode.CASEWORKER), holder=caseworker)
    colleague = give_role(UserFactory(), RoleCode.CASEWORKER, team)

    assert log_in(colleague).get(reverse("duty-detail", args=[own.pk])).status_code == 404


@pytest.mark.parametrize("page", LANDING)
def test_card_stands_on_the_landing_pages(log_in, leader, duty, page):
    shown = words(log_in(leader).get(reverse(page)))

    assert "1 med passeret frist" in shown
    assert reverse("duty-detail", args=[duty.pk]) in shown


def test_card_is_not_there_when_there_is_nothing_to_do(log_in, caseworker):
    assert "duty-card" not in words(log_in(caseworker).get(reverse("caseload")))


def test_year_shows_the_plan_nearest_to_the_reader(log_in, leader, team):
    mine = adopted(PlanFactory(unit=team.parent, subject="Voksen handicap"), team)
    adopted(PlanFactory(unit=team.parent.parent, subject="Hele området"), team)
    client = log_in(leader)

    near = client.get(reverse("year-wheel"))
    every = client.get(reverse("year-wheel"), {"plan": "alle"})

    assert near.context["chosen"].plan == mine
    assert (near.context["total"], every.context["total"]) == (1, 2)


def adopted(plan, team):
    DutyFactory(responsibility=ResponsibilityFactory(plan=plan), unit=team, due_on=TODAY)
    plan.adopted_on, plan.body = date(2026, 1, 1), "Socialudvalget"
    plan.save()
    return plan


def test_year_names_no_persons(log_in, politician, leader, team):
    DutyFactory(unit=team, due_on=TODAY, holder=leader)

    answer = words(log_in(politician).get(reverse("year-wheel"), {"plan": "alle"}))

    assert "Gennemgår månedens signaler" in answer
    assert leader.name not in answer


@pytest.mark.parametrize("asked", ["aar=99999", "aar=x", "plan=0", "maaned=77", "fase=x", "enhed=%C3%A6"])
def test_year_answers_whatever_the_address_says(log_in, leader, team, asked):
    DutyFactory(unit=team, due_on=TODAY)

    assert log_in(leader).get(f"{reverse('year-wheel')}?plan=alle&{asked}").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_year_asks_the_same_number_of_questions(log_in, leader, team, django_assert_num_queries, rows):
    for month in range(1, rows + 1):
        DutyFactory(unit=team, due_on=date(TODAY.year, month, 1))
    client = log_in(leader)
    client.get(reverse("year-wheel"))

    with django_assert_num_queries(WHEEL_QUERIES):
        assert len(client.get(reverse("year-wheel"), {"plan": "alle"}).context["months"]) == rows


def test_long_year_is_listed_a_month_at_a_time(log_in, leader, team, monkeypatch):
    monkeypatch.setattr("roles.views.year_wheel.MOST_AT_ONCE", 1)
    for month in (3, 5, 5):
        DutyFactory(unit=team, due_on=date(TODAY.year, month, 1))

    answer = log_in(leader).get(reverse("year-wheel"), {"plan": "alle", "maaned": "5"})

    assert answer.context["month_sizes"] == [(3, 1), (5, 2)]
    assert [month for month, _ in answer.context["months"]] == [5]
