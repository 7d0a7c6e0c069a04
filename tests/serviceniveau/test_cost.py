from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from serviceniveau.models import MeasurementUnit, PriceUnit
from serviceniveau.queries.cost import yearly_cost, yearly_cost_sql


@pytest.mark.parametrize(
    ("amount", "unit", "price", "price_unit", "cost"),
    [
        ("4", "timer/uge", "412.50", "kr./time", "85800.00"),
        ("90", "minutter/uge", "400", "kr./time", "31200.00"),
        ("2", "gange/måned", "150", "kr./gang", "3600.00"),
        ("2", "døgn/uge", "1800", "kr./dag", "187200.00"),
        ("30", "timer", "400", "kr./time", "12000.00"),
        (None, "", "2500", "kr./dag", "912500.00"),
        ("5", "timer/uge", "12000", "kr./måned", "144000.00"),
        (None, "", "9500", "kr.", "9500.00"),
        ("1500", "kr./måned", None, "", "18000.00"),
        ("4", "timer/uge", "150", "kr./gang", None),
        ("4", "timer/uge", "150", "", None),
        ("4", "timer/uge", None, "", None),
        (None, "", "412.50", "kr./time", None),
    ],
)
def test_yearly_cost(amount, unit, price, price_unit, cost):
    found = yearly_cost(amount and Decimal(amount), unit, price and Decimal(price), price_unit)

    assert found == (cost and Decimal(cost))


values = st.none() | st.decimals(0, 20000, places=2)


@pytest.mark.django_db
@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(values, values), min_size=1, max_size=3))
def test_the_database_and_python_find_the_same_cost(pairs):
    units = ["", *MeasurementUnit.values]
    rows = [(a, u, p, q) for a, p in pairs for u in units for q in ["", *PriceUnit.values]]

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {yearly_cost_sql('decision')}"
            " FROM unnest(%s::numeric[], %s::text[], %s::numeric[], %s::text[]) WITH ORDINALITY"
            " AS decision(amount, amount_unit, price_dkk, price_unit, number) ORDER BY number",
            [list(column) for column in zip(*rows, strict=True)],
        )
        found = [cost for (cost,) in cursor.fetchall()]

    assert found == [yearly_cost(*row) for row in rows]
