"""The decision form: who may open it, what it keeps, what it shows before anything is saved."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from roles.models import ReadLog, RoleCode
from roles.models.cpr import CPR_MESSAGE
from serviceniveau.actions.decision_rules import REASON_MISSING
from serviceniveau.actions.grants import refresh_grants
from serviceniveau.forms.decisions import opening_token
from serviceniveau.models import DecisionKind, Registration
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    DeviationReasonFactory,
    GrantFactory,
    InterventionFactory,
    LegalBasisFactory,
    NeedLevelFactory,
    RegistrationFactory,
    UnitFactory,
    UserFactory,
    give_role,
    standard_in_force,
)

pytestmark = pytest.mark.django_db
NEW = "/afgoerelser/ny/"
CHECK = "/afgoerelser/kontrol/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(team, caseworker):
    return CaseFactory(number="S-1", unit=team, caseworker=caseworker, birth_year=1990)


@pytest.fixture
def answers(case):
    """What a caseworker types for 4 hours a week, decided today."""
    basis, intervention = LegalBasisFactory(), InterventionFactory()
    intervention.legal_bases.add(basis)
    return {
        "token": opening_token(),
        "case_number": "S-1",
        "legal_basis": basis.pk,
        "intervention": intervention.pk,
        "kind": "bevilling_ny",
        "need_level": NeedLevelFactory().pk,
        "decided_on": f"{localdate():%d-%m-%Y}",
        "starts_on": f"{localdate():%d%m%y}",
        "amount": "4",
        "amount_unit": "timer/uge",
    }


@pytest.fixture
def saved(case, caseworker):
    """A decision of the case that stands outside no frame."""
    registration = RegistrationFactory(case=case, decided_on=localdate())
    registration.intervention.legal_bases.add(registration.legal_basis)
    return registration


def edit_url(registration):
    return reverse("decision-edit", args=[registration.pk])


def test_decision_is_saved_and_the_case_opens(log_in, caseworker, case, answers):
    standard_in_force()

    response = log_in(caseworker).post(NEW, answers)

    assert (response.status_code, response["Location"]) == (302, f"/sager/{case.pk}/")
    registration = Registration.objects.get()
    assert (registration.amount, registration.starts_on) == (Decimal(4), localdate())
    assert registration.target_group == case.target_group
    assert registration.seconds_to_register is not None


def test_history_names_who_saved(log_in, caseworker, answers):
    log_in(caseworker).post(NEW, answers)

    assert Registration.objects.get().history.get().history_user_id == caseworker.pk


def test_saving_twice_makes_one_decision(log_in, caseworker, answers):
    client = log_in(caseworker)

    codes = [client.post(NEW, answers).status_code for _ in range(2)]

    assert (codes, Registration.objects.count()) == ([302, 302], 1)


def test_queries_of_one_registration(log_in, caseworker, answers):
    """Savepoints apart: session, user and rights 4, form 4, rules 6, writes and what follows from them 8."""
    standard_in_force()
    client = log_in(caseworker)

    with CaptureQueriesContext(connection) as queries:
        client.post(NEW, answers)

    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) == 22


def test_invalid_form_answers_422_and_keeps_what_was_typed(log_in, caseworker, answers):
    standard_in_force()
    texts = {"amount": "9", "deviation_text": "Netværket er faldet væk", "supplier": "Havnens Bosted"}

    response = log_in(caseworker).post(NEW, answers | texts)

    page = response.content.decode()
    assert response.status_code == 422
    assert REASON_MISSING in page
    assert [text in page for text in texts.values()] == [True, True, True]
    assert "Ret dette, før du kan gå videre" in page


@pytest.mark.parametrize("field", ["supplier", "deviation_text"])
def test_cpr_number_is_refused_in_every_text(log_in, caseworker, answers, field):
    response = log_in(caseworker).post(NEW, answers | {field: "Se 010190-1234"})

    assert response.status_code == 422
    assert CPR_MESSAGE in response.content.decode()
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("amount", "1.234", "1.234 kan betyde 1234 eller 1,234. Skriv tallet uden punktum."),
        ("amount", "fire", "Skriv et tal, fx 4 eller 2,5."),
        ("decided_on", "31-02-2026", "Skriv datoen som dag-måned-år, fx 14-09-2026."),
        ("case_number", "", "Skriv sagsnummeret."),
        ("case_number", "S-404", "Du har ingen sag med det nummer."),
        ("kind", "", "Vælg afgørelsestype."),
    ],
)
def test_field_errors_say_what_to_do(log_in, caseworker, answers, field, value, message):
    response = log_in(caseworker).post(NEW, answers | {field: value})

    assert response.status_code == 422
    assert message in response.content.decode()


@pytest.mark.parametrize(("typed", "amount"), [("2,5", "2.50"), ("2.5", "2.50"), ("1.234,5", "1234.50")])
def test_amounts_are_read_as_danes_write_them(log_in, caseworker, answers, typed, amount):
    log_in(caseworker).post(NEW, answers | {"amount": typed})

    assert Registration.objects.get().amount == Decimal(amount)


def test_new_case_is_opened_inline(log_in, caseworker, team, answers):
    new = {"case_number": "NY-9", "create_case": "on", "birth_year": "2001"}

    response = log_in(caseworker).post(NEW, answers | new)

    case = Registration.objects.get().case
    assert response.status_code == 302
    assert (case.number, case.unit, case.caseworker, case.birth_year) == ("NY-9", team, caseworker, 2001)


def test_failed_decision_leaves_no_new_case(log_in, caseworker, answers):
    standard_in_force()
    new = {"case_number": "NY-9", "create_case": "on", "birth_year": "2001", "amount": "9"}

    response = log_in(caseworker).post(NEW, answers | new)

    assert response.status_code == 422
    assert not Registration.objects.exists()
    assert not CaseFactory._meta.model.objects.filter(number="NY-9").exists()


def test_age_is_asked_for_when_the_birthday_of_the_year_decides(log_in, caseworker, team):
    CaseFactory(number="S-30", unit=team, birth_year=localdate().year - 30)

    page = log_in(caseworker).get(NEW, {"sag": team.cases.get().pk}).content.decode()

    assert "Aldersgruppe på afgørelsesdagen" in page
    assert "18-29 år" in page


def test_application_and_grant_fill_in_the_form(log_in, caseworker, case, saved):
    application = ApplicationFactory(case=case, received_on=localdate() - timedelta(days=9))
    client = log_in(caseworker)

    from_application = client.get(NEW, {"ansoegning": application.pk}).content.decode()
    from_grant = client.get(NEW, {"bevilling": saved.grant.pk}).content.decode()

    assert f'value="{application.received_on:%d-%m-%Y}"' in from_application
    assert 'name="amount" value="4"' in from_grant


def test_links_of_the_case_page_carry_the_case_whatever_its_number(log_in, caseworker, team):
    case = CaseFactory(pk=5001, number="S-77", unit=team, caseworker=caseworker)
    RegistrationFactory(case=case, grant=GrantFactory(pk=5002, case=case), unit=team)
    refresh_grants(selection="SELECT 5002")
    ApplicationFactory(pk=5003, case=case)
    client = log_in(caseworker)

    page = client.get(reverse("case-detail", args=[case.pk])).content.decode()
    links = set(re.findall(rf'href="({NEW}\?[^"]+)"', page))

    assert links == {f"{NEW}?sag=5001", f"{NEW}?bevilling=5002", f"{NEW}?ansoegning=5003"}
    assert all('value="S-77"' in client.get(link).content.decode() for link in links)


def test_live_check_tells_the_relation_and_asks_why(log_in, caseworker, answers):
    standard_in_force()
    DeviationReasonFactory()

    response = log_in(caseworker).post(CHECK, answers | {"amount": "8"}, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 200
    assert "2 timer over rammen (2–6 timer pr. uge)." in page
    assert "Det er lovligt, når den konkrete og individuelle vurdering kræver det. Skriv hvorfor." in page
    assert "data-asks-reason" in page
    assert "Sammensatte behov" in page
    assert "<html" not in page
    assert not Registration.objects.exists()


def test_live_check_inside_the_frame_asks_nothing(log_in, caseworker, answers):
    standard_in_force()

    page = log_in(caseworker).post(CHECK, answers, headers=HTMX).content.decode()

    assert "Inden for rammen (2–6 timer pr. uge)." in page
    assert "data-asks-reason" not in page


def test_check_without_script_shows_the_whole_form_with_the_same_words(log_in, caseworker, answers):
    standard_in_force()

    page = log_in(caseworker).post(CHECK, answers | {"amount": "8"}).content.decode()

    assert "<html" in page
    assert "2 timer over rammen (2–6 timer pr. uge)." in page
    assert "Ret dette" not in page


def test_cost_is_shown_before_saving(log_in, caseworker, answers):
    price = {"price_dkk": "400", "price_unit": "kr./time"}

    page = log_in(caseworker).post(CHECK, answers | price, headers=HTMX).content.decode()

    assert "83.200\N{NO-BREAK SPACE}kr." in page
    assert f"I budgetåret {localdate().year}" in page


def test_choosing_a_paragraph_offers_its_interventions(log_in, caseworker, answers):
    InterventionFactory(code="fremmed", name="Fremmed ydelse")
    trigger = HTMX | {"HX-Trigger-Name": "legal_basis"}

    page = log_in(caseworker).post(CHECK, answers, headers=trigger).content.decode()

    assert 'id="intervention-region"' in page
    assert "Socialpædagogisk støtte" in page
    assert "Fremmed ydelse" not in page


def test_choosing_an_intervention_sets_its_unit_also_when_the_amount_was_typed_first(
    log_in, caseworker, answers
):
    trigger = HTMX | {"HX-Trigger-Name": "intervention"}
    typed = answers | {"amount": "8", "amount_unit": ""}

    page = log_in(caseworker).post(CHECK, typed, headers=trigger).content.decode()

    assert '<option value="timer/uge" selected>' in page


def test_no_word_calls_a_deviation_wrong(log_in, caseworker, answers):
    standard_in_force()

    page = log_in(caseworker).post(CHECK, answers | {"amount": "8"}, headers=HTMX).content.decode().lower()

    assert [word for word in ("fejl", "brud", "overtræd") if word in page] == []


def test_who_may_open_the_form(log_in, caseworker, leader, controller, politician, case):
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, case.unit)
    stranger = give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory())
    users = (caseworker, leader, stranger, controller, lead, politician)

    codes = [log_in(user).get(NEW, {"sag": case.pk}).status_code for user in users]

    assert codes == [200, 200, 404, 403, 403, 403]


def test_case_that_may_be_seen_but_not_decided_is_403(log_in, team, case):
    lead = give_role(UserFactory(), RoleCode.PROFESSIONAL_LEAD, team)
    give_role(lead, RoleCode.CASEWORKER, UnitFactory())

    assert log_in(lead).get(NEW, {"sag": case.pk}).status_code == 403


def test_correction_is_saved(log_in, caseworker, answers, saved):
    response = log_in(caseworker).post(
        edit_url(saved), answers | {"edition": 1, "supplier": "Havnens Bosted"}
    )

    saved.refresh_from_db()
    assert (response.status_code, saved.edition, saved.supplier) == (302, 2, "Havnens Bosted")


def test_conflict_shows_both_and_keeps_what_was_typed(log_in, caseworker, leader, answers, saved):
    log_in(leader).post(edit_url(saved), answers | {"edition": 1, "supplier": "Fjordby Støttecenter"})
    mine = answers | {"edition": 1, "supplier": "Havnens Bosted"}

    response = log_in(caseworker).post(edit_url(saved), mine)
    page = response.content.decode()
    again = log_in(caseworker).post(edit_url(saved), mine | {"edition": 2})

    saved.refresh_from_db()
    assert response.status_code == 409
    assert "<td>Fjordby Støttecenter</td><td>Havnens Bosted</td>" in page
    assert "Ib Lærkedal gemte" in page
    assert 'name="supplier" value="Havnens Bosted"' in page
    assert (again.status_code, saved.supplier) == (302, "Havnens Bosted")


def test_correction_outside_the_team_is_404(log_in, saved):
    stranger = give_role(UserFactory(), RoleCode.CASEWORKER, UnitFactory())

    assert log_in(stranger).get(edit_url(saved)).status_code == 404


def test_form_keeps_what_is_saved(log_in, caseworker, saved):
    page = log_in(caseworker).get(edit_url(saved)).content.decode()

    assert f'value="{saved.decided_on:%d-%m-%Y}"' in page
    assert f'value="{saved.intervention_id}" selected' in page


def test_decision_beyond_competence_goes_to_the_leader(log_in, caseworker, leader, answers):
    standard_in_force(approval_above=Decimal(8))
    beyond = {"amount": "10", "deviation_reason": DeviationReasonFactory().pk}

    told = log_in(caseworker).post(CHECK, answers | beyond, headers=HTMX).content.decode()
    log_in(caseworker).post(NEW, answers | beyond)
    waiting = Registration.objects.get()
    listed = log_in(leader).get("/afgoerelser/godkendelse/").content.decode()
    response = log_in(leader).post(reverse("decision-approve", args=[waiting.pk]), {"edition": 1})

    waiting.refresh_from_db()
    assert "Kræver teamlederens godkendelse." in told
    assert "4 timer over rammen (2–6 timer pr. uge)." in listed
    assert (response.status_code, waiting.status) == (302, "afgjort")


def test_caseworker_may_not_approve(log_in, caseworker, saved):
    client = log_in(caseworker)

    assert client.get("/afgoerelser/godkendelse/").status_code == 403
    assert client.post(reverse("decision-approve", args=[saved.pk])).status_code == 403


def test_leader_of_another_team_sees_nothing_to_approve(log_in, saved):
    Registration.objects.update(status="afventer")
    other = give_role(UserFactory(), RoleCode.TEAM_LEADER, UnitFactory())

    page = log_in(other).get("/afgoerelser/godkendelse/").content.decode()

    assert "Ingen afgørelser venter på dig" in page
    assert log_in(other).post(reverse("decision-approve", args=[saved.pk])).status_code == 404


def test_type_ahead_offers_own_units_cases_only(log_in, caseworker, case):
    CaseFactory(number="S-12")

    page = log_in(caseworker).get("/sager/valg/", {"case_number": "s-"}).content.decode()

    assert page.count("<option") == 1
    assert 'value="S-1"' in page


def test_opening_a_case_in_the_form_is_logged(log_in, caseworker, case):
    log_in(caseworker).get(NEW, {"sag": case.pk})

    assert list(ReadLog.objects.values_list("user", "act", "subject", "keys")) == [
        (caseworker.pk, "åbnet", "sag", [case.pk])
    ]


def test_change_lists_the_grants_of_the_case(log_in, caseworker, answers, saved):
    trigger = HTMX | {"HX-Trigger-Name": "kind"}
    change = answers | {"kind": DecisionKind.RAISED}

    page = log_in(caseworker).post(CHECK, change, headers=trigger).content.decode()

    assert saved.grant.number in page
