from datetime import date, timedelta

import pytest
from django.urls import reverse

from roles.actions.letter_templates import change_template
from roles.models import MailLog, MailTemplate, RoleCode
from tests.factories import UnitFactory, UserFactory, department, give_role

pytestmark = pytest.mark.django_db

BODY = "Hej {fornavn}\n{opgaver}\n{link}"
# session, user, rights, own units, letters counted and listed, own roles; 5 for savepoints and the session
LOG_QUERIES = 7 + 5


@pytest.fixture
def template(db):
    return MailTemplate.objects.get(code="dagens_opgaver")


@pytest.fixture
def page(template):
    return reverse("mail-template-edit", args=[template.code])


def words(response) -> str:
    return " ".join(response.content.decode().split())


def sent(user, day=date(2026, 11, 2), **options) -> MailLog:
    given = {"code": "dagens_opgaver", "subject": "Dine opgaver", "items": 2, "state": "sendt"}
    return MailLog.objects.create(user=user, day=day, **given | options)


def test_changed_words_are_saved(log_in, administrator, template, page):
    answer = log_in(administrator).post(page, {"subject": "Opgaver", "body": BODY, "edition": 1})

    assert answer["Location"] == reverse("mail-templates")
    template.refresh_from_db()
    assert (template.subject, template.body, template.edition) == ("Opgaver", BODY, 2)


def test_unknown_field_is_refused_beside_the_text(log_in, administrator, template, page):
    answer = log_in(administrator).post(page, {"subject": "Opgaver", "body": f"{BODY} {{cpr}}", "edition": 1})

    assert answer.status_code == 422
    assert answer.context["form"].errors["body"] == [
        "Feltet {cpr} findes ikke. Brug: {fornavn}, {opgaver}, {link}."
    ]
    template.refresh_from_db()
    assert template.edition == 1


def test_trying_out_shows_the_letter_and_saves_nothing(log_in, administrator, template, page):
    typed = {"subject": "Prøve", "body": BODY, "edition": 1, "handling": "vis"}

    answer = log_in(administrator).post(page, typed)

    assert answer.status_code == 200
    assert "Sådan bliver din udgave" in words(answer)
    assert "Emne: Prøve" in words(answer)
    assert "Hej Asta" in words(answer)
    template.refresh_from_db()
    assert template.subject != "Prøve"


def test_second_writer_sees_both_texts_and_loses_none(log_in, administrator, template, page):
    change_template(
        template=template, subject="Den andens", body=BODY, edition=1, by=give_admin("Karin Kollega")
    )
    client = log_in(administrator)
    mine = {"subject": "Min", "body": f"Kære {{fornavn}}\n{BODY}", "edition": 1}

    answer = client.post(page, mine)

    assert answer.status_code == 409
    assert "Karin Kollega gemte" in words(answer)
    assert "Den andens" in words(answer)
    assert answer.context["form"]["subject"].value() == "Min"
    assert client.post(page, mine | {"edition": 2}).status_code == 302


def give_admin(name):
    return give_role(UserFactory(name=name), RoleCode.ADMINISTRATOR, department())


def test_unknown_letter_is_not_found(log_in, administrator):
    assert log_in(administrator).get("/organisation/mails/findes-ikke/").status_code == 404


def test_log_is_filtered_by_state_day_and_person(log_in, administrator, leader, caseworker):
    first = sent(leader)
    failed = sent(caseworker, day=date(2026, 11, 3), state="fejlet", error="Forbindelsen blev afvist")
    client = log_in(administrator)

    def shown(**asked):
        return list(client.get(reverse("mail-log"), asked).context["page"])

    assert shown() == [failed, first]
    assert shown(status="fejlet") == [failed]
    assert shown(dag="02-11-2026") == [first]
    assert shown(person="lærke") == [first]
    assert shown(status="findes-ikke") == [failed, first]


def test_log_shows_the_administrators_own_people_only(log_in, leader):
    elsewhere = UnitFactory(parent=department("FJO-SS-PS"))
    sent(give_role(UserFactory(), RoleCode.TEAM_LEADER, elsewhere))
    own = sent(leader)

    answer = log_in(give_admin("Per")).get(reverse("mail-log"))

    assert list(answer.context["page"]) == [own]


def test_log_has_fifty_a_page(log_in, administrator, leader):
    for number in range(51):
        sent(leader, day=date(2026, 1, 1) + timedelta(days=number))

    answer = log_in(administrator).get(reverse("mail-log"), {"status": "sendt", "side": "2"})

    assert len(answer.context["page"]) == 1
    assert "?side=1&amp;status=sendt" in words(answer)


@pytest.mark.parametrize("rows", [1, 3])
def test_log_asks_the_same_number_of_questions(
    log_in, administrator, leader, django_assert_num_queries, rows
):
    for number in range(rows):
        sent(leader, day=date(2026, 1, 1 + number))
    client = log_in(administrator)
    client.get(reverse("mail-log"))

    with django_assert_num_queries(LOG_QUERIES):
        client.get(reverse("mail-log"))


def test_an_administrator_of_one_unit_does_not_change_everybodys_letters(log_in, team, template, page):
    client = log_in(give_role(UserFactory(), RoleCode.ADMINISTRATOR, team))
    typed = {"subject": "Andet emne", "body": template.body, "edition": template.edition}

    answers = [client.post(page, typed | how).status_code for how in ({"handling": "vis"}, {})]

    template.refresh_from_db()
    assert (answers, template.edition) == ([200, 403], typed["edition"])
