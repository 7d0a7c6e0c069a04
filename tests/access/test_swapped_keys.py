"""Keys that belong to somebody else, in addresses and in what is sent: 5,000 per role, and no foreign word.

Every draft, case and supplier of the house carries the code of its unit between two @. A role may read the
words of the units that its rights reach, and of no other, wherever it puts the keys that it has seen.
"""

import random
import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from roles.models import Permission, RoleCode
from tests.access.answers import ANSWERS, Answer
from tests.access.house import PLACES, House, reaches, rights_of
from tests.access.test_every_page import OURS, PAGES

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TRIES = 5_000
SECRET = re.compile(rb"@([A-Z0-9-]+)@")
FIELDS = ("sag", "case", "grant", "application", "afgoerelse", "enhed", "unit", "person", "rolle", "ansvar")
# Rights of which each lets one read words of that kind.
READING = (
    Permission.VIEW_CASE,
    Permission.VIEW_READ_LOG,
    Permission.VIEW_SIGNALS,
    Permission.EDIT_PLAN,
    Permission.APPROVE_DECISION,
)


def readable_units(house: House, role: str) -> set[bytes]:
    held = rights_of(role) & set(READING)
    places = [place for place in PLACES if any(reaches(right, place) for right in held)]
    return {house.units[place].code.encode() for place in places}


def told_of(content: bytes, house: House) -> set[bytes]:
    """Units whose words stand there. The bytes of a packed file may look like words, but not like a unit."""
    return set(SECRET.findall(content)) & {unit.code.encode() for unit in house.units.values()}


def takes_keys(page: str) -> bool:
    """Whether a row's key stands in the address, or is sent to it."""
    answer = ANSWERS[page]
    return isinstance(answer.absent, int) and (answer.make is not None or page == "decision-check")


def swapped_address(page: str, answer: Answer, keys: list[int], chance: random.Random) -> str:
    asked = f"{chance.choice(FIELDS)}={chance.choice(keys)}"
    if answer.query or not answer.make:
        return f"{reverse(page)}?{answer.query or 'afgoerelse'}={chance.choice(keys)}&{asked}"
    return f"{reverse(page, args=[chance.choice(keys), *answer.rest])}?{asked}"


@pytest.mark.parametrize("role", RoleCode.values)
def test_swapped_keys_show_nothing_foreign(house, role):
    chance, allowed = random.Random(f"swap {role}"), readable_units(house, role)
    keys = sorted({key for key in house.keys.values() if isinstance(key, int)})
    offered = [page for page in OURS if takes_keys(page)]
    wrong = []

    for _ in range(TRIES):
        page = chance.choice(offered)
        method = chance.choice([each for each in PAGES[page].methods if each != "HEAD"])
        target = swapped_address(page, ANSWERS[page], keys, chance)
        sent = {chance.choice(FIELDS): chance.choice(keys)} if method == "POST" else {}
        cache.clear()
        with transaction.atomic():
            response = getattr(house.clients[role], method.lower())(target, sent)
            transaction.set_rollback(True)
        foreign = told_of(response.content, house) - allowed
        if response.status_code >= 500 or foreign:
            wrong.append((method, target, response.status_code, foreign))

    assert wrong == []
