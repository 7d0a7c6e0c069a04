"""The pages of signals: what is told to whom, what may be written, and who looked at the cases behind."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from python_calamine import CalamineWorkbook

from followup.actions.months import close_month
from followup.actions.notes import accept, plan_action
from followup.models import Drift, DriftSignal, MeasureCode
from followup.queries.months import month_plus
from roles.models import ReadLog, RoleCode
from tests.factories import (
    DriftFactory,
    DriftSignalFactory,
    InterventionFactory,
    SignalNoteFactory,
    UnitFactory,
    UserFactory,
    department,
    give_role,
    standard_in_force,
)
from tests.followup.months import decisions, judge_all
from tests.followup.test_team_page import text_of

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
LIST_QUERIES = 15
DETAIL_QUERIES = 23
CASES_QUERIES = 17
"""Of the pages as a leader sees them, with session and roles."""

Change = DriftSignal.Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(team):
    return standard_in_force()


@pytest.fixture
def closed(team, version):
    """Two closed months of Team Nord: 4 of 8 decisions above the frame, none with a reason."""
    decisions(team, JULY, above=1, inside=3, version=version)
    decisions(team, AUGUST, above=3, inside=1, version=version)
    judge_all()
    for month in (JULY, AUGUST):
        close_month(month=month)


@pytest.fixture
def lead(team):
    """A professional lead of the department: sees cases, handles signals."""
    return give_role(UserFactory(name="Lis Fagleder"), RoleCode.PROFESSIONAL_LEAD, team.parent)


def drift_at(unit, version, **more) -> Drift:
    """Open since August: 3 of 4 above the frame, where 1 was expected."""
    of_drift = {
        name: more.pop(name) for name in ("measure", "direction", "state", "closed_in") if name in more
    }
    drift = DriftFactory(
        unit=unit,
        standard=version.standard,
        intervention=version.levels.get().intervention,
        opened_in=AUGUST,
        **of_drift,
    )
    values = {"month": AUGUST, "since": AUGUST, "since_first": AUGUST, "since_last": AUGUST}
    DriftSignalFactory(drift=drift, **values | {"observed": 3, "expected": 1, "n": 4, "high": 0.9} | more)
    return drift


@pytest.fixture
def drift(closed, team, version):
    return drift_at(team, version)


def page(client, name, drift, **asked):
    return client.get(reverse(name, args=[drift.pk]), asked)


def listing(client, **asked):
    return client.get(reverse("signal-list"), asked)


def shown(response) -> dict[str, list[int]]:
    groups = response.context["groups"]
    return {state: [each.standing.drift.pk for each in rows] for state, rows in groups.items()}


# --- The list ---------------------------------------------------------------------------------------


def test_open_signals_stand_before_those_accepted_and_those_that_are_over(
    drift, team, version, leader, log_in
):
    quiet = drift_at(team, version, measure=MeasureCode.SHARE_BELOW)
    accept(drift=quiet, until=localdate() + timedelta(days=60), text="Vi afventer standarden.", by=leader)
    over = drift_at(
        team,
        version,
        measure=MeasureCode.SHARE_WITHOUT_REASON,
        state=Drift.State.CLOSED,
        closed_in=localdate().replace(day=1),
    )

    found = listing(log_in(leader))

    assert shown(found) == {"aaben": [drift.pk], "accepteret": [quiet.pk], "afsluttet": [over.pk]}
    text = text_of(found)
    assert "Flere afgørelser over rammen" in text
    assert "3 af 4 afgørelser lå over rammen i august 2026. Forventet: 1." in text
    assert "Accepteret til og med" in text


def test_what_ended_long_ago_is_not_listed(closed, team, version, leader, log_in):
    ended = month_plus(localdate().replace(day=1), -7)
    old = drift_at(team, version)
    Drift.objects.filter(pk=old.pk).update(state="afsluttet", opened_in=ended, closed_in=ended)

    assert shown(listing(log_in(leader)))["afsluttet"] == []


def test_the_list_is_filtered_in_the_address(drift, team, version, lead, log_in):
    other = UnitFactory(code="FJO-SS-VH-T2", name="Team Syd")
    beside = drift_at(other, version, measure=MeasureCode.SHARE_BELOW)
    client = log_in(lead)

    assert sorted(shown(listing(client))["aaben"]) == sorted([drift.pk, beside.pk])
    assert shown(listing(client, enhed=other.code))["aaben"] == [beside.pk]
    assert shown(listing(client, noegletal="share_above"))["aaben"] == [drift.pk]
    assert shown(listing(client, tilstand="afsluttet")) == {"aaben": [], "accepteret": [], "afsluttet": []}


@pytest.mark.parametrize(
    "asked", [{"enhed": "T-ANDET"}, {"enhed": "FJO"}, {"noegletal": "ukendt"}, {"tilstand": "ukendt"}]
)
def test_a_filter_that_does_not_exist_is_not_found(drift, leader, log_in, asked):
    UnitFactory(code="T-ANDET")

    assert listing(log_in(leader), **asked).status_code == 404


def test_an_empty_list_says_why(team, leader, log_in):
    assert "Ingen måned er lukket endnu" in text_of(listing(log_in(leader)))


def test_a_list_without_signals_says_what_was_looked_at(closed, leader, log_in):
    Drift.objects.all().delete()

    assert "Intet tyder på, at praksis har flyttet sig" in text_of(listing(log_in(leader)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    closed, team, leader, log_in, django_assert_num_queries, count
):
    for number in range(count):
        other = InterventionFactory(code=f"y{number}", name=f"Ydelse {number}")
        made = drift_at(team, standard_in_force(intervention=other))
        plan_action(drift=made, text="Se på sagerne.", owner=leader, due_on=date(2027, 6, 1), by=leader)
    client = log_in(leader)

    with django_assert_num_queries(LIST_QUERIES):
        found = listing(client)

    assert len(shown(found)["aaben"]) == count


def test_the_list_as_excel_holds_no_formula(drift, team, leader, log_in):
    type(team).objects.filter(pk=team.pk).update(name="=1+1")

    answer = log_in(leader).get(reverse("signal-export"))

    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    header = next(row for row in rows if row[0] == "Signal")
    line = dict(zip(header, rows[rows.index(header) + 1], strict=True))
    assert (line["Signal"], line["Enhed"], line["Afgørelser"]) == ("Flere afgørelser over rammen", "=1+1", 4)
    assert b"<f>" not in answer.content


# --- One signal -------------------------------------------------------------------------------------


def test_a_signal_tells_what_where_since_when_and_how_sure(drift, leader, log_in):
    found = page(log_in(leader), "signal-detail", drift)

    text = text_of(found)
    assert "Flere afgørelser over rammen: Team Nord" in text
    assert "3 af 4 afgørelser lå over rammen i august 2026. Forventet: 1." in text
    assert "Sandsynligvis mellem 35 % og 90 %" in text
    assert "Ret sikkert. Af 100 så tydelige signaler er højst 2 tilfældige udsving." in text
    assert "Hvad betyder det?" in text
    assert "Sidst opdateret" in text
    assert found.content.decode().count('class="chart chart-') == 2


def test_an_older_month_says_what_it_said(drift, leader, log_in):
    values = {
        "month": JULY,
        "observed": 1,
        "expected": 0.2,
        "since": JULY,
        "since_first": None,
        "since_last": None,
    }
    DriftSignalFactory(drift=drift, change=DriftSignal.Change.OPENED, **values)
    client = log_in(leader)

    older = page(client, "signal-detail", drift, maaned="2026-07")

    assert "1 af 31 afgørelser lå over rammen i juli 2026" in text_of(older)
    assert "Du ser, hvad juli 2026 sagde." in text_of(older)
    assert page(client, "signal-detail", drift, maaned="2026-01").status_code == 404


def test_a_signal_elsewhere_does_not_exist(closed, version, leader, log_in):
    elsewhere = drift_at(UnitFactory(code="FJO-SS-PS-T1", parent=department("FJO-SS-PS")), version)
    client = log_in(leader)

    names = ("detail", "cases", "pdf", "explain", "accept", "action", "comment")
    assert {page(client, f"signal-{name}", elsewhere).status_code for name in names} == {404}


def test_units_and_measures_that_show_the_same_are_named(drift, team, lead, log_in):
    below = UnitFactory(name="Gruppe A", parent=team)
    drift.signals.update(folded_units=[below.pk, team.parent_id], also=["cost", "extent"])

    text = text_of(page(log_in(lead), "signal-detail", drift))

    assert "Signalet samler, hvad der ses i én enhed Gruppe A" in text
    assert f"Ændringen ses også i tallene for {team.parent}, men den kommer herfra." in text
    assert "ses også i: Årlig udgift pr. bevilling, Bevilget omfang i forhold til rammen" in text


def test_months_in_a_row_that_changed_nothing_are_one_line(drift, leader, log_in):
    for number, change in enumerate((Change.UNCHANGED, Change.UNCHANGED, Change.STRENGTHENED), 1):
        DriftSignalFactory(drift=drift, month=month_plus(AUGUST, number), since=AUGUST, change=change)

    lines = page(log_in(leader), "signal-detail", drift).context["lines"]

    assert [each.months for each in lines] == ["november 2026", "september–oktober 2026", "august 2026"]


def test_the_cells_that_drive_it_lead_to_their_decisions(drift, lead, log_in):
    found = page(log_in(lead), "signal-detail", drift)

    [(cell, excess)] = found.context["cells"]
    assert (cell.before.events, cell.before.total, cell.since.events, cell.since.total) == (1, 4, 3, 4)
    assert excess == "2"
    assert f"behov={cell.need_level.pk if cell.need_level else 0}&amp;grund=0" in found.content.decode()
    assert "Få afgørelser: andelen kan være tilfældig." in text_of(found)


def test_who_may_only_look_is_offered_no_forms_and_no_cases(drift, team, controller, log_in):
    executive = give_role(UserFactory(), RoleCode.EXECUTIVE, team.parent)

    content = page(log_in(controller), "signal-detail", drift).content.decode()
    assert reverse("signal-explain", args=[drift.pk]) not in content
    assert reverse("signal-cases", args=[drift.pk]) in content

    content = page(log_in(executive), "signal-detail", drift).content.decode()
    assert reverse("signal-explain", args=[drift.pk]) in content
    assert reverse("signal-cases", args=[drift.pk]) not in content


@pytest.mark.parametrize("count", [1, 3])
def test_a_signal_asks_the_same_number_of_questions(drift, leader, log_in, django_assert_num_queries, count):
    for _ in range(count):
        plan_action(drift=drift, text="Se på sagerne.", owner=leader, due_on=date(2027, 6, 1), by=leader)
    client = log_in(leader)

    with django_assert_num_queries(DETAIL_QUERIES):
        page(client, "signal-detail", drift)


def test_a_drift_that_no_month_tells_of_keeps_its_notes(closed, team, version, leader, log_in):
    bare = DriftFactory(unit=team, standard=version.standard, intervention=version.levels.get().intervention)
    SignalNoteFactory(drift=bare, text="Vi venter på tallene.")

    text = text_of(page(log_in(leader), "signal-detail", bare))

    assert "Ingen lukket måned viser signalet nu" in text
    assert "Vi venter på tallene." in text


def test_the_file_is_tagged_and_says_what_the_chart_shows(drift, leader, log_in):
    SignalNoteFactory(drift=drift, text="Se #sagerne [1] *nu*.", agreed=True)

    answer = page(log_in(leader), "signal-pdf", drift)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="signal-team-nord-2026-08.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in answer.content
    assert page(log_in(leader), "signal-pdf", drift, maaned="2026-01").status_code == 404


# --- The decisions behind ---------------------------------------------------------------------------


def test_the_decisions_behind_are_listed_and_the_reading_is_written_down(drift, lead, log_in):
    found = page(log_in(lead), "signal-cases", drift)

    rows = [row for row, _, _ in found.context["rows"]]
    assert [(row.month, row.relation) for row in rows] == [(AUGUST, "above")] * 3
    log = ReadLog.objects.get()
    assert (log.user, log.act, log.purpose) == (lead, "åbnet", "Afgørelser bag et signal")
    assert log.keys == sorted({row.case_id for row in rows})


def test_a_cell_is_listed_by_itself(drift, lead, log_in):
    client = log_in(lead)

    assert page(client, "signal-cases", drift, grund="0").context["page"].paginator.count == 3
    assert page(client, "signal-cases", drift, grund="999999").context["page"].paginator.count == 0
    assert page(client, "signal-cases", drift, behov="x").status_code == 404


def test_who_may_not_see_cases_is_told_why(drift, team, log_in):
    executive = give_role(UserFactory(), RoleCode.EXECUTIVE, team.parent)

    found = page(log_in(executive), "signal-cases", drift)

    assert "Du kan ikke se sager i enheden" in text_of(found)
    assert "rows" not in found.context
    assert not ReadLog.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_decisions_ask_the_same_number_of_questions(
    team, version, lead, log_in, django_assert_num_queries, count
):
    decisions(team, AUGUST, above=count, inside=0, version=version)
    judge_all()
    drift = drift_at(team, version)
    client = log_in(lead)

    with django_assert_num_queries(CASES_QUERIES):
        found = page(client, "signal-cases", drift)

    assert len(found.context["rows"]) == count


# --- Where signals are shown besides ----------------------------------------------------------------


def test_the_team_page_leads_to_the_signal_and_folds_what_is_accepted(drift, team, version, leader, log_in):
    quiet = drift_at(team, version, measure=MeasureCode.SHARE_BELOW)
    accept(drift=quiet, until=localdate() + timedelta(days=60), text="Vi afventer standarden.", by=leader)

    found = log_in(leader).get(reverse("team-month"))

    assert [card.signal.drift_id for card in found.context["cards"]] == [drift.pk]
    assert [card.signal.drift_id for card in found.context["quiet"]] == [quiet.pk]
    assert reverse("signal-detail", args=[drift.pk]) in found.content.decode()
    assert "Én ændring er accepteret for en tid" in text_of(found)


def test_a_mean_on_the_team_page_is_told_in_its_own_unit(closed, team, version, leader, log_in):
    drift_at(
        team, version, measure=MeasureCode.UNIT_PRICE, observed=412, expected=380, n=40, low=400, high=425
    )

    text = text_of(log_in(leader).get(reverse("team-month")))

    assert "Se grafen" in text
    assert "412 kr." in text
    assert "1.030 %" not in text


def test_a_standards_fragment_leads_to_the_signal(drift, version, leader, log_in):
    answer = log_in(leader).get(reverse("standard-signals", args=[version.standard_id]))

    assert reverse("signal-detail", args=[drift.pk]) in answer.content.decode()
