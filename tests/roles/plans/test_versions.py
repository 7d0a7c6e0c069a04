"""A plan's life: created, copied, adopted, superseded, renamed and deleted; and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from roles.actions.plans import (
    add_responsibility,
    add_row,
    copy_plan,
    create_plan,
    delete_draft,
    rename_plan,
    set_row_hidden,
)
from roles.models import Phase, PlanRole, Responsibility, ResponsibilityPlan, Role
from roles.queries.plans import difference
from tests.factories import DutyFactory, PlanFactory, ResponsibilityFactory, department
from tests.roles.plans.conftest import adopt

TOMORROW = localdate() + timedelta(days=1)


def test_created_plan_is_a_draft_with_empty_cells(plan, editor):
    assert (plan.subject, plan.version, plan.is_adopted) == ("Voksen handicap", 1, False)
    assert plan.responsibilities.count() == 0
    assert plan.history.get().history_change_reason == "Opretter planen Voksen handicap i FJO-SS-VH"
    assert plan.history.get().history_user == editor


SUBJECTS = {
    "empty": ("  ", "Skriv, hvad planen handler om"),
    "too long": ("x" * 121, "120"),
    "CPR": ("Sag 010190-1234", "CPR-nummer"),
    "taken by a draft": ("VOKSEN  handicap", "har allerede en kladde om Voksen handicap"),
}


@pytest.mark.parametrize(("subject", "sentence"), SUBJECTS.values(), ids=SUBJECTS)
def test_subject_that_cannot_stand_is_refused(plan, unit, editor, subject, sentence):
    with pytest.raises(ValidationError) as error:
        create_plan(unit=unit, subject=subject, by=editor, from_template=False)

    assert sentence in error.value.message_dict["subject"][0]
    assert ResponsibilityPlan.objects.count() == 1


def test_subject_in_force_asks_for_a_new_version(adopted, unit, editor):
    with pytest.raises(ValidationError, match="har allerede en vedtaget plan om Voksen handicap. Lav en ny"):
        create_plan(unit=unit, subject="Voksen handicap", by=editor, from_template=False)


def test_closed_unit_gets_no_plan(unit, editor):
    unit.closed_on = date(2026, 1, 1)
    unit.save()

    with pytest.raises(ValidationError, match="er lukket fra 01-01-2026. Vælg en enhed, der er åben"):
        create_plan(unit=unit, subject="Børn", by=editor, from_template=False)


def test_new_version_takes_everything_along(adopted, editor):
    copy = copy_plan(plan=adopted, by=editor)

    assert (copy.version, copy.copied_from, copy.is_adopted) == (2, adopted, False)
    assert difference(adopted, copy).is_empty
    old, new = adopted.responsibilities.get(), copy.responsibilities.get()
    assert (new.lineage, new.edition, new.pk == old.pk) == (old.lineage, 1, False)


def test_copy_keeps_order_hidden_rows_and_days(plan, leading, editor):
    add_row(plan=plan, role=Role.objects.get(code="leverandoer"), by=editor)
    set_row_hidden(row=plan.rows.get(role__code="leverandoer"), is_hidden=True, by=editor)
    for text in "ABC":
        add_responsibility(plan=plan, role=leading, phase=Phase.FOLLOW_UP, values={"text": text}, by=editor)
    rename_plan(plan=plan, subject=plan.subject, escalation_days=7, by=editor)
    copy = copy_plan(plan=plan, by=editor, subject="Voksen psykiatri")

    rows = list(copy.rows.values_list("role__code", "is_hidden"))
    assert rows == list(plan.rows.values_list("role__code", "is_hidden"))
    assert [line.text for line in copy.responsibilities.order_by("position")] == list("ABC")
    assert (copy.escalation_days, copy.copied_from) == (7, None)


def test_copy_to_another_unit_begins_its_own_lineages(adopted, editor):
    other = department("FJO-SS-BU")
    copy = copy_plan(plan=adopted, by=editor, unit=other)

    assert (copy.unit, copy.subject, copy.version, copy.copied_from) == (other, "Voksen handicap", 1, adopted)
    assert copy.responsibilities.get().text == "Gennemgår signaler"
    assert copy.responsibilities.get().lineage != adopted.responsibilities.get().lineage


def test_second_draft_of_the_same_is_refused(adopted, editor):
    copy_plan(plan=adopted, by=editor)

    with pytest.raises(ValidationError, match="Der er allerede en kladde til Voksen handicap"):
        copy_plan(plan=adopted, by=editor)
    assert ResponsibilityPlan.objects.count() == 2


def test_draft_is_not_copied_onto_itself(plan, editor):
    with pytest.raises(ValidationError, match="Der er allerede en kladde"):
        copy_plan(plan=plan, by=editor)


def test_copy_to_a_subject_in_use_is_refused(plan, unit, editor):
    PlanFactory(unit=unit, subject="Børn")

    with pytest.raises(ValidationError, match="har allerede en kladde om Børn"):
        copy_plan(plan=plan, by=editor, subject="børn")


def test_adoption_puts_in_force_and_names_who_and_what(plan, leading, editor):
    ResponsibilityFactory(plan=plan, role=leading)
    adopted = adopt(plan, by=editor, body=" Socialudvalget ", link="https://dagsorden.example/7")

    stored = ResponsibilityPlan.objects.get(pk=plan.pk)
    assert stored.is_in_force
    assert (stored.body, stored.adopted_on) == ("Socialudvalget", date(2026, 11, 2))
    assert (stored.case_number, stored.link) == ("27.00-P22", "https://dagsorden.example/7")
    assert "Registrerer vedtagelse" in adopted.history.latest().history_change_reason


def test_adoption_supersedes_the_version_before_it_the_same_day(adopted, editor):
    second = adopt(copy_plan(plan=adopted, by=editor), by=editor, on=date(2026, 11, 16))

    first = ResponsibilityPlan.objects.get(pk=adopted.pk)
    assert (first.superseded_on, first.is_in_force) == (date(2026, 11, 16), False)
    assert list(ResponsibilityPlan.objects.in_force()) == [second]


def test_third_version_copied_from_the_first_brings_it_back(adopted, leading, editor):
    second = copy_plan(plan=adopted, by=editor)
    add_responsibility(plan=second, role=leading, phase=Phase.FOLLOW_UP, values={"text": "B"}, by=editor)
    adopt(second, by=editor, on=date(2026, 11, 16))
    third = copy_plan(plan=ResponsibilityPlan.objects.get(pk=adopted.pk), by=editor)

    assert (third.version, [line.text for line in third.responsibilities.all()]) == (
        3,
        ["Gennemgår signaler"],
    )


ADOPTIONS = {
    "no body": ({"body": "  "}, "Skriv, hvem der har vedtaget planen"),
    "CPR in body": ({"body": "Udvalget 010190-1234"}, "CPR-nummer"),
    "tomorrow": ({"on": TOMORROW}, "kan ikke være i fremtiden"),
    "before the former": ({"on": date(2026, 11, 1)}, "Version 1 blev vedtaget 02-11-2026"),
    "before the unit": ({"on": date(2006, 12, 31)}, "findes først fra 01-01-2007"),
    "no address": ({"link": "dagsordenen"}, "URL"),
    "long number": ({"case_number": "7" * 61}, "60"),
}


@pytest.mark.parametrize(("given", "sentence"), ADOPTIONS.values(), ids=ADOPTIONS)
def test_adoption_that_cannot_be_is_refused_and_changes_nothing(adopted, editor, given, sentence):
    draft = copy_plan(plan=adopted, by=editor)

    with pytest.raises(ValidationError, match=sentence):
        adopt(draft, by=editor, **given)
    assert [each.version for each in ResponsibilityPlan.objects.in_force()] == [1]


def test_empty_plan_is_not_adopted(plan, editor):
    with pytest.raises(ValidationError, match="Planen har ingen ansvar"):
        adopt(plan, by=editor)


def test_plan_is_adopted_once(adopted, editor):
    with pytest.raises(ValidationError, match="Planen er vedtaget og kan ikke ændres"):
        adopt(adopted, by=editor)


def test_plan_of_a_closed_unit_is_not_adopted(plan, leading, editor):
    ResponsibilityFactory(plan=plan, role=leading)
    plan.unit.closed_on = date(2026, 11, 1)
    plan.unit.save()

    with pytest.raises(ValidationError, match="er lukket fra 01-11-2026"):
        adopt(plan, by=editor)


def test_draft_is_deleted_with_its_content_and_history_stays(plan, leading, editor):
    ResponsibilityFactory(plan=plan, role=leading)
    delete_draft(plan=plan, by=editor)

    counts = [model.objects.count() for model in (ResponsibilityPlan, PlanRole, Responsibility)]
    assert counts == [0, 0, 0]
    assert Responsibility.history.filter(history_type="-").count() == 1


def test_plan_with_duties_is_not_deleted(plan, editor):
    DutyFactory(responsibility=ResponsibilityFactory(plan=plan))

    with pytest.raises(ValidationError) as refused:
        delete_draft(plan=plan, by=editor)

    assert refused.value.messages == ["Der hører opgaver til planen, så den kan ikke slettes."]


def test_deleting_twice_or_an_adopted_plan_is_refused(adopted, editor):
    draft = copy_plan(plan=adopted, by=editor)
    same = ResponsibilityPlan.objects.get(pk=draft.pk)
    delete_draft(plan=draft, by=editor)

    with pytest.raises(ValidationError, match="Planen er slettet"):
        delete_draft(plan=same, by=editor)
    with pytest.raises(ValidationError, match="Planen er vedtaget"):
        delete_draft(plan=adopted, by=editor)


def test_draft_is_renamed_and_told_when_duties_go_further(plan, editor):
    rename_plan(plan=plan, subject=" Voksne  med handicap ", escalation_days=21, by=editor)

    plan.refresh_from_db()
    assert (plan.subject, plan.escalation_days) == ("Voksne med handicap", 21)


def test_letters_of_the_subject_can_be_mended(plan, editor):
    assert rename_plan(plan=plan, subject="VOKSEN handicap", escalation_days=14, by=editor).subject == (
        "VOKSEN handicap"
    )


RENAMES = {
    "taken": ("Børn", 14, "har allerede en kladde om Børn"),
    "no days": ("Voksen handicap", 0, "fra 1 til 365"),
    "a lifetime": ("Voksen handicap", 366, "fra 1 til 365"),
    "empty": ("", 14, "Skriv, hvad planen handler om"),
}


@pytest.mark.parametrize(("subject", "days", "sentence"), RENAMES.values(), ids=RENAMES)
def test_renaming_that_cannot_be_is_refused(plan, unit, editor, subject, days, sentence):
    PlanFactory(unit=unit, subject="Børn")

    with pytest.raises(ValidationError, match=sentence):
        rename_plan(plan=plan, subject=subject, escalation_days=days, by=editor)
    plan.refresh_from_db()
    assert (plan.subject, plan.escalation_days) == ("Voksen handicap", 14)


def test_later_version_keeps_its_subject(adopted, editor):
    draft = copy_plan(plan=adopted, by=editor)

    with pytest.raises(ValidationError, match="Emnet følger planens tidligere versioner"):
        rename_plan(plan=draft, subject="Noget andet", escalation_days=14, by=editor)


def test_database_itself_keeps_an_adopted_plan_as_it_was(adopted):
    changes = (
        lambda: ResponsibilityPlan.objects.filter(pk=adopted.pk).update(body="En anden"),
        lambda: Responsibility.objects.filter(plan=adopted).update(text="Noget andet"),
        lambda: PlanRole.objects.filter(plan=adopted).delete(),
    )
    for change in changes:
        with pytest.raises(IntegrityError, match="an adopted plan never changes"), transaction.atomic():
            change()
