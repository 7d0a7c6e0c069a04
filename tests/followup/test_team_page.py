import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from followup.actions.months import close_month
from followup.actions.reports import report_content
from followup.drift.p import SURE_BASELINE
from followup.models import DriftSignal
from followup.queries.figures import Share
from followup.queries.months import month_plus
from followup.queries.practice import share_chart
from roles.models import ReadLog, RoleCode
from serviceniveau.models import StandardVersion
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    DriftFactory,
    InterventionFactory,
    RegistrationFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
    standard_in_force,
)
from tests.followup.months import decisions, judge_all

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
PAGE_QUERIES = 24 + 2
"""Of the page as the immediate leader sees it, with session, roles, read log, savepoints and own duties."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(team):
    return standard_in_force()


@pytest.fixture
def closed(team, version):
    """Two closed months of Team Nord: 2 of 8 decisions above the frame, none with a reason."""
    for month in (JULY, AUGUST):
        decisions(team, month, above=1, inside=3, version=version)
    judge_all()
    for month in (JULY, AUGUST):
        close_month(month=month)


def signal(unit, version, **more):
    values = {
        "measure": "share_above", "direction": "up", "month": AUGUST, "revision": 1, "since": JULY,
        "observed": 14, "n": 31, "expected": 6.2, "low": 0.35, "high": 0.56, "probability": 0.985,
        "provisional": False,
    }  # fmt: skip
    values |= {"unit": unit, "standard": version.standard, "intervention": version.levels.get().intervention}
    values |= more
    key = ("measure", "unit", "standard", "intervention", "direction")
    drift = DriftFactory(**{name: values[name] for name in key}, opened_in=values["month"])
    return DriftSignal.objects.create(drift=drift, **values)


def text_of(page) -> str:
    words = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(words.replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ").split())


def opened(client, **parameters):
    return client.get(reverse("team-month"), parameters)


def test_a_signal_is_a_sentence_first(closed, team, version, leader, log_in):
    signal(team, version)

    text = text_of(opened(log_in(leader)))

    assert "Flere afgørelser over rammen" in text
    assert "14 af 31 afgørelser lå over rammen i juli–august 2026. Forventet: 6." in text
    assert "Sandsynligvis mellem 35 % og 56 %" in text
    assert "Ret sikkert. Af 100 så tydelige signaler er højst 2 tilfældige udsving." in text
    assert "Hvad kan du gøre nu? Læs grundene i de nyeste sager over rammen" in text
    assert "Kilde: registrerede afgørelser i kommunen. Sidst opdateret" in text


def test_a_signal_is_explained_by_a_chart_with_its_numbers(closed, team, version, leader, log_in):
    signal(team, version, provisional=True)

    page = opened(log_in(leader))

    assert page.content.decode().count('class="chart chart-') == 2
    assert page.context["cards"][0].figure.rows[0][:4] == ["aug 26", "1", "4", "25\N{NO-BREAK SPACE}%"]
    assert "Foreløbigt" in text_of(page)


def test_without_signals_the_page_says_what_was_looked_at(closed, leader, log_in):
    text = text_of(opened(log_in(leader)))

    assert "Intet tyder på, at praksis har flyttet sig." in text
    assert "Vi har set på 21 nøgletal, blandt andet 8 nye og ændrede bevillinger fra juli 2026" in text


def test_before_the_first_closed_month_the_page_says_so(team, leader, log_in):
    assert "Ingen måned er lukket endnu" in text_of(opened(log_in(leader)))


def test_the_year_adds_up_per_standard(closed, leader, log_in):
    [(year, _)] = opened(log_in(leader)).context["year"]

    assert (year.decisions, year.inside, year.above, year.below, year.without_reason) == (8, 6, 2, 0, 2)


def test_an_older_month_is_shown_as_it_was(closed, leader, log_in):
    page = opened(log_in(leader), maaned="2026-07")

    assert page.context["practice"].decisions == 4
    assert "Team Nord traf 4 afgørelser i juli 2026." in text_of(page)


@pytest.mark.parametrize("parameters", [{"enhed": "T-ANDET"}, {"enhed": "FJO"}, {"maaned": "2026-01"}])
def test_what_the_leader_may_not_see_does_not_exist(closed, leader, log_in, parameters):
    UnitFactory(code="T-ANDET")

    assert opened(log_in(leader), **parameters).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (RoleCode.POLITICIAN, 403), (RoleCode.CASEWORKER, 403), (RoleCode.ADMINISTRATOR, 403),
        (RoleCode.TEAM_LEADER, 200), (RoleCode.PROFESSIONAL_LEAD, 200), (RoleCode.EXECUTIVE, 200),
        (RoleCode.CONTROLLER, 200),
    ],
)  # fmt: skip
def test_the_page_is_for_those_who_may_see_signals(closed, team, log_in, role, status):
    user = give_role(UserFactory(), role, team)

    assert opened(log_in(user)).status_code == status


def test_the_page_opens_at_the_unit_that_is_led(closed, team, leader, log_in):
    give_role(leader, RoleCode.CONTROLLER, team.parent)

    page = opened(log_in(leader))

    assert page.context["unit"] == team
    assert [unit.code for unit in page.context["units"]] == [team.parent.code, team.code]


def test_a_department_sees_its_own_signals_and_links_to_those_beneath(closed, team, version, log_in):
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)
    signal(team, version)

    page = opened(log_in(lead))

    assert page.context["cards"] == []
    assert f"?enhed={team.code}&amp;maaned=2026-08" in page.content.decode()
    assert "Intet tyder på, at praksis har flyttet sig for Afdeling FJO-SS-VH som helhed." in text_of(page)


def test_a_signal_beneath_says_what_it_is_about_and_leads_to_its_page(closed, team, version, log_in):
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team.parent)
    found = signal(team, version)

    page = opened(log_in(lead))

    assert f"Flere afgørelser over rammen , {version.standard}. 14 af 31" in text_of(page)
    assert f"{reverse('signal-detail', args=[found.drift_id])}?maaned=2026-08" in page.content.decode()


@pytest.mark.parametrize("change", ["svaekket", "lukket", "trukket"])
def test_what_fades_or_is_over_no_longer_speaks(closed, team, version, leader, log_in, change):
    signal(team, version, change=change)

    page = opened(log_in(leader))

    assert (page.context["cards"], page.context["quiet"]) == ([], [])
    assert report_content(unit=team, month=AUGUST, revision=1)["signals"] == []
    assert f"{reverse('signal-list')}?enhed={team.code}" in page.content.decode()


def test_many_signals_are_folded(closed, team, version, leader, log_in):
    for measure in ("share_above", "share_below", "extent", "cost", "duration"):
        signal(team, version, measure=measure)

    page = opened(log_in(leader))

    assert "5 ændringer skiller sig ud; det nye står først." in text_of(page)
    assert (len(page.context["cards"]), len(page.context["more"])) == (4, 1)


def deviation(team, version, name, month=AUGUST):
    level, case = version.levels.get(), CaseFactory(unit=team, caseworker=UserFactory(name=name))
    return RegistrationFactory(
        case=case, grant=None, intervention=level.intervention, deviating=True, decided_on=month
    )


def test_missing_reasons_stand_under_their_caseworkers_in_order_of_name(team, version, leader, log_in):
    for name in ("Åse Ask", "Bo Birk", "Bo Birk"):
        deviation(team, version, name)
    judge_all()
    close_month(month=AUGUST)

    found = opened(log_in(leader)).context["unexplained"]

    assert [(each.name, len(each.registrations)) for each in found] == [
        ("Bo Birk", 1), ("Bo Birk", 1), ("Åse Ask", 1),
    ]  # fmt: skip


def test_only_the_immediate_leader_sees_single_caseworkers(team, version, controller, leader, log_in):
    decision = deviation(team, version, "Bo Birk")
    judge_all()
    close_month(month=AUGUST)

    told = text_of(opened(log_in(controller), enhed=team.code))

    assert ("Bo Birk" in told, decision.case.number in told, ReadLog.objects.count()) == (False, False, 0)
    assert "Bo Birk" in text_of(opened(log_in(leader)))


def test_who_looked_at_the_cases_is_written_down(team, version, leader, log_in):
    decision = deviation(team, version, "Bo Birk")
    judge_all()
    close_month(month=AUGUST)

    opened(log_in(leader))

    row = ReadLog.objects.get()
    assert (row.user, row.act, row.subject, row.keys) == (leader, "åbnet", "sag", [decision.case_id])


def test_applications_near_or_past_their_deadline_are_listed(team, leader, log_in):
    today = localdate()
    for days, unit in ((-3, team), (10, team), (11, team), (1, UnitFactory())):
        ApplicationFactory(
            case__unit=unit, received_on=today - timedelta(days=60), deadline_on=today + timedelta(days=days)
        )

    page = opened(log_in(leader))

    deadlines = page.context["deadlines"]
    assert (deadlines.in_all, len(deadlines.listed)) == (2, 2)
    assert "er overskredet med 3 dage. Besked er ikke sendt." in text_of(page)


def test_the_leader_is_led_to_what_awaits_approval(team, leader, log_in):
    assert reverse("decision-approvals") in opened(log_in(leader)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    team, version, leader, log_in, django_assert_num_queries, count
):
    for number in range(count):
        other = standard_in_force(
            intervention=InterventionFactory(code=f"y{number}", name=f"Ydelse {number}")
        )
        deviation(team, other, f"Bo {number}")
        ApplicationFactory(case__unit=team, deadline_on=localdate())
    judge_all()
    close_month(month=AUGUST)
    for other in StandardVersion.objects.exclude(pk=version.pk):
        signal(team, other)
    client = log_in(leader)

    with django_assert_num_queries(PAGE_QUERIES):
        page = opened(client)

    shown = (page.context["cards"], page.context["year"], page.context["unexplained"])
    assert [*map(len, shown), page.context["deadlines"].in_all] == [count] * 4


def test_no_word_blames(closed, team, version, leader, log_in):
    signal(team, version)

    text = text_of(opened(log_in(leader))).lower()

    assert [word for word in ("fejl", "brud", "overtrædelse", "værst", "bedst") if word in text] == []


def months(count: int) -> list[date]:
    return [month_plus(JULY, step) for step in range(count)]


def test_the_chart_rests_on_the_first_year_with_decisions():
    shares = [Share(1, 10)] * SURE_BASELINE + [Share(5, 10)] * 6

    chart = share_chart(months(18), shares, [])

    assert chart.centre.tolist() == [0.1] * 18
    assert chart.signal.tolist() == [False] * 12 + [True] * 6


def test_the_chart_starts_afresh_where_a_version_came_into_force():
    shares = [Share(1, 10)] * 12 + [Share(3, 10)] * 12

    chart = share_chart(months(24), shares, [date(2020, 1, 1), date(2027, 7, 1)])

    assert chart.centre.tolist() == pytest.approx([0.1] * 12 + [0.3] * 12)


def test_a_department_is_not_a_team(closed, log_in):
    lead = give_role(UserFactory(), RoleCode.TEAM_LEADER, department())

    page = opened(log_in(lead), enhed="FJO-SS-VH-T1")

    assert "unexplained" not in page.context
