"""Judge every series of a measure: has it drifted? And of the few flagged: since when, how far?

A measure is judged as a whole: its leaf series teach where levels lie, how months scatter, how far
levels wander and how often series change; every series is then filtered by that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.counts import count_settings, filter_counts, find_count_onset
from followup.drift.counts_prior import checked_events, estimate_counts_prior
from followup.drift.filter import (
    checked_adoptions,
    checked_offsets,
    checked_shares,
    filter_shares,
    whole_counts,
)
from followup.drift.hazard import evidence_of, sample
from followup.drift.means import SHIFTS, filter_means, find_mean_onset, mean_settings
from followup.drift.means_prior import checked_sums, estimate_means_prior
from followup.drift.movement import learn_movement
from followup.drift.onset import Onset, find_onset, merge
from followup.drift.portfolio import estimate_prior
from followup.drift.recursion import Settings
from followup.drift.states import Filtered

YOUNG_BASELINE = 6
"""Months with decisions that teach the level of a series too young for a full baseline."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What is thought of each series, each month from what was known then.

    probability: (series, months) that the level has moved, NaN while the baseline is learnt.
    up: (series, months), the part of it that is a rise. provisional: (series,) it has no more
        months than a full baseline, and was judged by its first YOUNG_BASELINE.
    hazard, wander: the monthly probability of a change it was judged by, and how far levels were
        taken to move by themselves each month, on the scale of the filter.
    explain: onset of the series with these numbers; call it through ``describe``.
    """

    probability: Floats
    up: Floats
    provisional: Bools
    hazard: float
    wander: float
    explain: Callable[[Ints], Onset]

    @property
    def direction(self) -> NDArray[np.str_]:
        """(series,) at the newest month: "up" or "down", the likelier; "" where there is nothing to say."""
        if not self.probability.shape[1]:
            return np.full(len(self.probability), "")
        newest, up = self.probability[:, -1], self.up[:, -1]
        return np.where(np.isnan(newest), "", np.where(up >= newest / 2, "up", "down"))


def judge_shares(  # noqa: PLR0913  each keyword is one plain question
    events: ArrayLike,
    totals: ArrayLike,
    *,
    leaf: ArrayLike,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    declared: ArrayLike | None = None,
    hazard: float | None = None,
    wander: float | None = None,
) -> Judged:
    """Judge the shares of one measure.

    events, totals: (series, months) whole counts, oldest first; 0 of 0 where there was nothing.
    leaf: (series,) False for sums of other series, which are judged but teach nothing.
    offsets, adoption, declared: as for ``filter_shares``.
    hazard, wander: monthly probability of a change, and how far levels move by themselves each
        month; None learns them from the leaf series.
    Raises ValueError as ``filter_shares`` does, and if leaf or hazard do not fit.

    >>> steady, risen = [2, 1, 3, 2] * 6, [2, 1, 3, 2] * 5 + [9] * 4
    >>> judged = judge_shares([steady, risen], np.full((2, 24), 20), leaf=[True, True])
    >>> (judged.probability[:, -1] > 0.5).tolist(), judged.direction.tolist()[1]
    ([False, True], 'up')
    """
    x, n = whole_counts(events, totals)
    teaches, moved = _checked_leaves(leaf, len(x)), checked_adoptions(adoption, len(x))
    level = checked_shares(declared, len(x))
    shift = checked_offsets(offsets, x.shape)

    def known(rows: Ints) -> dict[str, Any]:
        return {"offsets": shift[rows], "adoption": moved[rows], "declared": level[rows], "prior": prior}

    baseline = own_baseline(n > 0, moved)
    prior = estimate_prior(x[teaches].astype(float), n[teaches].astype(float), baseline[teaches])
    family = _Family(
        lambda rows, by: filter_shares(x[rows], n[rows], settings=by, **known(rows)),
        lambda rows, by: find_onset(x[rows], n[rows], settings=by, **known(rows)),
        Settings(),
    )
    young = _is_young(n > 0) & (np.isnan(level) | (moved >= x.shape[1]))
    return family.judge(teaches, young, hazard, wander)


def judge_means(  # noqa: PLR0913  each keyword is one plain question
    totals: ArrayLike,
    sums: ArrayLike,
    squares: ArrayLike,
    *,
    leaf: ArrayLike,
    group: ArrayLike | None = None,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    steps: Sequence[float] = SHIFTS,
    hazard: float | None = None,
    wander: float | None = None,
) -> Judged:
    """Judge the means of one measure.

    totals, sums, squares: (series, months) decisions, oldest first, and sums of their values (plain
        levels, or logarithms) and of their squared values; 0 where there are none.
    leaf, hazard, wander: as for ``judge_shares``. offsets, adoption: as for ``filter_means``.
    group: (series,) series with comparable values, such as those of one intervention; None takes all.
    steps: sizes of change that are tried, in standard deviations of single decisions.
    Raises ValueError as ``filter_means`` and ``estimate_means_prior`` do.

    >>> n, steady = np.full((9, 24), 9), np.tile([0.1, -0.1], (9, 12))
    >>> means = steady + np.where(np.arange(24) >= 18, 0.6, 0) * (np.arange(9) == 8)[:, None]
    >>> judged = judge_means(n, n * means, n * (means**2 + 0.25), leaf=np.full(9, True))
    >>> np.flatnonzero(judged.probability[:, -1] > 0.5).tolist()
    [8]
    """
    n, values, _ = checked_sums(totals, sums, squares)
    second = np.asarray(squares, dtype=float)
    teaches, moved = _checked_leaves(leaf, len(n)), checked_adoptions(adoption, len(n))
    shift = checked_offsets(offsets, n.shape)
    prior = estimate_means_prior(
        n, values, second, leaf=teaches, baseline=own_baseline(n > 0, moved), group=group
    )

    def known(rows: Ints) -> dict[str, Any]:
        return {"prior": prior.of(rows), "offsets": shift[rows], "adoption": moved[rows]}

    family = _Family(
        lambda rows, by: filter_means(n[rows], values[rows], second[rows], settings=by, **known(rows)),
        lambda rows, by: find_mean_onset(n[rows], values[rows], second[rows], settings=by, **known(rows)),
        mean_settings(shifts=tuple(steps)),
    )
    return family.judge(teaches, _is_young(n > 0), hazard, wander)


def judge_counts(  # noqa: PLR0913  each keyword is one plain question
    counts: ArrayLike,
    exposure: ArrayLike,
    *,
    leaf: ArrayLike,
    group: ArrayLike | None = None,
    offsets: ArrayLike | None = None,
    adoption: ArrayLike | None = None,
    hazard: float | None = None,
    wander: float | None = None,
) -> Judged:
    """Judge the counts of one measure.

    counts, exposure: (series, months) events, oldest first, and days in which they could happen.
    leaf, hazard, wander: as for ``judge_shares``. offsets, adoption: as for ``filter_counts``.
    group: (series,) series with comparable rates, such as those of one intervention; None takes all.
    Raises ValueError as ``filter_counts`` does.

    >>> counts = np.tile([4, 6], (9, 12))
    >>> counts[8, 18:] = 12
    >>> judged = judge_counts(counts, np.full((9, 24), 30), leaf=np.full(9, True))
    >>> np.flatnonzero(judged.probability[:, -1] > 0.5).tolist()
    [8]
    """
    x, days = checked_events(counts, exposure)
    teaches, moved = _checked_leaves(leaf, len(x)), checked_adoptions(adoption, len(x))
    shift = checked_offsets(offsets, x.shape)
    prior = estimate_counts_prior(x, days, leaf=teaches, baseline=own_baseline(days > 0, moved), group=group)

    def known(rows: Ints) -> dict[str, Any]:
        return {"prior": prior.of(rows), "offsets": shift[rows], "adoption": moved[rows]}

    family = _Family(
        lambda rows, by: filter_counts(x[rows], days[rows], settings=by, **known(rows)),
        lambda rows, by: find_count_onset(x[rows], days[rows], settings=by, **known(rows)),
        count_settings(),
    )
    return family.judge(teaches, _is_young(days > 0), hazard, wander)


def describe(judged: Judged, rows: ArrayLike) -> Onset:
    """Say of a few series when they changed and to what; costs about 20 times judging them.

    rows: (rows,) numbers of series, or (series,) True for those meant. The answer has one entry
    for each, in their order.

    >>> months = [[2, 1, 3, 2] * 5 + [9] * 4] * 3
    >>> judged = judge_shares(months, np.full((3, 24), 20), leaf=np.full(3, True))
    >>> found = describe(judged, [2])
    >>> found.since.tolist(), found.observed.tolist(), found.n.tolist()
    ([20], [36], [80])
    """
    wanted = np.asarray(rows)
    return judged.explain(np.flatnonzero(wanted) if wanted.dtype == bool else wanted.astype(np.int64))


def own_baseline(active: Bools, adoption: Ints, months: int = Settings.baseline_months) -> Bools:
    """Return (series, months) True in each series' first active months, before its adoption if it can.

    active: (series, months) there was something to count. adoption: (series,) 0 or less for none.

    >>> own_baseline(np.array([[True, False, True, True]]), np.array([0]), 2).tolist()
    [[True, False, True, False]]
    """
    first = active & (np.cumsum(active, axis=1) <= months)
    before = first & (np.arange(active.shape[1]) < adoption[:, None])
    return np.asarray(np.where(before.any(axis=1, keepdims=True), before, first))


class _Family(NamedTuple):
    """How series of one kind are filtered and described, given their numbers and the settings."""

    filtered: Callable[[Ints, Settings], Filtered[Any]]
    onset: Callable[[Ints, Settings], Onset]
    usual: Settings

    def judge(self, teaches: Bools, young: Bools, hazard: float | None, wander: float | None) -> Judged:
        """Filter all series, and the young ones once more by their shorter baseline."""
        settings = self.learnt(np.flatnonzero(teaches), _checked_hazard(hazard), wander)
        short = replace(settings, baseline_months=YOUNG_BASELINE)
        whole = self.filtered(np.arange(len(young)), settings)
        rows = np.flatnonzero(young)
        if len(rows):
            again = self.filtered(rows, short)
            whole.probability[rows], whole.up[rows] = again.probability, again.up

        def explain(wanted: Ints) -> Onset:
            parts = [(young[wanted], short), (~young[wanted], settings)]
            return merge([(at, self.onset(wanted[at], by)) for at, by in parts], len(wanted))

        return Judged(
            whole.probability, whole.up, young, float(settings.hazard), float(settings.wander), explain
        )

    def learnt(self, leaves: Ints, hazard: float | None, wander: float | None) -> Settings:
        """Return the settings that explain the leaves best: how far levels wander, and the hazard."""
        some = leaves[sample(len(leaves))]
        return learn_movement(evidence_of(some, self.filtered), self.usual, hazard, wander)


def _is_young(active: Bools) -> Bools:
    found: Bools = active.sum(axis=1) <= Settings.baseline_months
    return found


def _checked_leaves(leaf: ArrayLike, series: int) -> Bools:
    found = np.asarray(leaf, dtype=bool)
    if found.shape != (series,):
        raise ValueError(f"leaf has shape {found.shape}, there are {series} series")
    return found


def _checked_hazard(hazard: float | None) -> float | None:
    if hazard is not None and not 0 < hazard < 1:
        raise ValueError("the hazard must lie between 0 and 1")
    return hazard
