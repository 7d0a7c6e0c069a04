import pytest
from django.core.exceptions import ValidationError

from roles.actions.letter_templates import TemplateConflict, change_template, preview
from roles.letter_fields import LETTER_FIELDS, example_values, faults, fill
from roles.models import MailTemplate
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

DIGEST = "dagens_opgaver"
GOOD = "Hej {fornavn}\n{opgaver}\n{link}"


@pytest.fixture
def template(db):
    return MailTemplate.objects.get(code=DIGEST)


def test_every_letter_has_its_fields_and_comes_with_a_text_that_holds_them():
    assert set(LETTER_FIELDS) == set(MailTemplate.Code.values)
    assert {code: faults(MailTemplate.objects.get(code=code).body, code) for code in LETTER_FIELDS} == {
        code: [] for code in LETTER_FIELDS
    }


def test_a_changed_letter_is_a_new_edition(template, administrator):
    changed = change_template(
        template=template,
        subject=" Opgaver ",
        body="Kære {fornavn}\r\n{opgaver} {link}",
        edition=1,
        by=administrator,
    )

    assert (changed.subject, changed.body, changed.edition) == (
        "Opgaver",
        "Kære {fornavn}\n{opgaver} {link}",
        2,
    )
    assert changed.history.first().history_user == administrator


def test_the_second_of_two_gets_to_see_the_first(template, administrator):
    change_template(template=template, subject="Første", body=GOOD, edition=1, by=administrator)

    with pytest.raises(TemplateConflict, match="rettet af en anden") as conflict:
        change_template(template=template, subject="Anden", body=GOOD, edition=1, by=UserFactory())

    assert conflict.value.current.subject == "Første"


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("Emne", GOOD + "{cpr}", "Feltet {cpr} findes ikke"),
        ("Emne", GOOD + "{fornavn.__class__}", "findes ikke"),
        ("Emne", GOOD + "{fornavn[0]}", "findes ikke"),
        ("Emne", GOOD + "{fornavn!r}", "findes ikke"),
        ("Emne", GOOD + "{fornavn:>9999}", "findes ikke"),
        ("Emne", GOOD + "{}", "findes ikke"),
        ("Emne", GOOD + "{0}", "findes ikke"),
        ("Emne", GOOD + "{", "mangler sin makker"),
        ("Emne", GOOD + "}", "mangler sin makker"),
        ("Emne", "Hej {fornavn} {link}", "Feltet {opgaver} mangler"),
        ("Emne", "", "Feltet skal udfyldes|Dette felt"),
        ("", GOOD, "Feltet skal udfyldes|Dette felt"),
        ("Hej {fornavn}", GOOD, "ens for alle"),
        ("To\nlinjer", GOOD, "ens for alle"),
        ("Emne", GOOD + "x" * 4000, "4000"),
        ("Emne", GOOD + " 010190-1234", "CPR"),
    ],
)
def test_refused_and_nothing_changes(template, administrator, subject, body, said):
    with pytest.raises(ValidationError, match=said):
        change_template(template=template, subject=subject, body=body, edition=1, by=administrator)

    template.refresh_from_db()
    assert template.edition == 1
    with pytest.raises(ValidationError):
        preview(template=template, subject=subject, body=body)


def test_a_preview_shows_examples(template):
    subject, body = preview(template=template, subject="Emne", body="Hej {fornavn}: {{ {opgaver} {link}")

    assert subject == "Emne"
    assert body.startswith("Hej Asta: { Fristen er passeret:")
    assert fill("{link}", example_values(DIGEST)) == "https://serviceniveau.example.dk/opgaver/"
