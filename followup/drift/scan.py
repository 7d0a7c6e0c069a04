"""Which series have moved away from their baseline, by exact tails alone: a yardstick of the filter."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.discovery import adjust
from followup.drift.months import checked_counts
from followup.drift.portfolio import design_effect, estimate_prior
from followup.drift.since import jeffreys, likeliest_month
from followup.drift.tails import mid_p_above, predictive

WINDOWS = (1, 3, 6, 12)
"""Lengths in months of the newest stretches that are compared with the baseline."""
LEAST_BASELINE = 6
"""Months with decisions below which there is nothing to compare with."""


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Which series belong together: each measure has a level and a scatter of its own.

    measure: (series,) number or name; None means that all are of one.
    leaf: (series,) False for sums of other series, which are tested but teach nothing; None means all.
    """

    measure: ArrayLike | None = None
    leaf: ArrayLike | None = None


@dataclass(frozen=True, eq=False)
class Scan:
    """What was found at the newest month; every array has shape (series,).

    tested: there was a baseline and something after it. flagged: drift, at the chosen q.
    provisional: the answer rests on a short baseline or on provisional months.
    adjusted_p: Benjamini-Hochberg over all series, NaN where not tested. probability: 1 - adjusted_p.
    direction: "up" or "down" where tested, else "".
    baseline_n, baseline_share: decisions in the baseline, and their share (NaN without any).
    Of flagged series only (else -1, 0 and NaN):
    since: month the change most likely began in. n, observed: decisions and events from it on.
    expected: events there had the baseline held. low, high: 80 % interval of the share.
    """

    tested: Bools
    flagged: Bools
    provisional: Bools
    adjusted_p: Floats
    probability: Floats
    direction: NDArray[np.str_]
    baseline_n: Ints
    baseline_share: Floats
    since: Ints
    n: Ints
    observed: Ints
    expected: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class _Series:
    """The counts, cut into baseline and what is compared with it, and what is known of each level."""

    x: Floats
    n: Floats
    baseline: Bools
    later: Bools
    rho: Floats
    a: Floats
    b: Floats


def scan(  # noqa: PLR0913  each keyword is one plain question
    events: ArrayLike,
    totals: ArrayLike,
    *,
    baseline_months: int = 12,
    q: float = 0.10,
    adoption: ArrayLike | None = None,
    provisional_months: int = 0,
    portfolio: Portfolio = Portfolio(),  # noqa: B008  frozen
) -> Scan:
    """Flag the series whose share has drifted from its baseline, seen from the newest month.

    events, totals: (series, months) whole counts, oldest month first; 0 of 0 where there was
        nothing, also before a series began.
    baseline_months: the baseline is the first so many months with decisions. A series with 7 months
        up to that number is compared with its first 6 and is provisional; a shorter one is not tested.
    q: false-discovery rate over all series given. Pass the whole portfolio at once.
    adoption: (series,) first month under the standard in force, 0 or less for none. Months before
        it are left out, so the baseline restarts there: until 6 months with decisions and one more
        have passed nothing is flagged, and until the baseline is full the series is provisional.
    provisional_months: so many of the newest months may still change; a flag that does not stand
        without them is provisional.

    The last 1, 3, 6 and 12 months (as far as they are later than the baseline) are each tested in
    both directions by the exact mid-p tail of a beta-binomial: its level is what the baseline and
    the portfolio say, its width holds both their uncertainty and the correlation within months.
    The smallest tail, times the number of tests, goes through Benjamini-Hochberg.
    Raises ValueError if the counts are not whole counts of one shape.

    >>> steady, drifted = [2] * 24, [2] * 18 + [9] * 6
    >>> found = scan([steady, drifted], np.full((2, 24), 20))
    >>> found.flagged.tolist(), int(found.since[1]), str(found.direction[1])
    ([False, True], 18, 'up')
    """
    x, n = _whole_counts(events, totals)
    starts = np.zeros(len(x), dtype=np.int64) if adoption is None else np.asarray(adoption, dtype=np.int64)
    series = _prepare(x, n, starts, baseline_months, portfolio)
    above, tests = _smallest_tails(series)
    adjusted = adjust(np.minimum(np.abs(above) * tests, 1))
    flagged = np.nan_to_num(adjusted, nan=1.0) <= q
    full = series.baseline.sum(axis=1) >= baseline_months
    found = _describe(series, adjusted, flagged, above > 0, ~full)
    if not provisional_months or not flagged.any():
        return found
    before = slice(None), slice(None, -provisional_months)
    told: dict[str, Any] = {"baseline_months": baseline_months, "q": q, "portfolio": portfolio}
    settled = scan(x[before], n[before], adoption=starts, **told)
    return replace(found, provisional=found.provisional | (flagged & ~settled.flagged))


