"""What makes duties waits its turn before it holds a unit: nobody waits for one who waits for them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from roles.actions.duties import take_turn
from roles.actions.plans import adopt_plan
from roles.models import Unit
from tests.factories import PlanFactory, ResponsibilityFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 2)
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE NOT granted AND datname = current_database()
"""


def test_who_closes_a_unit_and_who_adopts_its_plan_do_not_wait_for_each_other():
    plan, by = ResponsibilityFactory(plan=PlanFactory()).plan, UserFactory()
    terms = {"body": "Udvalget", "adopted_on": DAY, "case_number": "", "link": ""}

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            take_turn()
            other = pool.submit(in_own_connection, lambda: adopt_plan(plan=plan, **terms, by=by))
            wait_until_somebody_waits()
            Unit.objects.select_for_update().get(pk=plan.unit_id)

        assert other.result(timeout=10).is_adopted


def in_own_connection(act):
    try:
        return act()
    finally:
        connection.close()


def wait_until_somebody_waits():
    ends = monotonic() + 10
    with connection.cursor() as cursor:
        while monotonic() < ends:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            sleep(0.02)
    raise AssertionError("nobody waited")
