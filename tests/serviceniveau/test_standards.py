from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from serviceniveau.actions.judgements import judge
from serviceniveau.actions.standards import adopt_version
from serviceniveau.models import Adoption, FrameKind, ServiceLevel, StandardVersion
from tests.factories import (
    InterventionFactory,
    LegalBasisFactory,
    NeedLevelFactory,
    QualityStandardFactory,
    RegistrationFactory,
    ServiceLevelFactory,
    StandardVersionFactory,
    TargetGroupFactory,
    UserFactory,
    adopt,
    standard_in_force,
)

pytestmark = pytest.mark.django_db


def draft(**level) -> StandardVersion:
    """A standard's first version with one frame of 2-6 hours a week."""
    return ServiceLevelFactory(**level).version


def decide(version: StandardVersion, valid_from: date = date(2026, 1, 1), **more) -> StandardVersion:
    given = {"body": "Socialudvalget", "adopted_on": date(2025, 12, 1)} | more
    return adopt_version(version=version, valid_from=valid_from, **given)


def refusal(version: StandardVersion, valid_from: date = date(2026, 1, 1), **more) -> str:
    with pytest.raises(ValidationError) as refused:
        decide(version, valid_from, **more)
    return " ".join(refused.value.messages)


def next_version(version: StandardVersion, **level) -> StandardVersion:
    following = StandardVersionFactory(standard=version.standard, number=version.number + 1)
    ServiceLevelFactory(version=following, **level)
    return following


def test_adoption_puts_the_version_in_force_from_the_day():
    by = UserFactory()

    version = decide(
        draft(), case_number="25-117", link="https://fjordby.example/sag", expected_effect="Uændret", by=by
    )

    assert version.valid == DateRange(date(2026, 1, 1), None)
    adoption = version.adoption
    assert (adoption.body, adoption.adopted_on, adoption.case_number, adoption.link) == (
        "Socialudvalget",
        date(2025, 12, 1),
        "25-117",
        "https://fjordby.example/sag",
    )
    assert (adoption.expected_effect, adoption.registered_by) == ("Uændret", by)
    assert version.history.order_by("-history_id")[0].history_user_id == by.pk


def test_adoption_ends_the_predecessor_the_day_before():
    first = decide(draft())

    second = decide(next_version(first), date(2026, 7, 1), adopted_on=date(2026, 5, 1))

    first.refresh_from_db()
    assert first.valid == DateRange(date(2026, 1, 1), date(2026, 7, 1))
    assert list(StandardVersion.objects.in_force(on=date(2026, 6, 30))) == [first]
    assert list(StandardVersion.objects.in_force(on=date(2026, 7, 1))) == [second]


def test_adoption_may_take_effect_the_same_day():
    assert decide(draft(), adopted_on=date(2026, 1, 1)).is_adopted


def test_adoption_is_refused_when_it_comes_after_its_effect():
    assert refusal(draft(), adopted_on=date(2026, 1, 2)) == (
        "Et niveau kan først gælde fra den dag, det er vedtaget. Vælg en senere dag."
    )


def test_adoption_is_refused_twice():
    assert refusal(decide(draft())) == (
        "Versionen er allerede vedtaget. Lav en ny version for at ændre niveauet."
    )


def test_adoption_is_refused_without_a_body():
    assert refusal(draft(), body=" ") == "Skriv, hvem der har vedtaget versionen."


def test_adoption_of_a_library_standard_is_refused():
    library = QualityStandardFactory(origin_municipality="Køge")

    assert refusal(StandardVersionFactory(standard=library)).startswith(
        "Standarden er fra biblioteket (Køge) og kan ikke vedtages her."
    )


def test_adoption_before_a_later_version_is_refused():
    first = draft()
    decide(next_version(first), date(2026, 7, 1))

    assert refusal(first, date(2026, 1, 1)) == (
        "Version 2 er vedtaget fra 01-07-2026. En ny version skal gælde fra en senere dag."
    )


def test_adoption_on_the_day_of_another_version_is_refused():
    first = decide(draft())

    assert refusal(next_version(first), date(2026, 1, 1)).startswith("Version 1 er vedtaget fra 01-01-2026.")


def test_adoption_with_two_frames_for_the_same_is_refused():
    version = draft()
    ServiceLevelFactory(version=version, need_level=NeedLevelFactory(value=2), maximum=Decimal(8))

    assert refusal(version) == (
        "To rammer i versionen dækker det samme: »vejledende ramme, Socialpædagogisk støtte, "
        "FFB 2: Støttebehov 2« og »vejledende ramme, Socialpædagogisk støtte«."
    )


def test_adoption_of_hours_under_aeldreloven_is_refused():
    basis = LegalBasisFactory(law="AEL", section="9", area="aeldre")
    version = draft(version__standard__legal_basis=basis)

    assert refusal(version).startswith("Ældreloven bygger på forløb.")


# What another standard in force covers, and what this one would cover: they meet or they do not.
def group(code: str, parent=None):
    return TargetGroupFactory(code=code, name=code, parent=parent)


