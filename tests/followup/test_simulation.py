"""The made-up municipality: the same every time, within its bands, and true to what it says was planted."""

import csv
import json
import re
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from followup.actions.seeding import seed
from followup.queries.reconciliation import reconcile
from followup.simulation import PROFILES, Municipality, Plan, simulate, write_files
from followup.simulation.applications import age_band
from followup.simulation.courses import CHANGING, COMPOUND, KINDS, NEW, PARTIAL, REFUSAL
from followup.simulation.days import age, birthday, day, month_number, months_later, workdays_later
from followup.simulation.drifts import OTHERS, Drift, covered, month_index
from followup.simulation.names import email, invent_names
from followup.simulation.organisation import TEAMS
from followup.simulation.practice import HEAVY, INSIDE, OVER, UNDER
from roles.models import RoleCode, Unit
from roles.models.cpr import find_cpr
from serviceniveau.models import Case, DecisionKind, MeasurementUnit, PriceUnit, Registration
from tests.factories import CaseFactory, UnitFactory

DATA = Path(__file__).parents[2] / "serviceniveau" / "data"
UNTIL = date(2026, 10, 1)
OF_FRAME = ("share_above", "share_below", "share_without_reason")
ANSWERS = (NEW, PARTIAL, REFUSAL)


def municipality(profile: str = "s", seed: int = 1) -> Municipality:
    standards, catalogue = (
        json.loads((DATA / name).read_text(encoding="utf-8"))
        for name in ("demo_standards.json", "catalogue.json")
    )
    return simulate(Plan(profile, seed, UNTIL), standards, catalogue)


@pytest.fixture(scope="module")
def small() -> Municipality:
    return municipality()


@pytest.fixture(scope="module")
def medium() -> Municipality:
    return municipality("m")


@pytest.fixture(scope="module")
def folder(small: Municipality, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("s-1")
    write_files(small, made)
    return made


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=";", strict=True))


def danish(text: str) -> date:
    numbers = [int(part) for part in text.split("-")]
    return date(numbers[2], numbers[1], numbers[0])


def relations(made: Municipality) -> np.ndarray:
    """Of new and changed decisions that a frame judges."""
    decisions = made.decisions
    return decisions.relation[np.isin(decisions.kind, CHANGING) & (decisions.relation > 0)]


# --- The same every time --------------------------------------------------------------------------


def test_same_seed_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    write_files(municipality(), tmp_path)

    again = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    assert again == {file.name: file.read_bytes() for file in folder.iterdir()}


def test_another_seed_gives_another_municipality(small: Municipality) -> None:
    other = municipality(seed=2)

    assert other.staff.codes != small.staff.codes
    assert other.decisions.decided.tolist() != small.decisions.decided.tolist()


