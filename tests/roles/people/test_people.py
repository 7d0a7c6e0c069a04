"""People come, change name and leave."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils.timezone import localdate, now

from roles.actions.people import (
    change_person,
    create_person,
    deactivate_person,
    end_roles,
    reactivate_person,
)
from roles.models import RoleAssignment, RoleCode, User
from roles.queries.people import leavers, matching_people, people_rows, people_visible_to, without_role
from tests.factories import RoleRequestFactory, UnitFactory, UserFactory, department, give_role

pytestmark = pytest.mark.django_db
TODAY = localdate()
NEW = {"name": "Ny Person", "email": "ny@fjordby.example", "staff_code": ""}


def names(people) -> list[str]:
    return [person.name for person in people]


def test_a_person_is_created_without_a_password(administrator):
    person = create_person(name=" Ny  Person ", email="NY@Fjordby.example", staff_code="", by=administrator)

    assert (person.name, person.email, person.staff_code) == ("Ny Person", "ny@fjordby.example", None)
    assert not person.has_usable_password()
    assert person.history.get().history_user_id == administrator.pk


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"email": "ASTA@fjordby.example"}, {"email"}),
        ({"email": "ikke en mail"}, {"email"}),
        ({"name": "010190-1234"}, {"name"}),
        ({"name": "  "}, {"name"}),
        ({"staff_code": "ASBO"}, {"staff_code"}),
    ],
)
def test_what_cannot_be_is_refused(administrator, values, refused):
    UserFactory(name="Asta Bøgelund", email="asta@fjordby.example", staff_code="ASBO")

    with pytest.raises(ValidationError) as refusal:
        create_person(**NEW | values, by=administrator)

    assert set(refusal.value.message_dict) == refused


def test_a_person_may_keep_the_own_address(administrator):
    person = create_person(**NEW, by=administrator)

    changed = change_person(
        person=person, name="Nyt Navn", email=person.email, staff_code="X1", by=administrator
    )

    assert (changed.name, changed.staff_code) == ("Nyt Navn", "X1")


def test_a_deactivated_person_is_out_at_the_next_request(log_in, administrator, caseworker):
    client = log_in(caseworker)
    assert client.get(reverse("caseload")).status_code == 200

    deactivate_person(person=caseworker, by=administrator)

    assert client.get(reverse("caseload"))["Location"].startswith("/login/")
    assert [each.valid.upper for each in caseworker.assignments.all()] == [TODAY]


def test_one_who_comes_back_gets_no_old_roles(administrator, caseworker):
    deactivate_person(person=caseworker, by=administrator)
    reactivate_person(person=caseworker, by=administrator)

    assert User.objects.get(pk=caseworker.pk).is_active
    assert not RoleAssignment.objects.current().filter(user=caseworker).exists()


def test_nobody_deactivates_oneself_or_the_last_administrator(administrator, team):
    other = give_role(UserFactory(), RoleCode.ADMINISTRATOR, team.parent)

    for by in (administrator, other):
        with pytest.raises(ValidationError):
            deactivate_person(person=administrator, by=by)

    assert User.objects.get(pk=administrator.pk).is_active


def test_roles_to_come_are_taken_back(administrator, team):
    person = UserFactory()
    give_role(person, RoleCode.CASEWORKER, team)
    give_role(person, RoleCode.POLITICIAN, team.parent, DateRange(TODAY + timedelta(days=9), None))

    assert end_roles(person=person, by=administrator) == 2
    assert [(each.role.code, each.valid.upper) for each in person.assignments.all()] == [
        ("sagsbehandler", TODAY)
    ]


def test_an_administrator_sees_the_people_of_the_own_units(administrator, team, caseworker):
    elsewhere = give_role(
        UserFactory(name="Fremmed"), RoleCode.CASEWORKER, UnitFactory(parent=department("X"))
    )
    free = UserFactory(name="Uden Rolle")
    local = give_role(UserFactory(name="Lokal"), RoleCode.ADMINISTRATOR, team.parent)

    assert set(people_visible_to(administrator)) == {administrator, caseworker, elsewhere, free, local}
    assert set(people_visible_to(local)) == {caseworker, free, local}
    assert set(people_visible_to(caseworker)) == set()


def test_people_are_found_by_word_unit_and_role(team, caseworker, leader):
    UserFactory(name="Åse Uden", is_active=True)
    everybody = User.objects.all()

    assert names(people_rows(everybody)) == ["Asta Bøgelund", "Ib Lærkedal", "Åse Uden"]
    assert names(people_rows(everybody, search="lærke ib")) == ["Ib Lærkedal"]
    assert names(people_rows(everybody, unit=team.parent, role=leader.assignments.get().role)) == [
        "Ib Lærkedal"
    ]
    assert names(without_role(everybody)) == ["Åse Uden"]


def test_leavers_hold_nothing_or_have_not_been_here_for_90_days(team, caseworker):
    def person(name, last_login=None, days=0, holds=True):
        found = UserFactory(name=name, last_login=last_login)
        User.objects.filter(pk=found.pk).update(joined_at=now() - timedelta(days=days))
        if holds:
            give_role(found, RoleCode.CASEWORKER, team)

    person("Uden", holds=False)
    person("Aldrig", days=91)
    person("Længe siden", last_login=now() - timedelta(days=95), days=400)
    person("Nylig", last_login=now() - timedelta(days=89), days=400)
    person("Ny", days=89)

    assert names(leavers(User.objects.all())) == ["Længe siden", "Aldrig", "Uden"]


def test_the_type_ahead_needs_two_letters(caseworker, leader):
    UserFactory(name="Asta Væk", is_active=False)

    assert [names(matching_people(typed)) for typed in ("a", "as", "ast bøg", "ukendt")] == [
        [],
        ["Asta Bøgelund"],
        ["Asta Bøgelund"],
        [],
    ]


def test_a_new_person_gets_a_link_and_no_password(log_in, administrator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = log_in(administrator).post(reverse("person-new"), NEW)

    person = User.objects.get(email=NEW["email"])
    assert response["Location"] == reverse("person-detail", args=[person.pk])
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["ny@fjordby.example"], "Vælg adgangskode til Serviceniveau")
    ]


def test_the_old_address_is_told(log_in, administrator, caseworker, django_capture_on_commit_callbacks):
    former = caseworker.email
    typed = {"name": caseworker.name, "email": "anden@fjordby.example", "staff_code": ""}

    with django_capture_on_commit_callbacks(execute=True):
        log_in(administrator).post(reverse("person-edit", args=[caseworker.pk]), typed)

    assert [letter.to for letter in mail.outbox] == [[former]]


def test_an_administrator_below_does_not_change_who_also_works_elsewhere(log_in, team, caseworker):
    local = give_role(UserFactory(), RoleCode.ADMINISTRATOR, team.parent)
    give_role(caseworker, RoleCode.CASEWORKER, UnitFactory(parent=department("X")))
    client = log_in(local)

    answers = [
        client.get(reverse("person-detail", args=[caseworker.pk])).status_code,
        client.get(reverse("person-edit", args=[caseworker.pk])).status_code,
        client.post(reverse("person-state", args=[caseworker.pk]), {"handling": "deaktiver"}).status_code,
    ]

    assert answers == [200, 403, 403]


# session, user, rights, own roles; two savepoints and the session's three: what any page costs
FRAME = 4 + 5


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"),
    [
        ("person-list", FRAME + 6),  # whom I may see, units, roles, count, people, what they hold
        ("leaver-list", FRAME + 6),  # whom I may see, count, people, what they hold, their cases and actions
        ("request-list", FRAME + 3),  # waiting, to be ended, decided
    ],
)
def test_lists_ask_the_same_number_of_questions(
    log_in, administrator, team, django_assert_num_queries, people, page, queries
):
    for _ in range(people):
        person = give_role(UserFactory(), RoleCode.CASEWORKER, team)
        User.objects.filter(pk=person.pk).update(joined_at=now() - timedelta(days=100))
        RoleRequestFactory(unit=team)
    client = log_in(administrator)

    with django_assert_num_queries(queries):
        assert client.get(reverse(page)).status_code == 200


def test_a_form_that_lacks_something_says_what(log_in, administrator):
    response = log_in(administrator).post(reverse("person-new"), {"name": "", "email": "x"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Ret dette, før du kan gå videre" in page
    assert "E-mail: Skriv en e-mail, fx navn@kommune.dk." in page


def test_a_role_is_given_and_ended_on_the_pages(log_in, administrator, team):
    person = UserFactory(name="Ny Kollega")
    client = log_in(administrator)
    typed = {
        "user": "Ny Kollega",
        "unit": team.pk,
        "first_day": f"{TODAY:%d-%m-%Y}",
        "last_day": "",
    }

    role = {"role": give_role(UserFactory(), RoleCode.CASEWORKER, team).assignments.get().role_id}
    client.post(reverse("assignment-new"), typed | role)
    given = person.assignments.get()
    again = client.post(reverse("assignment-new"), typed | role)
    client.post(reverse("assignment-end", args=[given.pk]), {"handling": "straks"})

    assert again.status_code == 422
    assert "har allerede rollen Sagsbehandler" in again.content.decode()
    assert not person.assignments.exists()
