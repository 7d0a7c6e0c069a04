"""Judge every series of a measure: has it drifted? And of the few flagged: since when, how far?

A measure is judged as a whole: its leaf series teach where levels lie, how months scatter and how
often series change; every series is then filtered by that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.filter import (
    checked_adoptions,
    checked_offsets,
    checked_shares,
    filter_shares,
    whole_counts,
)
from followup.drift.hazard import estimate_hazard
from followup.drift.onset import Onset, find_onset, merge
from followup.drift.portfolio import estimate_prior
from followup.drift.recursion import Settings
from followup.drift.states import Filtered

YOUNG_BASELINE = 6
"""Months with decisions that teach the level of a series too young for a full baseline."""


Pass = Callable[[Ints, Settings], Filtered[Any]]


@dataclass(frozen=True, eq=False)
class Judged:
    """What is thought of each series, each month from what was known then.

    probability: (series, months) that the level has moved, NaN while the baseline is learnt.
    up: (series, months), the part of it that is a rise. provisional: (series,) it has no more
        months than a full baseline, and was judged by its first YOUNG_BASELINE.
    hazard: the monthly probability of a change it was judged by.
    explain: onset of the series with these numbers; call it through ``describe``.
    """

    probability: Floats
    up: Floats
    provisional: Bools
    hazard: float
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
) -> Judged:
    """Judge the shares of one measure.

    events, totals: (series, months) whole counts, oldest first; 0 of 0 where there was nothing.
    leaf: (series,) False for sums of other series, which are judged but teach nothing.
    offsets, adoption, declared: as for ``filter_shares``.
    hazard: monthly probability of a change; None learns it from the leaf series.
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
    if hazard is None:
        hazard = estimate_hazard(x[teaches], n[teaches], **known(np.flatnonzero(teaches)))
    young = _is_young(n > 0) & (np.isnan(level) | (moved >= x.shape[1]))
    return _judge(
        lambda rows, settings: filter_shares(x[rows], n[rows], settings=settings, **known(rows)),
        lambda rows, settings: find_onset(x[rows], n[rows], settings=settings, **known(rows)),
        young,
        Settings(hazard=_checked_hazard(hazard)),
    )


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


def _judge(
    filtered: Pass, onset: Callable[[Ints, Settings], Onset], young: Bools, settings: Settings
) -> Judged:
    """Filter all series, and the young ones once more by their shorter baseline."""
    short = replace(settings, baseline_months=YOUNG_BASELINE)
    everything = filtered(np.arange(len(young)), settings)
    probability, up = everything.probability, everything.up
    rows = np.flatnonzero(young)
    if len(rows):
        again = filtered(rows, short)
        probability[rows], up[rows] = again.probability, again.up

    def explain(wanted: Ints) -> Onset:
        parts = [(young[wanted], short), (~young[wanted], settings)]
        return merge([(at, onset(wanted[at], by)) for at, by in parts], len(wanted))

    return Judged(probability, up, young, settings.hazard, explain)


def _is_young(active: Bools) -> Bools:
    found: Bools = active.sum(axis=1) <= Settings.baseline_months
    return found


def _checked_leaves(leaf: ArrayLike, series: int) -> Bools:
    found = np.asarray(leaf, dtype=bool)
    if found.shape != (series,):
        raise ValueError(f"leaf has shape {found.shape}, there are {series} series")
    return found


def _checked_hazard(hazard: float) -> float:
    if not 0 < hazard < 1:
        raise ValueError("the hazard must lie between 0 and 1")
    return float(hazard)
