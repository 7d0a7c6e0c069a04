"""The grid, what a plan lacks, what is found in it, and how two versions differ."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from roles.actions.plans import (
    add_party,
    add_responsibility,
    add_row,
    change_responsibility,
    copy_plan,
    move_responsibility,
    remove_responsibility,
    rename_plan,
    set_row_hidden,
)
from roles.models import Phase, Responsibility, ResponsibilityPlan, Role, RoleCode
from roles.queries.plans import completeness, difference, found_in, grid, plans_visible
from tests.factories import ResponsibilityFactory, UnitFactory, UserFactory, give_role, municipality


@pytest.fixture
def write(plan, leading, editor):
    def one(text: str, *, role=leading, phase=Phase.FOLLOW_UP, **values):
        given = {"text": text, **values}
        return add_responsibility(plan=plan, role=role, phase=phase, values=given, by=editor)

    return one


def drawn(plan) -> dict[str, list[list[str]]]:
    return {
        row.role.code: [[line.text for line in cell.responsibilities] for cell in row.cells]
        for row in grid(plan).rows
    }


def test_grid_is_roles_down_and_phases_across(plan, write):
    write("A")
    write("B")
    write("C", phase=Phase.DEVELOPMENT)
    write("D", role=Role.objects.get(code="politiker"), phase=Phase.IMPLEMENTATION)

    assert drawn(plan) == {
        "politiker": [[], ["D"], []],
        "direktion": [[], [], []],
        "fagledelse": [[], [], []],
        "teamledelse": [["C"], [], ["A", "B"]],
        "sagsbehandler": [[], [], []],
    }


def test_hidden_rows_are_in_the_grid_but_not_shown(plan, editor):
    set_row_hidden(row=plan.rows.get(role__code="direktion"), is_hidden=True, by=editor)

    assert [row.role.code for row in grid(plan).shown] == [
        "politiker",
        "fagledelse",
        "teamledelse",
        "sagsbehandler",
    ]


@pytest.mark.parametrize("lines", [1, 100])
def test_grid_takes_five_queries_whatever_its_size(plan, leading, lines, django_assert_num_queries):
    ResponsibilityFactory.create_batch(lines, plan=plan, role=leading)

    opened = ResponsibilityPlan.objects.get(pk=plan.pk)
    with django_assert_num_queries(5):
        found = grid(opened)
        assert sum(len(cell.responsibilities) for row in found.rows for cell in row.cells) == lines
        str(found.rows[3].cells[2].responsibilities[0].role)


# Who holds the role where; the plan is the department's, with Team Nord and Team Syd below it.
def team(name: str):
    return UnitFactory(code=name, name=f"Team {name}")


def row_of(plan, code: str):
    return next(row for row in grid(plan).rows if row.role.code == code)


def vacant(plan, code: str) -> tuple[int, list[str]]:
    row = row_of(plan, code)
    return row.holders, [unit.name for unit in row.vacant_in]


def test_team_role_ought_to_be_held_in_every_open_team(plan):
    nord, _ = team("Nord"), team("Syd")
    UnitFactory(code="Lukket", closed_on=date(2026, 1, 1))
    give_role(UserFactory(), RoleCode.TEAM_LEADER, nord)
    give_role(UserFactory(), RoleCode.CASEWORKER, plan.unit)

    assert vacant(plan, "teamledelse") == (1, ["Team Syd"])
    assert vacant(plan, "sagsbehandler") == (0, ["Team Nord", "Team Syd"])


def test_other_role_is_held_at_the_unit_or_nearest_above_or_below(plan, unit):
    give_role(UserFactory(), RoleCode.POLITICIAN, municipality())
    give_role(UserFactory(), RoleCode.EXECUTIVE, municipality())
    give_role(UserFactory(), RoleCode.EXECUTIVE, unit.parent)
    give_role(UserFactory(), RoleCode.EXECUTIVE, unit.parent)

    assert vacant(plan, "politiker") == (1, [])
    assert vacant(plan, "direktion") == (2, [])
    assert vacant(plan, "fagledelse") == (1, [])  # the one who edits


def test_role_held_elsewhere_in_the_past_or_by_nobody_active_is_vacant(plan, unit):
    other = UnitFactory(code="X", parent=municipality(), path="/FJO/X/")
    give_role(UserFactory(), RoleCode.POLITICIAN, other)
    give_role(UserFactory(), RoleCode.POLITICIAN, unit, DateRange(date(2020, 1, 1), date(2021, 1, 1)))
    give_role(UserFactory(is_active=False), RoleCode.EXECUTIVE, unit)

    assert vacant(plan, "politiker") == (0, [unit.name])
    assert vacant(plan, "direktion") == (0, [unit.name])


def test_party_without_people_is_never_vacant(plan, editor):
    add_party(plan=plan, name="Naboer", by=editor)

    assert vacant(plan, "naboer") == (0, [])


def test_drafts_are_for_those_who_edit_plans_there(plan, adopted, editor, politician):
    draft = copy_plan(plan=adopted, by=editor)

    assert set(plans_visible(editor)) == {draft, adopted}
    assert set(plans_visible(politician)) == {adopted}


def test_completeness_lists_empty_cells_vacant_roles_and_lines_without_a_day(plan, write, editor):
    team("Nord")
    write("Uden tidspunkt")
    write("Uden første frist", timing="aar")
    write("Med frist", timing="aar", first_due_on=date(2026, 12, 1))
    write("Til orientering", involvement="informeres")
    write("Ved møder", timing="begivenhed", event="udvalgsmoede", offset_days=-7)
    for code in ("politiker", "direktion", "fagledelse", "sagsbehandler"):
        set_row_hidden(row=plan.rows.get(role__code=code), is_hidden=True, by=editor)
    found = completeness(plan)

    assert [(cell.role.code, cell.phase.value) for cell in found.empty_cells] == [
        ("teamledelse", "udvikling"),
        ("teamledelse", "implementering"),
    ]
    assert [row.role.code for row in found.vacant_rows] == ["teamledelse"]
    assert [line.text for line in found.undated] == ["Uden tidspunkt", "Uden første frist"]
    assert not found.is_complete


def test_role_without_lines_needs_no_person_and_a_party_no_day(plan, editor):
    borgere = add_row(plan=plan, role=Role.objects.get(code="borgere"), by=editor).role
    values = {"text": "Giver deres mening til kende"}
    add_responsibility(plan=plan, role=borgere, phase=Phase.DEVELOPMENT, values=values, by=editor)
    found = completeness(plan)

    assert (found.vacant_rows, found.undated) == ([], [])


SEARCHES = [
    ("signaler", {"A"}),
    ("SIGNALER månedens", {"A"}),
    ("børn", {"B"}),
    ("79 b", {"B"}),
    ("hvert år", {"B"}),
    ("teamledelse", {"A", "B"}),
    ("opfølgning referat", {"A"}),
    ("findes ikke", set()),
    ("  ", set()),
]


@pytest.mark.parametrize(("search", "found"), SEARCHES)
def test_search_finds_lines_in_which_every_word_stands(plan, write, search, found):
    lines = {
        write("Gennemgår månedens signaler", evidence="Referat").pk: "A",
        write("Følger op om BØRN", legal_basis="RSL § 79 b", timing="aar").pk: "B",
    }

    assert {lines[pk] for pk in found_in(plan, search)} == found


def test_difference_names_what_was_added_removed_changed_and_moved(adopted, leading, editor):
    draft = copy_plan(plan=adopted, by=editor)
    line = draft.responsibilities.get()
    new = add_responsibility(
        plan=draft, role=leading, phase=Phase.FOLLOW_UP, values={"text": "Ny"}, by=editor
    )
    change_responsibility(responsibility=line, edition=1, values={"text": "Rettet"}, by=editor)
    move_responsibility(responsibility=line, to=(leading, Phase.DEVELOPMENT), by=editor)
    add_row(plan=draft, role=Role.objects.get(code="borgere"), by=editor)
    rename_plan(plan=draft, subject=draft.subject, escalation_days=7, by=editor)
    draft.refresh_from_db()
    found = difference(adopted, draft)

    assert (found.added, found.removed, found.reordered) == ([new], [], [])
    (changed,) = found.changed
    assert [(field.label, field.before, field.after) for field in changed.fields] == [
        ("Ansvar", "Gennemgår signaler", "Rettet")
    ]
    assert [(pair.old.phase, pair.new.phase) for pair in found.moved] == [("opfoelgning", "udvikling")]
    assert [role.code for role in found.roles_added] == ["borgere"]
    assert [(field.before, field.after) for field in found.plan_fields] == [("14", "7")]


def test_difference_the_other_way_round_is_the_mirror(adopted, editor):
    draft = copy_plan(plan=adopted, by=editor)
    remove_responsibility(responsibility=draft.responsibilities.get(), edition=1, by=editor)

    old = adopted.responsibilities.get()
    assert difference(adopted, draft).removed == [old]
    assert difference(draft, adopted).added == [old]
    assert difference(adopted, adopted).is_empty


def test_another_order_in_a_cell_is_told_once(plan, write, editor):
    for text in "ABC":
        write(text)
    twin = copy_plan(plan=plan, by=editor, subject="Andet")
    Responsibility.objects.bulk_update(
        [_with_lineage_of(line, plan) for line in twin.responsibilities.all()], ["lineage"]
    )
    move_responsibility(
        responsibility=twin.responsibilities.get(text="C"),
        before=twin.responsibilities.get(text="A"),
        by=editor,
    )
    found = difference(plan, twin)

    assert [line.text for line in found.reordered] == ["C"]
    assert (found.added, found.removed, found.changed, found.moved) == ([], [], [], [])


def _with_lineage_of(line: Responsibility, plan) -> Responsibility:
    line.lineage = plan.responsibilities.get(text=line.text).lineage
    return line
