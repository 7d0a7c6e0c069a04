"""Undo: earlier editions and removed lines come back, and the history tells who did what."""

import pytest
from django.core.exceptions import ValidationError

from roles.actions.plans import (
    EditConflict,
    add_responsibility,
    change_responsibility,
    copy_plan,
    move_responsibility,
    move_row,
    remove_responsibility,
    remove_row,
    rename_plan,
    restore_responsibility,
)
from roles.models import Phase, Responsibility
from roles.queries.plans import changes_of, removed_lines, restorable
from tests.roles.plans.conftest import adopt


@pytest.fixture
def line(plan, cell, editor):
    values = {"text": "Første", "timing": "maaned", "evidence": "Referat"}
    return add_responsibility(plan=plan, values=values, by=editor, **cell)


def change(line, editor, **values):
    edition = Responsibility.objects.get(pk=line.pk).edition
    return change_responsibility(responsibility=line, edition=edition, values=values, by=editor)


def remove(line, editor) -> int:
    return remove_responsibility(responsibility=line, edition=line.edition, by=editor)


def texts(plan) -> list[str]:
    return list(plan.responsibilities.order_by("position").values_list("text", flat=True))


def test_earlier_edition_comes_back_as_a_new_one(plan, line, editor):
    change(line, editor, text="Anden", timing="kvartal", evidence="")
    (edition,) = restorable(Responsibility.objects.get(pk=line.pk))
    restored = restore_responsibility(plan=plan, history_id=edition.history_id, by=editor)

    assert (restored.text, restored.timing, restored.evidence) == ("Første", "maaned", "Referat")
    assert (restored.pk, restored.edition, restored.lineage) == (line.pk, 3, line.lineage)


def test_whoever_wrote_meanwhile_meets_the_restored_edition(plan, line, editor):
    change(line, editor, text="Anden")
    (edition,) = restorable(Responsibility.objects.get(pk=line.pk))
    restore_responsibility(plan=plan, history_id=edition.history_id, by=editor)

    with pytest.raises(EditConflict):
        change_responsibility(responsibility=line, edition=2, values={"text": "Tredje"}, by=editor)


def test_restored_edition_stays_where_the_line_stands_now(plan, line, leading, editor):
    change(line, editor, text="Anden")
    move_responsibility(responsibility=line, to=(leading, Phase.DEVELOPMENT), by=editor)
    edition = restorable(Responsibility.objects.get(pk=line.pk))[-1]
    restored = restore_responsibility(plan=plan, history_id=edition.history_id, by=editor)

    assert (restored.text, restored.phase) == ("Første", Phase.DEVELOPMENT)


def test_removed_line_returns_to_its_place(plan, line, cell, editor):
    middle = add_responsibility(plan=plan, values={"text": "Midt"}, by=editor, **cell)
    add_responsibility(plan=plan, values={"text": "Sidst"}, by=editor, **cell)
    history_id = remove(middle, editor)
    assert [each.history_id for each in removed_lines(plan)] == [history_id]
    restored = restore_responsibility(plan=plan, history_id=history_id, by=editor)

    assert texts(plan) == ["Første", "Midt", "Sidst"]
    assert (restored.pk, restored.lineage, restored.edition) == (middle.pk, middle.lineage, 2)
    assert removed_lines(plan) == []


def test_line_returns_with_its_row_when_that_is_gone(plan, line, editor):
    history_id = remove(line, editor)
    remove_row(row=plan.rows.get(role=line.role), by=editor)
    restore_responsibility(plan=plan, history_id=history_id, by=editor)

    assert plan.rows.order_by("position").last().role == line.role
    assert texts(plan) == ["Første"]


def test_restoring_twice_changes_nothing_more(plan, line, editor):
    history_id = remove(line, editor)
    restore_responsibility(plan=plan, history_id=history_id, by=editor)
    restore_responsibility(plan=plan, history_id=history_id, by=editor)

    assert texts(plan) == ["Første"]


