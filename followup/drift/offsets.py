"""What a share is expected to differ by for known reasons: case mix, season, late registration.

Offsets are on the logit and are given to the filter, which then looks at what is left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from followup.drift.chart import Bools, Floats, Ints
from followup.drift.hierarchy import lineage
from followup.drift.months import checked_counts

YEAR = 12
SEASONS_TO_TELL = 24
"""Months below which a season cannot be told from chance."""
USUAL_DELAY = 20.0
"""Decisions that the delay of all decisions is worth, against that of those outside or inside."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """Leaf decisions once more for every series they are part of; arrays of shape (rows,).

    own: the series is the leaf itself. usual: in the baseline of the leaf they come from.
    learnt: in the baseline of the series they are part of.
    """

    series: Ints
    cell: Ints
    month: Ints
    events: Floats
    totals: Floats
    own: Bools
    usual: Bools
    learnt: Bools

    def add(self, key: Ints, keys: int, chosen: Bools) -> Floats:
        """Return (2, keys) events and totals of the chosen rows."""
        at = key[chosen]
        return np.stack([_summed(part[chosen], at, keys) for part in (self.events, self.totals)])


def case_mix_offsets(  # noqa: PLR0913  the columns of one table, and what its series are
    series: ArrayLike,
    cell: ArrayLike,
    month: ArrayLike,
    events: ArrayLike,
    totals: ArrayLike,
    *,
    shape: tuple[int, int],
    baseline: ArrayLike,
    group: ArrayLike,
    parent: ArrayLike | None = None,
) -> Floats:
    """Return (series, months): by how much the months' cases raise or lower the expected share.

    series, cell, month, events, totals: (rows,) decisions of leaf series only: number of the series,
        of the cell (target group and need level), of the month, and whole counts. Rows may repeat.
    shape: series and months. baseline: (series, months) bools, where the usual share is learnt.
    group: (series,) number, the same for series that are comparable (one standard, intervention and
        measure). parent: (series,) position of the series that sums this one, -1 or None for none.

    What is expected of a month is the mean, over its decisions, of the share of their cell in the
    baseline months of all other units of the group: a team's own decisions do not predict it, nor
    those of its teams a department. Where there are no others (a whole municipality, or the only
    team), its own baseline months are used; later months never enter.
    Cells that hardly differ are drawn to the group's share, so that chance moves nothing.
    0 in months without decisions, and for series without decisions in their baseline.
    Raises ValueError if the counts are not counts or a number is out of range.
    Source: indirect standardisation (Breslow & Day, IARC Sci Publ 82, 1987, ch. 2), with cell
        shares shrunk by moments (DerSimonian & Laird, Control Clin Trials 1986;7:177).

    >>> mild, severe, months = [20] * 4, [0, 0, 0, 20], [0, 1, 2, 3]
    >>> columns = [0] * 8 + [1] * 8, ([0] * 4 + [1] * 4) * 2, months * 4
    >>> decided = [20, 20, 20, 0, 0, 0, 0, 20] + [200] * 8
    >>> above = [2, 2, 2, 0, 0, 0, 0, 8] + [20] * 4 + [80] * 4
    >>> case_mix_offsets(*columns, above, decided, shape=(2, 4), baseline=np.tile([1, 1, 1, 0], (2, 1)),
    ...     group=[0, 0])[0].round(2).tolist()
    [0.0, 0.0, 0.0, 1.78]
    """
    baseline, group = np.asarray(baseline, dtype=bool), np.asarray(group, dtype=np.int64)
    places = _places((series, cell, month), shape, baseline)
    x, n = checked_counts(events, totals)
    if not len(x):
        return np.zeros(shape)
    rows = _climbed(places, x, n, baseline, parent)
    return _against_baseline(rows, _expected_shares(rows, group), shape)


def season_offsets(
    events: ArrayLike, totals: ArrayLike, *, leaf: ArrayLike, month_of_year: ArrayLike
) -> Floats:
    """Return (series, months): the season of the whole portfolio, the same for every series.

    events, totals: (series, months) whole counts. leaf: (series,) bools, those to learn from.
    month_of_year: (months,) whole numbers, 1 for January.

    Each month is compared with what the series' own levels make expected, so that growing and
    shrinking units are no season; a straight trend is taken off. The season is shrunk by how well
    the years agree on it, sums to 0 over the year, and is 0 below 24 months.
    Raises ValueError if the counts are not counts or shapes differ.
    Source: one Newton step of a logistic regression; shrinkage as in James & Stein, Proc 4th
        Berkeley Symp 1961;1:361.

    >>> share = np.tile([0.1, 0.2], 18)
    >>> found = season_offsets(np.rint(1000 * share)[None], [[1000] * 36], leaf=[True],
    ...     month_of_year=np.arange(36) % 12 + 1)
    >>> found[0, :3].round(1).tolist()
    [-0.4, 0.4, -0.4]
    """
    x, n = checked_counts(events, totals)
    of_year = np.asarray(month_of_year, dtype=np.int64)
    if x.ndim != 2 or of_year.shape != (x.shape[1],):
        raise ValueError("events must have shape (series, months), month_of_year (months,)")
    chosen = np.asarray(leaf, dtype=bool)
    if x.shape[1] < SEASONS_TO_TELL or not chosen.any():
        return np.zeros(x.shape)
    effect, known = _monthly_effect(x[chosen], n[chosen])
    season = _shrunk_season(effect, known, of_year)
    return np.broadcast_to(season[of_year - 1], x.shape).copy()


def delay_offsets(outside_by_age: ArrayLike, inside_by_age: ArrayLike, *, ages: ArrayLike) -> Floats:
    """Return offsets shaped like ``ages``: how far late registration bends the share of a month.

    outside_by_age, inside_by_age: (ages,) decisions of months that are complete by now, by how many
        months after their own they were registered: outside what the measure counts, and inside.
    ages: whole months since each month of the series; past the last age everything is registered.

    log(r_out(a) / r_in(a)), r(a) = share registered by age a, each drawn to that of all decisions.
    0 where nothing is known.
    Raises ValueError if shapes differ, a count is negative or infinite, or an age negative.
    Source: reverse-time reporting delays, Lawless, Can J Stat 1994;22:15.

    >>> delay_offsets([60, 20, 20], [90, 10, 0], ages=[3, 2, 1, 0]).round(2).tolist()
    [0.0, 0.0, -0.19, -0.34]
    """
    outside, inside = (np.asarray(counts, dtype=float) for counts in (outside_by_age, inside_by_age))
    if outside.ndim != 1 or outside.shape != inside.shape:
        raise ValueError("both counts must have shape (ages,)")
    counts = np.concatenate([outside, inside])
    age = np.asarray(ages, dtype=np.int64)
    if not np.isfinite(counts).all() or (counts < 0).any() or (age < 0).any():
        raise ValueError("counts and ages must be numbers from 0 up")
    if not counts.sum():
        return np.zeros(age.shape)
    usual = np.cumsum(outside + inside) / counts.sum()
    by_age = [(np.cumsum(one) + USUAL_DELAY * usual) / (one.sum() + USUAL_DELAY) for one in (outside, inside)]
    is_seen = usual > 0
    bend = np.zeros(len(usual) + 1)
    np.log(by_age[0] / np.where(is_seen, by_age[1], 1), out=bend[:-1], where=is_seen)
    return bend[np.minimum(age, len(usual))]


def _places(columns: tuple[ArrayLike, ...], shape: tuple[int, int], baseline: Bools) -> list[Ints]:
    series, cell, month = (np.asarray(one, dtype=np.int64) for one in columns)
    if baseline.shape != tuple(shape):
        raise ValueError(f"baseline has shape {baseline.shape}, not {tuple(shape)}")
    for number, end in ((series, shape[0]), (month, shape[1]), (cell, np.inf)):
        if number.size and (number.min() < 0 or number.max() >= end):
            raise ValueError("a row names a series, month or cell that is not there")
    return [series, cell, month]


def _climbed(places: list[Ints], x: Floats, n: Floats, baseline: Bools, parent: ArrayLike | None) -> _Rows:
    """Return the rows of every leaf once for itself and once for every series above it."""
    series, cell, month = places
    above = np.full(len(baseline), -1) if parent is None else np.asarray(parent, dtype=np.int64)
    leaf, owner = lineage(above, np.bincount(series, minlength=len(baseline)) > 0)
    order = np.argsort(series, kind="stable")
    count = np.bincount(series, minlength=len(baseline))[leaf]
    first = np.searchsorted(series[order], leaf)
    row = order[np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())]
    owners = np.repeat(owner, count)
    return _Rows(
        series=owners,
        cell=cell[row],
        month=month[row],
        events=x[row],
        totals=n[row],
        own=owners == series[row],
        usual=baseline[series[row], month[row]],
        learnt=baseline[owners, month[row]],
    )


def _expected_shares(rows: _Rows, group: Ints) -> Floats:
    """Return (rows,) the share of each row's cell, from the other units where there are any."""
    cells, size = int(rows.cell.max()) + 1, len(group)
    kinds, of = np.unique(group, return_inverse=True)
    pairs, pair = np.unique(rows.series * cells + rows.cell, return_inverse=True)
    series, at = pairs // cells, of[pairs // cells] * cells + pairs % cells
    whole = rows.add(of[rows.series] * cells + rows.cell, len(kinds) * cells, rows.own & rows.usual)
    in_all = whole.reshape(2, -1, cells).sum(axis=2)[:, of] - rows.add(rows.series, size, rows.usual)
    is_alone = in_all[1] == 0
    in_all = np.where(is_alone, rows.add(rows.series, size, rows.learnt), in_all)
    elsewhere = whole[:, at] - rows.add(pair, len(pairs), rows.usual)
    in_cell = np.where(is_alone[series], rows.add(pair, len(pairs), rows.learnt), elsewhere)
    spread = _spread(whole).reshape(3, -1, cells).sum(axis=2)[:, of] * ~is_alone
    change = _spread(in_cell) - _spread(whole[:, at]) * ~is_alone[series]
    spread += np.stack([_summed(one, series, size) for one in change])
    usual = (in_all[0] + 0.5) / (in_all[1] + 1)
    worth = _worth(in_all[1], usual, in_all[0], spread)
    shrunk: Floats = (in_cell[0] + (worth * usual)[series]) / (in_cell[1] + worth[series])
    return shrunk[pair]


