"""Every page × every role × {own, child, parent, sibling, foreign, non-existent} × every method.

The expected answer is computed from the declaration on the view, the role list and the unit's place; only
what a page tells who finds its object stands in `answers`. What is refused must have written nothing.
"""

from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from roles.access_map import Page, pages
from roles.models import Permission
from roles.permissions import Audience
from tests.access.answers import ANSWERS, Answer
from tests.access.house import (
    ANONYMOUS,
    ASKERS,
    METHODS,
    NOWHERE,
    PLACES,
    House,
    finds,
    rights_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PAGES = {page.name: page for page in pages()}
OURS = sorted(name for name in PAGES if not name.startswith("account_"))
LEAST_CASES = 20_000


@dataclass(frozen=True)
class Case:
    page: Page
    method: str
    asker: str
    place: str

    def __str__(self) -> str:
        return f"{self.method} {self.page.name} {self.place} as {self.asker}"


def cases_of(page: Page) -> list[Case]:
    places = (*PLACES, NOWHERE) if ANSWERS[page.name].make else ("",)
    return [Case(page, method, asker, place) for asker in ASKERS for place in places for method in METHODS]


def expected(case: Case) -> int:
    page, answer = case.page, ANSWERS[case.page.name]
    if case.asker == ANONYMOUS and page.who is not Audience.EVERYONE:
        return 302
    if case.method not in page.methods:
        return 405
    if isinstance(page.who, Permission) and page.who not in rights_of(case.asker):
        return 403
    if answer.asks and not rights_of(case.asker) & set(answer.asks):
        return 403
    if answer.make and case.method not in answer.blind:
        if case.place == NOWHERE:
            return answer.missing
        if not finds(answer, case.asker, case.place):
            return answer.hidden
    return answer.get if case.method in ("GET", "HEAD") else answer.post


def address(page: Page, answer: Answer, key: object) -> str:
    if answer.query:
        return f"{reverse(page.name)}?{answer.query}={key}"
    place = reverse(page.name, args=[key, *answer.rest] if answer.make else [])
    return f"{place}?{answer.asking()}" if answer.asking else place


def is_refused(case: Case, status: int) -> bool:
    return status in (403, 404, 405) or (case.asker == ANONYMOUS and status == 302)


def told(house: House, case: Case) -> str:
    """What is wrong with the answer; nothing when all is well."""
    status = expected(case)
    if is_refused(case, status):
        response = asked(house, case)
        wrote = house.has_written()
    else:
        with transaction.atomic():
            response, wrote = asked(house, case), False
            transaction.set_rollback(True)
        house.forget_written()
    if response.status_code != status:
        return f"{case}: {response.status_code}, not {status}"
    if case.asker == ANONYMOUS and status == 302 and not response["Location"].startswith("/login/"):
        return f"{case}: led to {response['Location']}"
    return f"{case}: refused, yet rows were written" if wrote else ""


def asked(house: House, case: Case) -> HttpResponse:
    cache.clear()
    answer = ANSWERS[case.page.name]
    target = address(case.page, answer, house.keys.get((case.page.name, case.place)))
    sent = urlencode(answer.body), "application/x-www-form-urlencoded"
    return house.clients[case.asker].generic(case.method, target, *sent)


def test_every_page_is_in_the_list():
    assert sorted(ANSWERS) == sorted(PAGES)


def test_cases_are_as_many_as_promised():
    assert sum(len(cases_of(PAGES[name])) for name in OURS) >= LEAST_CASES


def test_every_address_can_be_made():
    for name in OURS:
        answer = ANSWERS[name]
        try:
            address(PAGES[name], answer, answer.absent)
        except NoReverseMatch as error:
            pytest.fail(f"{name}: {error}")


@pytest.mark.parametrize("name", OURS)
def test_page_answers_every_role_place_and_method_as_declared(house, name):
    assert [wrong for case in cases_of(PAGES[name]) if (wrong := told(house, case))] == []
