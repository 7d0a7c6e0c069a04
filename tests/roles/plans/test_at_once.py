"""Two editors at the same moment, each in a transaction of their own: nothing is lost, nothing collides."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from roles.actions.plans import (
    EditConflict,
    add_party,
    add_responsibility,
    add_row,
    change_responsibility,
    copy_plan,
    create_plan,
    move_responsibility,
    remove_responsibility,
)
from roles.models import Phase, ResponsibilityPlan, Role, RoleCode
from tests.factories import UserFactory, department
from tests.roles.plans.conftest import adopt

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each answers, or the ValidationError it meets, when all start together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def two():
    return UserFactory(name="Bo"), UserFactory(name="Ida")


@pytest.fixture
def draft(two):
    return create_plan(unit=department(), subject="Voksen handicap", by=two[0], from_template=False)


def write(plan, by, text):
    role = Role.objects.get(code=RoleCode.TEAM_LEADER)
    return add_responsibility(plan=plan, role=role, phase=Phase.FOLLOW_UP, values={"text": text}, by=by)


def positions(plan) -> list[int]:
    return list(plan.responsibilities.order_by("position").values_list("position", flat=True))


def test_of_two_edits_of_one_edition_one_is_saved_and_the_other_told(draft, two):
    line = write(draft, two[0], "Før")
    answers = at_once(
        *(
            lambda by=by: change_responsibility(
                responsibility=line, edition=1, values={"text": by.name}, by=by
            )
            for by in two
        )
    )

    (conflict,) = [each for each in answers if isinstance(each, EditConflict)]
    line.refresh_from_db()
    assert conflict.current.text == line.text
    assert (line.edition, line.text in ("Bo", "Ida")) == (2, True)


def test_lines_added_to_one_cell_each_get_their_place(draft, two):
    at_once(*(lambda n=n: write(draft, two[n % 2], f"Linje {n}") for n in range(6)))

    assert positions(draft) == [1, 2, 3, 4, 5, 6]


def test_lines_moved_in_one_cell_keep_a_number_each(draft, two):
    lines = [write(draft, two[0], text) for text in "ABCD"]
    at_once(
        *(lambda line=line: move_responsibility(responsibility=line, up=True, by=two[0]) for line in lines)
    )

    assert positions(draft) == [1, 2, 3, 4]


def test_change_meets_removal_one_way_or_the_other(draft, two):
    line = write(draft, two[0], "Før")
    answers = at_once(
        lambda: change_responsibility(responsibility=line, edition=1, values={"text": "Ny"}, by=two[0]),
        lambda: remove_responsibility(responsibility=line, edition=1, by=two[1]),
    )

    assert len([each for each in answers if isinstance(each, ValidationError)]) == 1
    assert [each.text for each in draft.responsibilities.all()] in ([], ["Ny"])


def test_row_is_added_once_and_a_party_made_once(draft, two):
    role = Role.objects.get(code=RoleCode.CONTROLLER)
    rows = at_once(*(lambda by=by: add_row(plan=draft, role=role, by=by) for by in two))
    at_once(*(lambda by=by: add_party(plan=draft, name="Naboer", by=by) for by in two))

    assert len([each for each in rows if isinstance(each, ValidationError)]) == 1
    assert draft.rows.filter(role=role).count() == 1
    assert Role.objects.filter(name="Naboer").count() == 1


def test_one_draft_is_made_of_two_requests(two):
    unit = department()
    given = {"unit": unit, "subject": "Børn", "from_template": False}
    answers = at_once(*(lambda by=by: create_plan(**given, by=by) for by in two))

    assert len([each for each in answers if isinstance(each, ValidationError)]) == 1
    assert ResponsibilityPlan.objects.filter(subject="Børn").count() == 1


def test_one_new_version_is_made_of_two_requests(draft, two):
    write(draft, two[0], "A")
    adopt(draft, by=two[0])
    answers = at_once(*(lambda by=by: copy_plan(plan=draft, by=by) for by in two))

    assert len([each for each in answers if isinstance(each, ValidationError)]) == 1
    assert [plan.version for plan in ResponsibilityPlan.objects.drafts()] == [2]


def test_edit_comes_before_the_adoption_or_is_refused(draft, two):
    write(draft, two[0], "A")
    answers = at_once(lambda: adopt(draft, by=two[0]), lambda: write(draft, two[1], "B"))

    refused = isinstance(answers[1], ValidationError)
    assert [line.text for line in draft.responsibilities.order_by("position")] == (
        ["A"] if refused else ["A", "B"]
    )
    assert ResponsibilityPlan.objects.get(pk=draft.pk).is_in_force
