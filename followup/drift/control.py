"""What every control chart does alike: phases, limits, flags and runs."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Chart, Floats
from followup.drift.months import Monthly
from followup.drift.phases import Layout, Phases, lay_out
from followup.drift.runs import anhoej

SURE_BASELINE = 12
"""Baseline months from which limits are no longer provisional."""
LEAST_BASELINE = 2
"""Baseline months below which nothing is flagged."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Centre line and limits at 3 and 2 sigma; arrays of shape (months,), NaN for no line."""

    centre: Floats
    lower: Floats
    upper: Floats
    lower_2s: Floats
    upper_2s: Floats


Model = Callable[[Bools], Lines]
"""From the months one phase may learn from, (months,), to its lines on every month."""
Rare = Callable[[Floats], Bools]
"""From the centre line, (months,), to the months that are too rare for it."""


def around(centre: float, deviation: ArrayLike, *, low: float = -math.inf, high: float = math.inf) -> Lines:
    """Return lines 3 and 2 deviations around a centre, clipped to [low, high].

    deviation: (months,) standard errors of the plotted points; NaN gives no limits there.

    >>> around(1.0, [0.2, 0.5], low=0).lower.round(9).tolist()
    [0.4, 0.0]
    """
    sigma = np.asarray(deviation, dtype=float)
    return Lines(
        centre=np.full(len(sigma), centre),
        lower=np.maximum(centre - 3 * sigma, low),
        upper=np.minimum(centre + 3 * sigma, high),
        lower_2s=np.maximum(centre - 2 * sigma, low),
        upper_2s=np.minimum(centre + 2 * sigma, high),
    )


def pooled_ratio(monthly: Monthly, base: Bools) -> float:
    """Return Σ events / Σ totals over the months ``base``, NaN without any."""
    usable = base & ~np.isnan(monthly.events)
    total = math.fsum(monthly.totals[usable])
    return math.fsum(monthly.events[usable]) / total if total > 0 else math.nan


def mean_of(y: Floats) -> float:
    """Return the mean of what is not missing, NaN without any."""
    known = y[~np.isnan(y)]
    return math.fsum(known) / len(known) if len(known) else math.nan


def known_totals(monthly: Monthly) -> Floats:
    """Return the totals (months,), NaN where there is no ratio."""
    return np.where(np.isnan(monthly.ratio), np.nan, monthly.totals)


def chance_error(share: float, totals: Floats) -> Floats:
    """Return (months,) the standard error of a share; NaN where the total is, or if it is no share."""
    spread = share * (1 - share)
    return np.sqrt((spread if spread >= 0 else math.nan) / totals)


@dataclass(frozen=True, eq=False)
class Plot:
    """One series ready for a chart: its months, the plotted values and how it is cut up.

    rests_on_centre: the limits follow from the centre alone, so a fixed centre needs no baseline.
    """

    monthly: Monthly
    y: Floats
    phases: Phases
    rests_on_centre: bool = False

    def draw(
        self, model: Model, *, multiply: float = 1.0, compat: bool = False, rare: Rare | None = None
    ) -> Chart:
        """Return the chart that ``model`` makes of each phase.

        rare: what flags a month; None, or compat, flags strictly outside the 3-sigma limits.
        compat: flag also on fewer than two baseline months, and leave points that rounding puts
            beside the line there, as the R package qicharts2 does.
        """
        layout = lay_out(self.phases, self.monthly.first_rows)
        return self.draw_on(layout, model, multiply=multiply, compat=compat, rare=rare)

    def draw_on(
        self, layout: Layout, model: Model, *, multiply: float, compat: bool, rare: Rare | None
    ) -> Chart:
        """Return the chart on phases that are laid out already."""
        lines = _lines_by_phase(layout, model)
        sizes = self._baseline_sizes(layout)
        signal = (self.y < lines.lower) | (self.y > lines.upper)
        if not compat:
            may_signal = np.array([size >= LEAST_BASELINE for size in sizes], dtype=bool)
            signal = (rare(lines.centre) if rare else signal) & may_signal[layout.phase - 1]
        return Chart(
            months=self.monthly.months,
            y=self.y * multiply,
            events=self.monthly.events,
            totals=self.monthly.totals,
            centre=lines.centre * multiply,
            lower=lines.lower * multiply,
            upper=lines.upper * multiply,
            lower_2s=lines.lower_2s * multiply,
            upper_2s=lines.upper_2s * multiply,
            phase=layout.phase,
            baseline=layout.baseline,
            included=layout.included,
            signal=signal,
            runs=tuple(
                anhoej(self.y[chosen], lines.centre[chosen], snap=not compat)
                for chosen in (member & layout.included for member in layout.members)
            ),
            provisional=tuple(size < SURE_BASELINE for size in sizes),
        )

    def _baseline_sizes(self, layout: Layout) -> list[float]:
        """Return per phase how many months its limits rest on."""
        if self.rests_on_centre and self.phases.centre is not None:
            return [math.inf] * len(layout.members)
        rests = layout.baseline & layout.included & ~np.isnan(self.y)
        return [float((member & rests).sum()) for member in layout.members]


def _lines_by_phase(layout: Layout, model: Model) -> Lines:
    names = [field.name for field in fields(Lines)]
    found = {name: np.full(len(layout.phase), np.nan) for name in names}
    for member in layout.members:
        lines = model(member & layout.baseline & layout.included)
        for name in names:
            found[name][member] = getattr(lines, name)[member]
    return Lines(**found)