def _spread(counts: Floats) -> Floats:
    """Return (3, cells) what the variance between cells is made of; counts: (2, cells) events and totals."""
    x, n = counts
    return np.stack([np.divide(x**2, n, out=np.zeros_like(n), where=n > 0), n**2, n > 0])


def _worth(sums: Floats, mean: Floats, hits: Floats, spread: Floats) -> Floats:
    """Return (series,) how many decisions of a cell the share of all cells is worth.

    Of mean m and variance between cells v that is m (1 - m) / v - 1; v by moments.
    """
    squares, sizes, cells = spread
    off = squares - 2 * mean * hits + mean**2 * sums
    excess = off / (mean * (1 - mean)) - (cells - 1)
    scale = np.divide(sums**2 - sizes, sums, out=np.zeros_like(sums), where=sums > 0)
    is_told = (excess > 0) & (scale > 0)
    worth = np.divide(scale, excess, out=np.full(len(sums), np.inf), where=is_told) - 1
    return np.asarray(np.clip(worth, 1, np.maximum(sums, 1)), dtype=float)


def _against_baseline(rows: _Rows, share: Floats, shape: tuple[int, int]) -> Floats:
    at = rows.series * shape[1] + rows.month
    expected = _mean(at, rows.totals, share, shape[0] * shape[1]).reshape(shape)
    usual = _mean(rows.series[rows.learnt], rows.totals[rows.learnt], share[rows.learnt], shape[0])
    offset: Floats = np.nan_to_num(_log_odds(expected) - _log_odds(usual)[:, None])
    return offset


