"""Lines of a cell: added, changed, moved and removed; conflicts; what is refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from roles.actions.plans import (
    EditConflict,
    add_responsibility,
    adopt_plan,
    change_responsibility,
    move_responsibility,
    remove_responsibility,
)
from roles.models import EventKind, Phase, Responsibility, Role, RoleCode, Timing
from tests.factories import ResponsibilityFactory

CPR = "Ring til 010190-1234"


@pytest.fixture
def lines(plan, leading, editor):
    """Three lines, A, B and C, in the cell of the team leaders and the follow-up."""
    return [
        add_responsibility(plan=plan, role=leading, phase=Phase.FOLLOW_UP, values={"text": text}, by=editor)
        for text in "ABC"
    ]


def texts(plan, *, role=RoleCode.TEAM_LEADER, phase=Phase.FOLLOW_UP) -> str:
    found = plan.responsibilities.filter(role__code=role, phase=phase).order_by("position")
    return " ".join(line.text for line in found)


def message(error: pytest.ExceptionInfo[ValidationError], field: str) -> str:
    return " ".join(error.value.message_dict[field])


def test_added_line_stands_last_with_its_content(plan, cell, editor):
    values = {
        "text": "  Fremlægger tallene  ",
        "involvement": "udfoerer",
        "information_level": "team",
        "timing": "maaned",
        "first_due_on": date(2026, 12, 14),
        "evidence": "Dagsorden",
        "legal_basis": "RSL § 79 b",
        "is_individual": True,
    }
    add_responsibility(plan=plan, values={"text": "Den første"}, by=editor, **cell)
    line = add_responsibility(plan=plan, values=values, by=editor, **cell)

    line.refresh_from_db()
    assert {name: getattr(line, name) for name in values} == {**values, "text": "Fremlægger tallene"}
    assert (line.position, line.edition, line.acts) == (2, 1, True)
    assert line.history.get().history_change_reason == "Tilføjer ansvar"
    assert line.history.get().history_user == editor


def test_line_can_be_added_below_another(plan, cell, lines, editor):
    add_responsibility(plan=plan, values={"text": "D"}, by=editor, after=lines[0], **cell)

    assert texts(plan) == "A D B C"


LONG = "x" * 601
REFUSED = {
    "empty": ({"text": "  "}, "text", "Skriv, hvad rollen har ansvar for."),
    "too long": ({"text": LONG}, "text", "Teksten er 1 tegn for lang. Skriv højst 600 tegn."),
    "CPR in text": ({"text": CPR}, "text", "CPR-nummer"),
    "CPR in evidence": ({"text": "A", "evidence": CPR}, "evidence", "CPR-nummer"),
    "CPR in law": ({"text": "A", "legal_basis": CPR}, "legal_basis", "CPR-nummer"),
    "long law": ({"text": "A", "legal_basis": "§" * 81}, "legal_basis", "80"),
    "unknown letter": ({"text": "A", "involvement": "chef"}, "involvement", "chef"),
    "unknown level": ({"text": "A", "information_level": "alt"}, "information_level", "alt"),
    "unknown rhythm": ({"text": "A", "timing": "uge"}, "timing", "uge"),
    "relative without event": (
        {"text": "A", "timing": Timing.RELATIVE, "offset_days": 14},
        "event",
        "Vælg den begivenhed, som fristen regnes fra.",
    ),
    "relative without days": (
        {"text": "A", "timing": Timing.RELATIVE, "event": EventKind.COMMITTEE_MEETING},
        "offset_days",
        "Skriv, hvor mange dage efter begivenheden",
    ),
    "too many days": (
        {"text": "A", "timing": Timing.RELATIVE, "event": EventKind.ELECTION, "offset_days": 1465},
        "offset_days",
        "højst 1464 dage",
    ),
    "unknown event": (
        {"text": "A", "timing": Timing.RELATIVE, "event": "jul", "offset_days": 1},
        "event",
        "jul",
    ),
    "year 200": (
        {"text": "A", "timing": Timing.YEARLY, "first_due_on": date(200, 1, 1)},
        "first_due_on",
        "mellem 01-01-2007 og 31-12-2099",
    ),
    "no day": ({"text": "A", "timing": Timing.YEARLY, "first_due_on": "31-31-2026"}, "first_due_on", ""),
}


@pytest.mark.parametrize(("values", "field", "sentence"), REFUSED.values(), ids=REFUSED)
def test_content_that_cannot_stand_is_refused_and_nothing_saved(plan, cell, editor, values, field, sentence):
    with pytest.raises(ValidationError) as error:
        add_responsibility(plan=plan, values=values, by=editor, **cell)

    assert sentence in message(error, field)
    assert plan.responsibilities.count() == 0


@pytest.mark.parametrize(("values", "field", "sentence"), REFUSED.values(), ids=REFUSED)
def test_change_is_refused_by_the_same_rules(plan, lines, editor, values, field, sentence):
    with pytest.raises(ValidationError) as error:
        change_responsibility(responsibility=lines[0], edition=1, values=values, by=editor)

    assert sentence in message(error, field)
    assert Responsibility.objects.get(pk=lines[0].pk).history.count() == 1


def test_field_that_is_no_content_is_our_own_mistake(plan, cell, editor):
    with pytest.raises(TypeError, match="position"):
        add_responsibility(plan=plan, values={"text": "A", "position": 1}, by=editor, **cell)


def test_rhythm_without_first_day_is_allowed_but_does_not_act(plan, cell, editor):
    line = add_responsibility(plan=plan, values={"text": "A", "timing": "aar"}, by=editor, **cell)

    assert not line.acts


KEPT = {  # what stands after each timing, of a line that says everything
    Timing.NONE: (None, "", None),
    Timing.YEARLY: (date(2026, 12, 1), "", None),
    Timing.RELATIVE: (None, "udvalgsmoede", -14),
}


@pytest.mark.parametrize(("timing", "kept"), KEPT.items(), ids=[each.name for each in KEPT])
def test_only_what_the_timing_uses_is_kept(plan, cell, editor, timing, kept):
    due = {"first_due_on": date(2026, 12, 1), "event": "udvalgsmoede", "offset_days": -14}
    values = {"text": "A", "timing": timing, **due}
    line = add_responsibility(plan=plan, values=values, by=editor, **cell)

    assert (line.first_due_on, line.event, line.offset_days) == kept


def test_unknown_phase_is_refused(plan, leading, editor):
    with pytest.raises(ValidationError, match="Vælg en af faserne"):
        add_responsibility(plan=plan, role=leading, phase="senere", values={"text": "A"}, by=editor)


def test_role_without_row_is_refused(plan, editor):
    party = Role.objects.get(code="leverandoer")

    with pytest.raises(ValidationError, match="Rollen Leverandør er ikke med i planen"):
        add_responsibility(plan=plan, role=party, phase=Phase.FOLLOW_UP, values={"text": "A"}, by=editor)


def test_full_plan_takes_no_more(plan, cell, editor, leading):
    Responsibility.objects.bulk_create(
        ResponsibilityFactory.build_batch(1000, plan=plan, role=leading, timing="", first_due_on=None)
    )

    with pytest.raises(ValidationError, match="højst have 1000 ansvar"):
        add_responsibility(plan=plan, values={"text": "A"}, by=editor, **cell)


def test_change_saves_and_moves_the_edition_on(lines, editor):
    changed = change_responsibility(
        responsibility=lines[0], edition=1, values={"text": "Ny tekst"}, by=editor
    )

    stored = Responsibility.objects.get(pk=lines[0].pk)
    assert (stored.text, stored.edition, changed.edition) == ("Ny tekst", 2, 2)


def test_saving_the_same_again_is_no_news(lines, editor):
    change_responsibility(responsibility=lines[0], edition=1, values={"text": "A"}, by=editor)

    stored = Responsibility.objects.get(pk=lines[0].pk)
    assert (stored.edition, stored.history.count()) == (1, 1)


def test_second_editor_meets_what_the_first_saved(lines, editor):
    change_responsibility(responsibility=lines[0], edition=1, values={"text": "Den førstes"}, by=editor)

    with pytest.raises(EditConflict, match="rettet af en anden") as conflict:
        change_responsibility(responsibility=lines[0], edition=1, values={"text": "Den andens"}, by=editor)

    assert (conflict.value.current.text, conflict.value.current.edition) == ("Den førstes", 2)


def test_removing_what_another_changed_is_a_conflict(plan, lines, editor):
    change_responsibility(responsibility=lines[0], edition=1, values={"text": "Ny"}, by=editor)

    with pytest.raises(EditConflict):
        remove_responsibility(responsibility=lines[0], edition=1, by=editor)
    assert texts(plan) == "Ny B C"


def test_changing_what_another_removed_says_so(plan, lines, editor):
    remove_responsibility(responsibility=lines[0], edition=1, by=editor)

    with pytest.raises(ValidationError, match="fjernet af en anden") as error:
        change_responsibility(responsibility=lines[0], edition=1, values={"text": "Ny"}, by=editor)
    assert error.value.code == "removed"
    assert texts(plan) == "B C"


STEPS = [  # which line, which way, and how the cell reads afterwards
    (0, "up", "A B C"),
    (0, "down", "B A C"),
    (1, "up", "B A C"),
    (1, "down", "A C B"),
    (2, "down", "A B C"),
]


@pytest.mark.parametrize(("place", "way", "after"), STEPS)
def test_step_up_or_down(plan, lines, editor, place, way, after):
    move_responsibility(responsibility=lines[place], up=way == "up", by=editor)

    assert texts(plan) == after


def test_to_another_cell_at_its_end_or_before_a_line(plan, lines, editor, leading):
    target = (leading, Phase.DEVELOPMENT)
    move_responsibility(responsibility=lines[0], to=target, by=editor)
    move_responsibility(responsibility=lines[1], to=target, by=editor)
    move_responsibility(responsibility=lines[2], before=lines[1], by=editor)

    assert texts(plan) == ""
    assert texts(plan, phase=Phase.DEVELOPMENT) == "A C B"


def test_move_keeps_the_edition_and_tells_only_of_the_moved_line(lines, editor):
    move_responsibility(responsibility=lines[2], before=lines[0], by=editor)

    reasons = [line.history.latest().history_change_reason for line in lines]
    assert reasons == [*["Følger med, når et andet ansvar flyttes"] * 2, "Flytter ansvar"]
    assert change_responsibility(responsibility=lines[2], edition=1, values={"text": "Ny"}, by=editor)


def test_move_to_a_role_without_row_is_refused(plan, lines, editor):
    party = Role.objects.get(code="borgere")

    with pytest.raises(ValidationError, match="ikke med i planen"):
        move_responsibility(responsibility=lines[0], to=(party, Phase.FOLLOW_UP), by=editor)
    assert texts(plan) == "A B C"


def test_adopted_plan_refuses_every_change(plan, lines, editor, leading):
    adopt_plan(
        plan=plan, body="Socialudvalget", adopted_on=date(2026, 11, 2), case_number="", link="", by=editor
    )
    line = lines[0]

    for change in (
        lambda: add_responsibility(
            plan=plan, role=leading, phase=Phase.FOLLOW_UP, values={"text": "D"}, by=editor
        ),
        lambda: change_responsibility(responsibility=line, edition=1, values={"text": "D"}, by=editor),
        lambda: move_responsibility(responsibility=line, up=False, by=editor),
        lambda: remove_responsibility(responsibility=line, edition=1, by=editor),
    ):
        with pytest.raises(ValidationError, match="Planen er vedtaget og kan ikke ændres"):
            change()
    assert texts(plan) == "A B C"
