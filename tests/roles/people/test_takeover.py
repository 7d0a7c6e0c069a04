"""Whoever reads the mail of an account can choose its password."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.timezone import localdate

from roles.actions import take_in_organisation
from roles.actions.people import change_person
from roles.models import RoleCode, User
from tests.factories import RoleRequestFactory, UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db
HEADER = "type;navn;email;medarbejderkode;rolle;enhed;fra;til;stedfortraeder_for\n"
TODAY = localdate()


def give_address(person: User, email: str, by: User) -> User:
    return change_person(person=person, name=person.name, email=email, staff_code="", by=by)


def take_in(row: str, by: User | None = None):
    return take_in_organisation(f"{HEADER}{row}\n".encode(), by=by)


def messages(outcome) -> list[str]:
    return [error.message for error in outcome.errors]


@pytest.fixture
def local(team):
    return give_role(UserFactory(name="Lokal"), RoleCode.ADMINISTRATOR, team)


def test_no_administrator_gives_a_leaders_account_another_mailbox(leader, administrator):
    with pytest.raises(ValidationError, match="kræver to at give") as refusal:
        give_address(leader, "min@fjordby.example", administrator)

    assert set(refusal.value.message_dict) == {"email"}


def test_nor_the_account_of_one_who_waits_for_such_a_role(administrator):
    waiting = RoleRequestFactory().user

    with pytest.raises(ValidationError, match="kræver to at give"):
        give_address(waiting, "min@fjordby.example", administrator)


def test_other_things_and_the_own_address_can_be_changed(leader, administrator):
    named = change_person(person=leader, name="Ib Ny", email=leader.email, staff_code="", by=administrator)
    own = give_address(administrator, "ny@fjordby.example", administrator)

    assert (named.name, own.email) == ("Ib Ny", "ny@fjordby.example")


def test_the_old_address_opens_nothing_any_more(
    client, caseworker, administrator, django_capture_on_commit_callbacks
):
    former = caseworker.email
    EmailAddress.objects.create(user=caseworker, email=former, verified=True)
    give_address(caseworker, "ny@fjordby.example", administrator)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_reset_password"), {"email": former})

    assert mail.outbox == []
    assert not EmailAddress.objects.filter(email=former).exists()


def test_the_operator_gives_a_new_address_by_staff_code(leader, administrator):
    leader.staff_code = "IBLÆ"
    leader.save()
    row = "person;Ib Lærkedal;ny@fjordby.example;IBLÆ;;;;;"

    refused, done = take_in(row, administrator), take_in(row)

    assert messages(refused) == ["Medarbejderkoden bruges allerede af en anden."]
    assert (done.updated, User.objects.get(pk=leader.pk).email) == (1, "ny@fjordby.example")


def test_a_file_renames_nobody_who_works_elsewhere(local, administrator, caseworker):
    rows = "\n".join(f"person;Nyt Navn;{each.email};;;;;;" for each in (administrator, caseworker))

    outcome = take_in(rows, local)

    assert [message.startswith("Per Admin har også roller uden for") for message in messages(outcome)] == [
        True
    ]
    assert {each.name for each in User.objects.filter(pk__in=[administrator.pk, caseworker.pk])} == {
        "Per Admin",
        "Nyt Navn",
    }


def test_a_file_makes_no_deputy_of_an_administrator(administrator, team):
    other = give_role(UserFactory(), RoleCode.ADMINISTRATOR, team.parent.parent.parent)
    row = f"rolle;;{administrator.email};;administrator;FJO;01-01-2020;;{other.email}"

    outcome = take_in(row, other)

    assert [message.startswith("Per Admin har allerede rollen.") for message in messages(outcome)] == [True]
    assert administrator.assignments.get().deputy_of is None


@pytest.mark.parametrize(
    ("days", "message"),
    [(None, "Skriv stedfortræderens sidste dag."), (800, "En stedfortræder kan højst"), (30, None)],
)
def test_a_deputy_in_a_file_is_named_as_on_the_page(administrator, caseworker, team, days, message):
    last = f"{TODAY + timedelta(days=days):%d-%m-%Y}" if days else ""
    deputy = UserFactory()
    row = f"rolle;;{deputy.email};;sagsbehandler;{team.code};{TODAY:%d-%m-%Y};{last};{caseworker.email}"

    outcome = take_in(row, administrator)

    assert [each.startswith(message or "?") for each in messages(outcome)] == ([True] if message else [])
    assert deputy.assignments.count() == (0 if message else 1)


def test_a_deputy_for_one_without_the_role_is_refused(administrator, team):
    deputy, stranger = UserFactory(), UserFactory(name="Fremmed")
    row = f"rolle;;{deputy.email};;sagsbehandler;{team.code};01-01-2026;01-02-2026;{stranger.email}"

    assert messages(take_in(row, administrator)) == ["Fremmed har ikke rollen den dag."]


def test_a_file_hands_no_cases_to_units_of_others(local, team):
    other = UnitFactory(code="FJO-X", name="Team Fremmed")
    header = "type;kode;navn;art;hoerer_under;til;afloest_af\n"
    row = f"enhed;{team.code};{team.name};team;{team.parent.code};{TODAY - timedelta(days=1):%d-%m-%Y};FJO-X"

    outcome = take_in_organisation(f"{header}{row}\n".encode(), by=local)

    assert [message.startswith(f"Du er ikke administrator i {other}") for message in messages(outcome)] == [
        True
    ]
