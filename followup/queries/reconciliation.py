"""Does everything agree: files, decisions, judgements, grants, facts, stock, reports, publication?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum

from followup.models import MonthlyFact, MonthlyReport, MonthlyRun, MonthlyStock, PublishedFigure
from followup.queries.counting import FACT_COLUMNS, FACTS, counting_values
from followup.queries.figures import exact_cells
from followup.queries.fingerprints import content_fingerprint, fingerprint
from followup.queries.months import closed_revisions, finished, late_months
from followup.queries.published import rounded
from serviceniveau.models import JUDGED_DECISIONS, OWN_SOURCE, ImportRun, Judgement, Registration
from serviceniveau.queries.grants import grant_dates_sql
from serviceniveau.queries.judgement import COLUMNS, judgement_sql

Disagreement = dict[str, Any]


def reconcile() -> dict[str, Any]:
    """Every disagreement, by check; reads only."""
    found = {name: list(check()) for name, check in CHECKS.items()}
    listed = [{"check": name, **one} for name, ones in found.items() for one in ones]
    return {"ok": not listed, "checks": list(CHECKS), "disagreements": listed}


def _differs(where: str, expected: Any, found: Any) -> Disagreement:
    return {"where": where, "expected": expected, "found": found}


def _imports() -> Iterator[Disagreement]:
    """Every row of a finished import is accounted for, and every rejected one has its reason."""
    runs = ImportRun.objects.filter(state=ImportRun.State.FINISHED)
    for run in runs.annotate(lines=Count("errors__line", distinct=True)):
        accounted = run.created + run.updated + run.unchanged + run.rejected
        if accounted != run.rows:
            yield _differs(f"{run} ({run.pk}): rækker", run.rows, accounted)
        if run.lines != run.rejected:
            yield _differs(f"{run} ({run.pk}): afviste rækker med begrundelse", run.rejected, run.lines)


def _imported_decisions() -> Iterator[Disagreement]:
    """The imports made as many decisions as there are from other systems."""
    runs = ImportRun.objects.filter(subject=ImportRun.Subject.REGISTRATIONS, state=ImportRun.State.FINISHED)
    created = runs.aggregate(sum=Sum("created"))["sum"] or 0
    present = Registration.objects.exclude(source=OWN_SOURCE).count()
    if created != present:
        yield _differs("afgørelser fra andre systemer", created, present)


def _months_up_to_date() -> Iterator[Disagreement]:
    """Each closed month counts the decisions that there are now; else it must be closed again."""
    for month, (counted, present) in late_months().items():
        yield _differs(f"{month:%Y-%m}: afgørelser ændret siden lukningen", counted, present)


def _facts_sum() -> Iterator[Disagreement]:
    """In every revision the facts add up to the decisions it was made from."""
    sums = (
        MonthlyFact.objects.order_by("month", "revision").values_list("month", "revision").annotate(Sum("n"))
    )
    counted = {(month, revision): total for month, revision, total in sums}
    for run in MonthlyRun.objects.filter(finished, step=MonthlyRun.Step.FACTS):
        total = counted.pop((run.month, run.revision), 0)
        if total != run.source_rows:
            yield _differs(_revision(run.month, run.revision), run.source_rows, total)
    unfinished = set(MonthlyRun.objects.exclude(finished).values_list("month", "revision"))
    for month, revision in counted.keys() - unfinished:
        yield _differs(f"{_revision(month, revision)}: månedstal uden lukning", 0, counted[month, revision])


def _facts_content() -> Iterator[Disagreement]:
    """The facts of each newest revision are what its decisions give when they are counted again."""
    columns = ", ".join(FACT_COLUMNS.split())
    stored = (
        f"SELECT {columns} FROM {MonthlyFact._meta.db_table}"
        " WHERE month = %(month)s AND revision = %(revision)s"
    )
    late = late_months()
    for month, revision in closed_revisions().items():
        values = counting_values(month) | {"revision": revision}
        differing = (
            0 if month in late else _difference(f"SELECT {columns} FROM ({FACTS}) AS counted", stored, values)
        )
        if differing:
            yield _differs(
                f"{_revision(month, revision)}: månedstal, der afviger fra afgørelserne", 0, differing
            )


def _seals() -> Iterator[Disagreement]:
    """Facts and stock of every revision, old ones too, are those that were sealed."""
    for run in MonthlyRun.objects.filter(finished, step=MonthlyRun.Step.FACTS):
        found = content_fingerprint(month=run.month, revision=run.revision)
        if found != run.fingerprint:
            yield _differs(_revision(run.month, run.revision), run.fingerprint, found)


def _stock() -> Iterator[Disagreement]:
    """The interventions of a unit add up to its whole stock (persons do not: they may have several)."""
    split = Q(intervention__isnull=False)
    for name in ("running_grants", "undecided_applications", "follow_ups", "follow_ups_overdue"):
        grouped = MonthlyStock.objects.order_by("month").values("month", "revision", "unit__code")
        sums = grouped.annotate(whole=Sum(name, filter=~split), parts=Sum(name, filter=split))
        for row in sums.exclude(whole=F("parts")):
            where = f"{_revision(row['month'], row['revision'])}, {row['unit__code']}: {name}"
            yield _differs(where, row["parts"], row["whole"])


def _reports() -> Iterator[Disagreement]:
    """Each report still has its seal, and each finished step its report."""
    for report in MonthlyReport.objects.select_related("unit").iterator(chunk_size=500):
        found = fingerprint(report.content)
        if found != report.sha256:
            yield _differs(
                f"{_revision(report.month, report.revision)}, {report.unit.code}", report.sha256, found
            )
    steps = MonthlyRun.objects.filter(finished, step=MonthlyRun.Step.REPORT).count()
    frozen = MonthlyReport.objects.count()
    if frozen < steps:
        yield _differs("rapporter for afsluttede trin", steps, frozen)


def _published() -> Iterator[Disagreement]:
    """What is published is the facts, rounded once."""
    published: dict[tuple[date, int], dict[tuple[str, str], int]] = {}
    for figure in PublishedFigure.objects.all():
        cells = published.setdefault((figure.month, figure.revision), {})
        cells[figure.area, figure.cell] = figure.value
    for (month, revision), cells in published.items():
        exact = exact_cells(month=month, revision=revision)
        for cell, count in exact.items():
            if cells.get(cell) != rounded(count):
                where = f"{_revision(month, revision)}, {' '.join(cell)}"
                yield _differs(where, rounded(count), cells.get(cell))


def _grants() -> Iterator[Disagreement]:
    """A grant's dates are those that its decisions give."""
    decided = grant_dates_sql("SELECT id FROM serviceniveau_grant")
    columns = "grant_id, intervention_id, starts_on, ends_on, follow_up_on"
    stored = """
        SELECT id, intervention_id, starts_on, ends_on, follow_up_on FROM serviceniveau_grant AS running
        WHERE EXISTS (
            SELECT FROM serviceniveau_registration WHERE grant_id = running.id AND status = 'afgjort'
        )
    """
    differing = _difference(f"SELECT {columns} FROM ({decided}) AS decided", stored, {})
    if differing:
        yield _differs("bevillinger, hvis datoer afviger fra afgørelserne", 0, differing)


