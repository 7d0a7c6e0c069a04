"""The one judgement against a slow, obvious oracle and its special cases."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from serviceniveau.actions.judgements import judge
from serviceniveau.models import DecisionKind, FrameKind, Judgement, Registration, Relation, convert
from serviceniveau.queries.judgement import preview
from tests.factories import (
    InterventionFactory,
    LegalBasisFactory,
    NeedLevelFactory,
    RegistrationFactory,
    ServiceLevelFactory,
    TargetGroupFactory,
    adopt,
    standard_in_force,
)

pytestmark = pytest.mark.django_db


def relation_of(registration: Registration) -> str | None:
    found = preview(registration)
    return found[0].relation.value if found else None


@pytest.mark.parametrize(
    ("minimum", "typical", "maximum", "amount", "relation"),
    [
        (2, None, 6, 1, "below"),
        (2, None, 6, 2, "inside"),
        (2, None, 6, 6, "inside"),
        (2, None, 6, "6.01", "above"),
        (None, None, 6, 0, "inside"),
        (None, None, 6, 7, "above"),
        (None, 4, None, 4, "inside"),
        (None, 4, None, 3, "below"),
        (None, 4, None, 5, "above"),
        (None, 4, 6, 1, "inside"),
        (2, 4, None, 9, "inside"),
        (2, None, None, 1, "below"),
    ],
)
def test_relation_follows_the_bounds_that_are_set(minimum, typical, maximum, amount, relation):
    standard_in_force(minimum=minimum, typical=typical, maximum=maximum)

    assert relation_of(RegistrationFactory(amount=Decimal(amount))) == relation


@pytest.mark.parametrize(
    ("amount", "unit", "relation"),
    [
        (360, "minutter/uge", "inside"),
        (361, "minutter/uge", "above"),
        (26, "timer/måned", "inside"),
        (27, "timer/måned", "above"),
        ("0.5", "timer/dag", "inside"),
        (3, "gange/uge", "incomplete"),
    ],
)
def test_amount_is_converted_to_the_unit_of_the_frame(amount, unit, relation):
    standard_in_force()

    assert relation_of(RegistrationFactory(amount=Decimal(amount), amount_unit=unit)) == relation


def test_conversion_agrees_with_the_table_of_units():
    standard_in_force(maximum=Decimal(1000))

    found = preview(RegistrationFactory(amount=Decimal(100), amount_unit="minutter/måned"))

    assert found[0].amount == convert(Decimal(100), "minutter/måned", "timer/uge")


@pytest.mark.parametrize(
    ("field", "value", "missing"),
    [
        ("amount", None, "omfang"),
        ("amount_unit", "", "enhed"),
        ("need_level", None, "støttebehov"),
        ("age_band", "", "alder"),
        ("target_group", None, "målgruppe"),
    ],
)
def test_missing_information_is_said_and_never_guessed(field, value, missing):
    standard_in_force(need_level=NeedLevelFactory(), target_group=TargetGroupFactory(), age_bands=["30-49"])

    found = preview(RegistrationFactory(**{field: value}))

    assert [(a.relation, a.missing) for a in found] == [(Relation.INCOMPLETE, missing)]


def test_age_that_no_frame_asks_for_is_not_missing():
    standard_in_force()

    assert relation_of(RegistrationFactory(age_band="", need_level=None)) == "inside"


def test_level_on_another_scale_is_missing_information():
    standard_in_force(need_level=NeedLevelFactory(scale="FFB", value=2))

    registration = RegistrationFactory(need_level=NeedLevelFactory(scale="FSIII", value=2))

    assert preview(registration)[0].missing == "støttebehov"


def test_need_level_without_frame_is_not_judged():
    standard_in_force(need_level=NeedLevelFactory(value=2))

    assert relation_of(RegistrationFactory(need_level=NeedLevelFactory(value=4))) is None


def test_frame_for_a_target_group_covers_the_groups_below_it():
    parent = TargetGroupFactory(code="psykisk", name="Psykisk funktionsnedsættelse")
    child = TargetGroupFactory(code="angst", name="Angst", parent=parent)
    standard_in_force(target_group=parent)

    assert relation_of(RegistrationFactory(target_group=child)) == "inside"
    assert (
        relation_of(RegistrationFactory(target_group=TargetGroupFactory(code="andet", name="Andet"))) is None
    )


def test_version_in_force_on_the_decision_date_decides_for_ever():
    first = ServiceLevelFactory(maximum=Decimal(6)).version
    adopt(first, date(2024, 1, 1), date(2026, 1, 1))
    second = ServiceLevelFactory(
        version__standard=first.standard, version__number=2, maximum=Decimal(3)
    ).version
    adopt(second, date(2026, 1, 1))

    assert relation_of(RegistrationFactory(decided_on=date(2025, 12, 31))) == "inside"
    assert relation_of(RegistrationFactory(decided_on=date(2026, 1, 1))) == "above"
    assert relation_of(RegistrationFactory(decided_on=date(2023, 12, 31))) is None


def test_version_that_was_not_yet_adopted_does_not_judge():
    adopt(ServiceLevelFactory().version, date(2024, 1, 1), adopted_on=date(2026, 10, 1))

    assert relation_of(RegistrationFactory(decided_on=date(2026, 9, 14))) is None


def test_frame_of_another_law_does_not_judge():
    standard_in_force()

    pathway = LegalBasisFactory(law="AEL", section="9", valid=DateRange(date(2025, 7, 1), None))

    assert relation_of(RegistrationFactory(legal_basis=pathway)) is None


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_only_decisions_about_the_level_are_judged(kind):
    standard_in_force()
    judged = {
        "bevilling_ny",
        "bevilling_delvis",
        "opjustering",
        "nedjustering",
        "forlaengelse",
        "leverandoerskift",
        "genvurdering_medhold",
    }

    assert (relation_of(RegistrationFactory(kind=kind)) is not None) == (kind.value in judged)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "relation"),
    [
        (date(2026, 7, 1), date(2026, 12, 31), "inside"),
        (date(2026, 7, 1), date(2027, 1, 1), "above"),
        (date(2026, 2, 1), date(2026, 7, 31), "inside"),
        (date(2026, 7, 1), None, "incomplete"),
    ],
)
def test_duration_is_counted_in_calendar_months(starts_on, ends_on, relation):
    standard_in_force(
        kind=FrameKind.DURATION_FRAME,
        minimum=None,
        maximum=Decimal(6),
        unit="måneder",
        intervention=InterventionFactory(),
    )

    assert relation_of(RegistrationFactory(starts_on=starts_on, ends_on=ends_on)) == relation


def test_minimum_is_never_exceeded():
    standard_in_force(kind=FrameKind.MINIMUM, minimum=Decimal(12), maximum=None)

    assert relation_of(RegistrationFactory(amount=Decimal(40))) == "inside"
    assert relation_of(RegistrationFactory(amount=Decimal(11))) == "below"


def test_extent_duration_and_minimum_are_judged_apart():
    version = ServiceLevelFactory().version
    ServiceLevelFactory(version=version, kind=FrameKind.MINIMUM, minimum=Decimal(5), maximum=None)
    ServiceLevelFactory(
        version=version, kind=FrameKind.DURATION_FRAME, minimum=None, maximum=Decimal(6), unit="måneder"
    )
    adopt(version)
    registration = RegistrationFactory(starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))

    found = [(a.kind.value, a.relation.value) for a in preview(registration)]

    assert found == [("guiding_frame", "inside"), ("minimum", "below"), ("duration_frame", "inside")]


def test_judging_saved_decisions_twice_gives_the_same_rows():
    standard_in_force()
    registration = RegistrationFactory(deviating=True)

    made = [judge(selection="SELECT %s::bigint", params=[registration.pk]) for _ in range(2)]

    assert made == [1, 1]
    row = Judgement.objects.get()
    assert (row.registration, row.relation, row.amount) == (registration, Relation.ABOVE, Decimal(9))


def oracle(registration: Registration, levels: list) -> tuple[str, str] | None:
    """The rule as one would explain it: find the frames that could be meant, then compare."""
    possible = [
        level
        for level in levels
        if (registration.need_level is None or level.need_level == registration.need_level)
        and (not registration.age_band or registration.age_band in level.age_bands)
    ]
    if not possible:
        return None
    missing = ["støttebehov"] * (registration.need_level is None) + ["alder"] * (not registration.age_band)
    missing += ["omfang"] * (registration.amount is None)
    if missing:
        return "incomplete", ", ".join(missing)
    (level,) = possible
    if registration.amount > level.maximum:
        return "above", ""
    return ("below" if registration.amount < level.minimum else "inside"), ""


def test_many_decisions_at_once_are_judged_as_the_oracle_says():
    needs = [NeedLevelFactory(value=value) for value in (1, 2, 3)]
    bands = [["0-5", "6-11"], ["12-17"], ["18-29", "30-49", "50-66"]]
    version = ServiceLevelFactory(need_level=needs[0], age_bands=bands[0], minimum=1, maximum=3).version
    for index, need in enumerate(needs):
        for band in bands:
            if (index, band) != (0, bands[0]):
                ServiceLevelFactory(
                    version=version, need_level=need, age_bands=band, minimum=index + 1, maximum=2 * index + 3
                )
    adopt(version)
    dice = Random(7)
    choices = [*needs, None]
    ages = ["", "0-5", "6-11", "12-17", "30-49", "67+"]
    amounts = [None, *(Decimal(half) / 2 for half in range(16))]
    decided = [
        RegistrationFactory(
            need_level=dice.choice(choices), age_band=dice.choice(ages), amount=dice.choice(amounts)
        )
        for _ in range(120)
    ]

    judge(selection="SELECT id FROM serviceniveau_registration")

    stored = {row.registration_id: (row.relation, row.missing) for row in Judgement.objects.all()}
    levels = list(version.levels.all())
    assert [stored.get(r.pk) for r in decided] == [oracle(r, levels) for r in decided]
