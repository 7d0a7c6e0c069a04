"""How the ledger follows drifts from month to month, whatever the scan is that finds them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from followup.actions.notes import comment
from followup.actions.signals.book import open_book
from followup.actions.signals.rebuilding import write_down
from followup.models import Drift, DriftSignal
from followup.queries.months import month_plus
from followup.queries.scan import Evidence, Finding, Key, Scan
from followup.queries.sentences import signal_sentence
from tests.factories import InterventionFactory, QualityStandardFactory

pytestmark = pytest.mark.django_db

JULY = date(2026, 7, 1)
FIRST = Evidence(
    since=date(2026, 6, 1),
    since_first=date(2026, 5, 1),
    since_last=JULY,
    observed=14,
    expected=6,
    n=31,
    low=0.35,
    high=0.56,
)


@pytest.fixture
def key(team):
    return Key("share_above", team.pk, QualityStandardFactory().pk, InterventionFactory().pk)


def found(key, *, probability=0.97, course="", direction="up", evidence=FIRST, **more):
    """course: tenths of probability, one digit for each month from July on."""
    months = {month_plus(JULY, step): int(digit) / 10 for step, digit in enumerate(course)}
    return Finding(key, direction, probability, evidence, course=months, **more)


def scanned(month, *findings, revision=1):
    """Write down a month in which the scan finds these, and only these."""
    book = open_book(month=month, revision=revision)
    new, followed = {}, {}
    for each in findings:
        drift = book.before.get(each.key)
        (followed if drift and drift.direction == each.direction else new)[each.key] = each
    write_down(book, Scan(new, followed), month=month, revision=revision)


def changes():
    return list(DriftSignal.objects.order_by("month", "revision").values_list("change", flat=True))


def test_a_drift_is_one_row_for_as_long_as_it_lasts(key):
    scanned(JULY, found(key, course="9"))
    scanned(month_plus(JULY, 1), found(key, course="99"))
    scanned(month_plus(JULY, 2), found(key, course="991", probability=0.1))

    drift = Drift.objects.get()
    assert (drift.opened_in, drift.state, drift.direction) == (JULY, "aaben", "up")
    assert changes() == ["aabnet", "uaendret", "svaekket"]
    assert set(DriftSignal.objects.values_list("drift", flat=True)) == {drift.pk}


def test_three_faint_months_close_it_and_a_new_shift_is_a_new_row(key):
    scanned(JULY, found(key, course="9"))
    for step, course in enumerate(("91", "911", "9111"), 1):
        scanned(month_plus(JULY, step), found(key, course=course, probability=0.1))
    closed = Drift.objects.get()
    scanned(month_plus(JULY, 4), found(key, course="91119"))

    assert (closed.state, closed.closed_in) == ("afsluttet", month_plus(JULY, 3))
    assert changes() == ["aabnet", "svaekket", "svaekket", "lukket", "aabnet"]
    assert Drift.objects.get(state="aaben").opened_in == month_plus(JULY, 4)


def test_a_scan_repeated_changes_nothing(key):
    scanned(JULY, found(key, course="9"))
    scanned(month_plus(JULY, 1), found(key, course="99"))
    fields = [each.attname for each in DriftSignal._meta.fields if each.name != "id"]
    before = (list(Drift.objects.values()), list(DriftSignal.objects.order_by("month").values(*fields)))

    scanned(month_plus(JULY, 1), found(key, course="99"))

    assert before == (
        list(Drift.objects.values()),
        list(DriftSignal.objects.order_by("month").values(*fields)),
    )


def test_the_month_that_opened_it_can_be_scanned_again(key):
    scanned(JULY, found(key, course="9"))
    first = Drift.objects.get()

    scanned(JULY, found(key, course="9"))
    scanned(JULY, found(key, course="9"), revision=2)

    assert Drift.objects.get() == first
    assert changes() == ["aabnet", "aabnet"]


def test_what_the_same_scan_no_longer_finds_leaves_no_trace(key):
    scanned(JULY, found(key, course="9"))

    scanned(JULY)

    assert (Drift.objects.count(), DriftSignal.objects.count()) == (0, 0)


def test_what_a_new_revision_no_longer_finds_is_withdrawn_for_all_to_see(key):
    scanned(JULY, found(key, course="9"))

    scanned(JULY, revision=2)

    assert (Drift.objects.get().state, Drift.objects.get().closed_in) == ("trukket", JULY)
    assert changes() == ["aabnet", "trukket"]


def test_what_people_have_spoken_of_is_kept(key, leader):
    scanned(JULY, found(key, course="9"))
    comment(drift=Drift.objects.get(), text="Set.", by=leader)

    scanned(JULY)

    assert Drift.objects.get().state == "trukket"


def test_what_was_withdrawn_and_is_found_after_all_opens_again(key):
    scanned(JULY, found(key, course="9"))
    scanned(JULY, revision=2)

    scanned(JULY, found(key, course="9"), revision=3)

    assert (Drift.objects.get().state, Drift.objects.get().closed_in) == ("aaben", None)


def test_a_provisional_drift_that_does_not_stand_is_withdrawn(key):
    scanned(JULY, found(key, course="9", provisional=True))

    scanned(month_plus(JULY, 1), found(key, course="33", probability=0.3, provisional=True))

    assert Drift.objects.get().state == "trukket"
    assert changes() == ["aabnet", "trukket"]


def test_a_provisional_drift_that_stands_is_confirmed(key):
    scanned(JULY, found(key, course="9", provisional=True))
    scanned(month_plus(JULY, 1), found(key, course="99"))
    scanned(month_plus(JULY, 2), found(key, course="339", provisional=True))

    told = list(DriftSignal.objects.order_by("month").values_list("provisional", flat=True))
    assert (told, Drift.objects.get().state) == ([True, False, False], "aaben")


def test_a_drift_that_turns_is_closed_and_another_opens(key):
    scanned(JULY, found(key, course="9"))

    scanned(month_plus(JULY, 1), found(key, course="99", direction="down"))

    assert list(Drift.objects.order_by("pk").values_list("direction", "state")) == [
        ("up", "afsluttet"),
        ("down", "aaben"),
    ]
    assert changes() == ["aabnet", "aabnet"]


def test_a_turn_that_is_not_found_again_opens_the_first_one_again(key):
    scanned(JULY, found(key, course="9"))
    scanned(month_plus(JULY, 1), found(key, course="99", direction="down"))

    scanned(month_plus(JULY, 1), found(key, course="99"))

    assert list(Drift.objects.values_list("direction", "state", "closed_in")) == [("up", "aaben", None)]


def test_a_new_revision_of_an_older_month_leaves_the_ledger_alone(key, team):
    other = key._replace(measure="share_below")
    scanned(JULY, found(key, course="9"))
    scanned(month_plus(JULY, 1), found(key, course="99"))
    ledger = list(Drift.objects.values())

    scanned(JULY, found(other, course="9"), revision=2)

    assert list(Drift.objects.values()) == ledger
    newest = DriftSignal.objects.get(month=JULY, revision=2)
    assert (newest.measure, newest.drift, newest.change) == ("share_below", None, "aabnet")


def test_an_older_month_again_says_what_it_said_of_its_drift(key):
    scanned(JULY, found(key, course="9"))
    scanned(month_plus(JULY, 1), found(key, course="99"))

    scanned(JULY, found(key, course="9"), revision=2)

    assert DriftSignal.objects.get(month=JULY, revision=2).drift == Drift.objects.get()


def test_a_series_that_is_no_more_says_what_it_last_said_until_it_closes(key):
    scanned(JULY, found(key, course="9"))
    for step in (1, 2, 3):
        scanned(month_plus(JULY, step))

    assert changes() == ["aabnet", "svaekket", "svaekket", "lukket"]
    assert set(DriftSignal.objects.values_list("observed", "n")) == {(14, 31)}


def test_a_pattern_is_closed_when_it_has_not_been_found_for_three_months(key):
    lasting = key._replace(measure="share_at_maximum")
    scanned(JULY, found(lasting))
    scanned(month_plus(JULY, 1), found(lasting))
    for step in (2, 3):
        scanned(month_plus(JULY, step))
    assert Drift.objects.get().state == "aaben"
    scanned(month_plus(JULY, 4))

    assert changes() == ["aabnet", "uaendret", "svaekket", "svaekket", "lukket"]
    assert Drift.objects.get().state == "afsluttet"


def test_a_note_written_during_a_scan_keeps_its_drift(key, leader):
    scanned(JULY, found(key, course="9"))
    book = open_book(month=JULY, revision=1)
    comment(drift=Drift.objects.get(), text="Set.", by=leader)

    write_down(book, Scan({}, {}), month=JULY, revision=1)

    assert Drift.objects.get().state == "trukket"


def test_a_note_on_a_drift_that_a_scan_took_away_is_refused(key, leader):
    scanned(JULY, found(key, course="9"))
    drift = Drift.objects.get()
    scanned(JULY)

    with pytest.raises(ValidationError, match="taget af listen"):
        comment(drift=drift, text="Set.", by=leader)


def test_what_is_open_in_a_unit_that_closes_is_over_with_the_month(key, team):
    scanned(JULY, found(key, course="9"))
    team.closed_on = date(2026, 8, 15)
    team.save()

    for step, course in enumerate(("99", "999", "9999"), 1):
        scanned(month_plus(JULY, step), found(key, course=course))

    drift = Drift.objects.get()
    assert (drift.state, drift.closed_in) == ("afsluttet", date(2026, 9, 1))
    assert changes() == ["aabnet", "uaendret", "lukket"]
    assert signal_sentence(drift.signals.latest("month")) == (
        "Andel over rammen: Team Nord er lukket, så ændringen bliver ikke fulgt længere."
    )


def test_nothing_opens_in_a_unit_that_is_closed(key, team):
    team.closed_on = date(2026, 6, 15)
    team.save()

    scanned(JULY, found(key, course="9"))

    assert (Drift.objects.count(), DriftSignal.objects.count()) == (0, 0)
