"""One line of a cell, written in place by htmx and on a page of its own without script."""

import pytest
from django.urls import reverse

from roles.actions.plans import change_responsibility, remove_responsibility
from roles.models import Phase, Responsibility
from tests.factories import ResponsibilityFactory

HTMX = {"HX-Request": "true"}
TYPED = {"text": "Ser på tallene", "involvement": "udfoerer", "timing": "", "direction": "efter"}


@pytest.fixture
def line(plan, cell):
    return ResponsibilityFactory(plan=plan, **cell)


@pytest.fixture
def client(log_in, editor):
    return log_in(editor)


def new_address(plan, cell, **more):
    query = {"rolle": cell["role"].pk, "fase": cell["phase"].value} | more
    return reverse("responsibility-new", args=[plan.pk], query=query)


def edit_address(line):
    return reverse("responsibility-edit", args=[line.pk])


def changed_by_another(line, editor, text="Den andens tekst"):
    return change_responsibility(responsibility=line, edition=line.edition, values={"text": text}, by=editor)


def test_saving_as_one_types_answers_with_the_time_and_the_next_edition(client, line):
    answer = client.post(edit_address(line), TYPED | {"edition": "1"}, headers=HTMX).content.decode()

    line.refresh_from_db()
    assert (line.text, line.involvement, line.edition) == ("Ser på tallene", "udfoerer", 2)
    assert 'name="edition" value="2"' in answer
    assert "Gemt kl. " in answer


def test_form_of_a_new_line_goes_on_writing_on_the_line_it_made(client, plan, cell):
    address = new_address(plan, cell)
    client.post(address, TYPED, headers=HTMX)
    made = Responsibility.objects.get()

    client.post(address, TYPED | {"text": "Rettet", "ansvar": made.pk, "edition": "1"}, headers=HTMX)

    assert [each.text for each in plan.responsibilities.all()] == ["Rettet"]


def test_enter_saves_and_opens_the_next_below(client, plan, cell, line):
    other = ResponsibilityFactory(plan=plan, **cell, text="Sidst i feltet")
    answer = client.post(edit_address(line), TYPED | {"edition": "1", "saa": "ny"}, headers=HTMX)

    assert answer["HX-Retarget"] == f"#celle-{cell['role'].pk}-opfoelgning"
    assert f"efter={line.pk}" in answer.content.decode()
    client.post(new_address(plan, cell, efter=line.pk), TYPED | {"text": "Midt imellem"}, headers=HTMX)
    order = plan.responsibilities.order_by("position").values_list("text", flat=True)
    assert list(order) == ["Ser på tallene", "Midt imellem", other.text]


def test_new_line_left_empty_is_not_saved(client, plan, cell):
    answer = client.post(new_address(plan, cell), {"text": " ", "saa": "luk"}, headers=HTMX)

    assert answer["HX-Retarget"].startswith("#celle-")
    assert not Responsibility.objects.exists()


def test_what_is_missing_is_said_below_what_was_typed(client, line):
    typed = TYPED | {"edition": "1", "timing": "begivenhed"}

    answer = client.post(edit_address(line), typed, headers=HTMX)

    assert answer.status_code == 422
    assert "Vælg den begivenhed, som fristen regnes fra." in answer.content.decode()
    assert 'name="edition" value="1"' in answer.content.decode()


def test_days_before_an_event_are_a_negative_offset(client, line):
    around = {"timing": "begivenhed", "event": "udvalgsmoede", "days": "14", "direction": "foer"}

    client.post(edit_address(line), TYPED | around | {"edition": "1"}, headers=HTMX)

    line.refresh_from_db()
    assert (line.event, line.offset_days) == ("udvalgsmoede", -14)


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "page"])
def test_conflict_shows_both_editions_and_saves_neither_over_the_other(client, line, editor, headers):
    changed_by_another(line, editor)

    answer = client.post(edit_address(line), TYPED | {"edition": "1"}, headers=headers)

    told = answer.content.decode()
    line.refresh_from_db()
    assert (answer.status_code, line.text) == (409, "Den andens tekst")
    assert all(text in told for text in ("Den andens tekst", "Ser på tallene", "Gem min udgave", "Bo Faglig"))


def test_own_edition_is_saved_when_the_other_has_been_seen(client, line, editor):
    current = changed_by_another(line, editor)

    client.post(edit_address(line), TYPED | {"edition": "1", "overtag": current.edition}, headers=HTMX)

    line.refresh_from_db()
    assert line.text == "Ser på tallene"


