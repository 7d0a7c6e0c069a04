from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from roles.models import ReadLog, RoleCode
from roles.models.history import acting
from serviceniveau.actions.grants import refresh_grants
from serviceniveau.actions.judgements import judge
from serviceniveau.models import Registration
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    RegistrationFactory,
    UnitFactory,
    UserFactory,
    give_role,
    standard_in_force,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(team, caseworker):
    return CaseFactory(number="S-1", unit=team, caseworker=caseworker)


def decide(case, **values):
    """A decision in force today, with its judgement and its grant's dates."""
    registration = RegistrationFactory(
        case=case, **({"decided_on": localdate() - timedelta(days=9)} | values)
    )
    judge(selection="SELECT %s::bigint", params=[registration.pk])
    refresh_grants(selection="SELECT %s::bigint", params=[registration.grant_id])
    return registration


def page_of(client, case):
    return client.get(f"/sager/{case.pk}/").content.decode()


def test_case_shows_grants_decisions_and_applications(log_in, caseworker, case):
    standard_in_force()
    first = decide(case, deviating=True, supplier="Havnens Bosted")
    decide(case, grant=first.grant, kind="nedjustering", amount=Decimal(5), decided_on=localdate())
    ApplicationFactory(case=case)

    page = page_of(log_in(caseworker), case)

    assert "5 timer pr. uge" in page
    assert "3 timer over rammen (2–6 timer pr. uge)." in page
    assert "Begrundelsen mangler." in page
    assert "Inden for rammen (2–6 timer pr. uge)." in page
    assert "Ikke afgjort" in page


def test_changes_tell_who_changed_what(log_in, caseworker, case):
    registration = decide(case)
    with acting(user_id=caseworker.pk, reason="POST /afgoerelser/"):
        Registration.objects.filter(pk=registration.pk).update(amount=Decimal(6), supplier="Havnens Bosted")

    page = page_of(log_in(caseworker), case)

    assert "Omfang: fra “4” til “6”" in page
    assert "Leverandør: fra “ikke udfyldt” til “Havnens Bosted”" in page
    assert page.count("Asta Bøgelund</td>") == 1


@pytest.mark.parametrize("decisions", [1, 3])
def test_queries_do_not_grow_with_decisions(log_in, caseworker, case, decisions):
    standard_in_force()
    for _ in range(decisions):
        decide(case, deviating=True)
    client = log_in(caseworker)

    with CaptureQueriesContext(connection) as queries:
        page_of(client, case)

    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 14


def test_who_may_open_a_case(log_in, caseworker, leader, controller, politician, administrator, case):
    stranger = give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory())
    users = (caseworker, leader, controller, stranger, politician, administrator)

    codes = [log_in(user).get(f"/sager/{case.pk}/").status_code for user in users]

    assert codes == [200, 200, 200, 404, 403, 403]
    assert log_in(caseworker).get("/sager/999999/").status_code == 404


def test_who_may_not_register_gets_no_buttons(log_in, controller, case):
    decide(case)

    page = page_of(log_in(controller), case)

    assert ("Ny afgørelse" in page, "Ændr eller afslut" in page, ">Ret<" in page) == (False, False, False)


def test_opening_is_logged(log_in, caseworker, case):
    page_of(log_in(caseworker), case)

    assert list(ReadLog.objects.values_list("user", "act", "subject", "keys", "purpose")) == [
        (caseworker.pk, "åbnet", "sag", [case.pk], "Sagsside")
    ]