def test_history_of_another_plan_is_refused(plan, line, editor):
    other = copy_plan(plan=plan, by=editor, subject="Andet")

    with pytest.raises(ValidationError, match="Den udgave findes ikke i planens historik"):
        restore_responsibility(plan=other, history_id=line.history.get().history_id, by=editor)
    with pytest.raises(ValidationError, match="Den udgave findes ikke"):
        restore_responsibility(plan=plan, history_id=0, by=editor)


def test_adopted_plan_gets_nothing_back(plan, line, editor):
    change(line, editor, text="Anden")
    first = line.history.earliest().history_id
    adopt(plan, by=editor)

    with pytest.raises(ValidationError, match="Planen er vedtaget"):
        restore_responsibility(plan=plan, history_id=first, by=editor)
    assert texts(plan) == ["Anden"]


def test_editions_tell_how_they_differ_from_now_each_content_once(line, editor):
    for text in ("Anden", "Første", "Tredje"):
        change(line, editor, text=text)
    found = restorable(Responsibility.objects.get(pk=line.pk))

    assert [edition.text for edition in found] == ["Første", "Anden"]
    (field,) = found[0].fields
    assert (field.label, field.before, field.after) == ("Ansvar", "Første", "Tredje")
    assert {edition.by for edition in found} == {"Bo Faglig"}


def told(plan) -> list[tuple[str, str, str]]:
    return [(change.act, change.subject, change.place) for change in changes_of(plan)]


HERE = "Teamledelse, opfølgning"


def test_changes_tell_what_was_done_newest_first(plan, line, cell, leading, editor):
    second = add_responsibility(plan=plan, values={"text": "Næste"}, by=editor, **cell)
    change(line, editor, text="Anden")
    move_responsibility(responsibility=second, up=True, by=editor)
    move_responsibility(responsibility=second, to=(leading, Phase.DEVELOPMENT), by=editor)
    gone = remove(second, editor)
    move_row(row=plan.rows.get(role=leading), up=True, by=editor)
    rename_plan(plan=plan, subject="Voksne", escalation_days=14, by=editor)

    assert told(plan) == [
        ("rettet", "Planen", ""),
        ("flyttet", "Rollen Teamledelse", ""),
        ("fjernet", "Næste", "Teamledelse, udvikling"),
        ("flyttet", "Næste", "Teamledelse, udvikling"),
        ("flyttet", "Næste", HERE),
        ("rettet", "Anden", HERE),
        ("tilføjet", "Næste", HERE),
        ("tilføjet", "Første", HERE),
        ("tilføjet", "Planen", ""),
    ]
    assert [each.history_id for each in changes_of(plan) if each.history_id] == [gone]


def test_change_tells_fields_in_words_and_by_whom(plan, line, leading, editor):
    change(line, editor, timing="aar", is_individual=True)
    move_responsibility(responsibility=line, to=(leading, Phase.DEVELOPMENT), by=editor)
    moved, changed = changes_of(plan)[:2]

    assert [(field.label, field.before, field.after) for field in changed.fields] == [
        ("Tidspunkt", "Hver måned", "Hvert år"),
        ("Løses af hver enkelt for sig", "nej", "ja"),
    ]
    assert [(field.before, field.after) for field in moved.fields] == [(HERE, "Teamledelse, udvikling")]
    assert changed.by == "Bo Faglig"


def test_restored_line_and_adoption_are_told(plan, line, editor):
    history_id = remove(line, editor)
    restore_responsibility(plan=plan, history_id=history_id, by=editor)
    adopt(plan, by=editor)

    acts = [change.act for change in changes_of(plan)]
    assert acts == ["vedtaget", "gendannet", "fjernet", "tilføjet", "tilføjet"]


def test_number_of_queries_is_that_of_one_change(plan, line, editor, django_assert_num_queries):
    for text in "ABCDE":
        change(line, editor, text=text)

    with django_assert_num_queries(6):
        changes_of(plan)
    with django_assert_num_queries(3):
        restorable(line)
