from datetime import date

import pytest

from serviceniveau.queries.deadlines import deadline_on, promised_deadline
from tests.factories import InterventionFactory, LegalBasisFactory, ServiceLevelFactory, adopt


@pytest.mark.parametrize(
    ("received_on", "count", "unit", "expected"),
    [
        (date(2026, 8, 3), 10, "arbejdsdage", date(2026, 8, 17)),
        (date(2026, 8, 1), 1, "arbejdsdage", date(2026, 8, 3)),
        (date(2026, 4, 1), 1, "arbejdsdage", date(2026, 4, 7)),  # Easter
        (date(2026, 12, 24), 1, "arbejdsdage", date(2026, 12, 28)),
        (date(2023, 5, 4), 1, "arbejdsdage", date(2023, 5, 8)),  # store bededag, for the last time
        (date(2024, 4, 25), 1, "arbejdsdage", date(2024, 4, 26)),
        (date(2026, 8, 3), 0, "arbejdsdage", date(2026, 8, 3)),
        (date(2026, 8, 3), 14, "dage", date(2026, 8, 17)),
        (date(2026, 8, 3), 12, "uger", date(2026, 10, 26)),
        (date(2026, 1, 31), 1, "måneder", date(2026, 2, 28)),
        (date(2027, 11, 30), 3, "måneder", date(2028, 2, 29)),
        (date(2026, 12, 15), 1, "måneder", date(2027, 1, 15)),
    ],
)
def test_deadline(received_on, count, unit, expected):
    assert deadline_on(received_on, count, unit) == expected


def test_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="fortnights"):
        deadline_on(date(2026, 8, 3), 1, "fortnights")


def promise(weeks, *, valid_from=date(2024, 1, 1), **level):
    level |= {"version__decision_deadline": weeks, "version__decision_deadline_unit": "uger"}
    return adopt(ServiceLevelFactory(**level).version, valid_from)


def promised(received_on=date(2026, 8, 3)):
    return promised_deadline(
        intervention_id=InterventionFactory().pk,
        legal_basis_id=LegalBasisFactory().pk,
        received_on=received_on,
    )


@pytest.mark.django_db
def test_standard_of_the_paragraph_itself_comes_first_also_when_another_promises_sooner():
    promise(2, version__standard__legal_basis=LegalBasisFactory(section="83"))
    promise(6)

    assert promised() == date(2026, 9, 14)


@pytest.mark.django_db
def test_standard_with_frames_comes_before_one_that_shares_the_paragraph():
    promise(6, intervention=InterventionFactory(code="andet"))
    promise(2, version__standard__legal_basis=LegalBasisFactory(section="83"))

    assert promised() == date(2026, 8, 17)


@pytest.mark.django_db
def test_standard_that_only_shares_the_paragraph_is_better_than_none():
    promise(6, intervention=InterventionFactory(code="andet"))

    assert promised() == date(2026, 9, 14)


@pytest.mark.django_db
def test_only_what_was_in_force_on_the_day_of_receipt_promises_anything():
    promise(6, valid_from=date(2026, 8, 4))

    assert (promised(), promised(date(2026, 8, 4))) == (None, date(2026, 9, 15))