@pytest.mark.parametrize("profile", ["s", "m"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_profile_has_about_the_registrations_it_promises(profile: str, seed: int) -> None:
    made = municipality(profile, seed)

    watched = made.decisions.decided >= made.window.first
    assert watched.sum() == pytest.approx(PROFILES[profile].registrations, rel=0.08)
    assert 1.1 < len(watched) / watched.sum() < 1.35  # with what running grants had been given before
    assert len(made.drifts) == PROFILES[profile].drifts + len(OTHERS)


# --- Within its bands -----------------------------------------------------------------------------


def test_shares_lie_within_the_bands(medium: Municipality) -> None:
    found = relations(medium)
    decisions = medium.decisions
    deviating = decisions.relation >= OVER

    assert 0.70 < np.mean(found == INSIDE) < 0.85
    assert 0.08 < np.mean(found == OVER) < 0.15
    assert 0.05 < np.mean(found == UNDER) < 0.10
    assert 0.02 < np.mean(deviating & (decisions.reason < 0)) < 0.05


def test_most_applications_are_decided_in_time(medium: Municipality) -> None:
    applied, window = medium.applications, medium.window
    decided = (applied.decided >= window.first) & (applied.decided <= window.last)

    in_time = np.mean(applied.decided[decided] <= applied.deadline[decided])

    assert 0.80 < in_time < 0.90


def test_most_grants_begin_in_time(folder: Path, small: Municipality) -> None:
    support = next(each for each in small.catalogue.services if each.standard == "FJ-V01")
    found = rows(folder / "registrations.csv")
    waits = [
        danish(row["start_dato"]) - danish(row["afgjort_dato"])
        for row in found
        if row["afgoerelsestype"] == "bevilling_ny" and row["ydelse"] == support.intervention
    ]

    in_time = np.mean([wait <= timedelta(weeks=2) for wait in waits])

    assert (support.start, support.start_unit) == (2, "uger")
    assert 0.84 < in_time < 0.95


def test_most_who_wait_too_long_are_told_before_the_deadline(folder: Path, small: Municipality) -> None:
    told = [row["besked_sendt_dato"] for row in rows(folder / "applications.csv")]
    applied, window = small.applications, small.window
    late = (applied.decided > applied.deadline) & (applied.deadline >= window.first)
    late &= (applied.deadline <= window.last) & (applied.withdrawn > window.last)

    share = sum(text != "" for text in told) / late.sum()

    assert 0.5 < share < 0.85


def test_the_newest_months_are_incomplete_most_of_all_outside_the_frame(medium: Municipality) -> None:
    newest = month_number(medium.decisions.decided) == month_number(np.array([medium.window.last]))
    missing = medium.registered > medium.window.last
    outside = medium.decisions.relation >= OVER
    long_ago = medium.decisions.decided < medium.window.last - 150

    shares = [missing[newest & part].mean() for part in (outside, ~outside)]

    assert 0.1 < shares[0] < 0.4
    assert 0.03 < shares[1] < 0.7 * shares[0]
    assert missing[long_ago].sum() == 0


def test_an_answer_that_is_not_registered_leaves_the_application_open(
    folder: Path, small: Municipality
) -> None:
    missing = small.registered > small.window.last
    first = np.isin(small.decisions.kind, ANSWERS)
    cases = {
        f"S-{104_000 + small.applications.case[at]}" for at in small.decisions.application[missing & first]
    }

    open_ = {row["sagsnr"] for row in rows(folder / "applications.csv") if not row["trukket_dato"]}

    assert cases
    assert cases <= open_


def test_summer_is_quiet_and_the_end_of_the_year_is_busy(medium: Municipality) -> None:
    received = medium.applications.received
    count = Counter((month_number(received[_in_year(received, 2025)]) % 12 + 1).tolist())

    assert count[7] < 0.8 * count[6]
    assert count[11] > 1.05 * count[9]


def test_prices_rise_by_about_three_percent_a_year(medium: Municipality) -> None:
    decisions = medium.decisions
    hourly = medium.catalogue.services[0].unit == "timer/uge"
    assert hourly
    mine = (decisions.service == 0) & ~np.isnan(decisions.price)
    by_year = {
        year: decisions.price[mine & _in_year(decisions.decided, year)].mean() for year in (2024, 2026)
    }

    assert by_year[2026] / by_year[2024] == pytest.approx(1.03**2, abs=0.02)


def _in_year(days: np.ndarray, year: int) -> np.ndarray:
    return (days >= day(date(year, 1, 1))) & (days < day(date(year + 1, 1, 1)))


def test_rows_use_only_what_the_program_knows(folder: Path) -> None:
    found = rows(folder / "registrations.csv")

    assert {row["afgoerelsestype"] for row in found} == set(DecisionKind.values) == set(KINDS)
    assert {row["omfang_enhed"] for row in found} - {""} <= set(MeasurementUnit.values)
    assert {row["pris_enhed"] for row in found} - {""} <= set(PriceUnit.values)
    assert {row["enhed"] for row in found} == {team.code for team in TEAMS}


def test_a_few_rows_lack_information(folder: Path) -> None:
    found = [row for row in rows(folder / "registrations.csv") if row["afgoerelsestype"] == "bevilling_ny"]

    lacking = [
        row for row in found if not row["omfang"] or (row["stoettebehov_skala"] and not row["stoettebehov"])
    ]

    assert 0.005 < len(lacking) / len(found) < 0.06
    assert 0.005 < sum(not row["pris"] and row["leverandoer"] != "" for row in found) / len(found) < 0.06


def test_amounts_are_rounded_as_people_round(folder: Path) -> None:
    hours = {
        row["omfang"] for row in rows(folder / "registrations.csv") if row["omfang_enhed"] == "timer/uge"
    }

    assert {float(text.replace(",", ".")) * 4 % 1 for text in hours if text} == {0.0}


def test_nothing_looks_like_a_civil_registration_number(folder: Path) -> None:
    for name in ("organisation.csv", "applications.csv", "registrations.csv"):
        found = rows(folder / name)
        cells = {cell for row in found for cell in row.values()}

        assert [cell for cell in cells if find_cpr(cell)] == []
        assert [cell for cell in cells if re.search(r"\d{10}|\d{6}-\d{4}", _without_codes(cell))] == []


def _without_codes(cell: str) -> str:
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", cell)


# --- Life courses ---------------------------------------------------------------------------------


def test_a_grant_begins_with_a_grant_and_ends_at_most_once(folder: Path) -> None:
    courses: dict[str, list[str]] = {}
    for row in sorted(rows(folder / "registrations.csv"), key=lambda row: danish(row["afgjort_dato"])):
        if row["bevilling_id"]:
            courses.setdefault(row["bevilling_id"], []).append(row["afgoerelsestype"])

    firsts = {kinds[0] for kinds in courses.values()}
    endings = [kind in ("ophoer", "ophoer_borger") for kinds in courses.values() for kind in kinds[:-1]]

    assert firsts == {"bevilling_ny", "bevilling_delvis"}
    assert not any(endings)


def test_dates_are_in_order(folder: Path) -> None:
    for row in rows(folder / "registrations.csv"):
        decided = danish(row["afgjort_dato"])
        assert decided <= danish(row["registreret_dato"]) <= date(2026, 10, 31)
        assert not row["ansoegt_dato"] or danish(row["ansoegt_dato"]) <= decided
        assert decided.weekday() < 5 or row["afgoerelsestype"] == "paragraf_migrering"
        if row["start_dato"] and row["slut_dato"]:
            assert danish(row["start_dato"]) <= danish(row["slut_dato"])


def test_a_raise_raises_and_a_cut_cuts(folder: Path) -> None:
    before: dict[str, float] = {}
    for row in sorted(rows(folder / "registrations.csv"), key=lambda row: danish(row["afgjort_dato"])):
        amount = float(row["omfang"].replace(",", ".")) if row["omfang"] else None
        grant, kind = row["bevilling_id"], row["afgoerelsestype"]
        pathway = row["omfang_enhed"] in ("forløb", "timer/måned")  # there the level moves, not the amount
        if amount and grant in before and not pathway:
            assert kind != "opjustering" or amount >= before[grant], row
            assert kind != "nedjustering" or amount <= before[grant], row
        before.pop(grant, None)  # what an incomplete row granted is not known to the next
        if amount:
            before[grant] = amount


def test_practice_follows_a_new_version_and_running_grants_stay(medium: Municipality) -> None:
    decisions, services = medium.decisions, medium.catalogue.services
    service = next(n for n, each in enumerate(services) if each.standard == "FJ-V01")
    second = day(date(2025, 3, 1))
    mine = decisions.service == service
    level_two = mine & (decisions.need == 2)
    changed, extended = np.isin(decisions.kind, CHANGING), decisions.kind == KINDS.index("forlaengelse")

    over_four = decisions.amount > 4
    undisturbed = decisions.decided < day(date(2026, 1, 1))  # from then on drifts are planted
    before = np.mean(over_four[level_two & changed & (decisions.decided < second)])
    after = np.mean(over_four[level_two & changed & (decisions.decided >= second) & undisturbed])
    kept = decisions.relation[mine & extended & (decisions.decided >= second)] == OVER

    assert after < before - 0.04
    assert kept.mean() > np.mean(relations(medium) == OVER)


def test_law_change_moves_those_of_pension_age(folder: Path, small: Municipality) -> None:
    change = date(2025, 7, 1)
    found = rows(folder / "registrations.csv")
    care = [row for row in found if row["lov"] == "SEL" and row["paragraf"] == "83"]
    moved = [row for row in found if row["afgoerelsestype"] == "paragraf_migrering" and row["lov"] == "AEL"]
    pathways = [row for row in found if row["lov"] == "AEL"]

    late = [row for row in care if danish(row["afgjort_dato"]) >= change]

    assert {row["aldersgruppe"] for row in late} <= {"18-29", "30-49", "50-66"}
    assert {row["aldersgruppe"] for row in pathways} == {"67+"}
    assert {row["omfang_enhed"] for row in pathways} <= {"forløb", ""}
    assert min(danish(row["afgjort_dato"]) for row in pathways) == change
    assert Counter(danish(row["afgjort_dato"]) for row in moved).most_common(1)[0][0] == change
    assert len({row["bevilling_id"] for row in moved}) == len(moved)
    assert small.catalogue.services[0].law_change  # children's law: its running grants move in 2024


def test_every_running_grant_of_pension_age_is_moved_on_the_day(folder: Path) -> None:
    change = date(2025, 7, 1)
    last: dict[str, dict[str, str]] = {}
    for row in sorted(rows(folder / "registrations.csv"), key=lambda row: danish(row["afgjort_dato"])):
        if row["bevilling_id"] and danish(row["afgjort_dato"]) < change:
            last[row["bevilling_id"]] = row
    moved = {
        row["bevilling_id"]
        for row in rows(folder / "registrations.csv")
        if row["afgoerelsestype"] == "paragraf_migrering" and danish(row["afgjort_dato"]) == change
    }

    running = {
        grant
        for grant, row in last.items()
        if row["paragraf"] == "83"
        and row["afgoerelsestype"] not in ("ophoer", "ophoer_borger")
        and int(row["foedselsaar"]) < 1958
    }

    assert running
    assert running <= moved


# --- The truth ------------------------------------------------------------------------------------


def test_planted_drifts_move_the_odds(medium: Municipality) -> None:
    for drift in medium.drifts:
        if drift.measure in ODDS:
            counted, events = ODDS[drift.measure](medium)
            during, before = _parts(medium, drift, counted)

            odds = [_odds(events[part]) for part in (during, before)]

            assert (odds[0] > odds[1]) is (drift.direction == "up"), drift
            assert drift.size / 2.5 < odds[0] / odds[1] < 2.5 * drift.size, drift


def test_planted_drifts_move_the_mean(medium: Municipality) -> None:
    for drift in medium.drifts:
        if drift.measure in MEANS:
            values = MEANS[drift.measure](medium)
            during, before = _parts(medium, drift, ~np.isnan(values))

            rise = values[during].mean() - values[before].mean()

            expected = {"extent": np.log(1.3), "unit_price": np.log(1.15), "need_level": 0.6}[drift.measure]
            assert 0.4 * expected < rise < 1.6 * expected, drift


def test_other_cases_alone_raise_a_share_that_is_the_same_within_each_group(medium: Municipality) -> None:
    drift = next(drift for drift in medium.drifts if drift.measure == "case_mix")
    counted, above = ODDS["share_above"](medium)
    heavy = medium.applications.group[medium.decisions.application] == HEAVY

    during, before = _parts(medium, drift, counted)
    groups = [_odds(heavy[part]) for part in (during, before)]
    whole = [_odds(above[part]) for part in (during, before)]
    light = [_odds(above[part & ~heavy]) for part in (during, before)]

    assert groups[0] > 3 * groups[1]
    assert whole[0] > 1.3 * whole[1]
    assert light[0] == pytest.approx(light[1], rel=0.45)  # months differ by RHO


def _frame_of(made: Municipality) -> np.ndarray:
    decisions = made.decisions
    band = age_band(made.applications.born[decisions.application], decisions.decided)
    return made.catalogue.frame(decisions.service, decisions.decided, decisions.need, band)


def _judged(made: Municipality) -> np.ndarray:
    return np.isin(made.decisions.kind, CHANGING) & (made.decisions.relation > 0)


def _answered_in_time(made: Municipality) -> np.ndarray:
    return made.decisions.decided <= made.applications.deadline[made.decisions.application]


def _extent(made: Municipality) -> np.ndarray:
    low, typical, high = _frame_of(made).T
    usual = np.where(np.isnan(typical), (low + high) / 2, typical)
    return np.where(_judged(made), np.log(made.decisions.amount / usual), np.nan)


def _prices_without_the_yearly_rise(made: Municipality) -> np.ndarray:
    years = 1970 + made.decisions.decided.astype("datetime64[D]").astype("datetime64[Y]").astype(int)
    return np.log(made.decisions.price / 1.03 ** (years - 2024))


ODDS = {
    "share_above": lambda made: (_judged(made), made.decisions.relation == OVER),
    "share_below": lambda made: (_judged(made), made.decisions.relation == UNDER),
    "share_without_reason": lambda made: (
        _judged(made) & (made.decisions.relation >= OVER),
        made.decisions.reason < 0,
    ),
    "same_reason": lambda made: (
        _judged(made) & (made.decisions.relation == OVER) & (made.decisions.reason >= 0),
        made.decisions.reason == COMPOUND,
    ),
    "share_refused": lambda made: (
        np.isin(made.decisions.kind, ANSWERS),
        made.decisions.kind == REFUSAL,
    ),
    "decided_in_time": lambda made: (np.isin(made.decisions.kind, ANSWERS), _answered_in_time(made)),
    "share_at_maximum": lambda made: (
        _judged(made) & (made.decisions.relation == INSIDE),
        made.decisions.amount == _frame_of(made)[:, 2],
    ),
}
MEANS = {
    "extent": _extent,
    "unit_price": _prices_without_the_yearly_rise,
    "need_level": lambda made: np.where(
        _judged(made) & (made.decisions.need >= 0), made.decisions.need.astype(float), np.nan
    ),
}


def _parts(made: Municipality, drift: Drift, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which counted decisions fall within the drift, and which of the same place outside it."""
    decisions = made.decisions
    month = month_number(decisions.decided) - made.window.first_month
    teams, service = covered(drift, made.catalogue)
    mine = counted & (decisions.service == service)
    mine &= np.isin(made.applications.team[decisions.application], teams)
    last = made.plan.months if drift.until is None else month_index(made.plan, drift.until) + 1
    during = (month >= month_index(made.plan, drift.month)) & (month < last)
    return mine & during, mine & ~during


def _odds(events: np.ndarray) -> float:
    return float(events.sum() + 0.5) / float((~events).sum() + 0.5)


def test_without_drift_the_share_stays(medium: Municipality) -> None:
    decisions = medium.decisions
    touched = {(team, covered(drift, medium.catalogue)[1]) for drift in medium.drifts
               for team in covered(drift, medium.catalogue)[0]}  # fmt: skip
    team = medium.applications.team[decisions.application]
    free = np.array(
        [pair not in touched for pair in zip(team.tolist(), decisions.service.tolist(), strict=True)]
    )
    free &= np.isin(decisions.kind, CHANGING) & (decisions.relation > 0)
    early = month_number(decisions.decided) - medium.window.first_month < 18

    halves = [np.mean(decisions.relation[free & part] == OVER) for part in (early, ~early)]

    assert halves[0] == pytest.approx(halves[1], abs=0.02)


@pytest.mark.parametrize("profile", ["s", "m", "l"])
def test_truth_lists_one_drift_per_team_and_service(profile: str, tmp_path: Path) -> None:
    made = municipality(profile)
    of_frame = [drift for drift in made.drifts if drift.measure in OF_FRAME]
    others = [drift for drift in made.drifts if drift.measure not in OF_FRAME]

    series = [pair for drift in of_frame for pair in _series(made, drift)]
    assert len(series) == len(set(series))
    same = [(drift.measure, *pair) for drift in others for pair in _series(made, drift)]
    assert len(same) == len(set(same))
    assert {d.direction for d in others if d.measure in ("need_level", "unit_price")} == {"up"}
    assert {drift.direction for drift in made.drifts} == {"up", "down"}
    assert {drift.measure for drift in of_frame} == set(OF_FRAME)
    assert [drift.measure for drift in others] == [shape.measure for shape in OTHERS]
    assert any(drift.until for drift in made.drifts)
    assert any(drift.month >= "2026-05" for drift in made.drifts)


def _series(made: Municipality, drift: object) -> list[tuple[int, int]]:
    teams, service = covered(drift, made.catalogue)
    return [(team, service) for team in teams]


# --- Names and days -------------------------------------------------------------------------------


def test_names_are_different_and_fit_in_an_address() -> None:
    names = invent_names(np.random.default_rng(1), 1500)

    assert len(set(names)) == 1500
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+@fjordby\.example", email(name)) for name in names)
    assert min(names) >= "Asta"


def test_every_team_has_a_leader_all_the_time(folder: Path) -> None:
    roles = [row for row in rows(folder / "organisation.csv") if row["rolle"] == RoleCode.TEAM_LEADER]
    for team in TEAMS:
        led = sorted((row for row in roles if row["enhed"] == team.code), key=lambda row: danish(row["fra"]))

        assert danish(led[0]["fra"]) == date(2020, 1, 1)
        assert led[-1]["til"] == ""
        for one, next_one in zip(led, led[1:], strict=False):
            assert danish(one["til"]) + timedelta(days=1) == danish(next_one["fra"])


def test_days_count_as_calendars_do() -> None:
    born, on = np.array([day(date(1958, 7, 2))] * 2), np.array([day(date(2025, 7, 1)), day(date(2025, 7, 2))])
    thirty_first = np.array([day(date(2026, 1, 31))])
    before_easter = np.array([day(date(2026, 4, 1))])

    assert age(born, on).tolist() == [66, 67]
    assert birthday(born[:1], 67).tolist() == [day(date(2025, 7, 2))]
    assert months_later(thirty_first, 1).tolist() == [day(date(2026, 2, 28))]
    assert workdays_later(before_easter, np.array([1])).tolist() == [day(date(2026, 4, 7))]


# --- Into the database ----------------------------------------------------------------------------


def quiet(stage: str, share: float, note: str = "") -> None:
    """Nobody watches."""


def test_seed_refuses_a_database_with_other_data(db: None) -> None:
    CaseFactory(source="kmd", unit=UnitFactory())

    with pytest.raises(ValidationError, match="rummer andre data"):
        seed(plan=Plan("s", 1, UNTIL), progress=quiet)

    assert Case.objects.count() == 1


def test_seed_refuses_another_municipality(db: None) -> None:
    Unit.objects.create(code="AND", name="Andeby", kind=Unit.Kind.MUNICIPALITY, path="/AND/")

    with pytest.raises(ValidationError, match="Andeby"):
        seed(plan=Plan("s", 1, UNTIL), progress=quiet)


def found_drifts(month: str) -> set[tuple[str, ...]]:
    """What the command tells, by the names that the truth file uses."""
    out = StringIO()
    call_command("signals", month, "--json", stdout=out)
    told = json.loads(out.getvalue())
    return {(each["unit"], each["standard"], each["measure"], each["direction"]) for each in told}


@pytest.mark.slow
def test_seed_is_accepted_in_full_and_agrees_and_repeats_without_change(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.json"

    call_command("seed", "--profile", "s", "--seed", "1", "--until", "2026-10", "--truth", str(truth))

    receipt = seed(plan=Plan("s", 1, UNTIL), progress=quiet)
    assert receipt.rejected == 0
    assert {(outcome.created, outcome.updated) for outcome in receipt.imports.values()} == {(0, 0)}
    assert Registration.objects.count() == len(rows(receipt.folder / "registrations.csv"))
    assert json.loads(truth.read_text(encoding="utf-8")) == [
        drift.as_json() for drift in municipality().drifts
    ]
    assert reconcile()["ok"]
    planted = json.loads(truth.read_text(encoding="utf-8"))
    plainest, mixed = planted[0], next(each for each in planted if each["measure"] == "case_mix")
    found = found_drifts("2026-10")
    assert (plainest["unit"], *(plainest[name] for name in ("standard", "measure", "direction"))) in found
    assert (mixed["unit"], mixed["standard"], "share_above", "up") not in found