def _mean(key: Ints, weight: Floats, value: Floats, keys: int) -> Floats:
    """Return (keys,) weighted means, NaN without weight."""
    sums, products = _summed(weight, key, keys), _summed(weight * value, key, keys)
    mean: Floats = np.divide(products, sums, out=np.full(keys, np.nan), where=sums > 0)
    return mean


def _summed(values: Floats, key: Ints, keys: int) -> Floats:
    return np.bincount(key, values, minlength=keys).astype(float)


def _log_odds(share: Floats) -> Floats:
    return np.asarray(np.log(share) - np.log1p(-share), dtype=float)


def _monthly_effect(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return (months,) how far each month is from what the series' own levels say, and its information."""
    level = ((x.sum(axis=1) + 0.5) / (n.sum(axis=1) + 1))[:, None]
    known = (n * level * (1 - level)).sum(axis=0)
    off = (x - n * level).sum(axis=0)
    return np.divide(off, known, out=np.zeros_like(off), where=known > 0), known


def _shrunk_season(effect: Floats, known: Floats, of_year: Ints) -> Floats:
    """Return (12,) effects by month of the year, as far as the years agree; needs every month of the year."""
    months = np.arange(len(effect))
    design = np.column_stack([np.eye(YEAR)[of_year - 1], (months - months.mean()) / YEAR])
    weight = np.sqrt(known)
    if np.linalg.matrix_rank(design[known > 0]) <= YEAR:
        return np.zeros(YEAR)
    fit = np.linalg.lstsq(design * weight[:, None], effect * weight, rcond=None)[0]
    off = weight * (effect - design @ fit)
    left = off @ off / max(np.count_nonzero(known) - YEAR - 1, 1)
    season: Floats = fit[:YEAR] - fit[:YEAR].mean()
    noise = left * (1 / (np.eye(YEAR)[of_year - 1].T @ known)).mean()
    spread = (season**2).sum() / (YEAR - 1)
    agreed: Floats = season * (max(0.0, 1 - noise / spread) if spread > 0 else 0.0)
    return agreed
