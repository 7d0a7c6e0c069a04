from datetime import date
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from roles.models import User
from serviceniveau.models import Application, Case, Grant, ImportRun, Judgement, Registration

REGISTRATION_FIELDS = [
    "source",
    "decision_id",
    "case__number",
    "grant__number",
    "unit__code",
    "caseworker__staff_code",
    "age_band",
    "kind",
    "status",
    "decided_on",
    "month",
    "registered_on",
    "starts_on",
    "ends_on",
    "follow_up_on",
    "amount",
    "amount_unit",
    "price_dkk",
    "price_unit",
    "supplier",
    "edition",
]


def counts(outcome):
    return (outcome.rows, outcome.created, outcome.updated, outcome.unchanged, outcome.rejected)


def history_rows():
    return [model.history.count() for model in (Case, Application, Grant, Registration)]


def test_a_decision_is_written_with_all_that_the_row_says(take_in):
    outcome = take_in({})

    assert counts(outcome) == (1, 1, 0, 0, 0)
    assert Registration.objects.values_list(*REGISTRATION_FIELDS).get() == (
        "fil",
        "A1",
        "S1",
        "S1/stoette",
        "FJO-SS-VH-T1",
        "M1",
        "30-49",
        "bevilling_ny",
        "afgjort",
        date(2026, 9, 14),
        date(2026, 9, 1),
        date(2026, 9, 15),
        date(2026, 10, 1),
        date(2027, 9, 30),
        date(2027, 4, 1),
        Decimal("4.50"),
        "timer/uge",
        Decimal("412.50"),
        "kr./time",
        "Bostøtten",
        1,
    )


def test_what_the_decision_stands_on_is_created_and_judged(take_in):
    take_in({})

    case = Case.objects.values_list("source", "number", "birth_year", "target_group__code").get()
    assert case == ("fil", "S1", 1990, "autisme")
    applied = Application.objects.values_list("received_on", "deadline_on").get()
    assert applied == (date(2026, 8, 3), date(2026, 8, 17))
    assert Grant.objects.values_list("starts_on", "ends_on").get() == (date(2026, 10, 1), date(2027, 9, 30))
    assert Judgement.objects.values_list("relation", flat=True).get() == "inside"


def test_the_same_file_again_writes_nothing(take_in):
    rows = [{}, {"afgoerelse_id": "A2", "afgoerelsestype": "afslag", "omfang": "", "foedselsaar": ""}]
    take_in(*rows)
    before = history_rows()

    outcome = take_in(*rows)

    assert counts(outcome) == (2, 0, 0, 2, 0)
    assert history_rows() == before


def test_only_the_changed_row_is_written(take_in):
    take_in({}, {"afgoerelse_id": "A2"})

    outcome = take_in({}, {"afgoerelse_id": "A2", "omfang": "9"})

    assert counts(outcome) == (2, 0, 1, 1, 0)
    corrected = Registration.objects.get(decision_id="A2")
    assert (corrected.amount, corrected.edition) == (Decimal(9), 2)
    assert corrected.judgements.get().relation == "above"


def test_the_same_row_again_does_not_undo_a_correction_made_here(take_in):
    take_in({})
    Registration.objects.update(amount=Decimal(5))

    outcome = take_in({})

    assert counts(outcome) == (1, 0, 0, 1, 0)
    assert Registration.objects.get().amount == Decimal(5)


def test_columns_that_are_not_in_the_file_leave_what_is_stored(take_in):
    take_in({})

    outcome = take_in(
        {"omfang": "5"},
        columns=[
            "omfang",
            "afgoerelse_id",
            "sagsnr",
            "enhed",
            "lov",
            "paragraf",
            "ydelse",
            "afgoerelsestype",
            "afgjort_dato",
        ],
    )

    assert counts(outcome) == (1, 0, 1, 0, 0)
    stored = Registration.objects.get()
    assert (stored.amount, stored.supplier, stored.age_band) == (Decimal(5), "Bostøtten", "30-49")