def test_text_on_a_removed_line_can_become_a_new_one(client, plan, cell, line, editor):
    remove_responsibility(responsibility=line, edition=1, by=editor)

    answer = client.post(edit_address(line), TYPED | {"edition": "1"}, headers=HTMX)

    assert answer.status_code == 409
    assert "Gem som nyt ansvar" in answer.content.decode()
    assert client.post(new_address(plan, cell), TYPED | {"saa": "luk"}, headers=HTMX).status_code == 200
    assert plan.responsibilities.get().text == "Ser på tallene"


def test_line_moves_within_its_cell_and_to_another(client, plan, cell, line):
    first = ResponsibilityFactory(plan=plan, **cell, position=0)
    address = reverse("responsibility-move", args=[line.pk])

    client.post(address, {"retning": "op"}, headers=HTMX)
    order = list(plan.responsibilities.order_by("position"))
    answer = client.post(address, {"til": f"{cell['role'].pk}:udvikling"}, headers=HTMX)

    assert order == [line, first]
    line.refresh_from_db()
    assert line.phase == Phase.DEVELOPMENT
    assert answer["HX-Retarget"] == f"#celle-{cell['role'].pk}-udvikling"
    assert 'hx-swap-oob="true"' in answer.content.decode()  # the cell that it left


def test_moving_from_the_open_form_saves_what_was_typed(client, line, cell):
    address = reverse("responsibility-move", args=[line.pk])
    place = f"{cell['role'].pk}:udvikling"

    client.post(address, TYPED | {"edition": "1", "til": place}, headers=HTMX)

    line.refresh_from_db()
    assert (line.text, line.phase) == ("Ser på tallene", "udvikling")


def test_removed_line_is_brought_back_at_its_place(client, plan, line):
    answer = client.post(reverse("responsibility-remove", args=[line.pk]), {"edition": "1"}, headers=HTMX)
    assert "Ansvaret er fjernet." in answer.content.decode()
    removed = Responsibility.history.get(history_type="-")

    client.post(
        reverse("responsibility-restore", args=[plan.pk]), {"udgave": removed.history_id}, headers=HTMX
    )

    assert plan.responsibilities.get() == line


def test_line_that_another_changed_is_not_removed(client, line, editor):
    changed_by_another(line, editor)

    answer = client.post(reverse("responsibility-remove", args=[line.pk]), {"edition": "1"}, headers=HTMX)

    assert (answer.status_code, answer["HX-Retarget"]) == (409, f"#status-{line.pk}")
    assert Responsibility.objects.exists()


def test_earlier_edition_is_shown_and_restored(client, plan, line, editor):
    text = line.text
    changed_by_another(line, editor)
    shown = client.get(reverse("responsibility-history", args=[line.pk]))

    edition = shown.context["editions"][0]
    client.post(reverse("responsibility-restore", args=[plan.pk]), {"udgave": edition.history_id})

    line.refresh_from_db()
    assert (edition.text, line.text, line.edition) == (text, text, 3)


def test_without_script_everything_is_a_page_and_leads_back_to_the_line(client, plan, cell):
    opened = client.get(new_address(plan, cell))
    saved = client.post(new_address(plan, cell), TYPED | {"saa": "luk"})
    line = plan.responsibilities.get()
    refused = client.post(edit_address(line), TYPED | {"text": "", "edition": "1"})
    moved = client.post(reverse("responsibility-move", args=[line.pk]), {"retning": "op"})
    removed = client.post(reverse("responsibility-remove", args=[line.pk]), {"edition": "1"}, follow=True)

    at_line = f"{reverse('plan-edit', args=[plan.pk])}#ansvar-{line.pk}"
    assert "<h1>Nyt ansvar</h1>" in opened.content.decode()
    assert (saved["Location"], moved["Location"]) == (at_line, at_line)
    assert (refused.status_code, "error-summary" in refused.content.decode()) == (422, True)
    assert "Fortryd" in removed.content.decode()


def test_line_of_an_adopted_plan_is_not_written_on(client, adopted):
    line = adopted.responsibilities.get()

    refused = client.post(edit_address(line), TYPED | {"edition": "1"}, headers=HTMX)
    removed = client.post(reverse("responsibility-remove", args=[line.pk]), {"edition": "1"}, headers=HTMX)

    assert refused.status_code == 422
    assert "vedtaget" in refused.content.decode()
    assert removed["HX-Redirect"] == reverse("plan-edit", args=[adopted.pk])
    assert Responsibility.objects.get().text == "Gennemgår signaler"
