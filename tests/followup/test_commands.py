import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from followup.actions.months import close_month
from followup.models import DriftSignal, MonthlyFact, MonthlyStock
from followup.queries.reconciliation import reconcile
from serviceniveau.models import Grant, ImportRun, Judgement, Registration
from tests.factories import (
    CaseFactory,
    DriftFactory,
    DriftSignalFactory,
    RegistrationFactory,
    UnitFactory,
    department,
    standard_in_force,
)
from tests.followup.months import decisions, judge_all, random_decisions

AUGUST = date(2026, 8, 1)

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def august(team):
    """Seven decisions of Team Nord, two of them above the frame, in a closed month."""
    version = standard_in_force()
    decisions(team, AUGUST, above=2, inside=5, version=version)
    judge_all()
    close_month(month=AUGUST)
    return version


def test_close_month_answers_with_one_json_value(team):
    decisions(team, AUGUST, above=1, inside=1, version=standard_in_force())
    judge_all()

    found = json.loads(run("close_month", "2026-08", "--json"))

    assert found.pop("seconds") >= 0
    assert found == {"month": "2026-08", "revision": 1, "facts": 2, "signals": 0, "late": []}
    assert "revision 1" in run("close_month", "2026-08")


@pytest.mark.parametrize("month", ["2026", "08-2026", "2026-13", "august"])
def test_a_month_is_written_year_first(month):
    with pytest.raises(CommandError, match="ÅÅÅÅ-MM"):
        run("close_month", month)


def test_a_month_to_come_is_refused():
    with pytest.raises(CommandError, match="der er begyndt"):
        run("close_month", "2099-01", "--json")


def test_signals_are_told_by_codes(august, team):
    DriftSignal.objects.create(
        month=AUGUST,
        revision=1,
        measure="share_above",
        unit=team,
        standard=august.standard,
        intervention=august.levels.get().intervention,
        direction="up",
        since=date(2026, 7, 1),
        observed=9,
        n=20,
        expected=3.456,
        low=0.31,
        high=0.6,
        probability=0.9712345,
        provisional=True,
    )

    (found,) = json.loads(run("signals", "2026-08", "--json"))

    sentence = found.pop("sentence")
    assert found == {
        "measure": "share_above",
        "unit": "FJO-SS-VH-T1",
        "standard": august.standard.code,
        "intervention": "stoette",
        "direction": "up",
        "since": "2026-07",
        "observed": 9,
        "expected": 3.46,
        "n": 20,
        "low": 0.31,
        "high": 0.6,
        "probability": 0.9712,
        "provisional": True,
        "change": "aabnet",
        "drift": None,
    }
    assert sentence in run("signals", "2026-08")
    assert json.loads(run("signals", "2026-07", "--json")) == []


@pytest.mark.parametrize("change", ["svaekket", "lukket", "trukket"])
def test_what_fades_or_is_over_is_not_among_the_signals(august, team, change):
    drift = DriftFactory(unit=team, standard=august.standard)
    DriftSignalFactory(drift=drift, month=AUGUST, change=change)

    assert json.loads(run("signals", "2026-08", "--json")) == []
    assert run("signals", "2026-08") == "Ingen signaler.\n"


def test_a_signal_of_an_intervention_has_no_standard(august, team):
    drift = DriftFactory(unit=team, standard=None, measure="decided_in_time", direction="down")
    DriftSignalFactory(drift=drift, month=AUGUST)

    (found,) = json.loads(run("signals", "2026-08", "--json"))

    assert (found["standard"], found["intervention"], found["drift"]) == (None, "stoette", drift.pk)


