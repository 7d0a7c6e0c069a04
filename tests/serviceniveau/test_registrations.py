"""Registering, correcting and approving decisions: every rule and every refusal."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate

from roles.models.cpr import CPR_MESSAGE
from roles.models.history import acting
from serviceniveau.actions.decision_rules import REASON_MISSING
from serviceniveau.actions.registrations import EditConflict, approve, correct, register
from serviceniveau.models import (
    Application,
    Case,
    DecisionKind,
    FrameKind,
    Grant,
    Judgement,
    Registration,
)
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    DeviationReasonFactory,
    GrantFactory,
    InterventionFactory,
    LegalBasisFactory,
    NeedLevelFactory,
    QualityStandardFactory,
    ServiceLevelFactory,
    TargetGroupFactory,
    adopt,
    standard_in_force,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 14)


@pytest.fixture
def case(team, caseworker):
    return CaseFactory(number="S-1", unit=team, caseworker=caseworker, birth_year=1990)


def typed(case, **values):
    """A decision as the form hands it over: 4 hours a week, inside the frame of 2-6."""
    basis, intervention = LegalBasisFactory(), InterventionFactory()
    intervention.legal_bases.add(basis)
    defaults = {
        "case": case,
        "kind": DecisionKind.NEW,
        "legal_basis": basis,
        "intervention": intervention,
        "target_group": case.target_group,
        "need_level": NeedLevelFactory(),
        "decided_on": DAY,
        "starts_on": DAY,
        "amount": Decimal(4),
        "amount_unit": "timer/uge",
    }
    return Registration(**(defaults | values))


def save(registration, by, applied_on=None, seconds=None):
    with acting(user_id=by.pk, reason="test"):
        return register(registration=registration, by=by, applied_on=applied_on, seconds=seconds)


def refused(registration, by, applied_on=None):
    with pytest.raises(ValidationError) as error:
        save(registration, by, applied_on)
    return error.value.message_dict


def test_registering_fills_in_what_follows(case, caseworker, team):
    standard_in_force()

    saved = save(typed(case), caseworker, applied_on=date(2026, 8, 3), seconds=41)

    saved.refresh_from_db()
    assert (saved.unit, saved.caseworker, saved.source) == (team, caseworker, "serviceniveau")
    assert (saved.month, saved.registered_on, saved.age_band) == (date(2026, 9, 1), localdate(), "30-49")
    assert (saved.status, saved.edition, saved.seconds_to_register) == ("afgjort", 1, 41)
    assert (saved.grant.number, saved.grant.starts_on) == ("S-1/1", DAY)
    assert (saved.application.received_on, saved.application.intervention) == (
        date(2026, 8, 3),
        saved.intervention,
    )
    assert list(saved.judgements.values_list("relation", flat=True)) == ["inside"]


def test_queries_of_saving_a_decision_with_an_application(case, caseworker, django_assert_num_queries):
    """Locks 2, rules 6, application and grant 4, the decision 1, what follows 3; two savepoints apart."""
    standard_in_force()
    decision = typed(case)
    decision.decision_id = "form-1"

    with django_assert_num_queries(16 + 2):
        register(registration=decision, by=caseworker, applied_on=date(2026, 8, 3), seconds=42)


def test_application_gets_the_deadline_of_the_standard(case, caseworker):
    version = ServiceLevelFactory(
        version__decision_deadline=4, version__decision_deadline_unit="uger"
    ).version
    adopt(version)

    saved = save(typed(case), caseworker, applied_on=date(2026, 9, 1))

    assert saved.application.deadline_on == date(2026, 9, 29)


def test_application_that_is_there_already_is_answered(case, caseworker):
    registration = typed(case)
    waiting = ApplicationFactory(
        case=case, intervention=registration.intervention, received_on=date(2026, 8, 3)
    )

    saved = save(registration, caseworker, applied_on=date(2026, 8, 3))

    assert saved.application == waiting
    assert list(Application.objects.undecided()) == []


def test_chosen_application_is_answered_with_another_intervention(case, caseworker):
    waiting = ApplicationFactory(
        case=case, intervention=InterventionFactory(code="andet"), received_on=date(2026, 8, 3)
    )

    saved = save(typed(case, application=waiting), caseworker, applied_on=date(2026, 8, 3))

    assert saved.application == waiting


def test_new_case_is_opened_with_its_first_decision(team, caseworker):
    unsaved = Case(number="NY-7", unit=team, birth_year=1984, target_group=TargetGroupFactory())

    saved = save(typed(unsaved), caseworker)

    assert (saved.case.number, saved.case.caseworker, saved.age_band) == ("NY-7", caseworker, "30-49")


@pytest.mark.parametrize(
    ("number", "birth_year", "field"),
    [("010190-1234", 1984, "case_number"), ("NY-7", None, "birth_year"), ("NY-7", 1884, "birth_year")],
)
def test_new_case_is_refused(team, caseworker, number, birth_year, field):
    unsaved = Case(number=number, unit=team, birth_year=birth_year, target_group=TargetGroupFactory())

    assert list(refused(typed(unsaved), caseworker)) == [field]
    assert not Case.objects.exists()


def test_case_number_in_use_elsewhere_is_refused(case, team, caseworker):
    unsaved = Case(number="S-1", unit=team, birth_year=1984, target_group=case.target_group)

    assert list(refused(typed(unsaved), caseworker)) == ["case_number"]


def test_same_form_saved_twice_makes_one_decision(case, caseworker):
    first = save(typed(case, decision_id="form-1"), caseworker)
    second = save(typed(case, decision_id="form-1"), caseworker)

    assert (second, Registration.objects.count(), Grant.objects.count()) == (first, 1, 1)


def test_second_grant_gets_the_next_free_number(case, caseworker):
    GrantFactory(case=case, number="S-1/2")

    assert save(typed(case), caseworker).grant.number == "S-1/3"


def test_change_keeps_its_grant_and_refusal_has_none(case, caseworker):
    grant = save(typed(case), caseworker).grant

    raised = save(typed(case, kind=DecisionKind.RAISED, grant=grant, amount=Decimal(5)), caseworker)
    turned_down = save(typed(case, kind=DecisionKind.REFUSAL, amount=None), caseworker)

    assert (raised.grant, turned_down.grant) == (grant, None)
    assert turned_down.judgements.count() == 0


def test_ending_sets_the_end_of_the_grant(case, caseworker):
    grant = save(typed(case), caseworker).grant

    save(typed(case, kind=DecisionKind.ENDED, grant=grant, starts_on=date(2026, 10, 1)), caseworker)

    grant.refresh_from_db()
    assert (grant.starts_on, grant.ends_on) == (DAY, date(2026, 10, 1))


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"decided_on": localdate() + timedelta(days=1)}, "decided_on", "fremtiden"),
        ({"ends_on": DAY - timedelta(days=1)}, "ends_on", "før startdatoen (14-09-2026)"),
        ({"kind": DecisionKind.RAISED}, "grant", "Vælg den bevilling"),
        ({"amount": Decimal(-1), "amount_unit": ""}, "amount", "0 eller derover"),
        ({"price_dkk": Decimal(-1), "price_unit": "kr."}, "price_dkk", "0 eller derover"),
        ({"price_dkk": Decimal(400)}, "price_unit", "hvad prisen gælder"),
        ({"supplier": "Ring 0101901234"}, "supplier", CPR_MESSAGE),
        ({"deviation_text": "CPR 010190-1234"}, "deviation_text", CPR_MESSAGE),
        ({"amount": Decimal(9)}, "deviation_reason", REASON_MISSING),
        ({"amount": Decimal(1)}, "deviation_reason", REASON_MISSING),
        ({"amount_unit": "gange/uge"}, "amount_unit", "timer pr. uge"),
    ],
)
def test_refusal_names_the_field_and_says_what_to_do(case, caseworker, values, field, message):
    standard_in_force()

    found = refused(typed(case, **values), caseworker)

    assert list(found) == [field]
    assert message in found[field][0]


def test_all_refusals_come_at_once(case, caseworker):
    standard_in_force()

    found = refused(typed(case, amount=Decimal(9), supplier="010190-1234", price_dkk=Decimal(1)), caseworker)

    assert sorted(found) == ["deviation_reason", "price_unit", "supplier"]


def test_decision_before_its_application_is_refused(case, caseworker):
    found = refused(typed(case), caseworker, applied_on=DAY + timedelta(days=1))

    assert found["decided_on"] == [
        "Der kan ikke afgøres, før der er ansøgt (15-09-2026). Ret en af datoerne."
    ]


def test_law_that_is_not_in_force_names_its_successors(case, caseworker):
    old = LegalBasisFactory(section="52", valid=DateRange(date(2011, 1, 1), date(2024, 1, 1)))
    old.successors.add(LegalBasisFactory(law="BL", section="32", valid=DateRange(date(2024, 1, 1), None)))
    registration = typed(case, legal_basis=old)
    registration.intervention.legal_bases.add(old)

    found = refused(registration, caseworker)

    assert found == {"legal_basis": ["SEL § 52 gælder ikke den 14-09-2026. Vælg BL § 32 i stedet."]}


def test_intervention_of_another_law_is_refused(case, caseworker):
    found = refused(typed(case, legal_basis=LegalBasisFactory(section="104")), caseworker)

    assert found["intervention"] == [
        "Socialpædagogisk støtte kan ikke bevilges efter SEL § 104. Vælg en anden ydelse."
    ]


def test_grant_of_another_case_is_refused(case, caseworker):
    found = refused(typed(case, kind=DecisionKind.RAISED, grant=GrantFactory()), caseworker)

    assert list(found) == ["grant"]


def test_reason_of_another_standard_and_other_without_words_are_refused(case, caseworker):
    standard_in_force()
    foreign = DeviationReasonFactory(code="egen", standard=QualityStandardFactory())
    other = DeviationReasonFactory(code="andet", name="Andet")

    first = refused(typed(case, amount=Decimal(9), deviation_reason=foreign), caseworker)
    second = refused(typed(case, amount=Decimal(9), deviation_reason=other), caseworker)

    assert (list(first), list(second)) == (["deviation_reason"], ["deviation_text"])


@pytest.mark.parametrize("kind", [FrameKind.MINIMUM, FrameKind.DURATION_FRAME])
def test_minimum_and_duration_ask_for_a_reason_too(case, caseworker, kind):
    unit = "måneder" if kind == FrameKind.DURATION_FRAME else "timer/uge"
    bounds = (
        {"minimum": None, "maximum": Decimal(6)}
        if unit == "måneder"
        else {"minimum": Decimal(5), "maximum": None}
    )
    standard_in_force(kind=kind, unit=unit, **bounds)

    found = refused(typed(case, ends_on=date(2027, 9, 13)), caseworker)

    assert found == {"deviation_reason": [REASON_MISSING]}


@pytest.mark.parametrize("values", [{"need_level": None}, {"amount": None}, {"amount_unit": ""}])
def test_missing_information_is_saved_as_missing(case, caseworker, values):
    standard_in_force(need_level=NeedLevelFactory())

    saved = save(typed(case, **values), caseworker)

    assert saved.judgements.get().relation == "incomplete"


@pytest.fixture
def beyond_competence(case, caseworker):
    """10 hours a week where the caseworker may grant 8."""
    standard_in_force(approval_above=Decimal(8))
    return typed(case, amount=Decimal(10), deviation_reason=DeviationReasonFactory())


def test_decision_beyond_competence_waits_and_counts_nowhere(beyond_competence, caseworker):
    saved = save(beyond_competence, caseworker, applied_on=date(2026, 8, 3))

    saved.grant.refresh_from_db()
    assert (saved.status, saved.grant.starts_on) == ("afventer", None)
    assert Registration.objects.decided().count() == 0
    assert list(Application.objects.undecided()) == [saved.application]


def test_approval_makes_it_count(beyond_competence, caseworker, leader):
    saved = save(beyond_competence, caseworker)

    approved = approve(registration=saved, by=leader)

    approved.grant.refresh_from_db()
    assert (approved.status, approved.edition, approved.grant.starts_on) == ("afgjort", 2, DAY)
    assert Judgement.objects.get(registration=approved).relation == "above"


def test_leader_decides_at_once_but_approves_nothing_of_their_own(beyond_competence, caseworker, leader):
    saved = save(beyond_competence, caseworker)
    with acting(user_id=leader.pk, reason="test"):
        Registration.objects.filter(pk=saved.pk).update(supplier="Rettet af lederen")

    with pytest.raises(ValidationError, match="en anden"):
        approve(registration=saved, by=leader)
    second = typed(beyond_competence.case, amount=Decimal(10), deviation_reason=DeviationReasonFactory())
    assert save(second, leader).status == "afgjort"


def test_approval_is_refused_without_right_twice_or_of_an_old_edition(beyond_competence, caseworker, leader):
    saved = save(beyond_competence, caseworker)

    with pytest.raises(PermissionDenied):
        approve(registration=saved, by=caseworker)
    with pytest.raises(ValidationError, match="rettet"):
        approve(registration=saved, by=leader, opened_edition=7)
    approve(registration=saved, by=leader)
    with pytest.raises(ValidationError, match="allerede godkendt"):
        approve(registration=saved, by=leader)


def test_approved_decision_stays_approved_while_its_content_stands(beyond_competence, caseworker, leader):
    approved = approve(registration=save(beyond_competence, caseworker), by=leader)

    approved.supplier = "Havnens Bosted"
    kept = correct(registration=approved, by=caseworker, opened_edition=2)
    kept.amount = Decimal(11)
    waits = correct(registration=kept, by=caseworker, opened_edition=3)

    waits.grant.refresh_from_db()
    assert (waits.status, waits.grant.starts_on) == ("afventer", None)


def test_correction_judges_anew_and_counts_editions(case, caseworker):
    standard_in_force()
    saved = save(typed(case), caseworker, applied_on=date(2026, 8, 3))

    saved.amount, saved.deviation_reason = Decimal(7), DeviationReasonFactory()
    corrected = correct(registration=saved, by=caseworker, opened_edition=1)

    assert (corrected.edition, corrected.judgements.get().relation) == (2, "above")
    assert corrected.application.received_on == date(2026, 8, 3)


def test_correction_follows_the_same_rules(case, caseworker):
    standard_in_force()
    saved = save(typed(case), caseworker)
    saved.amount = Decimal(7)

    with pytest.raises(ValidationError) as error:
        correct(registration=saved, by=caseworker, opened_edition=1)

    assert error.value.message_dict == {"deviation_reason": [REASON_MISSING]}


def test_correction_of_an_old_edition_is_a_conflict_that_changes_nothing(case, caseworker):
    saved = save(typed(case), caseworker)
    mine = Registration.objects.get(pk=saved.pk)
    saved.supplier = "Først"
    correct(registration=saved, by=caseworker, opened_edition=1)

    mine.supplier = "Sidst"
    with pytest.raises(EditConflict) as conflict:
        correct(registration=mine, by=caseworker, opened_edition=1)

    assert conflict.value.current.supplier == "Først"
    assert Registration.objects.get().supplier == "Først"


def test_corrected_application_date_moves_the_application(case, caseworker):
    saved = save(typed(case), caseworker, applied_on=date(2026, 8, 3))

    correct(registration=saved, by=caseworker, opened_edition=1, applied_on=date(2026, 8, 10))

    assert list(Application.objects.values_list("received_on", flat=True)) == [date(2026, 8, 10)]


def test_grant_without_decisions_goes_when_the_decision_becomes_a_refusal(case, caseworker):
    saved = save(typed(case), caseworker)

    saved.kind, saved.amount = DecisionKind.REFUSAL, None
    corrected = correct(registration=saved, by=caseworker, opened_edition=1)

    assert (corrected.grant, Grant.objects.count()) == (None, 0)


def test_moving_a_change_to_another_grant_refreshes_both(case, caseworker):
    first, second = save(typed(case), caseworker).grant, save(typed(case), caseworker).grant
    end = typed(case, kind=DecisionKind.ENDED, grant=first, starts_on=date(2026, 10, 1))
    ended = save(end, caseworker)

    ended.grant = second
    correct(registration=ended, by=caseworker, opened_edition=1)

    dates = {grant.pk: grant.ends_on for grant in Grant.objects.all()}
    assert dates == {first.pk: None, second.pk: date(2026, 10, 1)}


def test_target_group_of_the_case_follows_the_decision(case, caseworker):
    group = TargetGroupFactory(code="angst", name="Angst")

    save(typed(case, target_group=group), caseworker)

    case.refresh_from_db()
    assert case.target_group == group
