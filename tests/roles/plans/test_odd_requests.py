"""Odd keys and texts sent to the plan's pages: never a 500, and nothing is saved."""

import pytest
from django.urls import reverse

from roles.models import Responsibility
from tests.factories import ResponsibilityFactory

ODD = ["²", "9" * 18, "9" * 5000, "-1", "1e3", "٣", "'; --", "\x00", ":", "1:udvikling:2"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def line(plan, cell):
    return ResponsibilityFactory(plan=plan, **cell)


@pytest.fixture
def client(log_in, editor):
    return log_in(editor)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_values_in_addresses_find_nothing(client, plan, line, text):
    asked = {
        "plan-detail": {"soeg": text},
        "plan-edit": {"soeg": text, "fortryd": text},
        "plan-difference": {"med": text},
        "responsibility-cell": {"rolle": text, "fase": text, "ansvar": text},
        "responsibility-new": {"rolle": line.role_id, "fase": "udvikling", "efter": text},
    }

    answers = [
        client.get(reverse(name, args=[plan.pk]), query, headers=HTMX).status_code
        for name, query in asked.items()
    ]

    assert set(answers) <= {200, 400, 404}  # 400 where no text can be in any table


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_values_in_forms_save_nothing(client, plan, line, text):
    said = line.text
    odd = dict.fromkeys(("edition", "overtag", "ansvar", "til", "foer", "udgave", "days", "timing"), text)
    new = reverse("responsibility-new", args=[plan.pk], query={"rolle": line.role_id, "fase": line.phase})
    names = ("responsibility-edit", "responsibility-move", "responsibility-remove")
    addresses = [*(reverse(name, args=[line.pk]) for name in names), new]
    addresses.append(reverse("responsibility-restore", args=[plan.pk]))

    answers = [client.post(address, odd | {"text": text}, headers=HTMX).status_code for address in addresses]

    assert max(answers) < 500
    assert [each.text for each in Responsibility.objects.all()] == [said]


@pytest.mark.parametrize(
    "name", ["plan-detail", "plan-edit", "responsibility-edit", "responsibility-history"]
)
def test_key_that_no_table_can_hold_is_not_found(client, plan, name):
    assert client.get(reverse(name, args=[10**30])).status_code == 404


def test_cpr_number_is_refused_and_what_was_typed_is_not_told_to_others(client, line):
    typed = {"text": "Ring til 010190-1234", "involvement": "ansvarlig", "edition": "1"}

    answer = client.post(reverse("responsibility-edit", args=[line.pk]), typed, headers=HTMX)

    assert answer.status_code == 422
    assert "CPR-nummer" in answer.content.decode()
    assert "010190-1234" not in str(list(Responsibility.history.values_list("text", flat=True)))