MEETING = {
    "everybody": lambda: ({}, {}),
    "everybody and one need level": lambda: ({}, {"need_level": NeedLevelFactory(value=2)}),
    "same need level": lambda: ({"need_level": NeedLevelFactory(value=2)},) * 2,
    "same age among others": lambda: ({"age_bands": ["18-29", "30-49"]}, {"age_bands": ["30-49", "50-66"]}),
    "any age and one": lambda: ({"age_bands": []}, {"age_bands": ["67+"]}),
    "group above": lambda: (
        {"target_group": (above := group("handicap"))},
        {"target_group": group("a", above)},
    ),
    "group beneath": lambda: (
        {"target_group": group("a", above := group("handicap"))},
        {"target_group": above},
    ),
    "any group and one": lambda: ({"target_group": group("a")}, {}),
}
APART = {
    "another need level": lambda: (
        {"need_level": NeedLevelFactory(value=1)},
        {"need_level": NeedLevelFactory(value=2)},
    ),
    "other ages": lambda: ({"age_bands": ["18-29"]}, {"age_bands": ["30-49"]}),
    "sister groups": lambda: (
        {"target_group": group("a", above := group("handicap"))},
        {"target_group": group("b", above)},
    ),
    "another intervention": lambda: ({}, {"intervention": InterventionFactory(code="ledsagelse")}),
    "another kind of frame": lambda: ({}, {"kind": FrameKind.MINIMUM}),
    "a text": lambda: ({}, {"kind": FrameKind.TEXT}),
}


@pytest.mark.parametrize("case", MEETING)
def test_adoption_is_refused_where_another_standard_covers_the_same(case):
    theirs, ours = MEETING[case]()
    other = standard_in_force(**theirs, version__standard__code="KS-GML", version__standard__title="Støtte")

    message = refusal(draft(**ours))

    assert message.startswith(
        "Standarden Støtte (KS-GML) dækker allerede »vejledende ramme, Socialpædagogisk"
    )
    assert other.standard.versions.count() == 1


@pytest.mark.parametrize("case", APART)
def test_adoption_beside_another_standard_is_possible(case):
    theirs, ours = APART[case]()
    standard_in_force(**theirs)

    assert decide(draft(**ours)).is_adopted


def test_adoption_after_the_other_standard_has_ended_is_possible():
    adopt(draft(), date(2024, 1, 1), date(2026, 1, 1))

    assert decide(draft()).is_adopted


def test_refused_adoption_changes_nothing():
    first = decide(draft())
    second = next_version(first)
    standard_in_force(intervention=InterventionFactory(code="ledsagelse"))
    ServiceLevelFactory(version=second, intervention=InterventionFactory(code="ledsagelse"))

    refusal(second, date(2026, 7, 1))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.valid.upper, second.valid) == (None, None)
    assert not Adoption.objects.filter(version=second).exists()


# What the database itself refuses, whoever writes
def refused_by_database(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "Andet"},
        {"number": 9},
        {"decision_deadline": 4},
        {"valid": None},
        {"valid": DateRange(date(2023, 1, 1), None)},
    ],
)
def test_adopted_version_never_changes(change):
    version = standard_in_force()

    assert refused_by_database(lambda: StandardVersion.objects.filter(pk=version.pk).update(**change))


def test_adopted_version_is_never_removed():
    version = adopt(StandardVersionFactory())

    assert refused_by_database(lambda: StandardVersion.objects.filter(pk=version.pk)._raw_delete("default"))


def test_nothing_is_in_force_without_an_adoption():
    version = draft()
    always = DateRange(date(2024, 1, 1), None)

    assert refused_by_database(lambda: StandardVersion.objects.filter(pk=version.pk).update(valid=always))
    assert refused_by_database(lambda: StandardVersionFactory(number=7, valid=always))


def test_last_day_of_an_adopted_version_may_change():
    version = standard_in_force()

    StandardVersion.objects.filter(pk=version.pk).update(valid=DateRange(date(2024, 1, 1), date(2026, 1, 1)))

    version.refresh_from_db()
    assert version.valid.upper == date(2026, 1, 1)


def test_frames_of_an_adopted_version_never_change():
    version, elsewhere = standard_in_force(), draft()
    frames = ServiceLevel.objects.filter(version=version)

    assert refused_by_database(lambda: frames.update(maximum=Decimal(9)))
    assert refused_by_database(lambda: frames.update(version=elsewhere))
    assert refused_by_database(lambda: elsewhere.levels.update(version=version))
    assert refused_by_database(lambda: frames.delete())
    assert refused_by_database(lambda: ServiceLevelFactory(version=version))


def test_adoption_record_never_changes():
    standard_in_force()

    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Adoption.objects.update(body="Byrådet")


def test_draft_may_change():
    version = draft()

    version.levels.update(maximum=Decimal(9))
    StandardVersion.objects.filter(pk=version.pk).update(purpose="Nyt")

    assert version.levels.get().maximum == Decimal(9)


def test_versions_of_a_standard_never_overlap():
    version = standard_in_force()
    following = next_version(version)

    assert refused_by_database(
        lambda: StandardVersion.objects.filter(pk=following.pk).update(
            valid=DateRange(date(2025, 1, 1), None)
        )
    )


def test_decisions_registered_before_the_adoption_are_judged_by_the_new_level():
    first = standard_in_force(maximum=Decimal(6))
    registration = RegistrationFactory(amount=Decimal(5))
    judge(selection="SELECT %s::bigint", params=[registration.pk])
    second = next_version(first, maximum=Decimal(3))

    decide(second, date(2026, 9, 1))

    assert [(row.version, row.relation) for row in registration.judgements.all()] == [(second, "above")]


def test_standard_under_another_law_may_cover_the_same_cell():
    standard_in_force()
    elsewhere = QualityStandardFactory(legal_basis=LegalBasisFactory(law="BL", section="32"))

    adopted = decide(draft(version__standard=elsewhere))

    assert adopted.valid == DateRange(date(2026, 1, 1), None)
