"""The chart of any measure in a unit, month by month: the figures that a signal of it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Q

from followup.charts import SHARES, Adoption, Axis, counts_axis, means_axis
from followup.drift.chart import Bools, Chart, Floats
from followup.drift.detect import YOUNG_BASELINE
from followup.drift.p import SURE_BASELINE, p_chart
from followup.drift.p_prime import p_prime_chart
from followup.drift.phases import Phases
from followup.drift.summed import mean_chart
from followup.drift.u import u_chart
from followup.drift.u_prime import u_prime_chart
from followup.models import Drift, MeasureCode
from followup.queries.levels import DAYS_A_MONTH
from followup.queries.measures import MEASURES, Family, Measure, Source
from followup.queries.months import month_plus, months_between
from followup.queries.series.portfolio import exposure_of, months_until
from followup.queries.series.tables import Table, table_of
from roles.models import Unit
from serviceniveau.models import StandardVersion

LARGE = 100
"""Decisions a month above which months differ by more than chance: the limits hold that too."""


@dataclass(frozen=True)
class Subject:
    """What a chart is of; a Drift and a DriftSignal are such."""

    measure: MeasureCode
    unit: Unit
    standard_id: int | None
    intervention_id: int


def signal_chart(
    drift: Drift | Subject, *, month: date, revisions: dict[date, int]
) -> tuple[Chart, list[Adoption]]:
    """The chart of the drift's measure up to a month, with the days that versions came into force.

    Limits rest on the first months under the newest version. Two queries, three for the need level.
    """
    measure = MEASURES[MeasureCode(drift.measure)]
    months = months_until(month, revisions)
    parts = _monthly(measure, drift, months, revisions)
    adoptions = adoptions_of_standard(drift.standard_id, until=month)
    counted = parts["counts" if measure.family is Family.COUNT else "totals"]
    phases = phases_of(months, counted > 0, [each.on for each in adoptions])
    return _chart(measure, parts, months, phases, np.array([each in revisions for each in months])), adoptions


def axis_of(measure: Measure) -> Axis:
    """How the chart of a measure is written."""
    if measure.family is Family.SHARE:
        return SHARES
    made = means_axis if measure.family is Family.MEAN else counts_axis
    return made(measure.scale.short, measure.scale.column)


def phases_of(months: list[date], active: Bools, starts: list[date]) -> Phases:
    """Each version begins a phase; the level of the newest is learnt from its first months.

    active: (months,) there was something to count. starts: days that versions came into force.
    """
    restarts = [months_between(months[0], day) + (day.day > 1) for day in starts]
    restarts = [at for at in restarts if 0 < at < len(months)]
    newest = max(restarts, default=0)
    later = [at for at in np.flatnonzero(active).tolist() if at >= newest]
    length = SURE_BASELINE if len(later) > SURE_BASELINE else YOUNG_BASELINE
    return Phases(part=restarts, exclude=[at + 1 for at in later[length:]])


def adoptions_of_standard(standard_id: int | None, *, until: date) -> list[Adoption]:
    """Days on which versions came into force by the end of the month, oldest first. One query, if any."""
    if standard_id is None:
        return []
    adopted = StandardVersion.objects.adopted().filter(
        standard=standard_id, valid__startswith__lt=month_plus(until, 1)
    )
    return adoptions_of(adopted.order_by("valid"))


def adoptions_of(versions: Iterable[StandardVersion]) -> list[Adoption]:
    return [
        Adoption(version.valid.lower, f"version {version.number} gælder")
        for version in versions
        if version.valid and version.valid.lower
    ]


def _monthly(
    measure: Measure, drift: Drift | Subject, months: list[date], revisions: dict[date, int]
) -> dict[str, Floats]:
    """The measure's parts, (months,) each, of the unit with all beneath it."""
    more = ("reason_id",) if measure.detector == "reason" else ()
    only = Q(intervention=drift.intervention_id)
    if measure.per == "standard":
        only &= Q(standard=drift.standard_id)
    if measure.source is Source.STOCK:
        only &= Q(unit=drift.unit)
    elif measure.source is Source.FACTS:
        only &= Q(unit__path__startswith=drift.unit.path)
    table = table_of(measure.source, [measure], months=months, revisions=revisions, more=more, only=only)
    rows = np.ones(len(table.month), dtype=bool)
    if measure.source is Source.NEED_LEVELS:  # the usual scale is that of all units
        beneath = Unit.objects.filter(path__startswith=drift.unit.path).values_list("pk", flat=True)
        rows = np.isin(table.keys[:, 0], list(beneath))
    parts = {name: _by_month(table, (measure.code, name), rows, len(months)) for name in measure.family.value}
    if measure.detector == "reason":
        parts["events"] = _leading_reason(table, measure.code, len(months))
    return parts


def _by_month(table: Table, part: tuple[MeasureCode, str], rows: Bools, months: int) -> Floats:
    found = np.bincount(table.month[rows], weights=table.sums[part][rows], minlength=months)
    return found.astype(np.float64)


def _leading_reason(table: Table, code: MeasureCode, months: int) -> Floats:
    """Those explained by the reason that is given most often."""
    reasons = table.keys[:, 3] if len(table.keys) else np.zeros(0, dtype=np.int64)
    given = np.bincount(reasons, weights=table.sums[code, "totals"])
    leading = int(given.argmax()) if given.size else 0
    return _by_month(table, (code, "totals"), reasons == leading, months)


def _chart(
    measure: Measure, parts: dict[str, Floats], months: list[date], phases: Phases, closed: Bools
) -> Chart:
    if measure.family is Family.SHARE:
        return chart_of_shares(parts["events"], parts["totals"], months=months, phases=phases)
    if measure.family is Family.COUNT:
        rated = u_prime_chart if _is_large(parts["counts"]) else u_chart
        days = exposure_of(parts["counts"], months, closed)
        return rated(parts["counts"], days, months=months, phases=phases, multiply=DAYS_A_MONTH)
    chart = mean_chart(parts["totals"], parts["sums"], parts["squares"], months=months, phases=phases)
    return in_natural_units(chart) if measure.scale.is_log else chart


def chart_of_shares(events: Floats, totals: Floats, *, months: list[date], phases: Phases) -> Chart:
    drawn = p_prime_chart if _is_large(totals) else p_chart
    return drawn(events, totals, months=months, phases=phases)


def _is_large(counted: Floats) -> bool:
    present = counted[counted > 0]
    return bool(present.size) and float(np.median(present)) >= LARGE


def in_natural_units(chart: Chart) -> Chart:
    """A chart of logarithms with its values, centre and limits as they are spoken of."""
    names = ("y", "centre", "lower", "upper", "lower_2s", "upper_2s")
    return Chart(**{**vars(chart), **{name: np.exp(getattr(chart, name)) for name in names}})
