"""The pages of a plan: who sees which, what they show, and that their queries do not grow with the plan."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from roles.actions.plans import add_responsibility, copy_plan, remove_responsibility
from roles.models import Event, Phase, ResponsibilityPlan, RoleCode
from tests.factories import (
    EventFactory,
    PlanFactory,
    ResponsibilityFactory,
    UserFactory,
    department,
    give_role,
)

MOST_QUERIES = 15


def page(log_in, user, name, *args, **query):
    return log_in(user).get(reverse(name, args=args), query)


@pytest.fixture
def reader(unit):
    """A politician of the same department."""
    return give_role(UserFactory(name="Gro Ravn"), RoleCode.POLITICIAN, unit)


def test_adopted_plan_is_for_everybody_and_a_draft_for_editors(log_in, adopted, editor, reader):
    draft = copy_plan(plan=adopted, by=editor)

    assert list(page(log_in, reader, "plan-list").context["plans"]) == [adopted]
    assert list(page(log_in, editor, "plan-list").context["plans"]) == [draft, adopted]
    assert page(log_in, reader, "plan-detail", adopted.pk).status_code == 200
    assert page(log_in, reader, "plan-detail", draft.pk).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_often_whatever_its_length(log_in, editor, unit, django_assert_num_queries, count):
    PlanFactory.create_batch(count, unit=unit)
    client = log_in(editor)

    with django_assert_num_queries(10):
        response = client.get(reverse("plan-list"))

    assert len(response.context["plans"]) == count


@pytest.mark.parametrize("name", ["plan-detail", "plan-edit"])
@pytest.mark.parametrize("count", [1, 100])
def test_grid_asks_as_often_whatever_its_size(
    log_in, plan, editor, cell, django_assert_max_num_queries, name, count
):
    ResponsibilityFactory.create_batch(count, plan=plan, **cell)
    client = log_in(editor)

    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(reverse(name, args=[plan.pk]))

    assert response.content.count(b'class="line line-') == count


def test_grid_says_when_and_on_what_level_and_who_lacks(log_in, plan, editor, cell):
    ResponsibilityFactory(plan=plan, **cell, information_level="team", evidence="Referat")

    told = page(log_in, editor, "plan-detail", plan.pk).content.decode()

    next_time = next(day for month in range(12) if (day := fifteenth(month)) >= localdate())
    assert f"Hver måned, næste gang {next_time:%d-%m-%Y}" in told
    assert "Teamniveau" in told
    assert "Dokumentation: Referat" in told
    assert "Ubesat" in told  # nobody leads a team here


def fifteenth(months_ahead: int) -> date:
    count = localdate().year * 12 + localdate().month - 1 + months_ahead
    return date(count // 12, count % 12 + 1, 15)


def test_search_leaves_the_lines_with_the_word_and_marks_it(log_in, plan, editor, cell):
    ResponsibilityFactory(plan=plan, **cell, text="Hører handicaprådet")
    ResponsibilityFactory(plan=plan, **cell, text="Gør noget andet")

    told = page(log_in, editor, "plan-detail", plan.pk, soeg="handicapråd").content.decode()

    assert "1 ansvar rummer" in told
    assert "Hører <mark>handicapråd</mark>et" in told
    assert "Gør noget andet" not in told


def test_new_plan_begins_with_the_template(log_in, unit, editor):
    values = {"unit": unit.pk, "subject": "Ældre", "from_template": "on"}

    response = log_in(editor).post(reverse("plan-new"), values)

    made = ResponsibilityPlan.objects.get(subject="Ældre")
    assert response["Location"] == reverse("plan-edit", args=[made.pk])
    assert made.responsibilities.count() > 20


def test_plan_for_a_unit_outside_ones_own_is_refused(log_in, unit, editor):
    foreign = department("FJO-SS-PS")

    response = log_in(editor).post(reverse("plan-new"), {"unit": foreign.pk, "subject": "Ældre"})

    assert response.status_code == 422
    assert ResponsibilityPlan.objects.count() == 0


def test_adopting_from_the_page_puts_the_plan_in_force(log_in, plan, editor, cell):
    ResponsibilityFactory(plan=plan, **cell)
    values = {"body": "Socialudvalget", "adopted_on": f"{localdate():%d-%m-%Y}", "case_number": "26/1"}

    response = log_in(editor).post(reverse("plan-adopt", args=[plan.pk]), values, follow=True)

    plan.refresh_from_db()
    assert (plan.body, plan.is_in_force) == ("Socialudvalget", True)
    assert "Planen er vedtaget og giver" in response.content.decode()


def test_adoption_in_the_future_is_refused_at_its_field(log_in, plan, editor, cell):
    ResponsibilityFactory(plan=plan, **cell)
    values = {"body": "Socialudvalget", "adopted_on": "01-01-2060"}

    response = log_in(editor).post(reverse("plan-adopt", args=[plan.pk]), values)

    assert response.status_code == 422
    assert "fremtiden" in response.context["form"].errors["adopted_on"][0]


def test_new_version_is_a_draft_and_is_edited_next(log_in, adopted, editor):
    response = log_in(editor).post(reverse("plan-copy", args=[adopted.pk]))

    draft = ResponsibilityPlan.objects.get(version=2)
    assert response["Location"] == reverse("plan-edit", args=[draft.pk])


@pytest.mark.parametrize("name", ["plan-edit", "plan-adopt", "plan-settings", "plan-delete"])
def test_adopted_plan_leads_back_to_reading(log_in, adopted, editor, name):
    response = page(log_in, editor, name, adopted.pk)

    assert (response.status_code, response["Location"]) == (302, reverse("plan-detail", args=[adopted.pk]))


def test_difference_tells_what_was_added_and_removed(log_in, adopted, editor, cell):
    draft = copy_plan(plan=adopted, by=editor)
    gone = draft.responsibilities.get()
    remove_responsibility(responsibility=gone, edition=1, by=editor)
    add_responsibility(
        plan=draft, **cell, values={"text": "Noget nyt", "involvement": "ansvarlig"}, by=editor
    )

    told = page(log_in, editor, "plan-difference", draft.pk).content.decode()

    assert "<ins>Noget nyt</ins>" in told
    assert "<del>Gennemgår signaler</del>" in told


def test_draft_is_deleted_after_a_question(log_in, plan, editor):
    asked = page(log_in, editor, "plan-delete", plan.pk)
    log_in(editor).post(reverse("plan-delete", args=[plan.pk]))

    assert "Det kan ikke fortrydes" in asked.content.decode()
    assert not ResponsibilityPlan.objects.exists()


def test_completeness_links_to_the_empty_cell(log_in, plan, editor, leading):
    told = page(log_in, editor, "plan-completeness", plan.pk).content.decode()

    assert f"{reverse('plan-edit', args=[plan.pk])}#celle-{leading.pk}-{Phase.FOLLOW_UP.value}" in told


def test_row_is_added_as_role_or_as_party_by_name(log_in, plan, editor):
    address = reverse("row-add", args=[plan.pk])

    log_in(editor).post(address, {"name": "Boligforeningen"})
    empty = log_in(editor).post(address, {})

    assert plan.rows.order_by("position").last().role.name == "Boligforeningen"
    assert empty.status_code == 422
    assert plan.rows.count() == 6


def test_row_with_lines_is_hidden_but_not_removed(log_in, plan, editor, cell):
    ResponsibilityFactory(plan=plan, **cell)
    row = plan.rows.get(role=cell["role"])

    log_in(editor).post(reverse("row-hide", args=[row.pk]), {"skjul": "ja"})
    refused = log_in(editor).post(reverse("row-remove", args=[row.pk]), follow=True)

    row.refresh_from_db()
    assert row.is_hidden
    assert "Flyt eller fjern dem først" in refused.content.decode()


def test_event_is_added_and_removed(log_in, unit, editor):
    values = {"kind": "udvalgsmoede", "unit": unit.pk, "on": "02-12-2026", "title": "Socialudvalget"}
    log_in(editor).post(reverse("event-new"), values)
    event = Event.objects.get()

    listed = page(log_in, editor, "event-list").content.decode()
    log_in(editor).post(reverse("event-remove", args=[event.pk]))

    assert "02-12-2026" in listed
    assert not Event.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_events_ask_as_often_whatever_their_number(log_in, editor, unit, django_assert_num_queries, count):
    for day in range(1, count + 1):
        EventFactory(unit=unit, on=date(2026, 12, day))
    client = log_in(editor)

    with django_assert_num_queries(12):
        response = client.get(reverse("event-list"))

    lines = response.context["lines"]
    assert len(lines.coming + lines.past) == count
