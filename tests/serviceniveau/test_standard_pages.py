from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.models import RoleCode, User
from serviceniveau.models import QualityStandard
from serviceniveau.queries.standards import Shelf, shelf_sizes, standard_rows
from tests.factories import (
    QualityStandardFactory,
    ServiceLevelFactory,
    StandardVersionFactory,
    UserFactory,
    adopt,
    give_role,
)

pytestmark = pytest.mark.django_db
TODAY = localdate()
# session, user, rights, sizes of the shelves, standards, versions, roles, own duties;
# and 5 for savepoints and the session
QUERIES_OF_LIST = 9 + 5


@pytest.fixture
def lead(team) -> User:
    return give_role(UserFactory(name="Liv Eng"), RoleCode.PROFESSIONAL_LEAD, team.parent.parent.parent)


def in_force(title: str = "Støtte", **fields) -> QualityStandard:
    return adopt(StandardVersionFactory(standard=QualityStandardFactory(title=title, **fields))).standard


def titles(user: User, shelf: Shelf, search: str = "") -> list[str]:
    return [row.standard.title for _, rows in standard_rows(user, shelf=shelf, search=search) for row in rows]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(log_in, caseworker, django_assert_num_queries, rows):
    for number in range(rows):
        in_force(f"Støtte {number}")
    client = log_in(caseworker)

    with django_assert_num_queries(QUERIES_OF_LIST):
        response = client.get("/standarder/")

    assert response.content.decode().count("I kraft siden 01-01-2024") == rows


def test_list_groups_by_area_in_danish_order(caseworker):
    for title, area in [
        ("Ærinder", "voksen"),
        ("Zoneterapi", "voksen"),
        ("Åben rådgivning", "voksen"),
        ("A", "boern"),
    ]:
        in_force(title, area=area)

    groups = standard_rows(caseworker, shelf=Shelf.IN_FORCE)

    assert [(area, [row.standard.title for row in rows]) for area, rows in groups] == [
        ("Børn og unge", ["A"]),
        ("Voksne", ["Zoneterapi", "Ærinder", "Åben rådgivning"]),
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("støtte", ["Støtte i hjemmet"]),
        ("SEL § 85", ["Støtte i hjemmet"]),
        ("hjemmet socialpæd", ["Støtte i hjemmet"]),
        ("85 findes ikke", []),
    ],
)
def test_search_needs_every_word(caseworker, search, found):
    standard = QualityStandardFactory(title="Støtte i hjemmet")
    version = StandardVersionFactory(standard=standard)
    ServiceLevelFactory(version=version)
    adopt(version)

    assert titles(caseworker, Shelf.IN_FORCE, search) == found


def test_standards_stand_on_the_shelf_of_their_state(lead):
    in_force("Gælder")
    adopt(StandardVersionFactory(standard__title="Kommer"), TODAY + timedelta(days=9), adopted_on=TODAY)
    adopt(StandardVersionFactory(standard__title="Ophørt"), date(2020, 1, 1), date(2021, 1, 1))
    StandardVersionFactory(standard__title="Kladde")
    StandardVersionFactory(standard__title="Fremmed", standard__origin_municipality="Nyborg")

    assert {shelf: titles(lead, shelf) for shelf in Shelf} == {
        Shelf.IN_FORCE: ["Gælder", "Kommer"],
        Shelf.DRAFTS: ["Kladde"],
        Shelf.LIBRARY: ["Fremmed"],
        Shelf.FORMER: ["Ophørt"],
    }
    assert shelf_sizes(lead) == {Shelf.IN_FORCE: 2, Shelf.DRAFTS: 1, Shelf.LIBRARY: 1, Shelf.FORMER: 1}


def test_drafts_are_hidden_from_those_who_cannot_edit(log_in, caseworker):
    draft = StandardVersionFactory(standard__title="Kladde")
    adopted = in_force()
    StandardVersionFactory(standard=adopted, number=2)
    client = log_in(caseworker)

    statuses = [
        client.get(path).status_code
        for path in (
            f"/standarder/{draft.standard.pk}/",
            f"/standarder/{adopted.pk}/version/2/",
            f"/standarder/{adopted.pk}/version/1/",
        )
    ]

    assert (titles(caseworker, Shelf.DRAFTS), statuses) == ([], [404, 404, 200])


