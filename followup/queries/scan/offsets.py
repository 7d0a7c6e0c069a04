"""What is known of the months beforehand: their cases, season and prices, and what is not registered yet."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from django.utils.timezone import localtime

from followup.drift.chart import Floats, Ints
from followup.drift.detect import own_baseline
from followup.drift.offsets import case_mix_offsets, delay_offsets, season_offsets
from followup.drift.yearly import yearly_offsets
from followup.models import MeasureCode, MonthlyRun
from followup.queries.delays import LAST_AGE, Delays, reporting_delay
from followup.queries.measures import MEASURES, Family
from followup.queries.months import months_between, rows_of
from followup.queries.series import Cells, Series, cells_of

OUTSIDE = (MeasureCode.SHARE_ABOVE, MeasureCode.SHARE_BELOW)
"""Decisions outside the frame take longer to be registered than those inside."""
REGULATED = (MeasureCode.UNIT_PRICE, MeasureCode.COST)
"""Prices rise a little everywhere at the turn of the year."""
HALF_A_MONTH = timedelta(days=15)


def offsets_of(
    found: dict[MeasureCode, Series], *, month: date, revisions: dict[date, int]
) -> dict[MeasureCode, Floats]:
    """(series, months) of every measure: of shares on the logit, of prices as logarithms; 0 for others."""
    cells, delays = cells_of(found, revisions=revisions), reporting_delay(month=month)
    counted_at = _ages(revisions)
    return {code: _offsets(series, cells.get(code), delays, counted_at) for code, series in found.items()}


def _offsets(series: Series, cells: Cells | None, delays: Delays, counted_at: dict[date, int]) -> Floats:
    known = np.zeros((len(series), len(series.months)))
    if len(series) and series.measure in REGULATED:
        years = np.array([month.year for month in series.months])
        return known + yearly_offsets(series.totals, series.sums, leaf=series.leaf, year=years)
    if not len(series) or MEASURES[series.measure].family is not Family.SHARE:
        return known
    of_year = np.array([month.month for month in series.months])
    known = known + season_offsets(series.events, series.totals, leaf=series.leaf, month_of_year=of_year)
    if cells is not None:
        known += _of_cases(series, cells)
    if series.measure in OUTSIDE:
        ages: Ints = np.array([counted_at.get(month, LAST_AGE) for month in series.months])
        known += delay_offsets(delays.outside_by_age, delays.inside_by_age, ages=ages)
    return known


def _of_cases(series: Series, cells: Cells) -> Floats:
    return case_mix_offsets(
        cells.series,
        cells.cell,
        cells.month,
        cells.events,
        cells.totals,
        shape=(len(series), len(series.months)),
        baseline=own_baseline(series.totals > 0, series.adoption),
        group=cells.group,
        parent=series.parent,
    )


def _ages(revisions: dict[date, int]) -> dict[date, int]:
    """How many whole months old each month was when it was counted: early in a month, none have passed."""
    runs = MonthlyRun.objects.filter(rows_of(revisions), step=MonthlyRun.Step.FACTS)
    counted = runs.exclude(started_at=None).values_list("month", "started_at")
    return {
        month: min(max(months_between(month, localtime(at).date() - HALF_A_MONTH), 0), LAST_AGE)
        for month, at in counted
        if at is not None
    }