def _judgements() -> Iterator[Disagreement]:
    """Judgements exist for decisions of judged kinds only, and are what the standards in force give."""
    other = Judgement.objects.exclude(registration__kind__in=JUDGED_DECISIONS).count()
    if other:
        yield _differs("bedømmelser af afgørelser, der ikke skal bedømmes", 0, other)
    columns = "registration_id, version_id, level_id, kind, relation, amount::numeric(14, 4), missing"
    source = f"SELECT {', '.join(COLUMNS)} FROM serviceniveau_registration WHERE status = 'afgjort'"
    stored = f"""
        SELECT {columns} FROM serviceniveau_judgement
        WHERE registration_id IN (SELECT id FROM serviceniveau_registration WHERE status = 'afgjort')
    """
    differing = _difference(f"SELECT {columns} FROM ({judgement_sql(source)}) AS judged", stored, {})
    if differing:
        yield _differs("bedømmelser, der afviger fra standarderne", 0, differing)


def _difference(expected: str, stored: str, values: dict[str, Any]) -> int:
    """How many rows one of the two SELECTs has and the other has not."""
    statement = f"""
        WITH expected AS ({expected}), stored AS ({stored})
        SELECT count(*) FROM (
            (SELECT * FROM expected EXCEPT ALL SELECT * FROM stored)
            UNION ALL (SELECT * FROM stored EXCEPT ALL SELECT * FROM expected)
        ) AS differing
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def _revision(month: date, revision: int) -> str:
    return f"{month:%Y-%m} revision {revision}"


CHECKS: dict[str, Callable[[], Iterator[Disagreement]]] = {
    "indlæsninger": _imports,
    "indlæste afgørelser": _imported_decisions,
    "lukkede måneder": _months_up_to_date,
    "månedstal i alt": _facts_sum,
    "månedstal": _facts_content,
    "segl": _seals,
    "bestand": _stock,
    "rapporter": _reports,
    "offentliggjorte tal": _published,
    "bevillinger": _grants,
    "bedømmelser": _judgements,
}
