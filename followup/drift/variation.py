"""Too little variation: a unit that decides alike where others find that cases differ.

Not a change but a level: nearly nothing outside the frame, or nearly everything exactly at the
maximum, speaks of a rule where the law asks for a judgement (skøn under regel).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.discovery import adjust
from followup.drift.filter import whole_counts
from followup.drift.hierarchy import lineage
from followup.drift.interval import jeffreys
from followup.drift.others import POINTS, Terms, level_of, prior_of, terms_of, total_by
from followup.drift.portfolio import design_effect, estimate_rho
from followup.drift.tails import from_up, predictive

WINDOW = 24
"""Months whose decisions are put together."""
LEAST_N = 30
"""Decisions in them below which nothing is tested."""


@dataclass(frozen=True, eq=False)
class Variation:
    """How unusual each series is; every array has shape (series,).

    tested: there were enough decisions, and others to compare with.
    p, adjusted_p: exact tail, and Benjamini-Hochberg over all tested; NaN where not tested.
    flagged: adjusted_p is at most q. n, observed: decisions and events in the window.
    expected: events if the series were as the others, NaN without others.
    low, high: 80 % interval of the series' own share, NaN without decisions.
    """

    tested: Bools
    p: Floats
    adjusted_p: Floats
    flagged: Bools
    n: Ints
    observed: Ints
    expected: Floats
    low: Floats
    high: Floats


def too_little_variation(  # noqa: PLR0913  each keyword is one plain question
    events: ArrayLike,
    totals: ArrayLike,
    *,
    tail: Literal["low", "high"],
    leaf: ArrayLike,
    parent: ArrayLike | None = None,
    group: ArrayLike | None = None,
    moved: ArrayLike | None = None,
    months: int = WINDOW,
    least_n: int = LEAST_N,
    q: float = 0.10,
) -> Variation:
    """Flag series whose share is too low, or too high, for the scatter of all others.

    events, totals: (series, months) whole counts, oldest first: of decisions, those outside the
        frame (tail "low") or those exactly at its maximum (tail "high").
    leaf: (series,) bools, the series to learn from. parent: (series,) position of the series that
        sums this one, -1 or None for none: what is beneath a series is left out with it.
    group: (series,) numbers; a series is compared with those of its own group only. None: with all.
    moved: (series, months) bools, True where a series is known to have drifted: the others learn
        nothing from those months. None for nowhere.
    months: the newest so many are put together. least_n: decisions needed there.
    q: false-discovery rate over the series tested.

    The share is compared by its exact tail with a beta-binomial of the level and scatter that
    all other leaf series have, widened by the correlation of decisions within a month and averaged
    over the error of that scatter. A series without others, as the whole municipality, is not tested.
    Raises ValueError if the counts are not whole counts of one shape.
    Source: tails as in Skellam, J R Stat Soc B 1948;10:257; Benjamini & Hochberg, ibid. 1995;57:289.

    >>> usual = np.random.default_rng(2).binomial(10, 0.2, (20, 24))
    >>> usual[0] = 0
    >>> found = too_little_variation(usual, np.full((20, 24), 10), tail="low", leaf=np.ones(20))
    >>> np.flatnonzero(found.flagged).tolist(), int(found.observed[0]), int(found.expected[0].round(-1))
    ([0], 0, 50)
    """
    x, n = (counts[:, -months:].astype(float) for counts in whole_counts(events, totals))
    is_leaf = np.asarray(leaf, dtype=bool)
    rho = estimate_rho(x[is_leaf], n[is_leaf])
    hits, sums, effect = _in_all(x, n, rho)
    teaches = np.ones(x.shape) if moved is None else ~np.asarray(moved, dtype=bool)[:, -months:]
    others = _of_others(terms_of(*_in_all(x * teaches, n * teaches, rho)), is_leaf, parent, group)
    tested = (sums >= least_n) & (others[0] > 0)
    p = np.full(len(sums), np.nan)
    p[tested] = _tails(hits[tested], sums[tested], effect[tested], others[:, tested], tail)
    adjusted = adjust(p)
    low, high = jeffreys(hits, sums, effect)
    return Variation(
        tested=tested,
        p=p,
        adjusted_p=adjusted,
        flagged=np.nan_to_num(adjusted, nan=1) <= q,
        n=sums.astype(np.int64),
        observed=hits.astype(np.int64),
        expected=sums * level_of(others),
        low=low,
        high=high,
    )


def _in_all(x: Floats, n: Floats, rho: float) -> tuple[Floats, Floats, Floats]:
    """Return (series,) events, decisions and how much wider than by chance their share scatters."""
    sums = n.sum(axis=1)
    return x.sum(axis=1), sums, design_effect(sums, (n**2).sum(axis=1), rho)


def _of_others(terms: Terms, is_leaf: Bools, parent: ArrayLike | None, group: ArrayLike | None) -> Terms:
    """Return (7, series) the sums over all leaf series of the group but the own."""
    above = np.full(len(is_leaf), -1) if parent is None else np.asarray(parent, dtype=np.int64)
    below, at = lineage(above, is_leaf)
    same = np.unique(np.zeros(len(is_leaf)) if group is None else np.asarray(group), return_inverse=True)[1]
    everyone = total_by(terms[:, is_leaf], same[is_leaf], int(same.max(initial=0)) + 1)[:, same]
    left = everyone - total_by(terms[:, below], at, len(is_leaf))
    # Of what is left of all after all is taken, rounding must not remain.
    return np.where(left[0] > 0, left, 0)


def _tails(hits: Floats, sums: Floats, effect: Floats, others: Terms, tail: Literal["low", "high"]) -> Floats:
    """Return (tests,) exact tails, averaged over how widely the others may scatter."""
    p = np.zeros(len(sums))
    for off, weight in POINTS:
        a, b = predictive(*prior_of(others, off=off), sums, effect)
        above = tail == "high"
        p += weight * (from_up(hits, sums, a, b) if above else from_up(sums - hits, sums, b, a))
    return p
