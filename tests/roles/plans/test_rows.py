"""The rows of a plan: roles and parties, their order, hidden and removed."""

import pytest
from django.core.exceptions import ValidationError

from roles.actions.plans import add_party, add_responsibility, add_row, move_row, remove_row, set_row_hidden
from roles.models import Phase, Role, RoleCode

FIVE = ["politiker", "direktion", "fagledelse", "teamledelse", "sagsbehandler"]


def codes(plan) -> list[str]:
    return list(plan.rows.order_by("position").values_list("role__code", flat=True))


def row(plan, code: str):
    return plan.rows.get(role__code=code)


def test_new_plan_has_the_five_roles_of_the_guidance_in_its_order(plan):
    assert codes(plan) == FIVE


def test_role_is_added_last_and_once(plan, editor):
    controller = Role.objects.get(code=RoleCode.CONTROLLER)
    add_row(plan=plan, role=controller, by=editor)

    with pytest.raises(ValidationError, match="Controller er allerede med i planen"):
        add_row(plan=plan, role=controller, by=editor)
    assert codes(plan) == [*FIVE, "controller"]


def test_party_by_name_becomes_a_role_without_people_or_rights(plan, editor):
    added = add_party(plan=plan, name="  Grønærø   Råd & Venner ", by=editor)

    assert (added.role.name, added.role.code) == ("Grønærø Råd & Venner", "groenaeroe_raad_venner")
    assert (added.role.is_staffed, added.role.held_at) == (False, "")
    assert codes(plan)[-1] == "groenaeroe_raad_venner"


def test_party_that_is_known_is_the_same_role(plan, editor):
    before = Role.objects.count()
    added = add_party(plan=plan, name="handicapråd", by=editor)

    assert (added.role.code, Role.objects.count()) == ("handicapraad", before)


def test_two_parties_whose_codes_meet_get_each_their_own(plan, editor):
    first = add_party(plan=plan, name="Råd-1", by=editor)
    second = add_party(plan=plan, name="Råd 1", by=editor)

    assert (first.role.code, second.role.code) == ("raad_1", "raad_1_2")


REFUSED_NAMES = {
    "empty": ("  ", "Skriv, hvad parten hedder."),
    "no letters": ("123 -", "Skriv, hvad parten hedder."),
    "too long": ("x" * 81, "Skriv højst 80 tegn."),
    "CPR": ("Hr. Holm 010190-1234", "CPR-nummer"),
}


@pytest.mark.parametrize(("name", "sentence"), REFUSED_NAMES.values(), ids=REFUSED_NAMES)
def test_party_without_a_proper_name_is_refused(plan, editor, name, sentence):
    with pytest.raises(ValidationError, match=sentence):
        add_party(plan=plan, name=name, by=editor)
    assert codes(plan) == FIVE


MOVES = [
    ("politiker", "up", FIVE),
    ("politiker", "down", ["direktion", "politiker", "fagledelse", "teamledelse", "sagsbehandler"]),
    ("sagsbehandler", "up", ["politiker", "direktion", "fagledelse", "sagsbehandler", "teamledelse"]),
    ("sagsbehandler", "down", FIVE),
]


@pytest.mark.parametrize(("code", "way", "after"), MOVES)
def test_row_moves_one_step(plan, editor, code, way, after):
    moved = move_row(row=row(plan, code), up=way == "up", by=editor)

    assert (codes(plan), moved.role.code) == (after, code)


def test_row_is_hidden_and_shown_again(plan, editor):
    set_row_hidden(row=row(plan, "direktion"), is_hidden=True, by=editor)
    assert row(plan, "direktion").is_hidden

    set_row_hidden(row=row(plan, "direktion"), is_hidden=False, by=editor)
    assert not row(plan, "direktion").is_hidden


def test_empty_row_is_removed_but_not_one_with_responsibilities(plan, editor, leading):
    add_responsibility(plan=plan, role=leading, phase=Phase.FOLLOW_UP, values={"text": "A"}, by=editor)
    remove_row(row=row(plan, "politiker"), by=editor)

    with pytest.raises(ValidationError, match="Teamledelse har 1 ansvar i planen. Flyt eller fjern dem"):
        remove_row(row=row(plan, "teamledelse"), by=editor)
    assert codes(plan) == FIVE[1:]


def test_row_that_another_removed_says_so(plan, editor):
    opened = row(plan, "politiker")
    remove_row(row=opened, by=editor)

    for change in (
        lambda: move_row(row=opened, up=False, by=editor),
        lambda: set_row_hidden(row=opened, is_hidden=True, by=editor),
        lambda: remove_row(row=opened, by=editor),
    ):
        with pytest.raises(ValidationError, match="Rækken er fjernet af en anden"):
            change()


def test_adopted_plan_keeps_its_rows(adopted, editor):
    first = adopted.rows.first()
    borgere = Role.objects.get(code="borgere")

    for change in (
        lambda: add_row(plan=adopted, role=borgere, by=editor),
        lambda: add_party(plan=adopted, name="Naboer", by=editor),
        lambda: move_row(row=first, up=False, by=editor),
        lambda: set_row_hidden(row=first, is_hidden=True, by=editor),
        lambda: remove_row(row=first, by=editor),
    ):
        with pytest.raises(ValidationError, match="Planen er vedtaget og kan ikke ændres"):
            change()
    assert codes(adopted) == FIVE
    assert not Role.objects.filter(name="Naboer").exists()
