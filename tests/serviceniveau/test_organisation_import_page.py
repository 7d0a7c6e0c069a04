"""An administrator's file: looked through first, then taken in, never further than the administrator."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from roles.models import RoleRequest, Unit, User
from serviceniveau.models import ImportRun

pytestmark = pytest.mark.django_db
URL = "/organisation/indlaes/"
HEADER = "type;kode;navn;art;hoerer_under;email;rolle;enhed;fra\n"
FILE = f"""{HEADER}enhed;FJO-SS-VH-T7;Team Øst;team;FJO-SS-VH;;;;
person;;Asta Holm;;;asta@fjordby.example;;;
rolle;;;;;asta@fjordby.example;teamledelse;FJO-SS-VH-T7;01-01-2026
hold;;;;;;;;
"""


def upload(client, content=FILE, name="organisation.csv"):
    return client.post(URL, {"file": SimpleUploadedFile(name, content.encode())})


def token_of(response):
    return response.context["token"]


def test_the_first_look_tells_and_saves_nothing(log_in, administrator):
    response = upload(log_in(administrator))

    outcome = response.context["outcome"]
    assert (outcome.created, outcome.rejected) == (3, 1)
    assert "Typen »hold« kendes ikke" in response.content.decode()
    assert not Unit.objects.filter(code="FJO-SS-VH-T7").exists()
    assert not ImportRun.objects.exists()


def test_then_it_is_taken_in_with_a_receipt(log_in, administrator):
    client = log_in(administrator)
    token = token_of(upload(client))

    response = client.post(URL, {"token": token}, follow=True)

    assert "Filen er indlæst: 3 oprettet, 0 rettet, 0 uændret. 1 er ikke med" in response.content.decode()
    assert (ImportRun.objects.get().started_by, RoleRequest.objects.get().role.code) == (
        administrator,
        "teamledelse",
    )
    assert not User.objects.get(email="asta@fjordby.example").assignments.exists()


def test_a_file_is_taken_in_once_and_by_the_one_who_sent_it(log_in, administrator, client):
    token = token_of(upload(log_in(administrator)))
    log_in(administrator).post(URL, {"token": token})

    again = log_in(administrator).post(URL, {"token": token})

    assert again.status_code == 422
    assert "Filen gemmes kun en halv time. Vælg den igen." in again.content.decode()
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("type;farve\n", "a.csv", "Kolonnen kendes ikke."),
        ("", "a.csv", "Filen er tom."),
        (FILE, "010190-1234.csv", "CPR"),
        ('{"org_units": 1}', "a.json", "Filen er ikke en eksport fra OS2mo."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(log_in, administrator, content, name, message):
    response = upload(log_in(administrator), content, name)

    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_file_that_changes_nothing_says_so(log_in, administrator):
    response = upload(log_in(administrator), f"{HEADER}hold;;;;;;;;\n")

    assert "Filen ændrer ingenting." in response.content.decode()
