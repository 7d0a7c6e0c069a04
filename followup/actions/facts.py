"""The month's facts and stock: replaced as a whole from what stands below, one statement per table."""

from datetime import date

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from followup.models import MonthlyFact, MonthlyStock
from followup.queries.counting import FACT_COLUMNS, FACTS, STOCK, STOCK_COLUMNS, counting_values
from serviceniveau.models import Registration


def sources_now(month: date) -> tuple[int, int]:
    """How many decisions the month has, and the sum of their editions: what tells late changes."""
    decided = Registration.objects.decided().filter(month=month)
    found = decided.aggregate(rows=Count("*"), editions=Coalesce(Sum("edition"), 0))
    return found["rows"], found["editions"]


def rebuild_facts(*, month: date, revision: int) -> int:
    return _rebuild(MonthlyFact, FACT_COLUMNS, FACTS, month, revision)


def rebuild_stock(*, month: date, revision: int) -> int:
    return _rebuild(MonthlyStock, STOCK_COLUMNS, STOCK, month, revision)


def remove_counts(*, month: date, revision: int) -> None:
    for model in (MonthlyFact, MonthlyStock):
        model.objects.filter(month=month, revision=revision).delete()


def _rebuild(
    model: type[MonthlyFact] | type[MonthlyStock], columns: str, select: str, month: date, revision: int
) -> int:
    model.objects.filter(month=month, revision=revision).delete()
    values = counting_values(month) | {"revision": revision}
    listed = ", ".join(columns.split())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} (month, revision, {listed})"
            f" SELECT %(month)s, %(revision)s, {listed} FROM ({select}) AS counted",
            values,
        )
        return int(cursor.rowcount)