def test_figures_are_exact_and_the_same_in_both_forms(august, team):
    decisions(UnitFactory(parent=department("FJO-SS-AN")), AUGUST, above=0, inside=4, version=august)
    judge_all()
    close_month(month=AUGUST)
    period = ("figures", "--from", "2026-08", "--to", "2026-08")

    rows = json.loads(run(*period, "--json"))
    table = list(csv.DictReader(io.StringIO(run(*period, "--csv")), delimiter=";"))
    mine = json.loads(run(*period, "--unit", "FJO-SS-VH", "--standard", august.standard.code, "--json"))

    assert sum(row["n"] for row in rows) == 11
    assert [(row["unit"], row["relation"], row["n"]) for row in mine] == [
        (team.code, "above", 2),
        (team.code, "inside", 5),
    ]
    assert [row["amount_sum"] for row in table if row["relation"] == "above"] == ["18,0000"]
    assert {row["revision"] for row in rows} == {2}


def test_figures_of_an_unknown_unit_are_refused(august):
    with pytest.raises(CommandError, match="ingen enhed med koden X"):
        run("figures", "--from", "2026-08", "--to", "2026-08", "--unit", "X", "--json")


def test_reconcile_is_content_with_what_was_closed():
    random_decisions(1)
    close_month(month=AUGUST)

    found = json.loads(run("reconcile", "--json"))

    assert (found["ok"], found["disagreements"]) == (True, [])
    assert run("reconcile") == "Alt stemmer.\n"


def without_triggers(statement: str) -> None:
    """What only somebody with the keys to the database could do."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL session_replication_role = replica; {statement}; RESET session_replication_role"
        )


def tamper_fact():
    MonthlyFact.objects.filter(pk=MonthlyFact.objects.first().pk).update(on_time_n=77)


def tamper_stock():
    MonthlyStock.objects.filter(intervention=None, unit__code="FJO").update(running_grants=999)


def lose_facts():
    MonthlyFact.objects.filter(pk=MonthlyFact.objects.first().pk).delete()


def tamper_report():
    without_triggers("""UPDATE followup_monthlyreport SET content = content || '{"unit_name": "X"}'""")


def tamper_publication():
    without_triggers("UPDATE followup_publishedfigure SET value = value + 6 WHERE cell = 'inside'")


def decide_late():
    RegistrationFactory(case=CaseFactory(unit=UnitFactory()), grant=None, kind="afslag", decided_on=AUGUST)


def lose_judgement():
    Judgement.objects.first().delete()


def judge_a_refusal():
    refusal = Registration.objects.filter(status="afgjort", kind="afslag").first()
    Judgement.objects.filter(pk=Judgement.objects.first().pk).update(registration=refusal)


def move_grant():
    Grant.objects.filter(starts_on__isnull=False).update(follow_up_on=date(2030, 1, 1))


def lose_imported_decision():
    ImportRun.objects.create(
        subject="afgoerelser", file_name="a.csv", sha256="0" * 64, state="faerdig", rows=2, created=2
    )


def reject_without_reason():
    ImportRun.objects.create(
        subject="ansoegninger", file_name="a.csv", sha256="0" * 64, state="faerdig", rows=2, rejected=2
    )


@pytest.mark.parametrize(
    ("plant", "checks"),
    [
        (tamper_fact, {"månedstal", "segl"}),
        (tamper_stock, {"bestand", "segl"}),
        (lose_facts, {"månedstal i alt", "månedstal", "segl"}),
        (tamper_report, {"rapporter"}),
        (tamper_publication, {"offentliggjorte tal"}),
        (decide_late, {"lukkede måneder"}),
        (lose_judgement, {"bedømmelser"}),
        (judge_a_refusal, {"bedømmelser"}),
        (move_grant, {"bevillinger"}),
        (lose_imported_decision, {"indlæste afgørelser"}),
        (reject_without_reason, {"indlæsninger"}),
    ],
)
def test_reconcile_finds_what_was_planted(plant, checks):
    random_decisions(1)
    close_month(month=AUGUST)

    plant()

    found = reconcile()
    named = {one["check"] for one in found["disagreements"]}
    assert not found["ok"]
    assert checks <= named <= checks | {"månedstal", "offentliggjorte tal"}
    with pytest.raises(SystemExit) as ended:
        run("reconcile", "--json")
    assert ended.value.code == 1
