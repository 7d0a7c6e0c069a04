from datetime import date

import pytest

from serviceniveau.models import Application, ImportRun

DATES = ["received_on", "deadline_on", "notice_sent_on", "withdrawn_on"]


def counts(outcome):
    return (outcome.rows, outcome.created, outcome.updated, outcome.unchanged, outcome.rejected)


def test_an_application_gets_the_deadline_of_the_standard(take_in_applications):
    outcome = take_in_applications({})

    assert counts(outcome) == (1, 1, 0, 0, 0)
    assert Application.objects.values_list(*DATES).get() == (date(2026, 8, 3), date(2026, 8, 17), None, None)


def test_a_deadline_in_the_file_is_kept(take_in_applications):
    take_in_applications({"frist_dato": "01-09-2026", "besked_sendt_dato": "28-08-2026"})

    assert Application.objects.values_list(*DATES).get() == (
        date(2026, 8, 3),
        date(2026, 9, 1),
        date(2026, 8, 28),
        None,
    )


def test_before_any_standard_there_is_no_deadline(take_in_applications):
    take_in_applications({"modtaget_dato": "03-08-2023"})

    assert Application.objects.get().deadline_on is None


def test_the_same_file_again_writes_nothing(take_in_applications):
    take_in_applications({}, {"sagsnr": "S2"})
    before = Application.history.count()

    assert counts(take_in_applications({}, {"sagsnr": "S2"})) == (2, 0, 0, 2, 0)
    assert Application.history.count() == before


def test_what_is_added_later_updates_and_what_is_left_out_stays(take_in_applications):
    take_in_applications({"besked_sendt_dato": "10-08-2026"})

    outcome = take_in_applications({"trukket_dato": "12-08-2026"})

    assert counts(outcome) == (1, 0, 1, 0, 0)
    assert Application.objects.values_list(*DATES).get() == (
        date(2026, 8, 3),
        date(2026, 8, 17),
        date(2026, 8, 10),
        date(2026, 8, 12),
    )


def test_a_dry_run_leaves_nothing(take_in_applications):
    assert counts(take_in_applications({}, dry_run=True)) == (1, 1, 0, 0, 0)
    assert (Application.objects.count(), ImportRun.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        ({"modtaget_dato": ""}, "modtaget_dato", "Feltet er tomt. Det skal udfyldes."),
        (
            {"modtaget_dato": "01-05-2060"},
            "modtaget_dato",
            "Modtagelsen 01-05-2060 ligger ude i fremtiden. Ret datoen.",
        ),
        (
            {"frist_dato": "01-08-2026"},
            "frist_dato",
            "Fristen 01-08-2026 ligger før modtagelsen 03-08-2026. Ret en af datoerne.",
        ),
        ({"ydelse": "X"}, "ydelse", "Ydelsen »X« findes ikke. Brug ydelsens kode fra kataloget."),
        ({"sagsnr": "S0"}, "modtaget_dato", "Ansøgningen står allerede i linje 2. Fjern den ene."),
    ],
)
def test_bad_rows_are_rejected(take_in_applications, change, column, message):
    outcome = take_in_applications({"sagsnr": "S0"}, change)

    assert [(error.line, error.column, error.message) for error in outcome.errors] == [(3, column, message)]
    assert (outcome.rows, outcome.created, outcome.rejected) == (2, 1, 1)