def _whole_counts(events: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    x, n = checked_counts(events, totals)
    if x.ndim != 2:
        raise ValueError("events and totals must have shape (series, months)")
    if np.isnan(x).any() or np.isnan(n).any() or (x % 1).any() or (n % 1).any():
        raise ValueError("a count must be whole and not missing")
    return x, n


def _prepare(x: Floats, n: Floats, starts: Ints, baseline_months: int, portfolio: Portfolio) -> _Series:
    counts = np.arange(x.shape[1]) >= starts[:, None]
    x, n = np.where(counts, x, 0), np.where(counts, n, 0)
    baseline, later = _split(n, baseline_months)
    prior_a, prior_b, rho = _priors(x, n, baseline, portfolio)
    base = np.where(baseline, n, 0)
    size, hits = base.sum(axis=1), np.where(baseline, x, 0).sum(axis=1)
    effect = design_effect(size, (base**2).sum(axis=1), rho)
    a, b = prior_a + hits / effect, prior_b + (size - hits) / effect
    return _Series(x, n, baseline, later, rho, a, b)


def _split(n: Floats, baseline_months: int) -> tuple[Bools, Bools]:
    """Return the months of the baseline, and those after it if it is long enough to compare with."""
    active = n > 0
    number = np.cumsum(active, axis=1)
    count = active.sum(axis=1)
    length = np.where(count > baseline_months, baseline_months, min(LEAST_BASELINE, baseline_months))
    baseline = active & (number <= length[:, None])
    later = (number > length[:, None]) & (count > length)[:, None]
    return baseline, later


def _priors(x: Floats, n: Floats, baseline: Bools, portfolio: Portfolio) -> tuple[Floats, Floats, Floats]:
    measure = np.zeros(len(x)) if portfolio.measure is None else np.asarray(portfolio.measure)
    leaf = np.ones(len(x), dtype=bool) if portfolio.leaf is None else np.asarray(portfolio.leaf, dtype=bool)
    a, b, rho = np.empty(len(x)), np.empty(len(x)), np.empty(len(x))
    for name in np.unique(measure):
        of_it = measure == name
        taught = of_it & leaf if (of_it & leaf).any() else of_it
        prior = estimate_prior(x[taught], n[taught], baseline[taught])
        a[of_it], b[of_it], rho[of_it] = prior.a, prior.b, prior.rho
    return a, b, rho


def _smallest_tails(series: _Series) -> tuple[Floats, Ints]:
    """Return per series the smallest tail, negative for a fall, NaN if untested; and how many were tried."""
    best = np.full(len(series.x), np.nan)
    tried = np.zeros(len(series.x), dtype=np.int64)
    previous = np.zeros(len(series.x))
    for length in WINDOWS:
        inside = np.where(series.later[:, -length:], series.n[:, -length:], 0)
        size = inside.sum(axis=1)
        fresh = size > previous
        tail = _tail(series, fresh, length, inside[fresh])
        kept = best[fresh]
        best[fresh] = np.where(np.isnan(kept) | (np.abs(tail) < np.abs(kept)), tail, kept)
        tried[fresh] += 2
        previous = size
    return best, tried


def _tail(series: _Series, rows: Bools, length: int, inside: Floats) -> Floats:
    """Return the smaller mid-p tail of a window, as a positive number for a rise."""
    hits = np.where(series.later[rows, -length:], series.x[rows, -length:], 0).sum(axis=1)
    size = inside.sum(axis=1)
    effect = design_effect(size, (inside**2).sum(axis=1), series.rho[rows])
    a, b = predictive(series.a[rows], series.b[rows], size, effect)
    above = mid_p_above(hits, size, a, b)
    # Never exactly 0: the sign carries the direction.
    return np.where(above <= 0.5, np.maximum(above, 1e-300), -np.maximum(_below(hits, size, a, b), 1e-300))


def _below(hits: Floats, size: Floats, a: Floats, b: Floats) -> Floats:
    return mid_p_above(size - hits, size, b, a)


def _describe(series: _Series, adjusted: Floats, flagged: Bools, rose: Bools, short: Bools) -> Scan:
    tested = ~np.isnan(adjusted)
    base_n = np.where(series.baseline, series.n, 0).sum(axis=1)
    base_x = np.where(series.baseline, series.x, 0).sum(axis=1)
    since, n, observed, low, high = _changes(series, flagged, rose)
    return Scan(
        tested=tested,
        flagged=flagged,
        provisional=short & (series.n > 0).any(axis=1),
        adjusted_p=adjusted,
        probability=1 - adjusted,
        direction=np.where(tested, np.where(rose, "up", "down"), ""),
        baseline_n=base_n.astype(np.int64),
        baseline_share=np.divide(base_x, base_n, out=np.full(len(base_n), np.nan), where=base_n > 0),
        since=since,
        n=n.astype(np.int64),
        observed=observed.astype(np.int64),
        expected=np.where(flagged, n * series.a / (series.a + series.b), np.nan),
        low=low,
        high=high,
    )


def _changes(series: _Series, flagged: Bools, rose: Bools) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """Return since, n, observed and the interval; -1, 0, 0 and NaN where nothing is flagged."""
    count = len(series.x)
    since, n, observed = np.full(count, -1, dtype=np.int64), np.zeros(count), np.zeros(count)
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    if not flagged.any():
        return since, n, observed, low, high
    x, totals, rho = series.x[flagged], series.n[flagged], series.rho[flagged]
    effect = design_effect(totals.sum(axis=1), (totals**2).sum(axis=1), rho)
    since[flagged] = likeliest_month(x, totals, series.later[flagged], effect, rose[flagged])
    changed = np.arange(x.shape[1]) >= since[flagged][:, None]
    after = np.where(changed, totals, 0)
    n[flagged], observed[flagged] = after.sum(axis=1), np.where(changed, x, 0).sum(axis=1)
    effect = design_effect(n[flagged], (after**2).sum(axis=1), rho)
    low[flagged], high[flagged] = jeffreys(observed[flagged], n[flagged], effect)
    return since, n, observed, low, high