def test_drafts_of_another_unit_are_hidden(team):
    elsewhere = StandardVersionFactory(standard__owner=team.parent.parent)
    editor = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team)

    assert (titles(editor, Shelf.DRAFTS), elsewhere.standard.owner) == ([], team.parent.parent)


def test_detail_shows_the_version_in_force_and_links_to_the_others(log_in, caseworker):
    first = StandardVersionFactory(citizen_text="Den gamle tekst")
    adopt(first, date(2022, 1, 1), date(2024, 1, 1))
    adopt(StandardVersionFactory(standard=first.standard, number=2, citizen_text="Den nye tekst"))

    page = log_in(caseworker).get(f"/standarder/{first.standard.pk}/").content.decode()

    assert ("Den nye tekst" in page, "Den gamle tekst" in page) == (True, False)
    assert f"/standarder/{first.standard.pk}/version/1/" in page
    assert "01-01-2022 til 31-12-2023" in page


def test_an_old_version_keeps_its_address(log_in, caseworker):
    first = StandardVersionFactory(citizen_text="Den gamle tekst")
    adopt(first, date(2022, 1, 1), date(2024, 1, 1))
    adopt(StandardVersionFactory(standard=first.standard, number=2))

    page = log_in(caseworker).get(f"/standarder/{first.standard.pk}/version/1/").content.decode()

    assert "Den gamle tekst" in page
    assert "Se den version, der gælder nu" in page


def test_frames_are_shown_as_guiding_with_danish_numbers(log_in, caseworker):
    version = StandardVersionFactory()
    ServiceLevelFactory(version=version, minimum="1.50", typical="1234.25", maximum="2000.00")
    adopt(version)

    page = log_in(caseworker).get(f"/standarder/{version.standard.pk}/").content.decode()

    assert [text in page for text in ("1,5–2.000 timer pr. uge", "1.234,25", "vejledende")] == [True] * 3


@pytest.mark.parametrize(
    ("above", "below", "sentence"),
    [
        ("0.1", None, "omkring 10 % af afgørelserne ligger over rammen."),
        (None, "0.075", "omkring 7,5 % af afgørelserne ligger under rammen."),
        ("0.1", "0.08", "omkring 10 % af afgørelserne ligger over rammen og omkring 8 % under den."),
    ],
)
def test_declared_level_is_told(log_in, caseworker, above, below, sentence):
    shares = {"expected_above": above and Decimal(above), "expected_below": below and Decimal(below)}
    version = adopt(StandardVersionFactory(**shares))

    page = log_in(caseworker).get(f"/standarder/{version.standard_id}/").content.decode()

    assert f"Kommunen forventer, at {sentence}" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_without_a_declared_level_nothing_is_told(log_in, caseworker):
    page = log_in(caseworker).get(f"/standarder/{in_force('Støtte').pk}/").content.decode()

    assert "Kommunen forventer" not in page


def test_a_library_standard_cannot_be_mistaken_for_our_own(log_in, caseworker):
    version = StandardVersionFactory(standard__origin_municipality="Nyborg")
    ServiceLevelFactory(version=version)

    page = log_in(caseworker).get(f"/standarder/{version.standard.pk}/").content.decode()

    assert "Kan ikke bruges til bedømmelse" in page
    assert "Det kan du normalt forvente" not in page


def test_signals_are_asked_for_only_by_those_who_may_see_them(log_in, caseworker, leader):
    standard = in_force()

    seen = [
        "Følger praksis niveauet?" in log_in(user).get(f"/standarder/{standard.pk}/").content.decode()
        for user in (caseworker, leader)
    ]

    assert seen == [False, True]


def test_an_unadopted_date_does_not_count_as_in_force(caseworker):
    """The range alone is not enough to call it current on its own page: it must have begun."""
    version = StandardVersionFactory(standard__title="Kommer")
    adopt(version, TODAY + timedelta(days=1), adopted_on=TODAY)

    [(_, [row])] = standard_rows(caseworker, shelf=Shelf.IN_FORCE)

    assert row.state == f"Vedtaget, gælder fra {TODAY + timedelta(days=1):%d-%m-%Y}"
    assert version.valid == DateRange(TODAY + timedelta(days=1), None)


def test_htmx_gets_the_rows_alone(log_in, caseworker):
    in_force("Støtte")

    page = log_in(caseworker).get("/standarder/", headers={"hx-request": "true"}).content.decode()

    assert ("<html" in page, "Støtte" in page) == (False, True)