def test_a_dry_run_reports_the_same_and_leaves_nothing(take_in):
    rows = [{}, {"afgoerelse_id": "A2", "enhed": "X"}]

    rehearsed = take_in(*rows, dry_run=True)

    assert [model.objects.count() for model in (Case, Registration, ImportRun)] == [0, 0, 0]
    assert take_in(*rows) == rehearsed


def test_the_run_is_recorded_with_its_row_errors(take_in):
    caseworker = User.objects.get()

    take_in({}, {"afgoerelse_id": "A2", "enhed": "X"}, by=caseworker, source="DUBU")

    run = ImportRun.objects.get()
    assert (run.subject, run.source, run.state, run.file_name) == (
        "afgoerelser",
        "DUBU",
        "faerdig",
        "fil.csv",
    )
    assert (run.rows, run.created, run.updated, run.unchanged, run.rejected) == (2, 1, 0, 0, 1)
    assert run.started_by == caseworker
    assert [(error.line, error.column) for error in run.errors.all()] == [(3, "enhed")]


def test_history_names_who_imported_what(take_in):
    caseworker = User.objects.get()

    take_in({}, by=caseworker)

    written = Registration.history.get()
    assert (written.history_user_id, written.history_change_reason) == (
        caseworker.pk,
        "import_registrations fil.csv",
    )


def test_the_source_is_the_column_else_the_option_else_fil(take_in):
    take_in({"kilde": "DUBU"}, {})
    take_in({}, source="Nexus")

    assert sorted(Registration.objects.values_list("source", flat=True)) == ["DUBU", "Nexus", "fil"]


def test_a_refusal_has_no_grant(take_in):
    take_in({"afgoerelsestype": "afslag"})

    assert Registration.objects.get().grant is None
    assert Grant.objects.count() == 0


def test_the_day_of_registration_is_the_day_of_import_unless_told(take_in):
    take_in({"registreret_dato": ""})

    assert Registration.objects.get().registered_on == localdate()


def test_the_case_follows_its_newest_decision(take_in):
    newest = {"afgoerelse_id": "A2", "afgjort_dato": "20-10-2026", "enhed": "FJO-SS-VH-T2"}
    take_in(newest, {})

    assert Case.objects.get().unit.code == "FJO-SS-VH-T2"

    take_in({"afgoerelse_id": "A3", "afgjort_dato": "01-09-2026"})

    assert Case.objects.get().unit.code == "FJO-SS-VH-T2"


@pytest.mark.parametrize("level", ["FFB-2", "2"])
def test_need_level_by_code_or_value(take_in, level):
    take_in({"stoettebehov": level})

    assert Registration.objects.get().need_level.code == "FFB-2"


@pytest.mark.parametrize(
    ("birth_year", "band", "expected"),
    [
        ("1990", "", "30-49"),
        ("1996", "", ""),
        ("1996", "30-49", "30-49"),
        ("", "", ""),
        ("1959", "", ""),
        ("1958", "", "67+"),
    ],
)
def test_age_band_only_where_one_is_possible(take_in, birth_year, band, expected):
    take_in({"foedselsaar": birth_year, "aldersgruppe": band})

    assert Registration.objects.get().age_band == expected


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("4", "4"),
        ("4,5", "4.5"),
        ("0,25", "0.25"),
        ("1234", "1234"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("007", "7"),
    ],
)
def test_danish_amounts(take_in, written, amount):
    take_in({"omfang": written})

    assert Registration.objects.get().amount == Decimal(amount)


@pytest.mark.parametrize("change", [{"omfang": ""}, {"omfang_enhed": ""}, {"stoettebehov": ""}])
def test_missing_information_is_accepted_and_judged_incomplete(take_in, change):
    outcome = take_in(change)

    assert counts(outcome) == (1, 1, 0, 0, 0)
    assert Judgement.objects.get().relation == "incomplete"


def test_moving_a_decision_to_another_grant_refreshes_both(take_in):
    take_in({}, {"afgoerelse_id": "A2", "bevilling_id": "B2", "slut_dato": "31-12-2027"})

    take_in({"bevilling_id": "B2", "afgjort_dato": "20-09-2026", "slut_dato": "31-12-2028"})

    assert Grant.objects.get(number="B2").ends_on == date(2028, 12, 31)
