"""Seals over counted rows: equal rows, equal seal, in whatever order they were written."""

import hashlib
import json
from datetime import date
from typing import Any

from django.db import connection

from followup.models import DetectorSettings, MonthlyFact, MonthlyRun, MonthlyStock
from followup.queries.months import month_plus
from serviceniveau.models import StandardVersion


def _sealed(table: str) -> str:
    return f"""
        SELECT sha256(convert_to('{table}' || (to_jsonb(counted) - 'id' - 'revision')::text, 'UTF8')) AS seal
        FROM {table} AS counted WHERE month = %(month)s AND revision = %(revision)s
    """


_CONTENT = f"""
    SELECT encode(sha256(coalesce(string_agg(seal, ''::bytea ORDER BY seal), ''::bytea)), 'hex')
    FROM ({_sealed(MonthlyFact._meta.db_table)} UNION ALL {_sealed(MonthlyStock._meta.db_table)}) AS seals
"""


def content_fingerprint(*, month: date, revision: int) -> str:
    """The seal of the facts and stock that the revision holds."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT, {"month": month, "revision": revision})
        return str(cursor.fetchone()[0])


def basis_fingerprint(*, month: date, content: str, revisions: dict[date, int]) -> str:
    """The seal of all that a month's signals rest on.

    Its content, the months before, the adoptions since the first of them and how sensitive the scan is.
    """
    runs = MonthlyRun.objects.filter(step=MonthlyRun.Step.FACTS, month__in=revisions)
    sealed = {(run.month, run.revision): run.fingerprint for run in runs}
    before = [[day.isoformat(), sealed[day, no]] for day, no in sorted(revisions.items()) if day != month]
    return fingerprint([content, before, _adoptions(min(revisions, default=month), month), _settings()])


def _settings() -> list[Any]:
    return list(DetectorSettings.objects.values_list("q", "hazard", "least_n"))


def _adoptions(first: date, month: date) -> list[list[Any]]:
    following = month_plus(month, 1)
    versions = StandardVersion.objects.filter(
        valid__startswith__gte=first, valid__startswith__lt=following
    ).order_by("standard_id", "number")
    return [[version.standard_id, version.valid.lower.isoformat()] for version in versions if version.valid]


def fingerprint(content: Any) -> str:
    """sha256 of the one canonical JSON text."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
